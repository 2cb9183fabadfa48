// Rules that involve several fields of a task, or a task and the stages that draw from it. What one field may be is the
// schema's business; what a data set's rows must have is shared/tasks/dataset-rows.ts.
import { tooFewFunctions } from '../tasks/compose'
import { createTask } from '../tasks/create-task'
import { exactMethodShares } from '../tasks/hidden-method'
import type { Cell } from '../tasks/task'
import { problemAt, type ConfigProblem } from './problem'
import { stageSteps, type RunConfig, type TaskConfig } from './schema'
import { parityTask } from './schema/tasks'

type ConfigOf<Kind extends TaskConfig['kind']> = Extract<TaskConfig, { kind: Kind }>

/** How far sums of shares may be from 1, and shares from a multiple of 0.1: decimals have no exact binary form. */
const ROUNDING = 1e-9
/** Deviation of a method's exact share from the asked one that is worth a warning. */
const FAR_FROM_SHARE = 1e-3

/** Everything that breaks a rule about the task, and the warnings. */
export function taskRules(config: RunConfig): ConfigProblem[] {
  const problems = [...ownRules(config), ...levelRules(config)]
  // A task with faults cannot be made, so its inputs cannot be counted.
  return problems.some(({ severity }) => severity === 'error') ? problems : [...problems, ...exposure(config)]
}

function ownRules({ task, stages }: RunConfig): ConfigProblem[] {
  switch (task.kind) {
    case 'parity':
      return parityRules(task, stages)
    case 'compose': {
      const message = tooFewFunctions(task)
      return message === undefined ? [] : [problemAt('task.trainFunctions', message)]
    }
    case 'hidden-method':
      return hiddenMethodRules(task)
    case 'dataset':
      return []
  }
}

function parityRules(task: ConfigOf<'parity'>, stages: RunConfig['stages']): ConfigProblem[] {
  const { bits, partialFraction, leap } = task
  const shares = [
    { path: 'task.longFraction', longFraction: task.longFraction },
    ...mixturesOf(stages).map(({ at, point }) => ({ path: `${at}.longFraction`, ...point })),
  ]
  const tooLarge = shares.flatMap(({ path, longFraction = 0 }) =>
    longFraction + partialFraction <= 1 + ROUNDING
      ? []
      : [
          problemAt(
            path,
            `must be at most 1 together with task.partialFraction, got ${longFraction} + ${partialFraction}`,
          ),
        ],
  )
  const nothing =
    partialFraction === 0
      ? leap !== parityTask.shape.leap.parse(undefined) &&
        'does nothing while task.partialFraction is 0: no chain is partial'
      : leap >= bits &&
        `a partial chain is the answer alone while task.leap (${leap}) is not below task.bits (${bits})`
  return nothing === false ? tooLarge : [...tooLarge, problemAt('task.leap', nothing, 'warning')]
}

function hiddenMethodRules(task: ConfigOf<'hidden-method'>): ConfigProblem[] {
  const { shares, prior, keyLength, symbols } = task
  const problems: ConfigProblem[] = []
  if (shares.length !== prior.length)
    problems.push(
      problemAt(
        'task.prior',
        `must have as many entries as task.shares, one a method: got ${prior.length} and ${shares.length}`,
      ),
    )
  for (const name of ['shares', 'prior'] as const) {
    const sum = task[name].reduce((total, share) => total + share, 0)
    if (Math.abs(sum - 1) > ROUNDING)
      problems.push(problemAt(`task.${name}`, `must sum to 1, got ${Number(sum.toPrecision(12))}`))
  }
  const odd = shares.find((share) => Math.abs(share * 10 - Math.round(share * 10)) > ROUNDING)
  if (odd !== undefined)
    problems.push(problemAt('task.shares', `must be multiples of 0.1 (the hash has ten states), got ${odd}`))
  if (problems.length > 0) return problems
  const exact = exactMethodShares(task)
  if (exact.every((share, method) => Math.abs(share - (shares[method] ?? 0)) <= FAR_FROM_SHARE)) return []
  const shown = exact.map((share) => Number(share.toFixed(4))).join(', ')
  return [
    problemAt(
      'task.keyLength',
      `${symbols} task.symbols in keys of ${keyLength} give too few keys for task.shares: the exact shares are ${shown}`,
      'warning',
    ),
  ]
}

/** Weights of levels, the task's and those of the stages, against the levels there are. */
function levelRules({ task, stages, evaluate }: RunConfig): ConfigProblem[] {
  // A data set's levels are in its rows.
  if (task.kind === 'dataset') return []
  const given = givenLevels(stages)
  if (task.kind === 'compose') {
    const { depth } = task
    return [{ path: 'task.levels', levels: task.levels }, ...given].flatMap(({ path, levels }) => {
      if (levels.slice(depth).some((weight) => weight > 0))
        return [problemAt(path, `must give weight to levels up to task.depth (${depth}) only`)]
      return levels.some((weight) => weight > 0) ? [] : [problemAt(path, 'must have a weight above 0')]
    })
  }
  const idle = `does nothing: the task ${task.kind} has no levels`
  return [
    ...given.map(({ path }) => problemAt(path, idle, 'warning')),
    ...(evaluate.cells > 0 ? [problemAt('evaluate.cells', idle, 'warning')] : []),
  ]
}

/** A level that a stage gives weight to and a data set has no training rows of; undefined where there is none. */
export function datasetLevelProblem(
  { stages }: RunConfig,
  cells: readonly Cell[],
): ConfigProblem | undefined {
  const levels = cells.flatMap(({ split, level }) => (split === 'train' ? [level] : []))
  for (const { path, levels: weights } of givenLevels(stages)) {
    const lacking = weights.findIndex((weight, index) => weight > 0 && !levels.includes(index + 1))
    if (lacking !== -1)
      return problemAt(
        path,
        `gives weight to level ${lacking + 1}, but the data set has training rows of level ${levels.join(', ')} only`,
      )
    if (weights.every((weight) => weight === 0)) return problemAt(path, 'must have a weight above 0')
  }
  return undefined
}

/** Weights of levels that stages and their mixtures give, with their paths. */
function givenLevels(stages: RunConfig['stages']): { path: string; levels: readonly number[] }[] {
  return [
    ...stages.flatMap((stage, index) =>
      'levels' in stage && stage.levels ? [{ path: `stages.${index}.levels`, levels: stage.levels }] : [],
    ),
    ...mixturesOf(stages).flatMap(({ at, point: { levels } }) =>
      levels ? [{ path: `${at}.levels`, levels }] : [],
    ),
  ]
}

/** Points of the stages' mixtures with their paths. */
function mixturesOf(stages: RunConfig['stages']) {
  return stages.flatMap((stage, index) =>
    ('mixture' in stage ? stage.mixture : []).map((point, place) => ({
      at: `stages.${index}.mixture.${place}`,
      point,
    })),
  )
}

/** Field that decides how many inputs a task has. */
const sizeField = { parity: 'task.bits', compose: 'task.length', 'hidden-method': 'task.keyLength' } as const

/** Sequences of the task that are trained on against the number of different inputs there are. */
function exposure({ task, model, stages }: RunConfig): ConfigProblem[] {
  // A linear model has no way to memorise the parity of its inputs.
  if (task.kind === 'dataset' || model.kind === 'linear') return []
  const { inputs } = createTask(task)
  const drawn = stages.flatMap((stage, index) => {
    const at = `stages.${index}`
    if (stage.kind === 'pretrain')
      return [{ seen: stageSteps(stage) * stage.batch, product: `${at}.steps x ${at}.batch` }]
    if (stage.kind === 'evaluate' || stage.sampler !== 'data') return []
    return [{ seen: stageSteps(stage) * stage.prompts, product: `${at}.steps x ${at}.prompts` }]
  })
  const seen = drawn.reduce((sum, each) => sum + each.seen, 0)
  if (seen <= inputs) return []
  const products = drawn.map(({ product }) => product).join(' + ')
  const message = `training on the task's own sequences sees ${seen} of them (${products}) but there are only ${inputs} different inputs: the model may memorise them`
  return [problemAt(sizeField[task.kind], message, 'warning')]
}
