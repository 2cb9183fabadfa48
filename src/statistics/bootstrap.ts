// Intervals by the bootstrap: how much a mean over problems would move with other problems of the same kind. Draws are a
// function of the seed alone.
import { mean, quantile } from './summary'

/** A mean with the interval that its resampled means fall into. */
export interface BootstrapEstimate {
  mean: number
  low: number
  high: number
}

/** Resamples of a bootstrap; the ends of a 95% interval are then known to about a tenth of its width. */
const RESAMPLES = 1000

/**
 * Percentile bootstrap over problems (Efron 1979) of the mean of each row of `values`, one number a problem, the same
 * problems drawn for every row: the 2.5 and 97.5 percentiles of 1,000 resampled means. With fewer than about 20 problems
 * it is too narrow, and where all values are equal it has no width; with one problem it says nothing. `values` must be
 * of equal, positive lengths.
 */
export function bootstrapMeans(
  values: readonly (readonly number[])[],
  { seed = 0, confidence = 0.95 } = {},
): BootstrapEstimate[] {
  const problems = values[0]?.length ?? 0
  const means = values.map(() => new Float64Array(RESAMPLES))
  const times = new Float64Array(problems)
  for (let resample = 0; resample < RESAMPLES; resample++) {
    times.fill(0)
    for (let draw = 0; draw < problems; draw++) {
      const index = Math.floor((uniformBits(seed, resample * problems + draw) / 2 ** 32) * problems)
      times[index] = (times[index] ?? 0) + 1
    }
    values.forEach((row, index) => {
      const sum = row.reduce((all, value, problem) => all + value * (times[problem] ?? 0), 0)
      const sums = means[index]
      if (sums) sums[resample] = sum / problems
    })
  }
  const tail = (1 - confidence) / 2
  return values.map((row, index) => {
    const sorted = (means[index] ?? new Float64Array(0)).sort()
    return { mean: mean(row), low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) }
  })
}

/** Up to so many values every resample is counted: 5 values have 3,125. */
const MOST_COUNTED = 5

/**
 * Percentile bootstrap of a centre (mean, interquartile mean) of a few values: the 2.5 and 97.5 percentiles over all n^n
 * resamples for up to 5 values, over 1,000 drawn ones beyond. For so few values it is narrower than the t interval, and says so
 * little more than their extremes.
 */
export function bootstrapCentre(
  values: readonly number[],
  centreOf: (resample: readonly number[]) => number,
  { seed = 0, confidence = 0.95 } = {},
): { low: number; high: number } {
  const n = values.length
  const isCounted = n <= MOST_COUNTED
  const count = isCounted ? n ** n : RESAMPLES
  const pick = (resample: number, draw: number) =>
    isCounted
      ? Math.floor(resample / n ** draw) % n
      : Math.floor((uniformBits(seed, resample * n + draw) / 2 ** 32) * n)
  const centres = Float64Array.from({ length: count }, (_, resample) =>
    centreOf(values.map((_value, draw) => values[pick(resample, draw)] ?? NaN)),
  ).sort()
  const tail = (1 - confidence) / 2
  return { low: quantile(centres, tail), high: quantile(centres, 1 - tail) }
}

/** 32 random bits for a counter: the finalizer of MurmurHash3 over both words, twice. */
function uniformBits(seed: number, counter: number): number {
  const low = mix(Math.imul(seed, 0x9e3779b9) ^ (counter >>> 0))
  return mix(low ^ Math.imul(Math.floor(counter / 2 ** 32) + 1, 0x85ebca77)) >>> 0
}

function mix(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
