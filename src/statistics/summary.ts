// Mean, spread and intervals of a handful of numbers. Non-finite values are not skipped here: see seeds.ts for that.
import tQuantile from '@stdlib/stats-base-dists-t-quantile'

/** Arithmetic mean; NaN for nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Sample standard deviation, divided by n - 1; NaN below two values. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return NaN
  const centre = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1))
}

/** Standard error of the mean; NaN below two values. */
export function standardError(values: readonly number[]): number {
  return standardDeviation(values) / Math.sqrt(values.length)
}

/** A mean with its interval; without one (low and high left out) below two values. */
export interface Estimate {
  mean: number
  n: number
  low?: number
  high?: number
}

/**
 * The factor of a two-sided Student-t interval of a mean of n values: the standard errors on either side of it,
 * t(1 - (1 - confidence)/2, n - 1).
 */
export function intervalFactor(n: number, confidence = 0.95): number {
  return tQuantile(1 - (1 - confidence) / 2, n - 1)
}

/** Mean and two-sided Student-t interval: mean +- intervalFactor x standard error. */
export function estimate(values: readonly number[], confidence = 0.95): Estimate {
  const n = values.length
  const centre = mean(values)
  if (n < 2) return { mean: centre, n }
  const half = intervalFactor(n, confidence) * standardError(values)
  return { mean: centre, n, low: centre - half, high: centre + half }
}

/** Middle value, or the mean of the two middle ones; NaN for nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  const upper = sorted[half] ?? NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2
}

/** The value a share of the way through ascending numbers, linear between neighbours (type 7 of Hyndman and Fan 1996). */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1)
  const below = sorted[Math.floor(place)] ?? NaN
  const above = sorted[Math.ceil(place)] ?? NaN
  return below + (place - Math.floor(place)) * (above - below)
}
