// The closed forms under the names of the metrics they predict. What holds where: pretraining's forms at the end of
// pretraining, a STaR stage's recursion round by round from the share it starts with; other RL stages have none.
import type { RejectionStage, RunConfig, TaskConfig } from '../shared/config/schema'
import { isRejection } from '../shared/config/schema'
import {
  GREEDY_THRESHOLD,
  greedyAccuracy,
  greedyLength,
  groupsWithoutSignal,
  isGreedyLong,
  longFraction,
  lossFloor,
  lossPlateau,
  meanAnswerTokens,
  meanLength,
  sampledAccuracy,
  starKeptFraction,
  starLongFraction,
  starRoundsToFlip,
} from './parity'

type ParityConfig = Extract<TaskConfig, { kind: 'parity' }>

/** Shares closer to 1/3 than rounding can tell. */
const TIE = 1e-9

/** Values by name, `theory/…`, in nats and unrounded; what is undefined is left out. */
export type TheoryValues = Record<string, number>

/**
 * What the task's closed forms say of the end of pretraining, whatever the stages: `theory --json`. Where no number of
 * STaR rounds flips greedy decoding (long fraction 0) `theory/star/rounds_to_flip` is Infinity.
 */
export function theoryValues({ task }: Pick<RunConfig, 'task'>): TheoryValues {
  if (task.kind !== 'parity') return {}
  return {
    'theory/eval/greedy_accuracy': greedyAccuracy(task),
    'theory/eval/accuracy': sampledAccuracy(task),
    'theory/eval/long_fraction': longFraction(task),
    'theory/eval/mean_length': meanLength(task),
    'theory/train/loss_per_sequence': lossPlateau(task),
    'theory/train/loss_floor_per_sequence': lossFloor(task),
    ...(greedyAccuracy(task) < 1 ? { 'theory/star/rounds_to_flip': starRoundsToFlip(task.longFraction) } : {}),
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
  const { task, stages } = config
  const settings = stages[stage]
  if (!settings || task.kind !== 'parity' || task.bits === 1) return {}
  if (settings.kind === 'pretrain') return endOfPretraining(task)
  if (settings.kind !== 'rl') return {}
  const follows = stage > 0 && stages[stage - 1]?.kind === 'pretrain'
  const start = point.startLongFraction ?? (follows ? task.longFraction : undefined)
  // Sampling at another temperature changes the shares of long and short: the forms are those of temperature 1.
  if (start === undefined || settings.temperature !== 1) return {}
  if (isRejection(settings)) return starRound(task, settings, start, point.step)
  if (point.step > 0) return {}
  const accuracy = (1 + start) / 2
  return { 'theory/rl/frac_reward_zero_std': groupsWithoutSignal(accuracy, settings.group) }
}

function endOfPretraining(task: ParityConfig): TheoryValues {
  const p = task.longFraction
  return {
    'theory/eval/greedy_accuracy': greedyAccuracy(task),
    'theory/eval/median_length': greedyLength(task),
    'theory/eval/accuracy': sampledAccuracy(task),
    'theory/eval/mean_length': meanLength(task),
    'theory/eval/long_fraction': longFraction(task),
    ...(p > 0 ? { 'theory/eval/long_accuracy': 1 } : {}),
    ...(p < 1 ? { 'theory/eval/short_accuracy': 0.5 } : {}),
    'theory/train/loss_per_sequence': lossPlateau(task),
    'theory/train/loss': lossPlateau(task) / meanAnswerTokens(task),
  }
}

function starRound(task: ParityConfig, stage: RejectionStage, start: number, round: number): TheoryValues {
  if (round > stage.steps) return {}
  const share = starLongFraction(start, round)
  const isLong = isGreedyLong(share)
  // At 1/3 stopping and going on are equally likely, and which one greedy decoding takes is undefined.
  const isTie = Math.abs(share - GREEDY_THRESHOLD) < TIE
  return {
    'theory/eval/long_fraction': share,
    'theory/eval/accuracy': sampledAccuracy({ ...task, longFraction: share }),
    'theory/eval/mean_length': meanLength({ ...task, longFraction: share }),
    ...(isTie ? {} : { 'theory/eval/greedy_accuracy': isLong ? 1 : 0.5 }),
    ...(isTie ? {} : { 'theory/eval/median_length': isLong ? task.bits : 1 }),
    ...(round > 0 ? { 'theory/rl/kept_fraction': starKeptFraction(starLongFraction(start, round - 1)) } : {}),
  }
}
