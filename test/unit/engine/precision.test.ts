// bfloat16 matrix products: inputs rounded to 8 significant bits, float32 everywhere else, alike on every engine.
import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { roundToBfloat16 } from '../../../src/engine/bfloat16'
import { createStream } from '../../../src/engine/random'
import type { Engine, Precision, ProgramDefinition } from '../../../src/engine/types'
import { openEngines } from './engines'

const [rows, inner, columns] = [6, 40, 5] as const
const matrix = (m: number, n: number) => ({ shape: [m, n], dtype: 'float32' }) as const

/** The nearest bfloat16, ties to even: the upper half of the bits. */
function rounded(value: number): number {
  const [bits = 0] = new Uint32Array(Float32Array.of(value).buffer)
  const upper = (bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000
  return new Float32Array(Uint32Array.of(upper).buffer)[0] ?? NaN
}

const definition = (precision: Precision): ProgramDefinition => ({
  precision,
  state: { weight: matrix(inner, columns) },
  functions: {
    product: {
      inputs: { x: matrix(rows, inner) },
      run: ({ weight }, { x }) => ({ outputs: { y: tf.matMul(x as Tensor, weight as Tensor) } }),
    },
    // A step of gradient descent on the mean of squared outputs, in products of both directions.
    train: {
      inputs: { x: matrix(rows, inner) },
      run: ({ weight }, { x }) => {
        const lossOf = (w: Tensor) => tf.mean<Scalar>(tf.square(tf.sub(tf.matMul(x as Tensor, w), 1)))
        const { value: loss, grad } = tf.valueAndGrad(lossOf)(weight as Tensor)
        return { state: { weight: tf.sub(weight as Tensor, tf.mul(grad, 0.1)) }, outputs: { loss } }
      },
    },
  },
})

const stream = createStream({ seed: 1, purpose: 'bfloat16', stage: 0, step: 0 })
const x = stream.normals(rows * inner)
const weight = stream.normals(inner * columns).map((value) => value / 8)

async function run(engine: Engine, precision: Precision) {
  const program = await engine.program(definition(precision))
  program.writeState({ weight })
  const before = engine.liveTensors()
  const y = program.call('product', { x })['y']?.values ?? []
  const losses = Array.from({ length: 20 }, () => program.call('train', { x })['loss']?.values[0] ?? NaN)
  expect(engine.liveTensors()).toBe(before)
  const state = program.readState()['weight']?.values ?? []
  program.dispose()
  return { y: [...y], losses, state: [...state] }
}

const reference = Array.from({ length: rows * columns }, (_, index) => {
  const [row, column] = [Math.floor(index / columns), index % columns]
  const terms = Array.from({ length: inner }, (__, k) => {
    return rounded(x[row * inner + k] ?? NaN) * rounded(weight[k * columns + column] ?? NaN)
  })
  return terms.reduce((sum, term) => sum + term, 0)
})

describe.each((await openEngines({ withXla: true })).map((engine) => [engine.name, engine] as const))(
  '%s with bfloat16 products',
  (_, engine) => {
    it('multiplies rounded inputs', async () => {
      const { y } = await run(engine, 'bfloat16')
      // TensorFlow's own kernel also rounds the product; the others give it in float32.
      const tolerance = (value: number) => (engine.name === 'graph' ? 2 ** -8 * Math.abs(value) : 1e-5) + 1e-6
      y.forEach((value, index) => {
        const expected = reference[index] ?? NaN
        expect(Math.abs(value - expected)).toBeLessThan(tolerance(expected))
      })
      const { y: exact } = await run(engine, 'float32')
      const error = Math.max(...exact.map((value, index) => Math.abs(value - (reference[index] ?? NaN))))
      expect(error).toBeGreaterThan(1e-3)
    })

    it('trains as in float32 within the error of bfloat16, and keeps float32 state', async () => {
      const [low, full] = [await run(engine, 'bfloat16'), await run(engine, 'float32')]
      low.losses.forEach((loss, step) => {
        expect(Math.abs(loss - (full.losses[step] ?? NaN))).toBeLessThan(0.02 * (full.losses[0] ?? NaN))
      })
      expect(low.losses.at(-1)).toBeLessThan(0.5 * (low.losses[0] ?? NaN))
      expect(low.losses).not.toEqual(full.losses)
      // Weights that were products themselves would hold bfloat16 numbers only.
      expect(low.state.filter((value) => rounded(value) !== value).length).toBeGreaterThan(
        low.state.length / 2,
      )
    })

    it('leaves programs of float32 beside it as they are', async () => {
      const alone = await run(engine, 'float32')
      const both = [await engine.program(definition('bfloat16')), await engine.program(definition('float32'))]
      for (const program of both) program.writeState({ weight })
      both[0]?.call('product', { x })
      expect([...(both[1]?.call('product', { x })['y']?.values ?? [])]).toEqual(alone.y)
      for (const program of both) program.dispose()
    })
  },
)

it('rounds like the cast to bfloat16', () => {
  const values = [...stream.normals(1000)].map((value, index) =>
    Math.fround(value * 10 ** ((index % 40) - 20)),
  )
  const ours = roundToBfloat16(tf.tensor1d(values)).dataSync()
  expect([...ours]).toEqual(values.map(rounded))
})
