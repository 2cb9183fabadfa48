// Measures the compare page with many long runs in the real window: from the address to the first painted chart, cold (every column is
// read from metrics.jsonl) and from the cache, the longest task of the page while charts are panned, and its memory.
// Usage: AFTERWORD_ELECTRON=PATH node bench/compare-window.mjs [--runs 200] [--points 10000] [--metrics 20] [--folder DIR, kept and used
// again]   (prints one line of JSON; build first; needs a screen or xvfb-run)
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { makeLongRuns, metricNames } from './columns-workspace.mjs'
import { openWindow } from './open-window.mjs'
import { processCpuMs } from './process-cpu.mjs'

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    points: { type: 'string', default: '10000' },
    metrics: { type: 'string', default: '20' },
    folder: { type: 'string' },
    warm: { type: 'boolean', default: false },
  },
})
const [count, points, metrics] = [flags.runs, flags.points, flags.metrics].map(Number)
const root = mkdtempSync(join(tmpdir(), 'afterword-bench-compare-'))
const workspace = flags.folder ? resolve(flags.folder) : join(root, 'workspace')
const { bytes } = makeLongRuns(workspace, { count, points, metrics })
if (!flags.warm) rmSync(join(workspace, 'cache'), { recursive: true, force: true })

const cold = await open()
const coldFirstMs = await cold.page.evaluate(measureFirst)
const began = performance.now()
await cold.page.waitForFunction(
  () =>
    ![...document.querySelectorAll('[role=status]')].some((each) => each.textContent?.includes('runs read')),
  undefined,
  { timeout: 600_000, polling: 250 },
)
const coldCompleteMs = coldFirstMs + performance.now() - began
await cold.app.close()

const { app, page } = await open()
const firstMs = await page.evaluate(measureFirst)
await page.waitForTimeout(3000)
const one = await pan()
// All metrics, a chart each; what is on the screen is drawn.
await page.evaluate(
  (names) => {
    const kept = JSON.parse(localStorage.getItem('afterword.compare.drafts') ?? '[]')
    for (const draft of kept) draft.comparison.metrics = names
    localStorage.setItem('afterword.compare.drafts', JSON.stringify(kept))
    window.location.hash = '#/queue'
  },
  metricNames(Math.min(20, metrics)),
)
await page.waitForTimeout(500)
const manyMs = await page.evaluate(measureFirst)
await page.waitForTimeout(8000)
const many = await pan()
const megabytes = await app.evaluate(({ app: own }) =>
  own.getAppMetrics().map(({ type, memory }) => [type, Math.round(memory.workingSetSize / 1000)]),
)
await app.close()
rmSync(root, { recursive: true, force: true })
process.stdout.write(
  `${JSON.stringify({
    runs: count,
    metrics,
    points,
    jsonlMegabytes: Math.round(bytes / 1e6),
    machine: `${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`,
    coldFirstMs: Math.round(coldFirstMs),
    coldCompleteMs: Math.round(coldCompleteMs),
    firstMs: Math.round(firstMs),
    pan: one,
    allMetricsFirstMs: Math.round(manyMs),
    allMetricsPan: many,
    megabytes,
  })}\n`,
)

/** What the page's process computes a frame beside, however busy the machine is with other things (Linux only). */
async function pan() {
  const pid = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
  )
  const before = processCpuMs(pid)
  const measured = await page.evaluate(measurePan)
  const { frames, ...rest } = measured
  return { ...rest, cpuMsAFrame: Math.round((processCpuMs(pid) - before) / frames) }
}

async function open() {
  const opened = await openWindow({ root, workspace, timeout: 600_000 })
  await opened.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setContentSize(1920, 1080),
  )
  return opened
}

/** Milliseconds from the address of the comparison until its first chart is painted. */
async function measureFirst() {
  const start = performance.now()
  window.location.hash = `#/compare///${encodeURIComponent('study = bench')}`
  while (!document.querySelector('section[aria-label] canvas')) await new Promise(requestAnimationFrame)
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
  return performance.now() - start
}

/** The longest tasks of the page, and its frames a second, while a chart is zoomed in by keys and moved for some seconds. */
async function measurePan() {
  const tasks = []
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration)
  })
  observer.observe({ entryTypes: ['longtask'] })
  const chart = document.querySelector('section[aria-label] [role=group]')
  const press = (key, shiftKey = false) =>
    chart.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true }))
  chart.focus()
  press('+')
  press('+')
  const start = performance.now()
  let frames = 0
  for (; performance.now() - start < 5000; frames++) {
    press(frames % 40 < 20 ? 'ArrowRight' : 'ArrowLeft', true)
    await new Promise(requestAnimationFrame)
  }
  const seconds = (performance.now() - start) / 1000
  press('0')
  await new Promise((done) => setTimeout(done, 500))
  observer.disconnect()
  const longest = tasks.sort((a, b) => b - a)[0] ?? 0
  return {
    frames,
    framesASecond: Math.round(frames / seconds),
    longestTaskMs: Math.round(longest),
    over50: tasks.length,
  }
}
