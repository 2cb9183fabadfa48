// Measures the history with many runs in the real window: from the start of the process to a usable first screen with and without
// them, from a press on Runs to its rows, and from a change of the filter to the rows that pass it.
// Usage: AFTERWORD_ELECTRON=PATH node bench/history.mjs [--runs N] [--times N]   (prints one line of JSON; build first; needs a
// screen or xvfb-run; `npx afterword doctor` names the Electron)
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeHistory } from './history-workspace.mjs'
import { openWindow } from './open-window.mjs'
import { processCpuMs } from './process-cpu.mjs'
import { longestScrollTask } from './scroll.mjs'

const { values: options } = parseArgs({
  options: { runs: { type: 'string', default: '5000' }, times: { type: 'string', default: '5' } },
})
const root = mkdtempSync(join(tmpdir(), 'afterword-bench-history-'))
const count = Number(options.runs)
const times = Number(options.times)
makeHistory(join(root, 'many'), count)

/** What a person filters by: a word, fields of the config, a metric, tags, several together. */
const filters = [
  'generated/001',
  'algorithm = grpo and bits > 8',
  'eval/greedy_accuracy.last > 0.9',
  'algorithm = grpo and eval/greedy_accuracy.last > 0.9 and tag:slides',
  'not (seed in (0, 1) or state = failed) and study ~ /00[1-4]/',
]

// The first start builds the history from the folders and keeps it; what follows is every other start.
const coldMs = await startMs('many')
const start = { withRuns: [], empty: [] }
for (let time = 0; time < times; time++) {
  start.withRuns.push(await startMs('many'))
  start.empty.push(await startMs('empty'))
}
const { app, page } = await open('many')
// What the page's process computes, however busy the machine is with other things (Linux only).
const pageProcess = await app.evaluate(({ BrowserWindow }) =>
  BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
)
const openMs = []
const cpuBeforeOpening = processCpuMs(pageProcess)
for (let time = 0; time < times; time++) {
  await page.evaluate(() => (window.location.hash = '#/queue'))
  await page.getByRole('heading', { level: 1, name: 'Queue' }).waitFor()
  openMs.push(await page.evaluate(measureOpen))
}
const openCpuMs = (processCpuMs(pageProcess) - cpuBeforeOpening) / times
// Configs are read in the background.
await setFilter('seed = 0')
await page.waitForFunction(() => !/^(Runs\s+)?0 of/.test(document.querySelector('header')?.innerText ?? ''))
const filterMs = []
const cpuBeforeFilters = processCpuMs(pageProcess)
for (let time = 0; time < times; time++)
  for (const filter of filters) {
    await setFilter('')
    filterMs.push(await page.evaluate(measureFilter, filter))
  }
// Each was set and taken away again.
const filterCpuMs = (processCpuMs(pageProcess) - cpuBeforeFilters) / (2 * filterMs.length)
await page.getByRole('button', { name: 'Group seeds' }).click()
const groupMs = []
for (const filter of filters) {
  await setFilter('')
  groupMs.push(await page.evaluate(measureFilter, filter))
}
const scrollTaskMs = await page.evaluate(longestScrollTask, '[aria-label^="Runs: arrows"]')
await app.close()
rmSync(root, { recursive: true, force: true })
process.stdout.write(
  `${JSON.stringify({
    runs: count,
    machine: `${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`,
    firstStartMs: Math.round(coldMs),
    startMs: bestAndMedian(start.withRuns),
    startEmptyMs: bestAndMedian(start.empty),
    openMs: bestAndMedian(openMs),
    openCpuMs: Math.round(openCpuMs),
    filterMs: { ...bestAndMedian(filterMs), worst: Math.round(Math.max(...filterMs)) },
    filterCpuMs: Math.round(filterCpuMs),
    filterGroupedMs: { ...bestAndMedian(groupMs), worst: Math.round(Math.max(...groupMs)) },
    longestScrollTaskMs: Math.round(scrollTaskMs),
  })}\n`,
)

/** Milliseconds from a press on Runs until its rows are painted. */
async function measureOpen() {
  const began = performance.now()
  window.location.hash = '#/runs'
  while (!document.querySelector('tbody tr:not([aria-hidden])')) await new Promise(requestAnimationFrame)
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
  return performance.now() - began
}

/** Milliseconds from a change of the filter's text until the rows that pass are painted. */
async function measureFilter(filter) {
  const input = document.querySelector('input[aria-label="Filter runs"]')
  const shown = () => document.querySelector('header')?.innerText
  const before = shown()
  const began = performance.now()
  input.value = filter
  input.dispatchEvent(new Event('input'))
  input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))
  while (shown() === before) await new Promise((done) => setTimeout(done))
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
  return performance.now() - began
}

/** @param {string} filter */
async function setFilter(filter) {
  await page.getByRole('combobox', { name: 'Filter runs' }).fill(filter)
  await page.keyboard.press('Escape')
}

/** @param {string} workspace */
async function startMs(workspace) {
  const { app: started, milliseconds } = await open(workspace)
  await started.close()
  return milliseconds
}

/** @param {string} workspace */
const open = (workspace) => openWindow({ root, workspace: join(root, workspace) })

/** @param {number[]} values */
function bestAndMedian(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return { best: Math.round(sorted[0]), median: Math.round(sorted[sorted.length >> 1]) }
}
