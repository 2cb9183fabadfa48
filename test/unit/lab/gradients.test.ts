// Hand-written gradients and the whole model's gradient against finite differences.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { createStream } from '../../../src/engine/random'
import { lossAndGradient } from '../../../src/lab/gradients'
import { addBiased, attend, biasGelu, normalize, splitHeads } from '../../../src/lab/model/kernels'
import { unpackTensors } from '../../../src/lab/model/parameters'
import { createNetwork, forward } from '../../../src/lab/model/transformer'
import { nextTokenLoss, targetLogprobs } from '../../../src/lab/objectives'
import golden from '../../golden/golden.json'
import { goldenModel, goldenParameters, goldenSpecs, valuesOf, openQuick } from './small'

beforeAll(async () => {
  await openQuick()
})

/** Central difference of `loss` along `direction`, against the gradient's projection on it. */
function compare(loss: (x: Tensor) => Tensor, at: Float32Array, direction: Float32Array, step: number) {
  const value = (sign: number) => {
    const moved = at.map((x, index) => x + sign * step * (direction[index] as number))
    return valuesOf(() => loss(tf.tensor1d(moved)))[0] as number
  }
  const gradient = valuesOf(() => tf.grad((x: Tensor) => loss(x))(tf.tensor1d(at)))
  const projection = gradient.reduce((sum, g, index) => sum + g * (direction[index] as number), 0)
  return { difference: (value(1) - value(-1)) / (2 * step), projection }
}
const draw = (purpose: string, count: number) =>
  createStream({ seed: 3, purpose, stage: 0, step: 0 }).normals(count)

describe('gradients agree with finite differences', () => {
  // Each takes one vector of 20: 12 elements as rows [3, 4], 4 as a bias, and what is left.
  const rows = (x: Tensor) => tf.reshape(tf.slice(x, [0], [12]), [3, 4])
  const bias = (x: Tensor) => tf.slice(x, [12], [4])
  it.each<[string, (x: Tensor) => Tensor]>([
    ['normalize', (x) => normalize(rows(x))],
    ['biasGelu', (x) => biasGelu(rows(x), bias(x))],
    ['addBiased', (x) => addBiased(tf.square(rows(x)), rows(x), bias(x))],
    [
      'attend',
      (x) => {
        // One head, one sequence: 2 queries, 3 keys and values of size 2; the first query does not see the last key.
        const [q, k, v] = tf.split(tf.slice(x, [0], [16]), [4, 6, 6]) as [Tensor, Tensor, Tensor]
        const mask = tf.tensor2d([0, 0, -1e9, 0, 0, 0.5], [2, 3])
        return attend(
          tf.reshape(q, [1, 1, 2, 2]),
          tf.reshape(k, [1, 1, 3, 2]),
          tf.reshape(v, [1, 1, 3, 2]),
          mask,
        )
      },
    ],
    [
      'splitHeads',
      (x) => {
        // 2 sequences of 1 token, 2 heads of size 1: the three results count differently.
        const sizes = { B: 2, T: 1, H: 2, D: 1 }
        const [q, k, v] = splitHeads(
          tf.reshape(tf.slice(x, [0], [12]), [2, 6]),
          tf.slice(x, [12], [6]),
          sizes,
        )
        return tf.add(tf.mul(q, k), tf.square(v))
      },
    ],
  ])('of %s, in every element', (_, kernel) => {
    const size = 20
    const loss = (x: Tensor) => {
      const value = tf.reshape(kernel(x), [-1])
      return tf.sum(tf.mul(value, tf.tensor1d(draw('weights', value.size))))
    }
    const at = draw('point', size).map((x) => 1.5 * x)
    for (let element = 0; element < size; element++) {
      const direction = new Float32Array(size)
      direction[element] = 1
      const { difference, projection } = compare(loss, at, direction, 1e-2)
      expect(Math.abs(difference - projection), `element ${element}`).toBeLessThan(3e-3)
    }
  })

  it('of the model loss, along ten random directions', () => {
    const { lengths, answerLength, promptLength } = golden
    const mask = Float32Array.from({ length: lengths.length * answerLength }, (_, index) =>
      index % answerLength < (lengths[Math.floor(index / answerLength)] as number) ? 1 : 0,
    )
    const loss = (parameters: Tensor) => {
      const sequences = tf.tensor2d(
        golden.sequences,
        [lengths.length, promptLength + answerLength - 1],
        'int32',
      )
      const network = createNetwork(goldenModel, unpackTensors(goldenSpecs, parameters))
      const { logits } = forward(network, sequences, answerLength)
      return nextTokenLoss(targetLogprobs(logits, tf.tensor1d(golden.answers, 'int32'), 1), tf.tensor1d(mask))
    }
    for (let turn = 0; turn < 10; turn++) {
      const { difference, projection } = compare(
        loss,
        goldenParameters,
        draw(`direction ${turn}`, goldenParameters.length),
        3e-4,
      )
      expect(Math.abs(difference - projection)).toBeLessThan(0.02 * Math.max(1, Math.abs(projection)))
    }
  })
})

describe('kernels', () => {
  it('gelu is the tanh approximation of the biased rows', () => {
    const at = Float32Array.from({ length: 41 }, (_, index) => (index - 20) / 4)
    const expected = at.map(
      (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    )
    const values = valuesOf(() => biasGelu(tf.reshape(tf.sub(tf.tensor1d(at), 2), [41, 1]), tf.tensor1d([2])))
    values.forEach((value, index) => expect(value).toBeCloseTo(expected[index] as number, 5))
  })
})

describe('lossAndGradient', () => {
  it('hands on other results of the forward pass and leaves nothing behind', () => {
    const before = tf.memory().numTensors
    tf.tidy(() => {
      const { loss, gradient, others } = lossAndGradient(
        (x) => {
          const square = tf.square(x)
          return { loss: tf.sum(square), others: { square } }
        },
        tf.tensor1d([1, 2, 3]),
      )
      expect([...loss.dataSync()]).toEqual([14])
      expect([...gradient.dataSync()]).toEqual([2, 4, 6])
      expect([...(others['square']?.dataSync() ?? [])]).toEqual([1, 4, 9])
    })
    expect(tf.memory().numTensors).toBe(before)
  })
})
