// A workspace of many small finished runs, for measuring the history: real files of a run folder, invented numbers.
// Usage: node bench/history-workspace.mjs DIR [--runs N]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const template = JSON.parse(
  readFileSync(new URL('../test/unit/run-folder/fixtures/config-0.1.0.json', import.meta.url), 'utf8'),
)
const algorithms = ['grpo', 'dr-grpo', 'rloo', 'dapo', 'psr', 'nsr']
const seeds = 5
const bits = [8, 12, 16, 20]
/** Rows of a run; each has all metrics. */
const rows = 20
const metricNames = [
  'train/loss',
  'train/loss_per_sequence',
  'train/grad_norm',
  'train/learning_rate',
  'eval/greedy_accuracy',
  'eval/median_length',
  'eval/accuracy',
  'eval/mean_length',
  'eval/long_fraction',
  'eval/pass@8',
  'rl/reward',
  'rl/reward_std',
  'rl/frac_reward_zero_std',
  'rl/entropy',
  'rl/kl',
  'rl/mean_length',
  'perf/step_seconds',
  'perf/tokens_per_second',
  'system/memory_bytes',
  'theory/eval/greedy_accuracy',
]

/**
 * Writes `count` runs under DIR/runs: studies of 6 algorithms x 4 bit counts x 5 seeds, a minute apart.
 * @param {string} folder
 * @param {number} count
 */
export function makeHistory(folder, count) {
  const perStudy = algorithms.length * bits.length * seeds
  for (let index = 0; index < count; index++) {
    const study = `generated/${String(Math.floor(index / perStudy)).padStart(3, '0')}`
    const inStudy = index % perStudy
    const seed = inStudy % seeds
    const arm = Math.floor(inStudy / seeds) % algorithms.length
    const algorithm = algorithms[arm]
    const taskBits = bits[Math.floor(inStudy / seeds / algorithms.length)]
    const created = madeAt(index)
    const id = idOf(index)
    const run = join(folder, 'runs', id)
    mkdirSync(run, { recursive: true })
    const config = {
      ...template,
      init: undefined,
      name: study,
      seed,
      task: { ...template.task, bits: taskBits },
      stages: [template.stages[0], { ...template.stages[1], algorithm }],
    }
    writeFileSync(join(run, 'config.json'), JSON.stringify(config, null, 2))
    const record = {
      version: 1,
      id,
      study,
      point: { 'stages.1.algorithm': algorithm, 'task.bits': taskBits, seed },
      state: index % 50 === 49 ? 'failed' : 'finished',
      created: created.toISOString(),
      started: created.toISOString(),
      ended: new Date(created.getTime() + 50_000).toISOString(),
      seconds: 30 + (index % 40),
      engineRequest: 'auto',
      engine: 'xla',
      engineReason: 'measured to be the fastest here',
      device: 'Intel(R) Xeon(R)',
      threads: 2,
      parameters: 103_424,
      versions: { afterword: '0.1.0', tensorflow: '2.21.0', node: '20.20.0' },
      gitCommit: '0123456789abcdef0123456789abcdef01234567',
      // The arms share what the first of them pretrained.
      ...(arm === 0 ? {} : { forkedFrom: { run: idOf(index - arm * seeds), checkpoint: '0-60' } }),
    }
    writeFileSync(join(run, 'run.json'), JSON.stringify(record, null, 2))
    if (index % 10 === 0)
      writeFileSync(
        join(run, 'annotations.json'),
        JSON.stringify({
          tags: [index % 20 === 0 ? 'slides' : 'check'],
          notes: '',
          star: index % 30 === 0,
          archived: false,
          trashed: false,
        }),
      )
    writeFileSync(join(run, 'metrics.jsonl'), metricsOf(index))
  }
}

/** @param {number} index */
function madeAt(index) {
  return new Date(Date.UTC(2026, 0, 1) + index * 60_000)
}

/** @param {number} index */
function idOf(index) {
  const stamp = madeAt(index).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
  return `${stamp}-generated-${index}`
}

/** @param {number} index */
function metricsOf(index) {
  const lines = Array.from({ length: rows }, (_, row) => {
    const values = Object.fromEntries(
      metricNames.map((name, place) => [name, Math.abs(Math.sin(index * 12.9898 + place * 78.233 + row))]),
    )
    const [stage, step] = row < rows / 2 ? [0, row * 10] : [1, (row - rows / 2) * 10]
    return JSON.stringify({ stage, step, time: row * 2, sequences: row * 640, tokens: row * 9000, values })
  })
  return `${lines.join('\n')}\n`
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values, positionals } = parseArgs({
    options: { runs: { type: 'string', default: '5000' } },
    allowPositionals: true,
  })
  const [folder] = positionals
  if (!folder) throw new Error('Usage: node bench/history-workspace.mjs DIR [--runs N]')
  makeHistory(folder, Number(values.runs))
}
