// Draws that several tasks share, on top of a stream of uniform numbers.
import { AfterwordError } from '../errors'
import type { RandomStream } from './task'

/** A whole number of 0 … count-1, each equally likely to within 2^-24. */
export function drawBelow(stream: RandomStream, count: number): number {
  return Math.floor(stream.uniform() * count)
}

/** An index of `weights` with probability in proportion to its weight; weights are at least 0 and not all 0. */
export function drawWeighted(stream: RandomStream, weights: readonly number[]): number {
  let left = stream.uniform() * weights.reduce((sum, weight) => sum + weight, 0)
  let last = 0
  for (const [index, weight] of weights.entries()) {
    if (weight === 0) continue
    last = index
    left -= weight
    if (left < 0) break
  }
  return last
}

/**
 * Weights of levels 1 … depth from those a config or a choice gives: 0 where the list ends early. Throws AfterwordError where a
 * level beyond the depth has a weight, or none has.
 */
export function levelWeights(levels: readonly number[], depth: number): number[] {
  if (levels.slice(depth).some((weight) => weight > 0))
    throw new AfterwordError('invalid-input', `levels [${levels.join(', ')}]: there are only ${depth} levels`)
  const weights = Array.from({ length: depth }, (_, index) => levels[index] ?? 0)
  if (weights.every((weight) => weight === 0))
    throw new AfterwordError('invalid-input', `levels [${levels.join(', ')}]: no level has a weight above 0`)
  return weights
}
