// Prints the table of docs/research-contraction.md: for every cell of the study compose/contraction-grid what the criterion
// predicts from the accuracies at the start of RL, what it gives on rollouts of the base with their groups as they are (runs
// of the study contraction-base, see the page), and what became of the long fraction, with its 95% t interval over seeds.
//   node scripts/contraction-table.mjs WORKSPACE
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createJiti } from 'jiti'

const [workspace] = process.argv.slice(2)
if (workspace === undefined) {
  console.error('usage: node scripts/contraction-table.mjs WORKSPACE')
  process.exit(2)
}
const jiti = createJiti(import.meta.url)
/** @type {typeof import('../src/theory/contraction')} */
const { lengthTendency } = await jiti.import('../src/theory/contraction.ts')
/** @type {typeof import('../src/statistics/summary')} */
const { estimate, mean } = await jiti.import('../src/statistics/summary.ts')

/** @typedef {import('../src/shared/config/schema').PolicyGradientStage} Stage */
/** @typedef {{ isRight: boolean, isLong: boolean, tokens: number }} Rollout */
/** @typedef {import('../src/theory/contraction').LengthOutcomes} Outcomes */
/** @typedef {{ long: number, short: number }} Sides */
/** @typedef {{ point: Record<string, unknown>, stage: Stage, outcomes: Outcomes, tendency: Sides, change: number, accuracy: number }} Run */

const CELL = 'eval/train/level-2/'
/** @param {string} path */
const json = (path) => JSON.parse(readFileSync(path, 'utf8'))
/** @param {string} path */
const rowsOf = (path) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => (line.endsWith('}') ? [JSON.parse(line)] : []))

/** @param {string} study */
const finished = (study) =>
  readdirSync(join(workspace, 'runs'))
    .map((id) => join(workspace, 'runs', id))
    .filter((folder) => existsSync(join(folder, 'run.json')))
    .filter((folder) => {
      const record = json(join(folder, 'run.json'))
      return record.study === study && record.state === 'finished'
    })

/** Groups of rollouts of the bases: right or wrong, long or short, tokens. */
const groups = finished('contraction-base').flatMap((folder) => {
  /** @type {Map<string, Rollout[]>} */
  const found = new Map()
  for (const row of rowsOf(join(folder, 'samples.jsonl'))) {
    if (row.advantage === undefined) continue
    const key = `${row.step} ${row.prompt_id}`
    const one = {
      isRight: row.reward > 0,
      isLong: !row.completion.startsWith('<ans>'),
      tokens: row.tokens.length,
    }
    found.set(key, [...(found.get(key) ?? []), one])
  }
  return [...found.values()]
})

/**
 * Mean weight of a token of long and of short answers in these groups, under a stage's choices.
 * @param {Stage} stage
 * @returns {[number, number]}
 */
function measuredSides({
  wrongReward,
  rightWeight,
  wrongWeight,
  baseline,
  aggregation,
  groupsWithoutSignal,
}) {
  /** @param {boolean} isLong */
  const sideOf = (isLong) =>
    mean(
      groups.flatMap((group) => {
        const right = group.filter(({ isRight }) => isRight).length
        const isDropped = groupsWithoutSignal === 'drop' && (right === 0 || right === group.length)
        const centre =
          baseline === 'group-mean' ? (right + (group.length - right) * wrongReward) / group.length : 0
        return group
          .filter((one) => one.isLong === isLong)
          .map(({ isRight, tokens }) => {
            const advantage = isDropped ? 0 : (isRight ? 1 : wrongReward) - centre
            const weight = advantage * (isRight ? rightWeight : wrongWeight)
            return weight / (aggregation === 'sequence-mean' ? tokens : 1)
          })
      }),
    )
  return [sideOf(true), sideOf(false)]
}

/** @type {Run[]} */
const runs = finished('compose/contraction-grid').map((folder) => {
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
    stage: config.stages[1],
    outcomes,
    tendency: lengthTendency(config.stages[1], outcomes) ?? { long: NaN, short: NaN },
    change: last[`${CELL}long_fraction`] - first[`${CELL}long_fraction`],
    accuracy: last[`${CELL}accuracy`] - first[`${CELL}accuracy`],
  }
})

/** @type {Map<string, Run[]>} */
const cells = new Map()
for (const run of runs) {
  const rest = Object.entries(run.point).filter(([axis]) => axis !== 'seed')
  const key = JSON.stringify(Object.fromEntries(rest))
  cells.set(key, [...(cells.get(key) ?? []), run])
}
/** @param {number} value */
const number = (value, digits = 2) => value.toFixed(digits).replace('-', '−')
/** @param {number} value */
const signed = (value) => `${value >= 0 ? '+' : ''}${number(value)}`
/** @param {number[]} values */
const withInterval = (values) => {
  const { mean: centre, low, high } = estimate(values)
  return low === undefined || high === undefined
    ? signed(centre)
    : `${signed(centre)} [${signed(low)}, ${signed(high)}]`
}
console.log(
  '| optimizer, 1/T | wrong answers | baseline | groups without signal | closed form: long, short | predicts | on rollouts: long, short | predicts | change of the long fraction | change of accuracy | n |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
)
const held = { closed: 0, rollouts: 0 }
/** @param {number[]} sides */
const words = ([long = NaN, short = NaN]) => (long > short ? 'lengthens' : 'contracts')
for (const [key, found] of [...cells].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const point = JSON.parse(key)
  const [first] = found
  if (first === undefined) continue
  const sides = [
    mean(found.map(({ tendency }) => tendency.long)),
    mean(found.map(({ tendency }) => tendency.short)),
  ]
  const measured = measuredSides(first.stage)
  const changes = found.map(({ change }) => change)
  const { mean: centre, low = NaN, high = NaN } = estimate(changes)
  const seen = centre > 0 ? 'lengthens' : 'contracts'
  const isClear = low > 0 || high < 0
  const [closed, onRollouts] = [words(sides), groups.length === 0 ? undefined : words(measured)]
  if (closed === seen) held.closed++
  if (onRollouts === seen) held.rollouts++
  /** @param {string} word */
  const marked = (word) => (word === seen ? word : `**${word}**`)
  console.log(
    `| ${[
      point.arm,
      point['stages.1.wrongWeight'] === 0 ? 'ignored' : 'pushed away',
      point['stages.1.baseline'] === 'none' ? 'none' : "group's mean",
      point['stages.1.groupsWithoutSignal'] === 'keep' ? 'kept' : 'dropped',
      sides.map((side) => number(side, 3)).join(', '),
      marked(closed),
      onRollouts === undefined ? '' : measured.map((side) => number(side, 3)).join(', '),
      onRollouts === undefined ? '' : marked(onRollouts),
      `${withInterval(changes)}${isClear ? '' : ' (cannot tell)'}`,
      withInterval(found.map(({ accuracy }) => accuracy)),
      found.length,
    ].join(' | ')} |`,
  )
}
const starts = runs.map(({ outcomes }) => outcomes)
console.log(
  `\nThe sign agrees with the closed form in ${held.closed}, with the rollouts in ${held.rollouts} of ${cells.size} cells (${runs.length} runs). At the start of RL: long fraction ${number(mean(starts.map((one) => one.longFraction)))}, accuracy of long answers ${number(mean(starts.map((one) => one.longAccuracy)))}, of short ones ${number(mean(starts.map((one) => one.shortAccuracy)))}. Rollouts: ${groups.length} groups.`,
)
