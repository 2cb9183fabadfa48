// Pieces: the same values on every engine, one compiled call on graph where they are large, plain operations where they are
// small, and no gradient of their own.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { fused } from '../../../src/engine/fused'
import type { Engine, ProgramDefinition } from '../../../src/engine/types'
import { openEngines } from './engines'

/** x times two after a root, with the gradient written by hand: two pieces. */
const halfRoot = tf.customGrad<Tensor>((x, save) => {
  ;(save as tf.GradSaveFunc)([x as Tensor])
  return {
    value: fused(() => [tf.mul(tf.sqrt(x as Tensor), 2)])[0] as Tensor,
    gradFunc: (dy, saved) => fused(() => [tf.div(dy, tf.sqrt(saved[0] as Tensor))])[0] as Tensor,
  }
})

/** Twice the same work, in a loop with a value from outside, and a gradient; of `size` elements. */
const definition = (size: number): ProgramDefinition => ({
  state: { x: { shape: [size], dtype: 'float32' } },
  functions: {
    work: {
      inputs: { shift: { shape: [], dtype: 'float32' } },
      run: ({ x }, { shift }, ops) => {
        const [looped] = ops.whileLoop(
          () => tf.scalar(true, 'bool'),
          (value) => fused(() => [tf.add(tf.abs(value), shift as Tensor)]),
          [x as Tensor],
          { maxIterations: 3 },
        ) as [Tensor]
        const gradient = tf.grad((value: Tensor) => tf.sum(halfRoot(halfRoot(value))))(looped)
        return { outputs: { looped: tf.sum(looped), gradient: tf.sum(gradient) } }
      },
    },
  },
})

const large = 2 ** 18
const engines = await openEngines({ withXla: true })
const engineOf = (name: Engine['name']) => engines.find((engine) => engine.name === name)
const valuesFor = (size: number) => Float32Array.from({ length: size }, (_, index) => ((index % 7) - 3) / 4)

describe.each(engines.map((engine) => [engine.name, engine] as const))('pieces on %s', (_, engine) => {
  it.each([16, large])('compute what their operations compute (%i elements)', async (size) => {
    const program = await engine.program(definition(size))
    program.writeState({ x: valuesFor(size) })
    const { looped, gradient } = program.call('work', { shift: Float32Array.of(1) })
    program.dispose()
    let sum = 0
    let slopes = 0
    for (const x of valuesFor(size)) {
      const value = Math.abs(x) + 3
      sum += value
      // d/dv of 2 sqrt(2 sqrt(v))
      slopes += 1 / (Math.sqrt(2 * Math.sqrt(value)) * Math.sqrt(value))
    }
    expect((looped?.values[0] ?? NaN) / sum).toBeCloseTo(1, 3)
    expect((gradient?.values[0] ?? NaN) / slopes).toBeCloseTo(1, 3)
  })

  it('have no gradient of their own', async () => {
    const run = async () => {
      const program = await engine.program({
        state: {},
        functions: {
          wrong: {
            inputs: { x: { shape: [2], dtype: 'float32' } },
            run: (__, { x }) => ({
              outputs: {
                y: tf.grad((value: Tensor) => fused(() => [tf.square(value)])[0] as Tensor)(x as Tensor),
              },
            }),
          },
        },
      })
      program.call('wrong', { x: Float32Array.of(1, 2) })
    }
    await expect(run()).rejects.toThrow('fused has no gradient: use it in the forward and the backward half')
  })
})

describe('a graph', () => {
  const graph = engineOf('graph')
  it.skipIf(!graph).each([
    [16, 0],
    [large, 4],
  ])('of %i elements has %i compiled calls', async (size, calls) => {
    const program = await (graph as Engine).program(definition(size))
    const text = program.toString()
    program.dispose()
    expect(text.split(' = PartitionedCall()').length - 1).toBe(calls)
    // The outer root's own value is not needed for its gradient.
    expect(text.split('= Sqrt(').length - 1).toBe(3)
  })
})
