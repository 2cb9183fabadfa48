// Measures the window: milliseconds from the start of the process to a usable first screen, from Run to the first point of a
// curve, and the longest task of the page while a run is live.
// Usage: AFTERWORD_ELECTRON=PATH node bench/window.mjs [--starts N] [--seconds N]   (prints one line of JSON; build first; needs
// a screen or xvfb-run; `npx afterword doctor` names the Electron)
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openWindow } from './open-window.mjs'

const { values: options } = parseArgs({
  options: { starts: { type: 'string', default: '5' }, seconds: { type: 'string', default: '20' } },
})
const root = mkdtempSync(join(tmpdir(), 'afterword-bench-window-'))

const usableMs = []
for (let start = 1; start < Number(options.starts); start++) {
  const { app, milliseconds } = await open()
  usableMs.push(milliseconds)
  await app.close()
}
const { app, page, milliseconds } = await open()
usableMs.push(milliseconds)
usableMs.sort((a, b) => a - b)

await page.getByRole('button', { name: 'Run parity-ntp-then-grpo' }).click()
const pressed = performance.now()
const runId = await poll(async () => {
  const runs = await request(page, 'listRuns', undefined)
  return runs.find((run) => run.progress !== undefined)?.record.id
})
const firstPointMs = performance.now() - pressed
await page.evaluate((id) => (window.location.hash = `#/run/${id}/charts`), runId)
await page.locator('canvas, svg').first().waitFor()
const longestTaskMs = await page.evaluate(
  (time) =>
    new Promise((done) => {
      let longest = 0
      const observer = new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) longest = Math.max(longest, duration)
      })
      observer.observe({ entryTypes: ['longtask'] })
      setTimeout(() => done(longest), time)
    }),
  Number(options.seconds) * 1000,
)
await request(page, 'control', { runId, command: 'stop' })
await poll(async () => {
  const runs = await request(page, 'listRuns', undefined)
  return runs.every((run) => run.record.state === 'stopped') || undefined
})
await app.close()
rmSync(root, { recursive: true, force: true })
process.stdout.write(
  `${JSON.stringify({
    usableMs: { best: Math.round(usableMs[0]), median: Math.round(usableMs[usableMs.length >> 1]) },
    firstPointMs: Math.round(firstPointMs),
    longestTaskMs: Math.round(longestTaskMs),
  })}\n`,
)

const open = () => openWindow({ root, workspace: join(root, 'workspace') })

/** One request over the page's own bridge. */
async function request(page, name, argument) {
  const answer = await page.evaluate(([key, value]) => window.afterword.request(key, value), [name, argument])
  if (!answer.ok) throw new Error(`${name}: ${answer.error.message}`)
  return answer.result
}

/** Asks every 50 ms until there is an answer. */
async function poll(ask) {
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await new Promise((done) => setTimeout(done, 50))
  }
}
