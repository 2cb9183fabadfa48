// Programs as text: what a person reads when a recorded step is not what they meant.
import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { ProgramDefinition } from '../../../src/engine/types'
import { openEngines } from './engines'

const engines = await openEngines({ withXla: true })
const graph = engines.find(({ name }) => name === 'graph')
const number = { shape: [], dtype: 'float32' } as const
const integer = { shape: [], dtype: 'int32' } as const

/** One step of gradient descent on a linear model's mean squared error. */
const linear = {
  state: { weight: { shape: [2, 1], dtype: 'float32' }, steps: integer },
  functions: {
    train: {
      inputs: {
        x: { shape: [4, 2], dtype: 'float32' },
        y: { shape: [4, 1], dtype: 'float32' },
        rate: number,
      },
      run: ({ weight, steps }, { x, y, rate }) => {
        const lossOf = (w: Tensor) =>
          tf.mean<Scalar>(tf.square(tf.sub(tf.matMul(x as Tensor, w), y as Tensor)))
        const { value: loss, grad } = tf.valueAndGrad(lossOf)(weight as Tensor)
        return {
          state: {
            weight: tf.sub(weight as Tensor, tf.mul(grad, rate as Tensor)),
            steps: tf.add(steps as Tensor, tf.scalar(1, 'int32')),
          },
          outputs: { loss },
        }
      },
    },
  },
} satisfies ProgramDefinition

const control = {
  state: { base: number },
  functions: {
    power: {
      inputs: { x: number, times: integer },
      run: ({ base }, { x, times }, ops) => {
        const [, result] = ops.whileLoop(
          (turn) => tf.less(turn, times as Tensor),
          (turn, product) => [tf.add(turn, tf.scalar(1, 'int32')), tf.mul(product, x as Tensor)],
          [tf.scalar(0, 'int32'), base as Tensor],
          { maxIterations: 9 },
        ) as [Tensor, Tensor]
        const [half] = ops.cond(
          tf.greater(result, tf.scalar(100)),
          () => [tf.mul(result, tf.scalar(0.5))],
          () => [tf.zeros([])],
        ) as [Tensor]
        return { outputs: { result, half, table: tf.tensor1d([1, 2, 3]) } }
      },
    },
  },
} satisfies ProgramDefinition

describe.skipIf(!graph)('a recorded program', () => {
  const print = async (definition: ProgramDefinition) => {
    const program = await graph?.program(definition)
    const text = program?.toString()
    program?.dispose()
    return text
  }

  it('prints a training step with its gradient and the state it reads and writes', async () => {
    expect(await print(linear)).toMatchInlineSnapshot(`
      "state weight: float32[2, 1], steps: int32[]
      train(x: float32[4, 2], y: float32[4, 1], rate: float32[])
        %0: float32[4, 1] = BatchMatMulV2(x, @weight)
        %1: float32[4, 1] = Sub(%0, y)
        %2: float32[4, 1] = Square(%1)
        %3: float32[4, 1] = Cast(%2)
        %4: float32[] = Mean(%3, [0, 1])
        %5: float32[1, 1] = Reshape(1.0, [1, 1])
        %6: float32[4, 1] = Mul(%5, [[1.0], [1.0], [1.0], [1.0]])
        %7: float32[4, 1] = RealDiv(%6, 4.0)
        %8: float32[4, 1] = Cast(%1)
        %9: float32[4, 1] = Mul(%8, 2.0)
        %10: float32[4, 1] = Mul(%7, %9)
        %11: float32[4, 1] = Reshape(%10, [4, 1])
        %12: float32[2, 1] = BatchMatMulV2(x, %11, adj_x=true)
        %13: float32[2, 1] = Mul(%12, rate)
        %14: float32[2, 1] = Sub(@weight, %13)
        %15: int32[] = Add(@steps, 1)
        @weight := %14
        @steps := %15
        return loss = %4"
    `)
  })

  it('prints loops and branches indented, with outer values under their outer names', async () => {
    expect(await print(control)).toMatchInlineSnapshot(`
      "state base: float32[]
      power(x: float32[], times: int32[])
        %0: int32[], %1: int32[], %2: float32[] = While(0, 0, @base)
          while (%3: int32[], %4: int32[], %5: float32[])
            %6: bool[] = Less(%3, 9)
            %7: bool[] = Less(%4, times)
            %8: bool[] = LogicalAnd(%6, %7)
            give %8
          do (%9: int32[], %10: int32[], %11: float32[])
            %12: int32[] = Add(%9, 1)
            %13: int32[] = Add(%10, 1)
            %14: float32[] = Mul(%11, x)
            give %12, %13, %14
        %15: bool[] = Greater(%2, 100.0)
        %16: float32[] = If(%15)
          then
            %17: float32[] = Mul(%2, 0.5)
            give %17
          else
            give 0.0
        return result = %2
        return half = %16
        return table = [1.0, 2.0, 3.0]"
    `)
  })

  it('is the same text each time', async () => {
    expect(await print(linear)).toBe(await print(linear))
  })
})

it.each(engines.map((engine) => [engine.name, engine] as const))(
  '%s prints at least the declaration',
  async (_, engine) => {
    const program = await engine.program({ ...linear, precision: 'bfloat16' })
    expect(
      program
        .toString()
        .split('\n')
        .filter((line) => !line.startsWith(' ')),
    ).toEqual([
      'state weight: float32[2, 1], steps: int32[] (matrix products in bfloat16)',
      'train(x: float32[4, 2], y: float32[4, 1], rate: float32[])',
    ])
    program.dispose()
  },
)
