// Ends of intervals within the ends of a metric: a share is never above 1.

/** Moves values beyond an end to it. */
export function clippedTo(
  [low, high]: readonly [number, number] = [-Infinity, Infinity],
): (value: number) => number {
  return (value) => Math.min(high, Math.max(low, value))
}
