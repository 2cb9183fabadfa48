// The ends of many numbers. A loop: a call with an argument a number overflows the stack beyond some 100,000 of them.

/** Smallest and largest of some numbers; [Infinity, -Infinity] for nothing, NaN at both ends where one is NaN. */
export function extent(values: readonly number[]): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return [low, high]
}
