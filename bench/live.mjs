// Measures the real window while many runs are in training: runs whose rows are appended from here, several a second each. For every
// screen the longest task of the page, how many took more than 50 ms, and the share of a core the page's process needs.
// Usage: AFTERWORD_ELECTRON=PATH node bench/live.mjs [--runs N] [--rows-per-second N] [--seconds N]   (prints one line of JSON; build
// first; needs a screen or xvfb-run; Linux only)
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, hostname, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeHistory } from './history-workspace.mjs'
import { openWindow } from './open-window.mjs'
import { processCpuMs } from './process-cpu.mjs'

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '50' },
    'rows-per-second': { type: 'string', default: '10' },
    seconds: { type: 'string', default: '10' },
  },
})
const seconds = Number(options.seconds)
const rowsPerSecond = Number(options['rows-per-second'])
const root = mkdtempSync(join(tmpdir(), 'afterword-bench-live-'))
const workspace = join(root, 'workspace')
makeHistory(workspace, Number(options.runs))
const ids = readdirSync(join(workspace, 'runs'))
for (const id of ids) setAlive(join(workspace, 'runs', id))

let step = 0
const writing = setInterval(() => {
  step += 1
  for (const [index, id] of ids.entries())
    appendFileSync(join(workspace, 'runs', id, 'metrics.jsonl'), `${JSON.stringify(rowAt(step, index))}\n`)
}, 1000 / rowsPerSecond)

const { app, page } = await openWindow({ root, workspace })
const pageProcess = await app.evaluate(({ BrowserWindow }) =>
  BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
)

const [first = ''] = ids
const screens = {
  queue: '#/queue',
  runs: '#/runs',
  run: `#/run/${first}/charts`,
  compare: `#/compare/${ids.join(',')}/${encodeURIComponent('rl/reward')}`,
}
/** @type {Record<string, object>} */
const measured = {}
for (const [name, hash] of Object.entries(screens)) {
  await page.evaluate((to) => (window.location.hash = to), hash)
  // The way to a screen is measured by the other benches.
  await page.waitForTimeout(3000)
  const cpuBefore = processCpuMs(pageProcess)
  const tasks = await page.evaluate(longTasks, seconds * 1000)
  measured[name] = {
    longestTaskMs: Math.round(Math.max(0, ...tasks)),
    tasksOver50Ms: tasks.length,
    cores: Number(((processCpuMs(pageProcess) - cpuBefore) / (seconds * 1000)).toFixed(2)),
  }
}
clearInterval(writing)
// Closing the window would ask what to do with runs in training.
await app.evaluate(({ app: program }) => program.exit(0)).catch(() => undefined)
await app.close().catch(() => undefined)
rmSync(root, { recursive: true, force: true })
process.stdout.write(
  `${JSON.stringify({
    runs: ids.length,
    rowsPerSecond: rowsPerSecond * ids.length,
    machine: `${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`,
    ...measured,
  })}\n`,
)

/** Milliseconds of every task of the page that took more than 50 ms, in the time given. */
async function longTasks(milliseconds) {
  const tasks = []
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration)
  })
  observer.observe({ entryTypes: ['longtask'] })
  await new Promise((done) => setTimeout(done, milliseconds))
  observer.disconnect()
  return tasks
}

/** Makes a finished run one in training, by this process, with its first row only. @param {string} folder */
function setAlive(folder) {
  const file = join(folder, 'run.json')
  const start = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')[19]
  const record = JSON.parse(readFileSync(file, 'utf8'))
  const alive = { ...record, state: 'running', pid: process.pid, processStart: start, host: hostname() }
  delete alive.ended
  delete alive.seconds
  writeFileSync(file, JSON.stringify(alive, null, 2))
  writeFileSync(join(folder, 'metrics.jsonl'), '')
}

/**
 * @param {number} at
 * @param {number} run
 */
function rowAt(at, run) {
  const names = [
    'rl/reward',
    'rl/entropy',
    'rl/mean_length',
    'train/loss',
    'train/grad_norm',
    'perf/step_seconds',
  ]
  const every10 = ['eval/greedy_accuracy', 'eval/median_length', 'eval/accuracy', 'eval/mean_length']
  const values = Object.fromEntries(
    [...names, ...(at % 10 === 0 ? every10 : [])].map((name, place) => [
      name,
      Math.abs(Math.sin(run + place * 78.233 + at / 50)),
    ]),
  )
  return { stage: 1, step: at, time: at / 10, sequences: at * 256, tokens: at * 9000, values }
}
