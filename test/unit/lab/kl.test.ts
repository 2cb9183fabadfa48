// KL estimators: what they estimate, and where a policy ends that each of them penalises. Expectations are exact, by enumerating
// 8 outputs; where policies must end was found without gradients (test/golden/make_fixed_points.py).
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import golden from '../../golden/fixed_points.json'
import { createStream } from '../../../src/engine/random'
import { adaptKl, klTerm } from '../../../src/lab/kl'
import type { PolicyAt } from '../../../src/lab/kl'
import { policySurrogate, targetLogprobs } from '../../../src/lab/objectives'
import type { PolicyGradientStage } from '../../../src/shared/config/schema'
import { openEngine } from '../../../src/engine/open-engine'
import { valuesOf } from './small'

type Estimator = PolicyGradientStage['kl']['estimator']

const { beta, optimum, reference, rewards } = golden
const outputs = rewards.length
const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
const distance = (p: ArrayLike<number>, q: readonly number[]) =>
  sumOf(q.map((value, at) => Math.abs((p[at] as number) - value))) / 2

beforeAll(async () => {
  await openEngine('js', {})
  await tf.setBackend('cpu')
})

/** The policy at each of the outputs, each of which is one token: every row has the same logits. */
const policyAt = (logits: Tensor): PolicyAt => {
  const logits_NV = tf.mul(tf.ones([outputs, 1]), tf.reshape(logits, [1, outputs]))
  return { logits_NV, logprobs_N: targetLogprobs(logits_NV, tf.range(0, outputs, 1, 'int32'), 1) }
}
const logitsOf = (probabilities: readonly number[]) => tf.tensor1d(probabilities.map(Math.log))
const estimatesOf = (probabilities: readonly number[], estimator: Estimator): Float32Array =>
  valuesOf(() => klTerm(policyAt(logitsOf(probabilities)), policyAt(logitsOf(reference)), estimator, 1))
const expectationOf = (estimator: Estimator): number =>
  sumOf(Array.from(estimatesOf(optimum, estimator), (value, at) => value * (optimum[at] as number)))

describe('the expected value of', () => {
  it('k1, k3 and the exact sum is the divergence', () => {
    for (const estimator of ['k1', 'k3', 'exact'] as const) {
      expect(Math.abs(expectationOf(estimator) - golden.kl), estimator).toBeLessThan(1e-6)
    }
    expect(golden.kl).toBeCloseTo(0.34, 3)
  })
  it('k2 is not', () => {
    expect(Math.abs(expectationOf('k2') - golden.k2)).toBeLessThan(1e-6)
    expect(golden.k2).toBeCloseTo(0.326, 3)
  })
  it('k1 and k3 over 50,000 samples lies within 4 standard errors of the divergence, that of k2 does not', () => {
    const n = 50_000
    const cumulative = optimum.map((_, at) => sumOf(optimum.slice(0, at + 1)))
    const drawn = createStream({ seed: 3, purpose: 'test', stage: 0, step: 0 }).uniforms(n)
    const samples = Array.from(drawn, (u) =>
      Math.min(
        outputs - 1,
        cumulative.findIndex((edge) => u < edge),
      ),
    )
    const zOf = (estimator: Estimator) => {
      const estimates = estimatesOf(optimum, estimator)
      const values = samples.map((sample) => estimates[sample] as number)
      const mean = sumOf(values) / n
      const variance = sumOf(values.map((value) => (value - mean) ** 2)) / (n - 1)
      return Math.abs(mean - golden.kl) / Math.sqrt(variance / n)
    }
    expect(zOf('k1')).toBeLessThan(4)
    expect(zOf('k3')).toBeLessThan(4)
    expect(zOf('k2')).toBeGreaterThan(5)
  })
  it('k3 is never negative, and k3 has less variance than k1 near the reference', () => {
    const near = optimum.map((value, at) => 0.1 * value + 0.9 * (reference[at] as number))
    const [k1, k3] = [estimatesOf(near, 'k1'), estimatesOf(near, 'k3')]
    expect(Math.min(...k3)).toBeGreaterThanOrEqual(0)
    expect(Math.min(...k1)).toBeLessThan(0)
    const squares = (values: Float32Array) =>
      sumOf(Array.from(values, (value, at) => value ** 2 * (near[at] as number)))
    expect(squares(k3)).toBeLessThan(squares(k1) / 10)
  })
})

/** The exact expected gradient of one on-policy update: every output once, weighed by its probability. */
function gradientAt(
  logits: Tensor,
  estimator: Estimator,
  place: 'reward' | 'loss',
  withReward = true,
): Tensor {
  const probabilities = tf.softmax(logits)
  const ofReference = policyAt(logitsOf(reference))
  const old = policyAt(logits)
  const penalties = klTerm(old, ofReference, estimator, 1)
  const earned = tf.mul(tf.tensor1d(rewards), withReward ? 1 : 0)
  const advantages = place === 'reward' ? tf.sub(earned, tf.mul(penalties, beta)) : earned
  return tf.grad((at) => {
    const policy = policyAt(at)
    const loss = policySurrogate(policy.logprobs_N, old.logprobs_N, advantages, probabilities, {
      surrogate: 'ratio',
      clip: null,
      clipHigh: null,
    })
    if (place === 'reward') return loss
    const penalty = klTerm(policy, ofReference, estimator, 1)
    return tf.add(loss, tf.mul(tf.sum(tf.mul(penalty, probabilities)), beta))
  })(logits)
}

/** Where gradient descent from the reference ends. */
function descend(estimator: Estimator, place: 'reward' | 'loss', steps = 80): Float32Array {
  let logits: Tensor = logitsOf(reference)
  for (let step = 0; step < steps; step++) {
    const next = tf.tidy(() => tf.sub(logits, tf.mul(gradientAt(logits, estimator, place), 12)))
    logits.dispose()
    logits = next
  }
  const policy = valuesOf(() => tf.softmax(logits))
  logits.dispose()
  return policy
}

describe('gradient descent on 8 outputs with the penalty', () => {
  it.each([
    ['k1', 'reward'],
    ['exact', 'loss'],
    ['k2', 'loss'],
  ] as const)('%s in the %s ends at pi_ref exp(r / beta) / Z', (estimator, place) => {
    expect(distance(descend(estimator, place), optimum)).toBeLessThan(1e-4)
  })
  it('k3 in the loss ends elsewhere, at total variation 0.116', () => {
    const end = descend('k3', 'loss')
    expect(distance(end, golden.k3InLoss)).toBeLessThan(1e-4)
    expect(distance(end, optimum)).toBeCloseTo(0.116, 3)
  })
  it('k1 in the loss collapses onto the best output, at total variation 0.643, as without a penalty', () => {
    const end = descend('k1', 'loss', 200)
    expect(Math.max(...end)).toBeGreaterThan(0.998)
    expect(Math.abs(distance(end, optimum) - golden.collapseDistance)).toBeLessThan(2e-3)
    expect(golden.collapseDistance).toBeCloseTo(0.643, 3)
  })
})

describe('the expected gradient of the penalty', () => {
  const of = (estimator: Estimator, place: 'reward' | 'loss') =>
    valuesOf(() => gradientAt(logitsOf(optimum), estimator, place, false))
  const largest = (values: Float32Array) => Math.max(...values.map((value) => Math.abs(value)))
  const apart = (a: Float32Array, b: Float32Array) => largest(a.map((value, at) => value - (b[at] as number)))
  const exact = () => of('exact', 'loss')

  it('is that of the divergence for k2 in the loss and for k1 in the reward', () => {
    expect(largest(exact())).toBeGreaterThan(1e-2)
    expect(apart(of('k2', 'loss'), exact())).toBeLessThan(1e-6)
    expect(apart(of('k1', 'reward'), exact())).toBeLessThan(1e-6)
  })
  it('is 0 for k1 in the loss, and for the exact sum in the reward of an answer of one token', () => {
    expect(largest(of('k1', 'loss'))).toBeLessThan(1e-7)
    expect(largest(of('exact', 'reward'))).toBeLessThan(1e-7)
  })
  it('is another for k3 in the loss and for k2 and k3 in the reward', () => {
    for (const other of [of('k3', 'loss'), of('k2', 'reward'), of('k3', 'reward')]) {
      expect(largest(other)).toBeGreaterThan(1e-2)
      expect(apart(other, exact())).toBeGreaterThan(1e-2)
    }
  })
})

describe('the adaptive coefficient', () => {
  it('stays at the target, moves towards it elsewhere, and by at most a fifth over a horizon', () => {
    expect(adaptKl(0.1, 6, 6, 256, 1000)).toBe(0.1)
    expect(adaptKl(0.1, 6.3, 6, 1000, 1000)).toBeCloseTo(0.105, 12)
    expect(adaptKl(0.1, 600, 6, 1000, 1000)).toBeCloseTo(0.12, 12)
    expect(adaptKl(0.1, 0, 6, 1000, 1000)).toBeCloseTo(0.08, 12)
  })
})
