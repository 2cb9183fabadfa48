// Smoothing of a curve, for display only; what is exported says whether it was smoothed. In all kinds a point that is not
// finite stays as it is and does not enter the others.

/**
 * ema: exponential moving average, `amount` in [0, 1) is what remains of the past per point. mean: running mean over
 * `amount` points, as many before as after. gaussian: weighted by a normal curve with a deviation of `amount` points.
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
      return windowed(values, Math.floor(amount / 2), () => 1)
    case 'gaussian':
      if (amount <= 0) return [...values]
      return windowed(values, Math.ceil(GAUSSIAN_REACH * amount), (distance) =>
        Math.exp(-0.5 * (distance / amount) ** 2),
      )
  }
}

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
