// Branches and loops on every engine: outer values, nesting, gradients inside and through them, bool arrays.
import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { ArrayValues, FunctionDefinition } from '../../../src/engine/types'
import { openEngines } from './engines'

const number = { shape: [], dtype: 'float32' } as const
const integer = { shape: [], dtype: 'int32' } as const
const flag = { shape: [], dtype: 'bool' } as const
const one = () => tf.scalar(1, 'int32')
const two = () => tf.scalar(2)

const functions = {
  // The branches take the input and the state from outside; one of them hands an outer tensor on as it is.
  choose: {
    inputs: { holds: flag, x: number },
    run: ({ base }, { holds, x }, ops) => {
      const [a, b] = ops.cond(
        holds as Tensor,
        () => [tf.add(x as Tensor, base as Tensor), x as Tensor],
        () => [tf.mul(x as Tensor, two()), base as Tensor],
      ) as [Tensor, Tensor]
      return { state: { base: a }, outputs: { a, b, both: tf.add(a, b) } }
    },
  },
  // Collatz steps until 1: a cond in a loop.
  collatz: {
    inputs: { start: integer },
    run: (_, { start }, ops) => {
      const [, steps] = ops.whileLoop(
        (value) => tf.greater(value, one()),
        (value, count) => {
          const [next] = ops.cond(
            tf.equal(tf.mod(value, tf.scalar(2, 'int32')), tf.scalar(0, 'int32')),
            () => [tf.cast(tf.floorDiv(value, tf.scalar(2, 'int32')), 'int32')],
            () => [tf.add(tf.mul(value, tf.scalar(3, 'int32')), one())],
          ) as [Tensor]
          return [next, tf.add(count, one())]
        },
        [start as Tensor, tf.scalar(0, 'int32')],
        { maxIterations: 1000 },
      ) as [Tensor, Tensor]
      return { outputs: { steps } }
    },
  },
  // Sum of i * j for i < rows, j < columns, plus x each time: a loop in a loop in a branch, all using outer values.
  nested: {
    inputs: { rows: integer, columns: integer, x: number },
    run: (_, inputs, ops) => {
      const [rows, columns, x] = [inputs['rows'], inputs['columns'], inputs['x']] as [Tensor, Tensor, Tensor]
      const [sum] = ops.cond(
        tf.greater(rows, tf.scalar(0, 'int32')),
        () => {
          const [, total] = ops.whileLoop(
            (i) => tf.less(i, rows),
            (i, outer) => {
              const [, inner] = ops.whileLoop(
                (j) => tf.less(j, columns),
                (j, subtotal) => [
                  tf.add(j, one()),
                  tf.add(tf.add(subtotal, tf.cast(tf.mul(i, j), 'float32')), x),
                ],
                [tf.scalar(0, 'int32'), outer],
                { maxIterations: 100 },
              ) as [Tensor, Tensor]
              return [tf.add(i, one()), inner]
            },
            [tf.scalar(0, 'int32'), tf.scalar(0)],
            { maxIterations: 100 },
          ) as [Tensor, Tensor]
          return [total]
        },
        () => [tf.neg(x)],
      ) as [Tensor]
      return { outputs: { sum } }
    },
  },
  // Gradient descent on (w - target)^2, the gradient taken in the body.
  descend: {
    inputs: { target: number },
    run: (_, { target }, ops) => {
      const loss = (w: Tensor) => tf.square(tf.sub(w, target as Tensor)) as Scalar
      const [w] = ops.whileLoop(
        () => tf.scalar(true, 'bool'),
        (current) => [tf.sub(current, tf.mul(tf.grad(loss)(current), tf.scalar(0.25)))],
        [tf.scalar(0)],
        { maxIterations: 4 },
      ) as [Tensor]
      const [slope] = ops.cond(
        tf.less(w, target as Tensor),
        () => [tf.grad(loss)(w)],
        () => [tf.scalar(0)],
      ) as [Tensor]
      return { outputs: { w, slope } }
    },
  },
  // bool in, bool state, bool out.
  flags: {
    inputs: { on: { shape: [3], dtype: 'bool' } },
    run: ({ seen }, { on }) => {
      const either = tf.logicalOr(seen as Tensor, on as Tensor)
      return { state: { seen: either }, outputs: { neither: tf.logicalNot(either), all: tf.all(either) } }
    },
  },
} satisfies Record<string, FunctionDefinition>

const engines = await openEngines({ withXla: true })

describe.each(engines.map((engine) => [engine.name, engine] as const))('%s', (_, engine) => {
  it('branches on a value and computes with outer ones, one branch or the other in the same program', async () => {
    const program = await engine.program({ state: { base: number }, functions: { choose: functions.choose } })
    program.writeState({ base: Float32Array.of(10) })
    const choose = (holds: number) =>
      Object.values(program.call('choose', { holds: Uint8Array.of(holds), x: Float32Array.of(3) })).map(
        ({ values }) => values[0],
      )
    expect(choose(1)).toEqual([13, 3, 16])
    expect(choose(0)).toEqual([6, 13, 19])
    expect(choose(1)).toEqual([9, 3, 12])
    program.dispose()
  })

  it('nests branches in loops and loops in loops in branches', async () => {
    const { collatz, nested } = functions
    const program = await engine.program({ state: {}, functions: { collatz, nested } })
    const before = engine.liveTensors()
    const steps = (start: number) =>
      program.call('collatz', { start: Int32Array.of(start) })['steps']?.values[0]
    expect([1, 6, 27].map(steps)).toEqual([0, 8, 111])
    const sum = (rows: number, columns: number) =>
      program.call('nested', {
        rows: Int32Array.of(rows),
        columns: Int32Array.of(columns),
        x: Float32Array.of(0.5),
      })['sum']?.values[0]
    expect(sum(3, 4)).toBe(3 * 6 + 12 * 0.5)
    expect(sum(0, 4)).toBe(-0.5)
    expect(engine.liveTensors()).toBe(before)
    program.dispose()
  })

  it('differentiates inside a body and a branch', async () => {
    const program = await engine.program({ state: {}, functions: { descend: functions.descend } })
    const { w, slope } = program.call('descend', { target: Float32Array.of(8) })
    // The distance halves each turn.
    expect(w?.values[0]).toBe(7.5)
    expect(slope?.values[0]).toBe(-1)
    program.dispose()
  })

  it('takes, keeps and gives bool arrays as bytes', async () => {
    const program = await engine.program({
      state: { seen: { shape: [3], dtype: 'bool' } },
      functions: { flags: functions.flags },
    })
    const call = (...on: number[]) => program.call('flags', { on: Uint8Array.from(on) })
    expect(call(1, 0, 0)['neither']).toEqual({ shape: [3], dtype: 'bool', values: Uint8Array.of(0, 1, 1) })
    expect(call(0, 0, 1)['all']?.values).toEqual(Uint8Array.of(0))
    expect(program.readState()['seen']?.values).toEqual(Uint8Array.of(1, 0, 1))
    expect(call(0, 1, 0)['all']?.values).toEqual(Uint8Array.of(1))
    program.dispose()
  })

  it.each([
    [
      'whileLoop',
      (x: Tensor, ops) =>
        ops.whileLoop(
          () => tf.scalar(true, 'bool'),
          (y) => [tf.mul(y, x)],
          [x],
          { maxIterations: 2 },
        )[0],
    ],
    [
      'cond',
      (x: Tensor, ops) =>
        ops.cond(
          tf.scalar(true, 'bool'),
          () => [tf.square(x)],
          () => [x],
        )[0],
    ],
    [
      'updateSlice',
      (x: Tensor, ops) =>
        tf.sum(ops.updateSlice(tf.zeros([2]), tf.reshape(x, [1]), tf.scalar(0, 'int32'), 0)),
    ],
  ] as const satisfies (readonly [
    string,
    (x: Tensor, ops: Parameters<FunctionDefinition['run']>[2]) => unknown,
  ])[])('refuses a gradient through %s and says what to do instead', async (name, loss) => {
    const run = async () => {
      const program = await engine.program({
        state: {},
        functions: {
          slope: {
            inputs: { x: number },
            run: (__, { x }, ops) => ({
              outputs: { slope: tf.grad((y) => loss(y, ops) as Tensor)(x as Tensor) },
            }),
          },
        },
      })
      program.call('slope', { x: Float32Array.of(2) })
    }
    await expect(run()).rejects.toThrow(`${name} has no gradient: call it outside`)
  })

  it('refuses branches of different types', async () => {
    const mixed: FunctionDefinition = {
      inputs: { holds: flag },
      run: (__, { holds }, ops) => ({
        outputs: {
          x: ops.cond(
            holds as Tensor,
            () => [tf.scalar(1)],
            () => [tf.zeros([2])],
          )[0] as Tensor,
        },
      }),
    }
    const call = async (): Promise<Record<string, { values: ArrayValues }>> =>
      (await engine.program({ state: {}, functions: { mixed } })).call('mixed', { holds: Uint8Array.of(1) })
    // Op by op only one branch runs, so there is nothing to compare.
    if (engine.name === 'js' || engine.name === 'eager')
      expect((await call())['x']?.values).toEqual(Float32Array.of(1))
    else await expect(call()).rejects.toThrow('cond: one branch gives float32[], the other float32[2]')
  })
})
