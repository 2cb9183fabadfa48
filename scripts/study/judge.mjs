// What the parity study must show, as bands on figures of its run folders: after next-token prediction the model
// knows the chain and answers short (greedy at chance, loss at the closed-form plateau); a few RL steps flip it.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * @typedef {{ stage: number, step: number, values: Record<string, number | string> }} Row
 * @typedef {{ kind: string, algorithm?: string, steps: number }} Stage
 * @typedef {{ id: string, state: string, config: { seed: number, task: { bits: number, longFraction: number }, stages: Stage[] }, rows: Row[] }} Run
 * @typedef {{ isGood: boolean, run: string, figure: string, value: string, band: string }} Finding
 */

/** Steps before the end of pretraining whose evaluations, and whose losses, are judged. */
const EVALUATION_WINDOW = 200
const LOSS_WINDOW = 100

/** What the evaluations' medians and the mean loss must be, for 20 bits at a long fraction of .2. */
const PRETRAINED_BANDS = [
  { metric: 'eval/greedy_accuracy', low: 0.45, high: 0.57 },
  { metric: 'eval/median_length', low: 1, high: 1 },
  { metric: 'eval/long_accuracy', low: 0.965, high: 1, isAbove: true },
  { metric: 'eval/long_fraction', low: 0.14, high: 0.26 },
]
const LOSS_BAND = { metric: 'train/loss_per_sequence', low: 1.055 - 0.08, high: 1.055 + 0.08 }

/** The accuracy that counts as solved, and by which step (a round for star) it must be reached. */
const SOLVED_ACCURACY = 0.97
/** @type {Record<string, number>} */
const SOLVED_BY = { grpo: 30, reinforce: 30, star: 4 }
const SEEDS = 3

/**
 * Reads one entry of `afterword run --json`.
 * @param {{ id: string, folder: string, state: string }} entry
 * @returns {Run}
 */
export function readRun({ id, folder, state }) {
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
  return { id, state, config, rows: readRows(folder) }
}

/**
 * Every figure with its band.
 * @param {readonly Run[]} runs
 * @returns {Finding[]}
 */
export function judgeStudy(runs) {
  const findings = runs.flatMap(judgeRun)
  for (const algorithm of Object.keys(SOLVED_BY)) {
    const seeds = new Set(runs.filter((run) => algorithmOf(run) === algorithm).map((run) => run.config.seed))
    const value = String(seeds.size)
    findings.push({
      isGood: seeds.size >= SEEDS,
      run: algorithm,
      figure: 'seeds',
      value,
      band: `at least ${SEEDS}`,
    })
  }
  return findings
}

/**
 * @param {Run} run
 * @returns {Finding[]}
 */
function judgeRun(run) {
  const name = `${algorithmOf(run) ?? 'no RL'} seed ${run.config.seed}`
  const pretrain = run.config.stages.findIndex((stage) => stage.kind === 'pretrain')
  const steps = run.config.stages[pretrain]?.steps ?? 0
  const rows = run.rows.filter((row) => row.stage === pretrain)
  const findings = [
    { isGood: run.state === 'finished', run: name, figure: 'state', value: run.state, band: 'finished' },
  ]
  for (const band of PRETRAINED_BANDS) {
    const values = valuesOf(rows, band.metric, steps - EVALUATION_WINDOW)
    findings.push(
      compare(name, `${band.metric}, median of the last ${EVALUATION_WINDOW} steps`, median(values), band),
    )
  }
  const losses = valuesOf(rows, LOSS_BAND.metric, steps - LOSS_WINDOW)
  findings.push(
    compare(name, `${LOSS_BAND.metric}, mean of the last ${LOSS_WINDOW}`, mean(losses), LOSS_BAND),
  )
  return [...findings, judgeFlip(run, name)]
}

/**
 * @param {Run} run
 * @param {string} name
 * @returns {Finding}
 */
function judgeFlip(run, name) {
  const stage = run.config.stages.findIndex((candidate) => candidate.kind === 'rl')
  const limit = SOLVED_BY[algorithmOf(run) ?? ''] ?? 0
  const solved = run.rows.find(
    (row) =>
      row.stage === stage &&
      Number(row.values['eval/greedy_accuracy']) >= SOLVED_ACCURACY &&
      row.values['eval/median_length'] === run.config.task.bits,
  )
  return {
    isGood: solved !== undefined && solved.step <= limit,
    run: name,
    figure: `greedy >= ${SOLVED_ACCURACY} with median length ${run.config.task.bits}`,
    value: solved ? `at step ${solved.step}` : 'never',
    band: `by step ${limit}`,
  }
}

/** @param {Run} run */
const algorithmOf = (run) => run.config.stages.find((stage) => stage.kind === 'rl')?.algorithm

/**
 * @param {string} run
 * @param {string} figure
 * @param {number} value
 * @param {{ low: number, high: number, isAbove?: boolean }} band
 * @returns {Finding}
 */
function compare(run, figure, value, { low, high, isAbove = false }) {
  const isGood = value <= high && (isAbove ? value > low : value >= low)
  const band = isAbove ? `above ${low}` : `${low.toFixed(3)} to ${high.toFixed(3)}`
  return { isGood, run, figure, value: value.toFixed(4), band }
}

/**
 * @param {readonly Row[]} rows
 * @param {string} metric
 * @param {number} after only rows of later steps
 * @returns {number[]}
 */
function valuesOf(rows, metric, after) {
  return rows
    .filter((row) => row.step > after && row.values[metric] !== undefined)
    .map((row) => Number(row.values[metric]))
}

/** @param {readonly number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return mean(sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1))
}

/**
 * @param {string} folder
 * @returns {Row[]} its own rows and, for stages it took over from another run, that run's
 */
function readRows(folder) {
  const text = readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
  /** @type {Row[]} */
  const rows = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  const { forkedFrom } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))
  if (!forkedFrom) return rows
  const own = new Set(rows.map((row) => row.stage))
  const inherited = readRows(join(dirname(folder), forkedFrom.run)).filter((row) => !own.has(row.stage))
  return [...inherited.filter((row) => row.stage <= Number(forkedFrom.checkpoint.split('-')[0])), ...rows]
}
