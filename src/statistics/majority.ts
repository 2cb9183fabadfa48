// Majority voting (self-consistency, Wang et al. 2023, arXiv 2203.11171) over k samples drawn without replacement from those
// at hand, exactly: no resampling. Votes in, a share out.

/** Weights below this share of the largest are left out: together they cannot reach 1e-15. */
const NEGLIGIBLE = 1e-22
/** Multiplications that one value may take: about a fifth of a second. */
const MOST_WORK = 1e8

/**
 * Probability that the right answer has the most votes among k samples, ties broken at random, where the right answer was
 * given `right` times and the wrong ones as often as `wrong` says. Needs 1 <= k <= the number of samples. Undefined where
 * so many answers compete that counting would take more than 1e8 multiplications.
 *
 * k draws without replacement are independent binomial draws from each answer, given that they sum to k; so the subsets
 * are counted by convolving binomials, every term positive. A tie is won when the right answer stands first in a random
 * order of the answers: with y its place in [0, 1], every tied answer contributes a factor y, and y is integrated out by
 * Gauss-Legendre quadrature, which is exact for polynomials.
 */
export function majorityAtK(right: number, wrong: readonly number[], k: number): number | undefined {
  const others = wrong.filter((votes) => votes > 0)
  if (right === 0) return 0
  if (others.length === 0) return 1
  const n = others.reduce((sum, votes) => sum + votes, right)
  if (k === n) return ofAll(right, others)
  const share = k / n
  const total = binomial(n, share)
  const votesForRight = binomial(right, share)
  const cache = new Map<number, Weights>()
  const binomialOf = (trials: number): Weights => {
    const known = cache.get(trials) ?? binomial(trials, share)
    cache.set(trials, known)
    return known
  }
  let sum = 0
  let work = 0
  for (let votes = Math.max(1, votesForRight.first); votes < end(votesForRight); votes++) {
    const rest = k - votes
    if (rest < 0) break
    // An answer that cannot reach `votes` competes with nobody; all such draws together are one binomial.
    const rivals = others.filter((each) => each >= votes && end(binomialOf(each)) > votes)
    const bystanders =
      others.reduce((all, each) => all + each, 0) - rivals.reduce((all, each) => all + each, 0)
    const restOfDraws = binomialOf(bystanders)
    const nodes = quadrature(Math.min(rivals.length, Math.floor(rest / votes)))
    for (const { at, weight } of nodes) {
      const parts = [restOfDraws, ...rivals.map((rival) => upTo(binomialOf(rival), votes, at))]
      const last = parts.pop() as Weights
      let drawn: Weights = { first: 0, values: Float64Array.of(1) }
      for (const part of parts) {
        work += drawn.values.length * part.values.length
        if (work > MOST_WORK) return undefined
        drawn = convolve(drawn, part, rest)
      }
      sum += weight * valueAt(votesForRight, votes) * sumAt(drawn, last, rest)
    }
  }
  return Math.min(1, sum / valueAt(total, k))
}

/** With every sample drawn there is nothing left to chance but a tie. */
function ofAll(right: number, others: readonly number[]): number {
  const best = others.reduce((most, votes) => Math.max(most, votes), 0)
  return right > best ? 1 : right < best ? 0 : 1 / (1 + others.filter((votes) => votes === best).length)
}

/** Weights of the whole numbers from `first` on. */
interface Weights {
  readonly first: number
  readonly values: Float64Array
}

const end = ({ first, values }: Weights): number => first + values.length
const valueAt = ({ first, values }: Weights, index: number): number => values[index - first] ?? 0

/** The binomial distribution, without its negligible tails: ratios of neighbours from the mode outwards, then normalised. */
function binomial(trials: number, share: number): Weights {
  const odds = share / (1 - share)
  const mode = Math.min(trials, Math.floor((trials + 1) * share))
  const below: number[] = []
  const above: number[] = []
  for (let i = mode, weight = 1; i > 0 && weight > NEGLIGIBLE; i--) {
    weight *= i / ((trials - i + 1) * odds)
    below.push(weight)
  }
  for (let i = mode, weight = 1; i < trials && weight > NEGLIGIBLE; i++) {
    weight *= ((trials - i) * odds) / (i + 1)
    above.push(weight)
  }
  const values = Float64Array.from([...below.reverse(), 1, ...above])
  // Smallest first: the sum keeps its last digits.
  const sum = [...values].sort((a, b) => a - b).reduce((all, value) => all + value, 0)
  return { first: mode - below.length, values: values.map((value) => value / sum) }
}

/** The weights up to `most`, the last of them times `factor`. */
function upTo({ first, values }: Weights, most: number, factor: number): Weights {
  const kept = values.slice(0, most - first + 1)
  if (kept.length === most - first + 1) kept[most - first] = (kept[most - first] ?? 0) * factor
  return { first, values: kept }
}

/** Weights of the sum of two independent numbers, up to `most`. */
function convolve(a: Weights, b: Weights, most: number): Weights {
  const first = a.first + b.first
  const length = Math.max(0, Math.min(a.values.length + b.values.length - 1, most - first + 1))
  const values = new Float64Array(length)
  for (let i = 0; i < a.values.length; i++) {
    const weight = a.values[i] as number
    const limit = Math.min(b.values.length, length - i)
    for (let j = 0; j < limit; j++)
      values[i + j] = (values[i + j] as number) + weight * (b.values[j] as number)
  }
  return { first, values }
}

/** Weight of `index` in the sum of two independent numbers. */
function sumAt(a: Weights, b: Weights, index: number): number {
  return a.values.reduce((sum, value, i) => sum + value * valueAt(b, index - a.first - i), 0)
}

/** Nodes in [0, 1] and weights that integrate polynomials of this degree exactly: Newton's method on Legendre's. */
function quadrature(degree: number): { at: number; weight: number }[] {
  const count = Math.floor(degree / 2) + 1
  return Array.from({ length: count }, (_, index) => {
    let x = Math.cos((Math.PI * (index + 0.75)) / (count + 0.5))
    let slope = 1
    for (let round = 0; round < 100; round++) {
      const { value, derivative } = legendre(count, x)
      slope = derivative
      const step = value / derivative
      x -= step
      if (Math.abs(step) < 1e-16) break
    }
    return { at: (1 + x) / 2, weight: 1 / ((1 - x * x) * slope * slope) }
  })
}

function legendre(degree: number, x: number): { value: number; derivative: number } {
  let before = 1
  let value = x
  for (let i = 2; i <= degree; i++) {
    const next = ((2 * i - 1) * x * value - (i - 1) * before) / i
    before = value
    value = next
  }
  return { value, derivative: (degree * (x * value - before)) / (x * x - 1) }
}
