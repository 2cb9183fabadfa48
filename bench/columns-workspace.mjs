// A workspace of long runs with many metrics, for measuring comparisons: real files of a run folder, invented numbers. Runs that are
// there already are kept.
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const SEEDS = 5

/** The metrics of the runs. */
export const metricNames = (count) => [
  'train/loss',
  ...Array.from({ length: count - 1 }, (_, index) => `train/metric_${index + 1}`),
]

/** A config; the schema completes it. */
const configOf = (seed, rate, points) => ({
  name: 'bench',
  task: { kind: 'parity' },
  stages: [{ kind: 'pretrain', steps: points, optimizer: { learningRate: rate } }],
  seed,
})

/**
 * Writes `count` runs of five seeds under FOLDER/runs.
 * @param {string} folder
 * @param {{ count: number, points: number, metrics: number }} size
 */
export function makeLongRuns(folder, { count, points, metrics }) {
  const names = metricNames(metrics)
  const runs = []
  let bytes = 0
  for (let index = 0; index < count; index++) {
    const [seed, arm] = [index % SEEDS, Math.floor(index / SEEDS)]
    const run = { id: `run-${index}`, folder: join(folder, 'runs', `run-${index}`), study: 'bench' }
    const rate = (arm + 1) / 10_000
    const point = { 'stages.0.optimizer.learningRate': rate, seed }
    runs.push({ ...run, point })
    const file = join(run.folder, 'metrics.jsonl')
    if (!existsSync(file)) {
      mkdirSync(run.folder, { recursive: true })
      writeFileSync(join(run.folder, 'config.json'), JSON.stringify(configOf(seed, rate, points)))
      const created = new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString()
      const record = { version: 1, id: run.id, study: run.study, point, state: 'finished', created }
      writeFileSync(join(run.folder, 'run.json'), JSON.stringify({ ...record, engineRequest: 'auto' }))
      const lines = Array.from({ length: points }, (_, at) => {
        const step = at + 1
        const values = names
          .map(
            (name, place) =>
              `"${name}":${Math.exp(-step / (900 + 50 * arm)) + Math.sin(step * (place + 3) + seed) / 20}`,
          )
          .join(',')
        const totals = `"time":${step * 0.031},"sequences":${step * 128},"tokens":${step * 2688}`
        return `{"stage":0,"step":${step},${totals},"values":{${values}}}\n`
      })
      writeFileSync(file, lines.join(''))
    }
    bytes += statSync(file).size
  }
  return { runs, bytes }
}
