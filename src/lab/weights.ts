// Token weights: how a loss averages over tokens and sequences; and sums and spreads of a few numbers. Plain numbers, no tensors.
import type { PolicyGradientStage } from '../shared/config/schema'
import { mean } from '../statistics/summary'

/**
 * Weights [rows * answerLength] of the tokens of sequences: the mean over sequences of their token sums (`sequence-sum`), or
 * of their token means (`sequence-mean`, the 1/T form of Shao et al. 2024, eq. 3), or the mean over all tokens (`token-mean`,
 * Yu et al. 2025, eq. 8). `lengths` count tokens, end token included; rows beyond `lengths` weigh nothing.
 */
export function sequenceWeights(
  lengths: readonly number[],
  rows: number,
  answerLength: number,
  aggregation: PolicyGradientStage['aggregation'],
): Float32Array {
  const weights = new Float32Array(rows * answerLength)
  const tokens = sumOf(lengths)
  lengths.forEach((length, row) => {
    const weight = tokenWeight(aggregation, length, lengths.length, tokens)
    weights.fill(weight, row * answerLength, row * answerLength + length)
  })
  return weights
}

function tokenWeight(
  aggregation: PolicyGradientStage['aggregation'],
  length: number,
  sequences: number,
  tokens: number,
): number {
  switch (aggregation) {
    case 'sequence-sum':
      return 1 / sequences
    case 'sequence-mean':
      return 1 / (sequences * length)
    case 'token-mean':
      return 1 / tokens
  }
}

/** Consecutive groups of `size`. */
export function groupsOf<T>(values: readonly T[], size: number): T[][] {
  const groups: T[][] = []
  for (let start = 0; start < values.length; start += size) groups.push(values.slice(start, start + size))
  return groups
}

/** Sum of numbers; 0 of nothing. */
export function sumOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += values[index] as number
  return sum
}

/** Standard deviation with n in the denominator. */
export function populationStd(values: readonly number[]): number {
  const center = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - center) ** 2)))
}
