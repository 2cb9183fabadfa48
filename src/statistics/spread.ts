// What a handful of values (seeds of one arm) come to: a centre, and how far they or their centre may lie from it. Pure;
// values that are not finite are the caller's to leave out (seeds.ts does).
import { bootstrapCentre } from './bootstrap'
import { extent } from './extent'
import { intervalFactor, mean, standardDeviation, standardError } from './summary'

/**
 * interval: mean and 95% Student-t interval. bootstrap: mean and 95% percentile bootstrap over the values. iqm: interquartile
 * mean with its 95% percentile bootstrap (Agarwal et al. 2021, arXiv 2108.13264). sd, se: mean +- standard deviation or error.
 * min-max: mean between the extremes.
 */
export const spreadKinds = ['interval', 'bootstrap', 'iqm', 'sd', 'se', 'min-max'] as const
export type SpreadKind = (typeof spreadKinds)[number]

/** Centre of n values; low and high are left out below two of them. */
export interface Spread {
  centre: number
  n: number
  low?: number
  high?: number
}

/** What a kind takes for the middle of finite values. */
export function centreOf(values: readonly number[], kind: SpreadKind): number {
  return kind === 'iqm' ? interquartileMean(values) : mean(values)
}

/** The spread of finite values, of which there is at least one; `factorOf` for a caller that keeps the factors of many n. */
export function spreadOf(values: readonly number[], kind: SpreadKind, factorOf = intervalFactor): Spread {
  const n = values.length
  const centre = centreOf(values, kind)
  if (n < 2) return { centre, n }
  const around = (half: number) => ({ centre, n, low: centre - half, high: centre + half })
  switch (kind) {
    case 'interval':
      return around(factorOf(n) * standardError(values))
    case 'bootstrap':
      return { centre, n, ...bootstrapCentre(values, mean) }
    case 'iqm':
      return { centre, n, ...bootstrapCentre(values, interquartileMean) }
    case 'sd':
      return around(standardDeviation(values))
    case 'se':
      return around(standardError(values))
    case 'min-max': {
      const [low, high] = extent(values)
      return { centre, n, low, high }
    }
  }
}

/**
 * Mean of the middle half: floor(n / 4) values are cut from each end, so that below four values it is the mean. NaN for
 * nothing.
 */
export function interquartileMean(values: readonly number[]): number {
  const cut = Math.floor(values.length / 4)
  const sorted = [...values].sort((a, b) => a - b)
  return mean(sorted.slice(cut, sorted.length - cut))
}
