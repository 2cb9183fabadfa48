// How long a comparison of many long runs takes to be drawn: cold, from metrics.jsonl, and from the column cache. Writes generated
// runs to a temporary folder and asks the built drawing thread, as the window does. Needs `npm run build`.
// Usage: node bench/columns.mjs [--runs 200] [--points 10000] [--metrics 20] [--width 900] [--folder DIR, kept and used again] [--thread FILE]
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { makeLongRuns, metricNames } from './columns-workspace.mjs'

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    points: { type: 'string', default: '10000' },
    metrics: { type: 'string', default: '20' },
    width: { type: 'string', default: '900' },
    folder: { type: 'string' },
    thread: { type: 'string', default: 'out/main/drawing-thread.js' },
  },
})
const [count, points, metrics, width] = [flags.runs, flags.points, flags.metrics, flags.width].map(Number)
const folder = flags.folder ? resolve(flags.folder) : mkdtempSync(join(tmpdir(), 'afterword-columns-'))
const names = metricNames(metrics)

const began = performance.now()
const { runs, bytes } = makeLongRuns(folder, { count, points, metrics })
const wrote = (performance.now() - began) / 1000

const comparison = {
  version: 1,
  name: '',
  runs: { filter: '' },
  kind: 'lines',
  metrics: ['train/loss'],
  x: 'step',
  stages: { layout: 'panels', only: null },
  group: 'seed',
  colour: null,
  dash: null,
  facet: null,
  spread: 'interval',
  smoothing: { kind: 'none', amount: 0 },
  xScale: 'linear',
  yScale: 'linear',
  clipOutliers: false,
  baseline: null,
  difference: 'none',
  theory: true,
  figure: 'last',
  axes: [],
  across: null,
  down: null,
}

/** A drawing thread, and how to ask it. */
function startThread() {
  const cacheFolder = join(folder, 'cache', 'columns')
  const worker = new Worker(resolve(flags.thread), { workerData: { cacheFolder } })
  const waiting = new Map()
  let onProgress = () => {}
  worker.on('message', (message) => {
    if (message.type === 'progress') return onProgress(message.progress)
    const { done, fail } = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.type === 'drawn') done(message.result)
    else fail(new Error(message.error.message))
  })
  let id = 0
  const draw = (changes = {}, request = {}) =>
    new Promise((done, fail) => {
      waiting.set(++id, { done, fail })
      worker.postMessage({
        id,
        request: { comparison: { ...comparison, ...changes }, runs, width, ...request },
      })
    })
  return { draw, end: () => worker.terminate(), progress: (listener) => (onProgress = listener) }
}

async function timed(action) {
  const start = performance.now()
  const result = await action()
  return { ms: Math.round(performance.now() - start), result }
}

const report = {
  runs: count,
  metrics,
  points,
  jsonlMegabytes: Math.round(bytes / 1e6),
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  load: Number((loadavg()[0] ?? 0).toFixed(1)),
  wroteSeconds: Number(wrote.toFixed(1)),
}

rmSync(join(folder, 'cache'), { recursive: true, force: true })
const cpu = process.cpuUsage()
const cold = startThread()
const first = await timed(() => cold.draw())
const whole = await timed(async () => {
  for (;;) {
    // Listens before it asks: the last progress may come with the answer.
    const more = new Promise((next) => cold.progress(next))
    const { ready, total } = await cold.draw()
    if (ready === total) return
    await more
  }
})
report.coldFirstPaintMs = first.ms
report.coldFirstRuns = first.result.ready
report.coldCpuSeconds = Number((process.cpuUsage(cpu).user / 1e6).toFixed(1))
report.coldCompleteSeconds = Number(((first.ms + whole.ms) / 1000).toFixed(1))
await cold.end()
report.cacheMegabytes = Math.round(
  readdirSync(join(folder, 'cache', 'columns')).reduce(
    (sum, name) => sum + statSync(join(folder, 'cache', 'columns', name)).size,
    0,
  ) / 1e6,
)

const warm = startThread()
// The window starts its thread before anybody asks for a chart.
report.threadStartMs = (await timed(() => warm.draw({}, { runs: [] }))).ms
const before = process.cpuUsage()
const paint = await timed(() => warm.draw())
report.firstPaintMs = paint.ms
report.firstPaintCpuMs = Math.round(process.cpuUsage(before).user / 1000)
report.lines = paint.result.charts[0].panels[0].series.length
report.answerKilobytes = Math.round(JSON.stringify(paint.result).length / 1000)
const beforeAgain = process.cpuUsage()
report.againMs = (await timed(() => warm.draw())).ms
report.againCpuMs = Math.round(process.cpuUsage(beforeAgain).user / 1000)
report.zoomMs = (await timed(() => warm.draw({}, { ranges: [[points * 0.4, points * 0.5]] }))).ms
report.otherMetricMs = (await timed(() => warm.draw({ metrics: [names[1]] }))).ms
report.overTimeMs = (await timed(() => warm.draw({ x: 'time' }))).ms
report.singleRunsMs = (await timed(() => warm.draw({ group: 'run' }))).ms
report.smoothedMs = (await timed(() => warm.draw({ smoothing: { kind: 'ema', amount: 0.9 } }))).ms
report.bootstrapMs = (await timed(() => warm.draw({ spread: 'bootstrap' }))).ms
const beforeAll = process.cpuUsage()
report.allMetricsMs = (await timed(() => warm.draw({ metrics: names }))).ms
report.allMetricsCpuMs = Math.round(process.cpuUsage(beforeAll).user / 1000)
report.megabytes = Math.round(process.memoryUsage().rss / 1e6)
await warm.end()
console.log(JSON.stringify(report, null, 2))
if (!flags.folder) rmSync(folder, { recursive: true })
