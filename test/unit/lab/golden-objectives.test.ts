// The pieces of RL against PyTorch and TRL (test/golden/make_objectives.py): values, and gradients with respect to logits.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import golden from '../../golden/objectives.json'
import { advantagesOf, generalizedAdvantages, groupsWithSignal } from '../../../src/lab/advantages'
import type { PolicyAt } from '../../../src/lab/kl'
import { adaptKl, klTerm } from '../../../src/lab/kl'
import type { SurrogateChoices } from '../../../src/lab/objectives'
import {
  entropyOf,
  nextTokenLoss,
  policySurrogate,
  targetLogprobs,
  valueLoss,
} from '../../../src/lab/objectives'
import { clippedSide } from '../../../src/lab/recipes/policy-minibatch'
import { tokenAdvantages } from '../../../src/lab/recipes/token-advantages'
import { sequenceWeights } from '../../../src/lab/weights'
import type { PolicyGradientStage } from '../../../src/shared/config/schema'
import { policyGradientPresets, rejectionPresets } from '../../../src/shared/config/schema/presets'
import { openEngines } from '../engine/engines'
import { configOf } from './small'

const { group, lengths, temperature, tokens, vocabulary } = golden
const rows = lengths.length
const cells = rows * tokens
const right = golden.right.map((value) => value === 1)
type Aggregation = PolicyGradientStage['aggregation']

/** Largest difference over the largest expected magnitude. */
function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length)
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  expect(scale).toBeGreaterThan(0)
  return expected.reduce((most, value, at) => {
    const error = Math.abs((actual[at] as number) - value) / scale
    return error <= most ? most : error
  }, 0)
}
/** Agreement with float64 in float32, and on plain numbers. */
const close = 1e-5
const exact = 1e-8

const rowsOf = (values: readonly number[], row: number): number[] =>
  values.slice(row * tokens, row * tokens + (lengths[row] as number))
const tokensOf = (perSequence: readonly number[]): number[] =>
  perSequence.flatMap((value) => new Array<number>(tokens).fill(value))

const logitsTensor = (values: readonly number[]) => tf.tensor2d([...values], [cells, vocabulary])
const vector = (values: ArrayLike<number>) => tf.tensor1d(Float32Array.from(values))
const policyAt = (logits_NV: Tensor): PolicyAt => ({
  logits_NV,
  logprobs_N: targetLogprobs(logits_NV, tf.tensor1d(golden.answers, 'int32'), temperature),
})
const referenceAt = (): PolicyAt => policyAt(logitsTensor(golden.referenceLogits))

/** Value and gradient of a loss at the golden logits, or at other numbers. */
function differentiate(loss: (at: Tensor) => Tensor, at = () => logitsTensor(golden.logits) as Tensor) {
  return tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad(loss as (x: Tensor) => tf.Scalar)(at())
    return { value: value.dataSync()[0] as number, gradient: grad.dataSync<'float32'>().slice() }
  })
}
const weightsOf = (aggregation: Aggregation) => sequenceWeights(lengths, rows, tokens, aggregation)
const weighted = (perToken: Tensor, weights: ArrayLike<number>) => tf.sum(tf.mul(perToken, vector(weights)))

const surrogates: Record<string, SurrogateChoices> = {
  'log-probability': { surrogate: 'log-probability', clip: null, clipHigh: null },
  ratio: { surrogate: 'ratio', clip: null, clipHigh: null },
  clip: { surrogate: 'ratio', clip: golden.clip, clipHigh: null },
  'clip-higher': { surrogate: 'ratio', clip: golden.clip, clipHigh: golden.clipHigh },
}
const surrogateAt = (
  logits: Tensor,
  advantages: readonly number[],
  weights: ArrayLike<number>,
  kind: string,
) =>
  policySurrogate(
    policyAt(logits).logprobs_N,
    vector(golden.oldLogprobs),
    vector(advantages),
    vector(weights),
    surrogates[kind] as SurrogateChoices,
  )

const backends = (await openEngines()).map(({ name }) => name).filter((name) => name !== 'graph')

describe.each(backends)('%s agrees with PyTorch', (name) => {
  const use = () => tf.setBackend(name === 'js' ? 'cpu' : 'tensorflow')

  it.each(Object.entries(golden.surrogates))('in the surrogate %s', async (key, expected) => {
    await use()
    const [kind, aggregation] = key.split('/') as [string, Aggregation]
    const { value, gradient } = differentiate((logits) =>
      surrogateAt(logits, tokensOf(golden.given), weightsOf(aggregation), kind),
    )
    expect(relativeError([value], [expected.loss])).toBeLessThan(close)
    expect(relativeError(gradient, expected.gradient)).toBeLessThan(close)
  })

  it.each(Object.entries(golden.kl))('in the KL estimator %s', async (key, expected) => {
    await use()
    const estimator = key as PolicyGradientStage['kl']['estimator']
    const term = (logits: Tensor) => klTerm(policyAt(logits), referenceAt(), estimator, temperature)
    const values = tf.tidy(() => term(logitsTensor(golden.logits)).dataSync<'float32'>().slice())
    expect(relativeError(values, expected.values)).toBeLessThan(close)
    const { gradient } = differentiate((logits) => weighted(term(logits), weightsOf('token-mean')))
    expect(relativeError(gradient, expected.gradient)).toBeLessThan(close)
  })

  it('in the entropy', async () => {
    await use()
    const values = tf.tidy(() =>
      entropyOf(logitsTensor(golden.logits), temperature).dataSync<'float32'>().slice(),
    )
    expect(relativeError(values, golden.entropy.values)).toBeLessThan(close)
    const { gradient } = differentiate((logits) =>
      weighted(entropyOf(logits, temperature), weightsOf('token-mean')),
    )
    expect(relativeError(gradient, golden.entropy.gradient)).toBeLessThan(close)
  })

  it.each(Object.entries(golden.valueLoss))("in a critic's loss, %s", async (key, expected) => {
    await use()
    const { value, gradient } = differentiate(
      (values) =>
        valueLoss(
          values,
          vector(golden.oldValues),
          vector(golden.returns),
          vector(weightsOf('token-mean')),
          key === 'clip' ? golden.valueClip : null,
        ),
      () => vector(golden.values),
    )
    expect(relativeError([value], [expected.loss])).toBeLessThan(close)
    expect(relativeError(gradient, expected.gradient)).toBeLessThan(close)
  })

  const aggregationOf: Record<string, Aggregation> = {
    grpo: 'sequence-mean',
    bnpo: 'token-mean',
    dapo: 'token-mean',
    dr_grpo: 'sequence-sum',
  }
  it.each(golden.trl)(
    'in the loss of TRL $trl: $lossType, beta $beta, clip $clip and $clipHigh, entropy bonus $entropyBonus',
    async ({ lossType, beta, clip, clipHigh, entropyBonus, loss, gradient: expected }) => {
      await use()
      const weights = weightsOf(aggregationOf[lossType] as Aggregation)
      // Dr. GRPO divides by a constant length; Afterword's token sums do not.
      const share = lossType === 'dr_grpo' ? 1 / tokens : 1
      const { value, gradient } = differentiate((logits) => {
        const policy = policyAt(logits)
        const surrogate = policySurrogate(
          policy.logprobs_N,
          vector(golden.oldLogprobs),
          vector(tokensOf(golden.given)),
          vector(weights),
          { surrogate: 'ratio', clip, clipHigh },
        )
        const penalty = weighted(klTerm(policy, referenceAt(), 'k3', temperature), weights)
        const entropy = weighted(entropyOf(logits, temperature), weightsOf('token-mean'))
        return tf.sub(tf.mul(tf.add(surrogate, tf.mul(penalty, beta)), share), tf.mul(entropy, entropyBonus))
      })
      expect(relativeError([value], [loss])).toBeLessThan(close)
      expect(relativeError(gradient, expected)).toBeLessThan(close)
    },
  )

  const stageOf = (algorithm: string) =>
    configOf({ stages: [{ kind: 'rl', algorithm }] }).stages[0] as PolicyGradientStage
  it.each(Object.keys(policyGradientPresets))(
    'in the weight that preset %s gives every token, and in its update',
    async (key) => {
      await use()
      const stage = stageOf(key)
      const signal = groupsWithSignal(right, group)
      const isKept = (row: number) =>
        stage.groupsWithoutSignal === 'keep' || (signal[Math.floor(row / group)] as boolean)
      const kept = lengths.flatMap((_, row) => (isKept(row) ? [row] : []))
      const rewardOf = (isRight: boolean) => (isRight ? 1 : stage.wrongReward)
      const pick = <T>(values: readonly T[]): T[] => kept.map((row) => values[row] as T)
      const estimates = golden.logprobs.map((value, at) => value - (golden.referenceLogprobs[at] as number))
      if (stage.kl.coefficient > 0) expect(stage.kl).toMatchObject({ in: 'reward', estimator: 'k1' })
      const { advantages } = tokenAdvantages(
        { ...stage, group },
        {
          right: pick(right),
          rewards: pick(right.map(rewardOf)),
          sampled: kept.map((row) => ({
            promptIndex: 0,
            prompt: new Int32Array(0),
            output: new Array<number>(lengths[row] as number).fill(0),
            logprobs: rowsOf(golden.logprobs, row),
            entropy: 0,
            entropies: [],
          })),
          scores: kept.map((row) => ({
            logprobs: new Float32Array(0),
            entropies: new Float32Array(0),
            divergences: Float32Array.from(stage.kl.coefficient > 0 ? rowsOf(estimates, row) : []),
            values: Float32Array.from(rowsOf(golden.oldValues, row)),
          })),
          greedyRewards: golden.greedyRight
            .filter((_, index) => isKept(index * group))
            .map((value) => rewardOf(value === 1)),
          klCoefficient: stage.kl.coefficient,
        },
      )
      const perToken = new Array<number>(cells).fill(0)
      const weights = new Float32Array(cells)
      const aggregated = sequenceWeights(pick(lengths), kept.length, tokens, stage.aggregation)
      kept.forEach((row, index) => {
        weights.set(aggregated.subarray(index * tokens, (index + 1) * tokens), row * tokens)
        advantages[index]?.forEach((value, token) => (perToken[row * tokens + token] = value))
      })
      const expected = golden.presets[key as keyof typeof golden.presets]
      const coefficients = perToken.map((value, at) => value * (weights[at] as number))
      expect(relativeError(coefficients, expected.weights)).toBeLessThan(close)

      const update = (old: readonly number[]) =>
        differentiate((logits) =>
          policySurrogate(policyAt(logits).logprobs_N, vector(old), vector(perToken), vector(weights), stage),
        )
      expect(relativeError(update(golden.logprobs).gradient, expected.gradient)).toBeLessThan(close)
      if (!('later' in expected)) return
      const later = update(golden.oldLogprobs)
      expect(relativeError([later.value], [expected.later.loss])).toBeLessThan(close)
      expect(relativeError(later.gradient, expected.later.gradient)).toBeLessThan(close)
    },
  )

  it.each(Object.keys(rejectionPresets))('in the update of %s: right answers, token mean', async (key) => {
    await use()
    const kept = right.map((isRight, row) => (isRight ? row : -1)).filter((row) => row >= 0)
    const weights = new Float32Array(cells)
    const own = sequenceWeights(
      kept.map((row) => lengths[row] as number),
      kept.length,
      tokens,
      'token-mean',
    )
    kept.forEach((row, index) => {
      weights.set(own.subarray(index * tokens, (index + 1) * tokens), row * tokens)
    })
    const expected = golden.presets[key as keyof typeof golden.presets]
    expect(relativeError(weights, expected.weights)).toBeLessThan(close)
    const { gradient } = differentiate((logits) =>
      nextTokenLoss(policyAt(logits).logprobs_N, vector(weights)),
    )
    expect(relativeError(gradient, expected.gradient)).toBeLessThan(close)
  })
})

describe('plain numbers agree with PyTorch', () => {
  it.each(golden.advantages.cases)('advantages: baseline $baseline, scale $scale', (expected) => {
    const { rewards, greedyRewards, rightWeight, wrongWeight } = golden.advantages
    const advantages = advantagesOf(
      { rewards, right, group, greedyRewards },
      { ...(expected as Pick<PolicyGradientStage, 'baseline' | 'scale'>), rightWeight, wrongWeight },
    )
    expect(relativeError(advantages, expected.advantages)).toBeLessThan(exact)
  })

  it.each(golden.generalized)(
    'generalised advantages and returns: discount $discount, lambda $lambda',
    ({ rewards, values, discount, lambda, advantages, returns }) => {
      const estimate = generalizedAdvantages(rewards, values, { discount, lambda })
      expect(relativeError(estimate.advantages, advantages)).toBeLessThan(exact)
      expect(relativeError(estimate.returns, returns)).toBeLessThan(exact)
    },
  )

  it.each(golden.adaptive)(
    'the adaptive coefficient: $observed nats seen, $target wanted',
    ({ coefficient, observed, target, sequences, horizon, next }) => {
      const adapted = adaptKl(coefficient, observed, target, sequences, horizon)
      expect(relativeError([adapted], [next])).toBeLessThan(exact)
    },
  )

  it.each(golden.trl)(
    'the share of clipped tokens, in TRL $trl: $lossType, clip $clip and $clipHigh',
    ({ clip, clipHigh, clipRatio }) => {
      const sides = lengths.flatMap((length, row) =>
        Array.from({ length }, (_, token) => {
          const at = row * tokens + token
          const difference = (golden.logprobs[at] as number) - (golden.oldLogprobs[at] as number)
          const choices = { surrogate: 'ratio', clip, clipHigh } as const
          return clippedSide(Math.exp(difference), golden.given[row] as number, choices)
        }),
      )
      expect(sides.filter((side) => side !== undefined).length / sides.length).toBeCloseTo(clipRatio, 6)
    },
  )

  it('every preset has a golden case', () => {
    const names = [...Object.keys(policyGradientPresets), ...Object.keys(rejectionPresets)]
    expect(new Set(Object.keys(golden.presets))).toEqual(new Set(names))
  })
})
