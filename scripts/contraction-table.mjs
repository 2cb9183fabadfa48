// Prints the table of docs/research-contraction.md: for every cell of the study compose/contraction-grid what the criterion
// predicts from the accuracies at the start of RL, and what became of the long fraction, with its 95% t interval over seeds.
//   node scripts/contraction-table.mjs WORKSPACE
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createJiti } from 'jiti'

const [workspace] = process.argv.slice(2)
if (workspace === undefined) {
  console.error('usage: node scripts/contraction-table.mjs WORKSPACE')
  process.exit(2)
}
const jiti = createJiti(import.meta.url)
const { lengthTendency } = await jiti.import('../src/theory/contraction.ts')
const { estimate, mean } = await jiti.import('../src/statistics/summary.ts')

const CELL = 'eval/train/level-2/'
const json = (path) => JSON.parse(readFileSync(path, 'utf8'))
const rowsOf = (path) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => (line.endsWith('}') ? [JSON.parse(line)] : []))

const runs = readdirSync(join(workspace, 'runs'))
  .map((id) => join(workspace, 'runs', id))
  .filter((folder) => {
    const { study, state } = json(join(folder, 'run.json'))
    return study === 'compose/contraction-grid' && state === 'finished'
  })
  .map((folder) => {
    const config = json(join(folder, 'config.json'))
    const { point } = json(join(folder, 'run.json'))
    const rows = rowsOf(join(folder, 'metrics.jsonl')).filter((row) => row.stage === 1)
    const values = rows.filter(({ values }) => `${CELL}long_fraction` in values).map(({ values }) => values)
    const [first, last] = [values[0], values.at(-1)]
    const { length } = config.task
    const outcomes = {
      longFraction: first[`${CELL}long_fraction`],
      longAccuracy: first[`${CELL}long_accuracy`],
      shortAccuracy: first[`${CELL}short_accuracy`],
      longTokens: 2 * (1 + length) + length + 2,
      shortTokens: length + 2,
    }
    return {
      point,
      outcomes,
      tendency: lengthTendency(config.stages[1], outcomes),
      change: last[`${CELL}long_fraction`] - first[`${CELL}long_fraction`],
      accuracy: last[`${CELL}accuracy`] - first[`${CELL}accuracy`],
    }
  })

const cells = new Map()
for (const run of runs) {
  const { seed: _, ...rest } = run.point
  const key = JSON.stringify(rest)
  cells.set(key, [...(cells.get(key) ?? []), run])
}
const number = (value, digits = 2) => value.toFixed(digits).replace('-', '−')
const signed = (value) => `${value >= 0 ? '+' : ''}${number(value)}`
const withInterval = (values) => {
  const { mean: centre, low, high } = estimate(values)
  return low === undefined ? signed(centre) : `${signed(centre)} [${signed(low)}, ${signed(high)}]`
}
console.log(
  '| optimizer, 1/T | wrong answers | baseline | groups without signal | long side | short side | predicted | change of the long fraction | change of accuracy | n | holds |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
)
let held = 0
for (const [key, found] of [...cells].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const point = JSON.parse(key)
  const sides = ['long', 'short'].map((side) => mean(found.map(({ tendency }) => tendency[side])))
  const predicted = new Set(found.map(({ tendency }) => tendency.tendency))
  const changes = found.map(({ change }) => change)
  const { mean: centre, low, high } = estimate(changes)
  const seen = centre > 0 ? 'lengthens' : 'contracts'
  const isClear = low !== undefined && (low > 0 || high < 0)
  const holds = predicted.size === 1 && predicted.has(seen)
  if (holds) held++
  console.log(
    `| ${[
      point.arm,
      point['stages.1.wrongWeight'] === 0 ? 'ignored' : 'pushed away',
      point['stages.1.baseline'] === 'none' ? 'none' : "group's mean",
      point['stages.1.groupsWithoutSignal'] === 'keep' ? 'kept' : 'dropped',
      ...sides.map((side) => number(side, 3)),
      [...predicted].join(' or '),
      withInterval(changes),
      withInterval(found.map(({ accuracy }) => accuracy)),
      found.length,
      `${holds ? 'yes' : 'no'}${isClear ? '' : ', interval contains 0'}`,
    ].join(' | ')} |`,
  )
}
const starts = runs.map(({ outcomes }) => outcomes)
console.log(
  `\n${held} of ${cells.size} cells. At the start of RL, over seeds and cells: long fraction ${number(mean(starts.map((one) => one.longFraction)))}, accuracy of long answers ${number(mean(starts.map((one) => one.longAccuracy)))}, of short ones ${number(mean(starts.map((one) => one.shortAccuracy)))}.`,
)
