// What the benches of the window measure alike, run in the page by page.evaluate.

/** Milliseconds of the page's longest task above 50 ms, 0 without one, while what `selector` finds is scrolled from end to end. */
export async function longestScrollTask(selector) {
  let longest = 0
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration)
  })
  observer.observe({ entryTypes: ['longtask'] })
  const scrolled = document.querySelector(selector)
  for (let step = 0; step <= 60; step++) {
    scrolled.scrollTop = (scrolled.scrollHeight * step) / 60
    await new Promise(requestAnimationFrame)
  }
  await new Promise((done) => setTimeout(done, 200))
  return longest
}
