// Pure numbers of the recipes: token weights (how a loss averages) and advantages (what a sequence is worth). No tensors.
import type { PolicyGradientStage } from '../shared/config/schema'

/** Weights [rows * answerLength] of the mean over all tokens of the sequences; rows beyond `lengths` weigh nothing. */
export function tokenMeanWeights(
  lengths: readonly number[],
  rows: number,
  answerLength: number,
): Float32Array {
  const tokens = lengths.reduce((sum, length) => sum + length, 0)
  return spread(lengths, rows, answerLength, () => 1 / tokens)
}

/**
 * Weights of the mean over sequences of their token sum (`sequence-sum`) or token mean (`sequence-mean`, the 1/T form of
 * Shao et al. 2024, eq. 3). `lengths` count tokens, end token included.
 */
export function sequenceWeights(
  lengths: readonly number[],
  rows: number,
  answerLength: number,
  aggregation: PolicyGradientStage['aggregation'],
): Float32Array {
  return spread(lengths, rows, answerLength, (length) =>
    aggregation === 'sequence-sum' ? 1 / lengths.length : 1 / (lengths.length * length),
  )
}

function spread(
  lengths: readonly number[],
  rows: number,
  answerLength: number,
  weightOf: (length: number) => number,
): Float32Array {
  const weights = new Float32Array(rows * answerLength)
  lengths.forEach((length, row) => {
    weights.fill(weightOf(length), row * answerLength, row * answerLength + length)
  })
  return weights
}

/** Added to a group's standard deviation. */
const stdEps = 1e-6

/** The choices an advantage is made of. */
export type AdvantageChoices = Pick<PolicyGradientStage, 'baseline' | 'scale'>

/** Advantages of rewards that stand group by group: (r - baseline) / scale, see the config's fields. */
export function advantagesOf(rewards: readonly number[], group: number, choices: AdvantageChoices): number[] {
  const batchMean = mean(rewards)
  return groupsOf(rewards, group).flatMap((members) => {
    const groupMean = mean(members)
    const baseline =
      choices.baseline === 'none' ? 0 : choices.baseline === 'batch-mean' ? batchMean : groupMean
    const scale = choices.scale === 'none' ? 1 : populationStd(members) + stdEps
    return members.map((reward) => (reward - baseline) / scale)
  })
}

/** Consecutive groups of `size`. */
export function groupsOf<T>(values: readonly T[], size: number): T[][] {
  const groups: T[][] = []
  for (let start = 0; start < values.length; start += size) groups.push(values.slice(start, start + size))
  return groups
}

/** Arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Standard deviation with n in the denominator. */
export function populationStd(values: readonly number[]): number {
  const center = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - center) ** 2)))
}
