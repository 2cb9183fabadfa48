// The lab against PyTorch (test/golden/make_golden.py): logits, gradients, AdamW, and RL surrogates through the network.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import golden from '../../golden/golden.json'
import { unpackArrays, unpackTensors } from '../../../src/lab/model/parameters'
import { createNetwork, forward } from '../../../src/lab/model/transformer'
import { nextTokenLoss, policySurrogate, targetLogprobs } from '../../../src/lab/objectives'
import { adamUpdate, adamValues } from '../../../src/lab/optimizer'
import { sequenceWeights } from '../../../src/lab/weights'
import { openEngines } from '../engine/engines'
import { configOf, goldenModel, goldenParameters, goldenSpecs, maxDifference, valuesOf } from './small'

const tolerance = 1e-5
const rows = golden.lengths.length
const { answerLength, promptLength, clip, temperature } = golden
const engines = await openEngines()
const named = z.record(z.string(), z.array(z.number()))

const logitsOf = (parameters: Tensor): Tensor => {
  const sequences = tf.tensor2d(golden.sequences, [rows, promptLength + answerLength - 1], 'int32')
  return forward(createNetwork(goldenModel, unpackTensors(goldenSpecs, parameters)), sequences, answerLength)
    .logits
}
const answers = () => tf.tensor1d(golden.answers, 'int32')
const gradientOf = (
  loss: (parameters: Tensor) => Tensor,
): { value: number; gradients: Record<string, number[]> } =>
  tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad(loss as (x: Tensor) => tf.Scalar)(tf.tensor1d(goldenParameters))
    const arrays = unpackArrays(goldenSpecs, grad.dataSync<'float32'>())
    return {
      value: value.dataSync()[0] as number,
      gradients: Object.fromEntries(Object.entries(arrays).map(([name, { values }]) => [name, [...values]])),
    }
  })

describe.each(engines.map((engine) => [engine.name] as const))('%s agrees with PyTorch', (name) => {
  const use = () => tf.setBackend(name === 'js' ? 'cpu' : 'tensorflow')

  it('in the logits', async () => {
    await use()
    const logits = valuesOf(() => logitsOf(tf.tensor1d(goldenParameters)))
    expect(maxDifference(logits, golden.logits)).toBeLessThan(tolerance)
  })

  it('in the next-token loss and the gradient of every parameter', async () => {
    await use()
    const weights = sequenceWeights(golden.lengths, rows, answerLength, 'token-mean')
    const { value, gradients } = gradientOf((parameters) =>
      nextTokenLoss(targetLogprobs(logitsOf(parameters), answers(), 1), tf.tensor1d(weights)),
    )
    expect(Math.abs(value - golden.nextToken.loss)).toBeLessThan(tolerance)
    const expected = named.parse(golden.nextToken.gradients)
    expect(Object.keys(gradients)).toEqual(Object.keys(expected))
    for (const [parameter, gradient] of Object.entries(expected)) {
      expect(maxDifference(gradients[parameter] ?? [], gradient), parameter).toBeLessThan(tolerance)
    }
  })

  const policies = z.record(z.string(), z.object({ loss: z.number(), gradients: named })).parse(golden.policy)
  it.each(Object.keys(policies).filter((key) => !key.startsWith('reinforce')))(
    'in the surrogate %s',
    async (key) => {
      await use()
      const [kind, aggregation] = key.split('/') as [string, 'sequence-sum' | 'sequence-mean']
      const weights = sequenceWeights(golden.lengths, rows, answerLength, aggregation)
      const advantages = golden.advantages.flatMap((value) => new Array<number>(answerLength).fill(value))
      const { value, gradients } = gradientOf((parameters) =>
        policySurrogate(
          targetLogprobs(logitsOf(parameters), answers(), temperature),
          tf.tensor1d(golden.oldLogprobs),
          tf.tensor1d(advantages),
          tf.tensor1d(weights),
          { surrogate: 'ratio', clip: kind === 'clip' ? clip : null, clipHigh: null },
        ),
      )
      const expected = policies[key]
      expect(Math.abs(value - (expected?.loss ?? NaN))).toBeLessThan(tolerance)
      for (const [parameter, gradient] of Object.entries(expected?.gradients ?? {})) {
        expect(maxDifference(gradients[parameter] ?? [], gradient), parameter).toBeLessThan(tolerance)
      }
    },
  )

  it.each(['sequence-sum', 'sequence-mean'] as const)(
    'that the on-policy surrogate has the gradient of REINFORCE (%s)',
    async (aggregation) => {
      await use()
      const old = valuesOf(() =>
        targetLogprobs(logitsOf(tf.tensor1d(goldenParameters)), answers(), temperature),
      )
      const weights = sequenceWeights(golden.lengths, rows, answerLength, aggregation)
      const advantages = golden.advantages.flatMap((value) => new Array<number>(answerLength).fill(value))
      const { gradients } = gradientOf((parameters) =>
        policySurrogate(
          targetLogprobs(logitsOf(parameters), answers(), temperature),
          tf.tensor1d(old),
          tf.tensor1d(advantages),
          tf.tensor1d(weights),
          { surrogate: 'ratio', clip, clipHigh: null },
        ),
      )
      const expected = policies[`reinforce/${aggregation}`]?.gradients ?? {}
      expect(Object.keys(expected).length).toBeGreaterThan(0)
      for (const [parameter, gradient] of Object.entries(expected)) {
        expect(maxDifference(gradients[parameter] ?? [], gradient), parameter).toBeLessThan(tolerance)
      }
    },
  )

  it('in three steps of AdamW with clipping and decay on matrices', async () => {
    await use()
    const names = Object.keys(golden.adamw.weights) as (keyof typeof golden.adamw.weights)[]
    const [stage] = configOf({
      stages: [{ kind: 'pretrain', optimizer: { clipNorm: 1, weightDecay: 0.1, betas: [0.9, 0.95] } }],
    }).stages
    if (stage?.kind !== 'pretrain') throw new Error('one stage')
    const start = unpackArrays(goldenSpecs, goldenParameters)
    const flat = (of: (name: (typeof names)[number]) => ArrayLike<number>) =>
      Float32Array.from(names.flatMap((parameter) => Array.from(of(parameter))))
    const specs = names.flatMap((parameter) => goldenSpecs.filter(({ name }) => name === parameter))
    expect(specs.map(({ shape }) => shape.length === 2)).toEqual(names.map((name) => name === 'head'))
    let weights = flat((parameter) => start[parameter]?.values ?? [])
    let moment1 = new Float32Array(weights.length)
    let moment2 = new Float32Array(weights.length)
    golden.adamw.rates.forEach((rate, step) => {
      tf.tidy(() => {
        const gradients = golden.adamw.gradients[step]
        const { state, gradientNorm } = adamUpdate(
          stage.optimizer,
          specs,
          { parameters: tf.tensor1d(weights), moment1: tf.tensor1d(moment1), moment2: tf.tensor1d(moment2) },
          tf.tensor1d(flat((parameter) => gradients?.[parameter] ?? [])),
          tf.tensor1d(adamValues(stage.optimizer, rate, step + 1)),
        )
        expect(gradientNorm.dataSync()[0]).toBeCloseTo(golden.adamw.norms[step] as number, 4)
        const read = (tensor: Tensor) => Float32Array.from(tensor.dataSync())
        ;[weights, moment1, moment2] = [read(state.parameters), read(state.moment1), read(state.moment2)]
      })
    })
    expect(
      maxDifference(
        weights,
        flat((parameter) => golden.adamw.weights[parameter]),
      ),
    ).toBeLessThan(tolerance)
  })
})
