// k independent attempts at a problem: at least one right, and the majority. Probabilities in and out; what is estimated from
// counted samples is in statistics/.

/** Probability that one of k independent attempts is right, each with probability p. */
export function passAtKOf(p: number, k: number): number {
  // 1 - (1-p)^k, which keeps its digits where p is small.
  return p >= 1 ? 1 : -Math.expm1(k * Math.log1p(-p))
}

/** Share of groups whose rewards are all equal, for independent completions that are right with probability `accuracy`. */
export function groupsWithoutSignal(accuracy: number, group: number): number {
  return accuracy ** group + (1 - accuracy) ** group
}

/** Probability that the majority of k attempts is right where there is one wrong answer: the binomial tail, half of the ties. */
export function binaryMajority(p: number, k: number): number {
  return majorityOf([p, 1 - p], 0, k)
}

/**
 * Probability that answer `right` has the most votes of k independent ones, ties broken at random, where answer m has
 * probability shares[m]. Exact: k votes are independent Poisson counts, given that they sum to k.
 */
export function majorityOf(shares: readonly number[], right: number, k: number): number {
  const chances = shares.map((share) => poisson(share * k, k))
  const others = chances.filter((_, answer) => answer !== right)
  let sum = 0
  for (let votes = 1; votes <= k; votes++) {
    const rest = k - votes
    // Ways for the others by ties with the right answer and by votes in all.
    let ways: readonly Float64Array[] = [0, ...others].map((_, ties) =>
      Float64Array.from({ length: rest + 1 }, (_, sum) => (ties + sum === 0 ? 1 : 0)),
    )
    for (const chance of others) ways = withAnswer(ways, chance, votes)
    const won = ways.reduce((all, row, ties) => all + (row[rest] as number) / (ties + 1), 0)
    sum += ((chances[right] as Float64Array)[votes] as number) * won
  }
  return sum / (poisson(k, k)[k] as number)
}

/** The table with one more answer, which may have up to `most` votes; with `most` it ties. */
function withAnswer(ways: readonly Float64Array[], chance: Float64Array, most: number): Float64Array[] {
  const next = ways.map((row) => new Float64Array(row.length))
  ways.forEach((row, ties) => {
    row.forEach((weight, sum) => {
      if (weight === 0) return
      for (let votes = 0; votes <= Math.min(most, row.length - 1 - sum); votes++) {
        const target = next[votes === most ? ties + 1 : ties]
        if (target) target[sum + votes] = (target[sum + votes] as number) + weight * (chance[votes] as number)
      }
    })
  })
  return next
}

/** Poisson probabilities of 0 to `most` at a mean. */
function poisson(mean: number, most: number): Float64Array {
  const logs = new Float64Array(most + 1)
  logs[0] = -mean
  for (let i = 1; i <= most; i++)
    logs[i] = (logs[i - 1] as number) + (mean === 0 ? -Infinity : Math.log(mean / i))
  return logs.map(Math.exp)
}

/** How an evaluation samples. */
export interface Sampling {
  temperature: number
  /** Numbers of attempts that pass@k and maj@k are logged for. */
  attempts: readonly number[]
}

/** Majorities of more attempts take too long to sum. */
const MOST_VOTES = 256

/** Values of pass@k and, where it is known, of maj@k under the names of their metrics. */
export function attemptValues(
  attempts: readonly number[],
  pass: (k: number) => number,
  majority?: (k: number) => number,
): Record<string, number> {
  const values: Record<string, number> = {}
  for (const k of attempts) {
    values[`theory/eval/pass@${k}`] = pass(k)
    if (majority && k <= MOST_VOTES) values[`theory/eval/maj@${k}`] = majority(k)
  }
  return values
}
