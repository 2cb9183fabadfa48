// Exponential smoothing of a curve, for display only; what is exported says whether it was smoothed.

/**
 * Exponential moving average without the pull towards zero at the start (the correction of Adam, Kingma and Ba 2015,
 * section 3). `weight` in [0, 1) is what remains of the past per point; 0 changes nothing. Points that are not finite
 * stay as they are and do not enter the average.
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
