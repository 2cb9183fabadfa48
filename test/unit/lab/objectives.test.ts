// Surrogates, entropy and a critic's loss: what is clipped and what is not, and limits that are known. PyTorch's numbers are
// compared in golden-objectives.test.ts.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { openEngine } from '../../../src/engine/open-engine'
import type { SurrogateChoices } from '../../../src/lab/objectives'
import { entropyOf, policySurrogate, valueLoss } from '../../../src/lab/objectives'
import { valuesOf } from './small'

beforeAll(async () => {
  await openEngine('js', {})
  await tf.setBackend('cpu')
})

const ones = (count: number): Tensor => tf.ones([count])
const gradientOf = (loss: (x: Tensor) => Tensor, at: readonly number[]): number[] =>
  Array.from(valuesOf(() => tf.grad(loss)(tf.tensor1d([...at]))))

describe('the policy surrogate', () => {
  // Old log-probabilities are 0, so the log-probabilities are the log ratios.
  const ratios = [0.5, 0.79, 0.81, 1, 1.19, 1.21, 1.29, 2]
  const gradientAt = (advantage: number, choices: SurrogateChoices) =>
    gradientOf(
      (logprobs) =>
        policySurrogate(
          logprobs,
          tf.zerosLike(logprobs),
          tf.fill([ratios.length], advantage),
          ones(ratios.length),
          choices,
        ),
      ratios.map(Math.log),
    )
  const moving = (gradients: readonly number[]) => ratios.filter((_, at) => gradients[at] !== 0)
  const ppo = { surrogate: 'ratio', clip: 0.2, clipHigh: null } as const

  it('clips where the ratio has gone past the range in the direction of the advantage, and only there', () => {
    expect(moving(gradientAt(1, ppo))).toEqual([0.5, 0.79, 0.81, 1, 1.19])
    expect(moving(gradientAt(-1, ppo))).toEqual([0.81, 1, 1.19, 1.21, 1.29, 2])
  })
  it('clips higher where clipHigh says so, and the range below stays', () => {
    const higher = { ...ppo, clipHigh: 0.28 }
    expect(moving(gradientAt(1, higher))).toEqual([0.5, 0.79, 0.81, 1, 1.19, 1.21])
    expect(moving(gradientAt(-1, higher))).toEqual(moving(gradientAt(-1, ppo)))
  })
  it('weighs by the ratio, the log-probability form does not', () => {
    const none = { clip: null, clipHigh: null }
    const ratio = gradientAt(2, { surrogate: 'ratio', ...none })
    ratio.forEach((value, at) => {
      expect(value).toBeCloseTo(-2 * (ratios[at] as number), 5)
    })
    expect(gradientAt(2, { surrogate: 'log-probability', ...none })).toEqual(ratios.map(() => -2))
  })
})

describe('the entropy', () => {
  it('of equal logits is log V and a maximum, of a certain one 0, and scales with temperature', () => {
    const logits = (values: readonly number[]) => tf.tensor2d([...values], [1, values.length])
    expect(valuesOf(() => entropyOf(logits([2, 2, 2, 2]), 1))[0]).toBeCloseTo(Math.log(4), 6)
    expect(valuesOf(() => entropyOf(logits([60, 0, 0]), 1))[0]).toBeCloseTo(0, 6)
    expect(valuesOf(() => entropyOf(logits([3, 0]), 3))[0]).toBeCloseTo(
      valuesOf(() => entropyOf(logits([1, 0]), 1))[0] as number,
      6,
    )
    const gradient = gradientOf((x) => tf.sum(entropyOf(tf.reshape(x, [1, 4]), 1)), [2, 2, 2, 2])
    for (const value of gradient) expect(Math.abs(value)).toBeLessThan(1e-6)
  })
})

describe("a critic's loss", () => {
  const gradientAt = (values: readonly number[], old: number, target: number, clip: number | null) =>
    gradientOf(
      (x) =>
        valueLoss(
          x,
          tf.fill([values.length], old),
          tf.fill([values.length], target),
          ones(values.length),
          clip,
        ),
      values,
    )
  it('is half the squared error without clipping', () => {
    expect(gradientAt([0, 1, 3], 0, 1, null)).toEqual([-1, 0, 2])
  })
  it('stops pulling towards the return once a value has moved past the range, and never pushes away', () => {
    // The return is 1, the old value 0: within 0.2 of the old value it pulls, past it only from beyond the return.
    const gradients = gradientAt([-0.5, 0.1, 0.3, 0.9], 0, 1, 0.2)
    const rounded = gradients.map((value) => Number(value.toFixed(4)))
    expect(rounded).toEqual([-1.5, -0.9, 0, 0])
    expect(gradientAt([2.5], 0, 1, 0.2)[0]).toBeCloseTo(1.5, 6)
  })
})
