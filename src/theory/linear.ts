// The linear autoregressive model at the optimum of its regularised population loss (arXiv 2510.11495, section 4): every head
// is fitted to all inputs by Newton's method, and what the model then does follows. Derivations are in docs/science.md.
import type { RunConfig } from '../shared/config/schema'
import { featureCount, sigmoid, writeFeatures } from './linear-features'
import { dot, fitLogistic, type WeightedExample } from './logistic-regression'
import { isGreedyLong, lossFloor, starRoundsToFlip } from './parity'

/** What the optimum depends on. */
export interface LinearSetting {
  /** d, at least 3: below that the parity of a short answer is itself a feature. */
  bits: number
  /** p, the share of long answers. */
  longFraction: number
  /** lambda of the penalty (lambda/2)|w|^2 on every head, the bias included. */
  regularization: number
}

/** The heads at the optimum, each probability as a mean over all inputs. */
export interface LinearOptimum {
  /** Weights of head 1, [d]; Lemma 1: ln((1+p)/(1-p)) e_1 as lambda goes to 0. */
  firstHead: Float64Array
  /** P(y1 = x1). */
  firstRight: number
  /** P(end | y1 = x1) and P(end | y1 != x1). */
  stopAfterRight: number
  stopAfterWrong: number
  /** P(y_l = y_(l-1) x_l) of the heads l >= 2. */
  chainStep: number
}

/** More bits are enumerated as this many: from 3 bits on no head's optimum depends on their number. */
const enumeratedBits = 8

/** The optimum, by enumeration of all inputs; about 0.1 s. */
export function linearOptimum({
  bits,
  longFraction: p,
  regularization: lambda,
}: LinearSetting): LinearOptimum {
  const d = Math.min(bits, enumeratedBits)
  const inputs = Array.from({ length: 2 ** d }, (_, index) =>
    Float64Array.from({ length: d }, (_, bit) => ((index >> bit) & 1 ? -1 : 1)),
  )
  const share = 1 / inputs.length
  const example = (head: number, input: Float64Array, answer: number[], label: number, weight: number) => ({
    features: featuresOf(input, answer, head),
    label: label > 0 ? (1 as const) : (-1 as const),
    weight: weight * share,
  })
  const average = (value: (input: Float64Array) => number) =>
    share * inputs.reduce((sum, input) => sum + value(input), 0)
  const firstOf = (input: Float64Array) => input[0] as number

  const firstHead = fitLogistic(
    inputs.flatMap((input) => [
      example(1, input, [], firstOf(input), p),
      example(1, input, [], parityOf(input), 1 - p),
    ]),
    lambda,
  )
  // The label of head 2a is +1 where the answer goes on.
  const stopHead = fitLogistic(
    inputs.flatMap((input) =>
      [example(2, input, [firstOf(input)], 1, p), example(2, input, [parityOf(input)], -1, 1 - p)].map(
        (one): WeightedExample => ({ ...one, features: withBias(one.features) }),
      ),
    ),
    lambda,
  )
  const stopAfter = (input: Float64Array, first: number) =>
    sigmoid(-dot(stopHead, withBias(featuresOf(input, [first], 2))))
  const chainSteps = Array.from({ length: p === 0 ? 0 : d - 1 }, (_, index) => {
    const head = index + 2
    const chainOf = (input: Float64Array) => prefixParities(input.subarray(0, head))
    const weights = fitLogistic(
      inputs.map((input) => example(head, input, chainOf(input), parityOf(input.subarray(0, head)), 1)),
      lambda,
    )
    return average((input) => {
      const chain = chainOf(input)
      return sigmoid((chain[head - 1] as number) * dot(weights, featuresOf(input, chain, head)))
    })
  })
  return {
    firstHead,
    firstRight: average((input) => sigmoid(firstOf(input) * dot(firstHead, input))),
    stopAfterRight: average((input) => stopAfter(input, firstOf(input))),
    stopAfterWrong: average((input) => stopAfter(input, -firstOf(input))),
    // Without long answers the heads stay at zero.
    chainStep:
      chainSteps.length === 0 ? 0.5 : chainSteps.reduce((sum, step) => sum + step, 0) / chainSteps.length,
  }
}

/** What a model with such heads does on `bits` bits. */
export interface LinearBehaviour {
  /** Probability of exactly the right long answer, pi(long), and of exactly the right short one. */
  longRight: number
  shortRight: number
  /** Share of answers with more than one token. */
  longFraction: number
  /** Accuracy of the last token when sampling at temperature 1, and that of long answers alone (NaN where there are none). */
  accuracy: number
  longAccuracy: number
  greedyAccuracy: number
}

/** Sampled and greedy answers of a model with the optimum's probabilities, which are the same for every input. */
export function linearBehaviour(optimum: LinearOptimum, bits: number): LinearBehaviour {
  const { firstRight, stopAfterRight, stopAfterWrong, chainStep } = optimum
  const longFromRight = firstRight * (1 - stopAfterRight)
  const longFromWrong = (1 - firstRight) * (1 - stopAfterWrong)
  // An even number of wrong steps ends in the right parity.
  const endsRight = (1 + (2 * chainStep - 1) ** (bits - 1)) / 2
  const longFraction = longFromRight + longFromWrong
  const longAnswered = longFromRight * endsRight + longFromWrong * (1 - endsRight)
  const shortRight = (firstRight * stopAfterRight + (1 - firstRight) * stopAfterWrong) / 2
  return {
    longRight: longFromRight * chainStep ** (bits - 1),
    shortRight,
    longFraction,
    accuracy: shortRight + longAnswered,
    longAccuracy: longAnswered / longFraction,
    greedyAccuracy: stopAfterRight > 0.5 ? 0.5 : 1,
  }
}

/**
 * What theory says of a linear model at the end of pretraining, in nats and unrounded: the optimum of the config's own lambda
 * under the names of the metrics, and its heads as `theory/linear/…`. Empty for other configs and below 3 bits.
 */
export function linearTheoryValues({
  task,
  model,
}: Pick<RunConfig, 'task' | 'model'>): Record<string, number> {
  if (model.kind !== 'linear' || task.kind !== 'parity' || task.bits < 3) return {}
  const { bits, longFraction: p } = task
  const optimum = linearOptimum({ bits, longFraction: p, regularization: model.regularization })
  const behaviour = linearBehaviour(optimum, bits)
  return {
    'theory/eval/greedy_accuracy': behaviour.greedyAccuracy,
    'theory/eval/accuracy': behaviour.accuracy,
    'theory/eval/long_fraction': behaviour.longFraction,
    'theory/eval/mean_length': 1 + (bits - 1) * behaviour.longFraction,
    ...(p > 0 ? { 'theory/eval/long_accuracy': behaviour.longAccuracy } : {}),
    'theory/train/loss_per_sequence': expectedLoss(optimum, bits, p),
    'theory/train/loss_floor_per_sequence': lossFloor(task),
    ...(isGreedyLong(p) ? {} : { 'theory/star/rounds_to_flip': starRoundsToFlip(p) }),
    'theory/linear/first_weight': optimum.firstHead[0] as number,
    'theory/linear/first_right': optimum.firstRight,
    'theory/linear/stop_after_right': optimum.stopAfterRight,
    'theory/linear/stop_after_wrong': optimum.stopAfterWrong,
    'theory/linear/long_right': behaviour.longRight,
    'theory/linear/short_right': behaviour.shortRight,
  }
}

/** Expected negative log-likelihood of an answer of the mixture, the penalty left out. */
function expectedLoss(optimum: LinearOptimum, bits: number, p: number): number {
  const { firstRight, stopAfterRight, stopAfterWrong, chainStep } = optimum
  const term = (weight: number, probability: number) => (weight === 0 ? 0 : -weight * Math.log(probability))
  const long = firstRight * (1 - stopAfterRight) * chainStep ** (bits - 1)
  const short = (1 - p) / 2
  return (
    term(p, long) + term(short, firstRight * stopAfterRight) + term(short, (1 - firstRight) * stopAfterWrong)
  )
}

function featuresOf(input: Float64Array, answer: readonly number[], head: number): Float64Array {
  const features = new Float64Array(featureCount(input.length, head))
  writeFeatures(Float64Array.from([...input, ...answer]), input.length, head, features)
  return features
}

const withBias = (features: Float64Array): Float64Array => Float64Array.from([...features, 1])

const parityOf = (input: Float64Array): number => input.reduce((product, entry) => product * entry, 1)

function prefixParities(input: Float64Array): number[] {
  let parity = 1
  return Array.from(input, (entry) => (parity *= entry))
}
