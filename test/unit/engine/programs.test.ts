// Programs on the engines that run op by op: state, inputs, control flow, and what they refuse.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { ProgramDefinition } from '../../../src/engine/types'
import { openEngines } from './engines'

const scalar = { shape: [], dtype: 'int32' } as const
const vector = { shape: [3], dtype: 'float32' } as const
const definition = {
  state: { total: vector, calls: scalar },
  functions: {
    add: {
      inputs: { amount: vector },
      run: (state, inputs) => {
        const total = tf.add(state['total'] as Tensor, inputs['amount'] as Tensor)
        return { state: { total }, outputs: { sum: tf.sum(total), total } }
      },
    },
    // Old values of state: all reads come before all writes.
    take: {
      inputs: { amount: vector },
      run: (state, inputs) => ({
        state: { total: inputs['amount'] as Tensor },
        outputs: { before: state['total'] as Tensor },
      }),
    },
    look: { inputs: {}, run: (state) => ({ outputs: { total: state['total'] as Tensor } }) },
    // Fibonacci by a loop: stops at the condition, or at maxIterations.
    fibonacci: {
      inputs: { below: scalar },
      run: (_, inputs, ops) => {
        const [a, , turns] = ops.whileLoop(
          (value) => tf.less(value, inputs['below'] as Tensor),
          (value, next, count) => [tf.clone(next), tf.add(value, next), tf.add(count, tf.scalar(1, 'int32'))],
          [tf.scalar(1, 'int32'), tf.scalar(2, 'int32'), tf.scalar(0, 'int32')],
          { maxIterations: 10 },
        ) as [Tensor, Tensor, Tensor]
        return { outputs: { a, turns } }
      },
    },
    write: {
      inputs: { at: scalar },
      run: (_, inputs, ops) => {
        const array = tf.zeros([2, 4, 2])
        const update = tf.ones([2, 1, 2])
        return { outputs: { written: ops.updateSlice(array, update, inputs['at'] as Tensor, 1) } }
      },
    },
  },
} satisfies ProgramDefinition

/** Functions that break a rule: a compiling engine says so when it loads them, the others when they are called. */
const broken = {
  misshapen: { inputs: {}, run: () => ({ state: { total: tf.zeros([4]) }, outputs: {} }) },
  changing: {
    inputs: {},
    run: (_, __, ops) => {
      const loop = ops.whileLoop(
        () => tf.scalar(true, 'bool'),
        () => [tf.zeros([2])],
        [tf.zeros([3])],
        { maxIterations: 3 },
      )
      return { outputs: { x: loop[0] as Tensor } }
    },
  },
} satisfies ProgramDefinition['functions']

const engines = await openEngines({ withXla: true })

describe.each(engines.map((engine) => [engine.name, engine] as const))('%s', (_, engine) => {
  it('keeps state between calls, gives copies of it, and takes new values', async () => {
    const program = await engine.program(definition)
    expect(program.readState()['total']?.values).toEqual(Float32Array.of(0, 0, 0))
    program.call('add', { amount: Float32Array.of(1, 2, 3) })
    expect(program.call('add', { amount: Float32Array.of(1, 1, 1) })['sum']?.values).toEqual(
      Float32Array.of(9),
    )
    const copy = program.readState()['total']?.values as Float32Array
    copy.fill(100)
    expect(program.call('look', {})['total']).toEqual({
      shape: [3],
      dtype: 'float32',
      values: Float32Array.of(2, 3, 4),
    })
    const mine = Float32Array.of(5, 5, 5)
    program.writeState({ total: mine, calls: Int32Array.of(1) })
    mine.fill(0)
    expect(program.readState()['total']?.values).toEqual(Float32Array.of(5, 5, 5))
    program.dispose()
    expect(() => program.readState()).toThrow('disposed')
  })

  it('gives the old value of state that it overwrites', async () => {
    const program = await engine.program(definition)
    const take = (value: number) =>
      program.call('take', { amount: Float32Array.of(value, value, value) })['before']?.values
    take(1)
    for (let value = 2; value < 50; value++) {
      expect(take(value)).toEqual(Float32Array.of(value - 1, value - 1, value - 1))
    }
    program.dispose()
  })

  it('leaves a tensor from outside alone that a loop hands on', async () => {
    const program = await engine.program({
      state: { kept: vector },
      functions: {
        loop: {
          inputs: {},
          run: (state, __, ops) => {
            const [last] = ops.whileLoop(
              () => tf.scalar(true, 'bool'),
              () => [state['kept'] as Tensor],
              [tf.zeros([3])],
              { maxIterations: 3 },
            ) as [Tensor]
            return { outputs: { last: tf.add(last, 0) } }
          },
        },
      },
    })
    program.writeState({ kept: Float32Array.of(1, 2, 3) })
    for (let turn = 0; turn < 3; turn++) {
      expect(program.call('loop', {})['last']?.values).toEqual(Float32Array.of(1, 2, 3))
    }
    program.dispose()
  })

  it('leaves no tensor behind', async () => {
    const before = engine.liveTensors()
    const program = await engine.program(definition)
    const loaded = engine.liveTensors()
    for (let turn = 0; turn < 50; turn++) {
      program.call('add', { amount: Float32Array.of(1, 1, 1) })
      program.call('look', {})
      program.call('fibonacci', { below: Int32Array.of(20) })
      program.call('write', { at: Int32Array.of(2) })
      program.writeState({ calls: Int32Array.of(turn) })
    }
    expect(engine.liveTensors()).toBe(loaded)
    program.dispose()
    expect(engine.liveTensors()).toBe(before)
  })

  it('loops until the condition fails or the limit is reached', async () => {
    const program = await engine.program(definition)
    const run = (below: number) => {
      const { a, turns } = program.call('fibonacci', { below: Int32Array.of(below) })
      return [a?.values[0], turns?.values[0]]
    }
    expect(run(0)).toEqual([1, 0])
    expect(run(20)).toEqual([21, 6])
    expect(run(1_000_000)).toEqual([144, 10])
    program.dispose()
  })

  it('writes a slice at an index and clamps it at the ends', async () => {
    const program = await engine.program(definition)
    const columns = (at: number) => {
      const values = program.call('write', { at: Int32Array.of(at) })['written']?.values ?? []
      return [0, 2, 4, 6].map((offset) => values[offset])
    }
    expect(columns(0)).toEqual([1, 0, 0, 0])
    expect(columns(2)).toEqual([0, 0, 1, 0])
    expect(columns(3)).toEqual([0, 0, 0, 1])
    expect(columns(9)).toEqual([0, 0, 0, 1])
    expect(columns(-1)).toEqual([1, 0, 0, 0])
    program.dispose()
  })

  it('refuses what was not declared, naming it and what was expected', async () => {
    const program = await engine.program(definition)
    const before = engine.liveTensors()
    expect(() => program.call('sub', {})).toThrow('unknown function "sub": declared are add, take, look')
    expect(() => program.call('add', {})).toThrow('input "amount" of add is missing: expected float32[3]')
    expect(() => program.call('add', { amount: Float32Array.of(1) })).toThrow(
      'input "amount" of add has 1 elements: expected float32[3] (3 elements)',
    )
    expect(() => program.call('add', { amount: Int32Array.of(1, 2, 3) })).toThrow(
      'input "amount" of add is int32: expected float32[3]',
    )
    expect(() => program.call('look', { amount: Float32Array.of(1, 2, 3) })).toThrow(
      'unknown input of look "amount": declared are none',
    )
    expect(() => program.writeState({ sum: Float32Array.of(1) })).toThrow(
      'unknown state array "sum": declared are total, calls',
    )
    expect(engine.liveTensors()).toBe(before)
    program.dispose()
  })

  it.each([
    ['misshapen', 'new state "total" of misshapen is float32[4]: expected float32[3]'],
    ['changing', 'variable 0 is float32[3] but the body gives float32[2]'],
  ] as const)('refuses a function that is %s', async (name, message) => {
    const run = async () => {
      const program = await engine.program({ state: { total: vector }, functions: { [name]: broken[name] } })
      program.call(name, {})
    }
    await expect(run()).rejects.toThrow(message)
  })
})

describe('two engines in one process', () => {
  it.skipIf(engines.length < 2)('each run on their own backend', async () => {
    const programs = await Promise.all(engines.map((engine) => engine.program(definition)))
    for (let turn = 0; turn < 3; turn++) {
      for (const program of programs) program.call('add', { amount: Float32Array.of(1, 2, 3) })
    }
    for (const program of programs) {
      expect(program.readState()['total']?.values).toEqual(Float32Array.of(3, 6, 9))
      program.dispose()
    }
  })
})
