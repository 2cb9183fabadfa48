// Which closed form stands where: what a task's forms say of a config (`theory --json`), and of the rows of each of its stages.
// Where nothing is known for sure there is no value: most RL stages have none.
import { exactMethodShares } from '../shared/tasks/hidden-method'
import {
  isRejection,
  type RejectionStage,
  type RunConfig,
  type StageConfig,
  type TaskConfig,
} from '../shared/config/schema'
import { powersOfTwo } from '../statistics/pass-at-k'
import { attemptValues, groupsWithoutSignal, type Sampling } from './attempts'
import { hiddenMethodValues, methodPolicy, policyGradientValues } from './hidden-method-values'
import { linearTheoryValues } from './linear'
import * as parity from './parity'
import { endOfTraining, startOfStage, startsTrained, type TrainedMixture } from './trained-mixture'

/** Shares closer to 1/3 than rounding can tell. */
const TIE = 1e-9
/** Attempts that `theory` prints pass@k for. */
const attempts = powersOfTwo(1024)

/** Values by name, `theory/…`, in nats and unrounded; what is undefined is left out. */
export type TheoryValues = Record<string, number>

/**
 * What the task's closed forms say of the end of pretraining, whatever the stages: `theory --json`. Where no number of
 * STaR rounds flips greedy decoding (long fraction 0) `theory/star/rounds_to_flip` is Infinity.
 */
export function theoryValues(config: Pick<RunConfig, 'task' | 'model'>): TheoryValues {
  const { task, model } = config
  if (model.kind === 'linear') return linearTheoryValues(config)
  if (task.kind === 'hidden-method') {
    const end = { longFraction: task.longFraction, isPlainLoss: true }
    return {
      ...hiddenMethodValues(task, end, { temperature: 1, attempts }),
      ...policyGradientValues(task, attempts),
    }
  }
  if (task.kind !== 'parity' || task.partialFraction > 0) return {}
  return {
    'theory/eval/greedy_accuracy': parity.greedyAccuracy(task),
    'theory/eval/accuracy': parity.sampledAccuracy(task),
    'theory/eval/long_fraction': parity.longFraction(task),
    'theory/eval/mean_length': parity.meanLength(task),
    'theory/train/loss_per_sequence': parity.lossPlateau(task),
    'theory/train/loss_floor_per_sequence': parity.lossFloor(task),
    ...(parity.greedyAccuracy(task) < 1
      ? { 'theory/star/rounds_to_flip': parity.starRoundsToFlip(task.longFraction) }
      : {}),
  }
}

/** Where in a stage a prediction is asked for. */
export interface StagePoint {
  step: number
  /** `eval/long_fraction` measured at the stage's step 0; the task's own share where it is not known. */
  startLongFraction?: number
}

/** What the closed forms say of the rows of a stage; empty where they say nothing. */
export function predictions(config: RunConfig, stage: number, point: StagePoint): TheoryValues {
  return stagePredictor(config, stage)(point)
}

/** `predictions` of one stage, for many points of it: what does not depend on the point is worked out once. */
export function stagePredictor(config: RunConfig, stage: number): (point: StagePoint) => TheoryValues {
  const settings = config.stages[stage]
  if (!settings) return () => ({})
  if (settings.kind === 'rl') return (point) => rlStage(config, stage, settings, point)
  const end = endOfTraining(config, stage)
  if (end === undefined) return () => ({})
  const values = trainedValues(config, end, sampling(config, settings))
  const isTraining = settings.kind !== 'evaluate'
  const kept = Object.entries(values).filter(([name]) => isTraining || name.startsWith('theory/eval/'))
  return () => Object.fromEntries(kept)
}

function sampling({ evaluate }: RunConfig, stage: StageConfig): Sampling {
  if (stage.kind !== 'evaluate')
    return { temperature: 1, attempts: evaluate.completions > 1 ? powersOfTwo(evaluate.completions) : [] }
  return {
    temperature: stage.temperature,
    attempts: stage.k.length > 0 ? stage.k : powersOfTwo(stage.samples),
  }
}

/** What a model does that has learned a mixture, but for what cannot be learned from it. */
function trainedValues(config: RunConfig, end: TrainedMixture, how: Sampling): TheoryValues {
  const { task, model } = config
  if (task.kind === 'hidden-method') return hiddenMethodValues(task, end, how)
  if (task.kind !== 'parity' || task.bits === 1 || task.partialFraction > 0) return {}
  const mixture = { ...task, longFraction: end.longFraction }
  if (model.kind === 'linear')
    return how.temperature === 1 ? linearMetrics(linearTheoryValues({ task: mixture, model })) : {}
  return { ...parityEvaluation(mixture, how), ...(end.isPlainLoss ? parityLoss(mixture) : {}) }
}

/** Those that stand for a metric. */
const linearMetrics = (values: TheoryValues): TheoryValues =>
  Object.fromEntries(
    Object.entries(values).filter(([name]) => /^theory\/(eval\/|train\/loss_per_sequence)/.test(name)),
  )

function parityEvaluation(mixture: parity.ParityMixture, { temperature, attempts }: Sampling): TheoryValues {
  const long = parity.longFractionAt(mixture, temperature)
  const [one, other] = parity.accuraciesAt(mixture, temperature)
  const accuracy = (one + other) / 2
  return {
    'theory/eval/greedy_accuracy': parity.greedyAccuracy(mixture),
    'theory/eval/median_length': parity.greedyLength(mixture),
    'theory/eval/accuracy': accuracy,
    'theory/eval/mean_length': parity.meanLength({ ...mixture, longFraction: long }),
    'theory/eval/long_fraction': long,
    ...(long > 0 ? { 'theory/eval/long_accuracy': 1 } : {}),
    ...(long < 1 ? { 'theory/eval/short_accuracy': 0.5 } : {}),
    ...attemptValues(
      attempts,
      (k) => parity.passAtKSampled(mixture, k, temperature),
      (k) => parity.majorityAtKSampled(mixture, k, temperature),
    ),
  }
}

function parityLoss(mixture: parity.ParityMixture): TheoryValues {
  const plateau = parity.lossPlateau(mixture)
  return {
    'theory/train/loss_per_sequence': plateau,
    'theory/train/loss': plateau / parity.meanAnswerTokens(mixture),
  }
}

/** RL: rejection sampling on parity round by round, and how many groups of a policy gradient are silent at its start. */
function rlStage(
  config: RunConfig,
  stage: number,
  settings: Extract<StageConfig, { kind: 'rl' }>,
  point: StagePoint,
): TheoryValues {
  const { task } = config
  const start = point.startLongFraction ?? startOfStage(config, stage)?.longFraction
  if (start === undefined || settings.sampler !== 'policy' || !startsTrained(config, stage)) return {}
  if (isRejection(settings)) {
    if (task.kind !== 'parity' || task.bits === 1 || task.partialFraction > 0) return {}
    // Training on samples of another temperature moves shares by other factors: the recursion is that of temperature 1.
    return settings.temperature === 1
      ? round({ bits: task.bits, longFraction: start }, settings, point.step)
      : {}
  }
  const kinds = problemKinds(task, start, settings.temperature)
  if (point.step > 0 || settings.group === 1 || kinds.length === 0) return {}
  const silent = kinds.map(({ share, accuracy }) => share * groupsWithoutSignal(accuracy, settings.group))
  return { 'theory/rl/frac_reward_zero_std': silent.reduce((sum, each) => sum + each, 0) }
}

/** Kinds of problems that are equally hard, each with its share and the accuracy of samples; none where that is not known. */
function problemKinds(
  task: TaskConfig,
  longFraction: number,
  temperature: number,
): { share: number; accuracy: number }[] {
  if (task.kind === 'parity' && task.bits > 1 && task.partialFraction === 0)
    return parity
      .accuraciesAt({ bits: task.bits, longFraction }, temperature)
      .map((accuracy) => ({ share: 1 / 2, accuracy }))
  if (task.kind !== 'hidden-method') return []
  const shares = exactMethodShares(task)
  const policy = methodPolicy(task, longFraction, temperature) ?? []
  return policy.map((accuracy, method) => ({ share: shares[method] ?? 0, accuracy }))
}

/** After a round of rejection sampling whose samples come from the policy of the last refresh. */
function round(start: parity.ParityMixture, stage: RejectionStage, step: number): TheoryValues {
  if (step > stage.steps) return {}
  const group = stage.distinct ? stage.group : 1
  const refreshes = (rounds: number) =>
    rounds === 0 ? 0 : stage.refreshEvery === null ? 1 : Math.ceil(rounds / stage.refreshEvery)
  let share = start.longFraction
  let kept = 0
  for (let refresh = 0; refresh < refreshes(step); refresh++)
    ({ longFraction: share, kept } = parity.distinctRound(share, group))
  const isLong = parity.isGreedyLong(share)
  // At 1/3 stopping and going on are equally likely, and which one greedy decoding takes is undefined.
  const isTie = Math.abs(share - parity.GREEDY_THRESHOLD) < TIE
  const mixture = { ...start, longFraction: share }
  return {
    'theory/eval/long_fraction': share,
    'theory/eval/accuracy': parity.sampledAccuracy(mixture),
    'theory/eval/mean_length': parity.meanLength(mixture),
    ...(isTie ? {} : { 'theory/eval/greedy_accuracy': isLong ? 1 : 0.5 }),
    ...(isTie ? {} : { 'theory/eval/median_length': isLong ? start.bits : 1 }),
    ...(step > 0 ? { 'theory/rl/kept_fraction': kept } : {}),
  }
}
