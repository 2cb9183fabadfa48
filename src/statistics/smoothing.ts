// Smoothing of a curve, for display only; what is exported says whether it was smoothed. In all kinds a point that is not
// finite stays as it is and does not enter the others.

/**
 * ema: exponential moving average, `amount` in [0, 1) is what remains of the past per point. mean: running mean over
 * `amount` points, as many before as after (of an even amount one more). gaussian: weighted by a normal curve with a deviation of `amount` points.
 */
export interface Smoothing {
  kind: 'none' | 'ema' | 'mean' | 'gaussian'
  amount: number
}

/** The smoothed values, as many as there were. */
export function smooth(values: readonly number[], { kind, amount }: Smoothing): number[] {
  switch (kind) {
    case 'none':
      return [...values]
    case 'ema':
      return debiasedAverage(values, amount)
    case 'mean':
      return runningMean(values, reachOf(amount))
    case 'gaussian':
      if (amount <= 0) return [...values]
      return windowed(values, Math.ceil(GAUSSIAN_REACH * amount), (distance) =>
        Math.exp(-0.5 * (distance / amount) ** 2),
      )
  }
}

/** Points on both sides of the one whose running mean it is. */
const reachOf = (amount: number): number => Math.floor(amount / 2)

/** How many points a running mean is over. */
export const runningMeanPoints = (amount: number): number => 2 * reachOf(amount) + 1

/** Deviations after which the normal curve is cut off. */
const GAUSSIAN_REACH = 4

/**
 * Exponential moving average without the pull towards zero at the start (the correction of Adam, Kingma and Ba 2015,
 * section 3). `weight` in [0, 1) is what remains of the past per point; 0 changes nothing.
 */
export function debiasedAverage(values: readonly number[], weight: number): number[] {
  let sum = 0
  let remaining = 1
  return values.map((value) => {
    if (!Number.isFinite(value)) return value
    sum = weight * sum + (1 - weight) * value
    remaining *= weight
    return sum / (1 - remaining)
  })
}

/**
 * Means over `reach` points on both sides; towards the ends, over those there are. Each window is the end of one block and the
 * beginning of the next, so that sums along the blocks give it whatever its width: nothing is subtracted, and no digit lost where
 * one value is much larger than the others.
 */
function runningMean(values: readonly number[], reach: number): number[] {
  const side = Math.min(reach, values.length)
  const width = 2 * side + 1
  const length = values.length + 2 * side
  const at = (place: number) => values[place - side] ?? NaN
  const fromStart = { sums: new Float64Array(length), counts: new Float64Array(length) }
  const toEnd = { sums: new Float64Array(length), counts: new Float64Array(length) }
  const add = ({ sums, counts }: typeof fromStart, place: number, before: number | undefined) => {
    const value = at(place)
    const isIn = Number.isFinite(value)
    sums[place] = (before === undefined ? 0 : (sums[before] ?? 0)) + (isIn ? value : 0)
    counts[place] = (before === undefined ? 0 : (counts[before] ?? 0)) + (isIn ? 1 : 0)
  }
  for (let place = 0; place < length; place++)
    add(fromStart, place, place % width === 0 ? undefined : place - 1)
  for (let place = length - 1; place >= 0; place--)
    add(toEnd, place, (place + 1) % width === 0 || place === length - 1 ? undefined : place + 1)
  return values.map((value, start) => {
    if (!Number.isFinite(value)) return value
    const last = start + width - 1
    const isOneBlock = start % width === 0
    const sum = (toEnd.sums[start] ?? 0) + (isOneBlock ? 0 : (fromStart.sums[last] ?? 0))
    const count = (toEnd.counts[start] ?? 0) + (isOneBlock ? 0 : (fromStart.counts[last] ?? 0))
    return sum / count
  })
}

/** Weighted means over `reach` points on both sides; towards the ends, over those there are. */
function windowed(
  values: readonly number[],
  reach: number,
  weightAt: (distance: number) => number,
): number[] {
  const weights = Array.from({ length: reach + 1 }, (_, distance) => weightAt(distance))
  return values.map((value, at) => {
    if (!Number.isFinite(value)) return value
    let [sum, total] = [0, 0]
    for (let index = Math.max(0, at - reach); index <= Math.min(values.length - 1, at + reach); index++) {
      const other = values[index] ?? NaN
      if (!Number.isFinite(other)) continue
      const weight = weights[Math.abs(index - at)] ?? 0
      sum += weight * other
      total += weight
    }
    return sum / total
  })
}
