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

/** Up to so many values every resample is counted: 5 values have 3,125, of which 126 differ in more than their order. */
const MOST_COUNTED = 5

/** Resamples that differ in their order only. */
interface Resample {
  /** Which of the values, ascending. */
  places: readonly number[]
  /** How many orders they have. */
  orders: number
}
const countedResamples: readonly (readonly Resample[])[] = Array.from({ length: MOST_COUNTED + 1 }, (_, n) =>
  resamplesOf(n),
)

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
  const pick = (place: number) => values[place] ?? NaN
  const tail = (1 - confidence) / 2
  const counted = countedResamples[n]
  if (counted !== undefined) {
    const centres = counted.map(({ places, orders }) => ({ centre: centreOf(places.map(pick)), orders }))
    centres.sort((a, b) => a.centre - b.centre)
    return { low: weightedQuantile(centres, tail), high: weightedQuantile(centres, 1 - tail) }
  }
  const draw = (resample: number, index: number) =>
    Math.floor((uniformBits(seed, resample * n + index) / 2 ** 32) * n)
  const centres = Float64Array.from({ length: RESAMPLES }, (_, resample) =>
    centreOf(values.map((_value, index) => pick(draw(resample, index)))),
  ).sort()
  return { low: quantile(centres, tail), high: quantile(centres, 1 - tail) }
}

/** As quantile, over a list in which every centre stands as often as its resamples have orders. */
function weightedQuantile(sorted: readonly { centre: number; orders: number }[], share: number): number {
  const total = sorted.reduce((sum, { orders }) => sum + orders, 0)
  const place = share * (total - 1)
  const at = (index: number) => {
    let passed = 0
    return sorted.find(({ orders }) => (passed += orders) > index)?.centre ?? NaN
  }
  const below = at(Math.floor(place))
  return below + (place - Math.floor(place)) * (at(Math.ceil(place)) - below)
}

/** Every choice of n of n values with repetition, the order aside. */
function resamplesOf(n: number): Resample[] {
  const grow = (places: readonly number[]): number[][] => {
    if (places.length === n) return [[...places]]
    const first = places.at(-1) ?? 0
    return Array.from({ length: n - first }, (_, more) => first + more).flatMap((place) =>
      grow([...places, place]),
    )
  }
  const factorial = (count: number): number => (count < 2 ? 1 : count * factorial(count - 1))
  return grow([]).map((places) => {
    const repeats = [...new Set(places)].map((place) => places.filter((other) => other === place).length)
    return { places, orders: repeats.reduce((rest, times) => rest / factorial(times), factorial(n)) }
  })
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
