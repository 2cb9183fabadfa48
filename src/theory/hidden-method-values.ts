// What is predicted of a model of hidden methods by the names of its metrics: long answers, which work the key out, are right;
// short ones follow the prior whatever the prompt. In nats, unrounded.
import type { TaskConfig } from '../shared/config/schema'
import { exactMethodShares } from '../shared/tasks/hidden-method'
import { attemptValues, type Sampling } from './attempts'
import { crossover, policyAfter, policyEntropy, policyMajorityAtK, policyPassAtK } from './hidden-method'
import type { TrainedMixture } from './trained-mixture'

type HiddenMethodConfig = Extract<TaskConfig, { kind: 'hidden-method' }>

/** Chances closer than rounding can tell. */
const TIE = 1e-9

/** Values of evaluations and of training at the end of next-token prediction; what is undefined is left out. */
export function hiddenMethodValues(
  task: HiddenMethodConfig,
  { longFraction: long, isPlainLoss }: TrainedMixture,
  { temperature, attempts }: Sampling,
): Record<string, number> {
  const shares = exactMethodShares(task)
  const greedy = greedyValues(task, long, shares)
  const policy = methodPolicy(task, long, temperature)
  if (policy === undefined) return greedy
  const meanLength = 1 + long * task.keyLength
  const loss = policyEntropy([long, ...task.prior.map((share) => (1 - long) * share)])
  const majority = (k: number) => policyMajorityAtK(shares, policy, k)
  return {
    ...greedy,
    'theory/eval/accuracy': policyPassAtK(shares, policy, 1),
    'theory/eval/long_fraction': long,
    'theory/eval/mean_length': meanLength,
    ...attemptValues(attempts, (k) => policyPassAtK(shares, policy, k), long === 0 ? majority : undefined),
    ...(isPlainLoss
      ? { 'theory/train/loss_per_sequence': loss, 'theory/train/loss': loss / (meanLength + 1) }
      : {}),
  }
}

/** The exact policy gradient that is looked at (docs/science.md, section 8). */
const FLOW = { steps: 300, rate: 0.1 }

/**
 * What exact policy gradient makes of the prior: pass@k and entropy, and from which k on it is worth less than its base. Only
 * the base's entropy where training shows worked answers too, which the flow knows nothing of.
 */
export function policyGradientValues(
  task: HiddenMethodConfig,
  attempts: readonly number[],
): Record<string, number> {
  const entropy = { 'theory/policy/entropy': policyEntropy(task.prior) }
  if (task.longFraction > 0) return entropy
  const shares = exactMethodShares(task)
  const trained = policyAfter(shares, task.prior, FLOW)
  const crossing = crossover(shares, task.prior, trained)
  return {
    ...entropy,
    'theory/policy_gradient/entropy': policyEntropy(trained),
    ...(crossing === undefined ? {} : { 'theory/policy_gradient/crossover': crossing }),
    ...Object.fromEntries(
      attempts.map((k) => [`theory/policy_gradient/pass@${k}`, policyPassAtK(shares, trained, k)]),
    ),
  }
}

/** Probability that a sample is right on a problem of each method; undefined where it is not known. */
export function methodPolicy(
  task: HiddenMethodConfig,
  longFraction: number,
  temperature: number,
): number[] | undefined {
  // A long answer's first token competes with the methods: at another temperature its share is another one.
  if (longFraction > 0 && temperature !== 1) return undefined
  const raised = task.prior.map((share) => share ** (1 / temperature))
  const sum = raised.reduce((a, b) => a + b, 0)
  return raised.map((share) => longFraction + ((1 - longFraction) * share) / sum)
}

/** Greedy decoding takes the likeliest first token: a method, or the first state of the chain. */
function greedyValues(
  { prior, keyLength }: HiddenMethodConfig,
  long: number,
  shares: readonly number[],
): Record<string, number> {
  const best = prior.reduce((most, share) => Math.max(most, share), 0)
  const gap = long - (1 - long) * best
  if (gap > TIE) return { 'theory/eval/greedy_accuracy': 1, 'theory/eval/median_length': 1 + keyLength }
  if (gap > -TIE) return {}
  const favourites = shares.filter((_, method) => (prior[method] ?? 0) > best - TIE)
  const [share = 0] = favourites
  return {
    // Of equally likely methods rounding takes one, and which is not known.
    ...(favourites.length === 1 ? { 'theory/eval/greedy_accuracy': share } : {}),
    'theory/eval/median_length': 1,
  }
}
