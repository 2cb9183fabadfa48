// Problems of which each needs one of M methods, and nothing tells which (docs/science.md, section 8): what any policy over the
// methods is worth at k attempts, where exact policy gradient leads it, and where its curve crosses its base's.
import { majorityOf, passAtKOf } from './attempts'

/** Probability of each method; a policy's, or the share of the problems that each solves. */
export type Shares = readonly number[]

/** pass@k: the mean over problems of 1 - (1 - pi_m)^k, with w_m of them needing method m. */
export function policyPassAtK(shares: Shares, policy: Shares, k: number): number {
  return shares.reduce((sum, share, method) => sum + share * passAtKOf(policy[method] ?? 0, k), 0)
}

/** Share of the problems that the majority of k attempts answers right, ties at random. */
export function policyMajorityAtK(shares: Shares, policy: Shares, k: number): number {
  return shares.reduce((sum, share, method) => sum + share * majorityOf(policy, method, k), 0)
}

/** Entropy of a policy in nats. */
export function policyEntropy(policy: Shares): number {
  return policy.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0)
}

/**
 * The policy after exact gradient ascent on pass@1 = w.pi, a softmax policy with one logit a method: each of `steps` steps adds
 * rate * pi_m (w_m - w.pi) to the logit of method m. Without limit it goes to the method of the largest share.
 */
export function policyAfter(
  shares: Shares,
  policy: Shares,
  { steps, rate }: { steps: number; rate: number },
): number[] {
  let current = normalised(policy)
  for (let step = 0; step < steps; step++) {
    const reward = current.reduce((sum, p, method) => sum + p * (shares[method] ?? 0), 0)
    current = normalised(
      current.map((p, method) => p * Math.exp(rate * p * ((shares[method] ?? 0) - reward))),
    )
  }
  return current
}

function normalised(weights: Shares): number[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / sum)
}

/** Attempts beyond which a crossover is no longer looked for. */
const MOST_ATTEMPTS = 4096

/** The first k at which the trained policy is worth less than its base; undefined where it never is up to 4,096 attempts. */
export function crossover(shares: Shares, base: Shares, trained: Shares): number | undefined {
  for (let k = 1; k <= MOST_ATTEMPTS; k++)
    if (policyPassAtK(shares, trained, k) < policyPassAtK(shares, base, k)) return k
  return undefined
}
