// What k attempts at a problem are worth, estimated without bias from n samples of which c were right: pass@k (any of k is
// right), pass^k (all are), best-of-k by a score. Counts in, shares out; means over problems and intervals are not made here.

/** Smaller than this a share cannot change 1 minus it in float64. */
const NEGLIGIBLE = 2 ** -60

/**
 * Probability that at least one of k samples is right, drawn without replacement from n of which c are: 1 - C(n-c,k)/C(n,k)
 * (Chen et al. 2021, arXiv 2107.03374, eq. 1). The unbiased estimate of 1 - (1 - p)^k. Needs 0 <= c <= n and 1 <= k <= n.
 */
export function passAtK(n: number, c: number, k: number): number {
  return 1 - noneOf(n, c, k)
}

/**
 * Probability that all of k samples are right, drawn without replacement: C(c,k)/C(n,k), the unbiased estimate of p^k
 * (tau-bench, Yao et al. 2024, arXiv 2406.12045). Needs 0 <= c <= n and 1 <= k <= n.
 */
export function passHatK(n: number, c: number, k: number): number {
  return noneOf(n, n - c, k)
}

/** C(n-c,k)/C(n,k) as the shorter of its two products: over the c special samples, or over the k draws. */
function noneOf(n: number, c: number, k: number): number {
  if (k > n - c) return 0
  const [terms, share] = c < k ? [c, k] : [k, c]
  let none = 1
  for (let i = 0; i < terms && none > NEGLIGIBLE; i++) none *= (n - i - share) / (n - i)
  return none > NEGLIGIBLE ? none : 0
}

/** A sample with the score that a ranking model gave it. */
export interface ScoredSample {
  readonly score: number
  readonly isRight: boolean
}

/**
 * Probability that the highest-scored of k samples, drawn without replacement, is right; equal scores are told apart at
 * random. The i-th best of n is the pick with probability C(n-i,k-1)/C(n,k).
 */
export function bestOfK(samples: readonly ScoredSample[], k: number): number {
  const n = samples.length
  const sorted = [...samples].sort((a, b) => b.score - a.score)
  let right = 0
  // Probability that the sample at `rank` (from 0) is drawn and none before it.
  let isPick = k / n
  for (let rank = 0; rank < n && isPick > NEGLIGIBLE;) {
    const score = sorted[rank]?.score
    let tied = 0
    let tiedRight = 0
    let share = 0
    for (; rank < n && sorted[rank]?.score === score; rank++) {
      tied++
      if (sorted[rank]?.isRight === true) tiedRight++
      share += isPick
      isPick *= Math.max(0, n - rank - k) / Math.max(1, n - rank - 1)
    }
    right += (share * tiedRight) / tied
  }
  return right
}

/** 1, 2, 4, … up to n: the numbers of attempts a curve is drawn at. */
export function powersOfTwo(n: number): number[] {
  return Array.from({ length: Math.floor(Math.log2(n)) + 1 }, (_, exponent) => 2 ** exponent)
}
