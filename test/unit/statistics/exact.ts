// Exact rational arithmetic for oracles: whole numbers as BigInt, one rounding at the end.

const factorials: bigint[] = [1n]

/** n choose k, 0 outside. */
export function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n
  // A product of k terms where k is small, which is all that large n is asked for; the middle by halves.
  const terms = Math.min(k, n - k)
  if (n > 5000) return range(n - terms + 1, n) / range(1, terms)
  for (let i = factorials.length; i <= n; i++) factorials.push((factorials[i - 1] ?? 1n) * BigInt(i))
  return (factorials[n] ?? 1n) / ((factorials[k] ?? 1n) * (factorials[n - k] ?? 1n))
}

/** Product of whole numbers, halved again and again so that factors stay of one size. */
function range(low: number, high: number): bigint {
  if (low > high) return 1n
  if (high - low < 8) {
    let product = 1n
    for (let i = low; i <= high; i++) product *= BigInt(i)
    return product
  }
  const middle = Math.floor((low + high) / 2)
  return range(low, middle) * range(middle + 1, high)
}

/** a / b, rounded once to 60 decimals and then to float64. */
export function ratio(a: bigint, b: bigint): number {
  const digits = 60n
  return Number((a * 10n ** digits) / b) / 1e60
}
