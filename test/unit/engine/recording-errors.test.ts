// What a function may not do, and that the error says which line of which function it was and what to do instead.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { EngineError } from '../../../src/engine/errors'
import type { Engine, FunctionDefinition, ProgramDefinition } from '../../../src/engine/types'
import { openEngines } from './engines'

const vector = { shape: [3], dtype: 'float32' } as const
const scalar = { shape: [], dtype: 'float32' } as const
type Run = FunctionDefinition['run']

/** The line of this file that calls it: what errors are to name. */
const thisLine = (): number =>
  Number(/recording-errors\.test\.ts:(\d+)/.exec((new Error().stack ?? '').split('\n')[2] ?? '')?.[1])

/** The error of loading a program with this one function and calling it. */
async function failureOf(engine: Engine, run: Run, state: ProgramDefinition['state'] = { total: vector }) {
  const before = engine.liveTensors()
  const outcome = async () => {
    const program = await engine.program({ state, functions: { wrong: { inputs: { x: vector }, run } } })
    try {
      program.call('wrong', { x: Float32Array.of(1, 2, 3) })
    } finally {
      program.dispose()
    }
  }
  const error: unknown = await outcome().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(engine.liveTensors()).toBe(before)
  return error
}

const all = await openEngines({ withXla: true })
const compiled = all.filter(({ name }) => name === 'graph' || name === 'xla')
const named = (engines: readonly Engine[]) => engines.map((engine) => [engine.name, engine] as const)

describe.each(named(all))('%s refuses a function that', (_, engine) => {
  it('draws random numbers', async () => {
    let line = 0
    const addNoise = (x: Tensor) => {
      line = thisLine() + 1
      return tf.add(x, tf.randomUniform([3]))
    }
    const error = await failureOf(engine, (__, { x }) => ({ outputs: { y: addNoise(x as Tensor) } }))
    expect(error).toMatchObject({
      code: 'misuse',
      message: expect.stringMatching(
        new RegExp(
          `^function "wrong", at addNoise \\(test/unit/engine/recording-errors\\.test\\.ts:${line}:\\d+\\): random numbers are drawn inside the function, .*: hand noise in as an input`,
        ),
      ) as string,
    })
    // Random numbers work again afterwards.
    expect(Math.random()).toBeLessThan(1)
  })

  it.each([
    ['tf.randomNormal', () => tf.randomNormal([3])],
    ['tf.truncatedNormal', () => tf.truncatedNormal([3])],
    ['tf.dropout', () => tf.dropout(tf.ones([3]), 0.5)],
    ['Math.random', () => tf.scalar(Math.random())],
  ])('draws them by %s', async (__, draw) => {
    const error = await failureOf(engine, () => ({ outputs: { y: draw() } }))
    expect(String(error)).toContain('hand noise in as an input')
  })

  it('assigns to a tf.Variable', async () => {
    const variable = tf.variable(tf.zeros([3]))
    const error = await failureOf(engine, (__, { x }) => {
      variable.assign(x as Tensor)
      return { outputs: {} }
    })
    variable.dispose()
    expect(String(error)).toMatch(
      /function "wrong", at run .*: tf\.Variable\.assign is called: .* declare the variable as state/,
    )
  })

  it('is async', async () => {
    const run = (async () => Promise.resolve({ outputs: {} })) as unknown as Run
    expect(String(await failureOf(engine, run))).toContain(
      'function "wrong": the function is async: return tensors',
    )
  })

  it('makes a tensor of strings', async () => {
    const run: Run = () => ({ outputs: { text: tf.tensor1d(['a']) } })
    expect(await failureOf(engine, run)).toMatchObject({
      code: 'misuse',
      message: expect.stringContaining('string') as string,
    })
  })

  it('gives complex numbers', async () => {
    const run: Run = (__, { x }) => ({ outputs: { z: tf.complex(x as Tensor, x as Tensor) } })
    expect(String(await failureOf(engine, run))).toContain(
      'output "z" of wrong is complex64[3]: expected a float32, int32 or bool tensor',
    )
  })

  it('gives no tensor', async () => {
    const run = () => ({ outputs: { y: 1 as unknown as Tensor } })
    expect(String(await failureOf(engine, run))).toContain('output "y" of wrong is number')
  })

  it('multiplies matrices that do not fit, and says what the library says', async () => {
    let line = 0
    const error = await failureOf(engine, (__, { x }) => {
      line = thisLine() + 1
      return { outputs: { y: tf.matMul(tf.reshape(x as Tensor, [1, 3]), tf.zeros([2, 2])) } }
    })
    expect(error).toBeInstanceOf(EngineError)
    expect(String(error)).toMatch(
      new RegExp(
        `function "wrong", at run \\(.*test\\.ts:${line}:\\d+\\): .*(inner shapes \\(3\\) and \\(2\\)|\\[1,3\\], .*\\[2,2\\])`,
        's',
      ),
    )
  })

  it('changes the shape of a loop variable', async () => {
    let line = 0
    const error = await failureOf(engine, (__, { x }, ops) => {
      const grow = (y: Tensor) => [tf.concat([y as tf.Tensor1D, tf.ones([1])])]
      line = thisLine() + 1
      const [y] = ops.whileLoop(() => tf.scalar(true, 'bool'), grow, [x as Tensor], { maxIterations: 2 })
      return { outputs: { y: y as Tensor } }
    })
    expect(String(error)).toMatch(
      new RegExp(
        `at run \\(.*:${line}:\\d+\\): whileLoop: variable 0 is float32\\[3\\] but the body gives float32\\[4\\]`,
      ),
    )
  })

  it('throws an error of its own, which stays as it is', async () => {
    class OwnError extends Error {
      override name = 'OwnError'
    }
    const run: Run = () => {
      throw new OwnError('mine')
    }
    expect(await failureOf(engine, run)).toBeInstanceOf(OwnError)
  })
})

describe.each(named(compiled))('%s refuses a function that', (_, engine) => {
  it.each([
    ['dataSync', (x: Tensor) => x.dataSync()],
    ['arraySync', (x: Tensor) => x.arraySync()],
    ['print', (x: Tensor) => x.print()],
    ['data', (x: Tensor) => void x.data()],
    ['array', (x: Tensor) => void x.array()],
  ])('reads values by %s', async (how, read) => {
    const error = await failureOf(engine, (__, { x }) => {
      const y = tf.square(x as Tensor)
      read(y)
      return { outputs: { y } }
    })
    expect(String(error)).toMatch(
      /function "wrong".*: a tensor's values are read .*: compute with the tensor, or hand the value in/,
    )
    if (how.endsWith('Sync'))
      expect(String(error)).toMatch(/test\/unit\/engine\/recording-errors\.test\.ts:\d+/)
  })

  it('disposes of state', async () => {
    const error = await failureOf(engine, ({ total }, { x }) => {
      total?.dispose()
      return { outputs: { x: x as Tensor } }
    })
    expect(String(error)).toMatch(/function "wrong", at run .*: state or an input is disposed of/)
  })

  it('gives state of another shape: the line is where the tensor was made', async () => {
    let line = 0
    const doubled = (x: Tensor) => {
      line = thisLine() + 1
      return tf.concat([x as tf.Tensor1D, x as tf.Tensor1D])
    }
    const error = await failureOf(engine, (__, { x }) => ({
      state: { total: doubled(x as Tensor) },
      outputs: {},
    }))
    expect(String(error)).toMatch(
      new RegExp(
        `at doubled \\(.*test\\.ts:${line}:\\d+\\): new state "total" of wrong is float32\\[6\\]: expected float32\\[3\\]`,
      ),
    )
  })

  it('uses a tensor of another function', async () => {
    let kept: Tensor | undefined
    const functions: ProgramDefinition['functions'] = {
      first: {
        inputs: { x: vector },
        run: (__, { x }) => {
          kept = tf.square(x as Tensor)
          return { outputs: { y: kept } }
        },
      },
      second: { inputs: {}, run: () => ({ outputs: { z: tf.neg(kept as Tensor) } }) },
    }
    await expect(engine.program({ state: {}, functions })).rejects.toThrow(
      'a tensor of function "first" is used here: hand values from function to function as outputs and inputs, or as state',
    )
  })

  it('lets a tensor out of a loop or a branch by the side door', async () => {
    const run: Run = (__, { x }, ops) => {
      let inside: Tensor | undefined
      ops.cond(
        tf.scalar(true, 'bool'),
        () => [(inside = tf.square(x as Tensor))],
        () => [x as Tensor],
      )
      return { outputs: { y: tf.neg(inside as Tensor) } }
    }
    expect(String(await failureOf(engine, run))).toContain(
      'a tensor made inside a loop or a branch is used outside it',
    )
  })

  it('takes in a large tensor from outside, or a tf.Variable; a small tensor becomes part of the program', async () => {
    const run =
      (tensor: Tensor): Run =>
      () => ({ outputs: { y: tf.sum(tensor) } })
    const large = tf.zeros([300, 300])
    expect(String(await failureOf(engine, run(large)))).toContain(
      'a tensor of 90000 elements from outside the function would become part of the program: declare it as state or as an input',
    )
    large.dispose()
    const variable = tf.variable(tf.ones([2]))
    expect(String(await failureOf(engine, run(variable)))).toContain(
      'a tf.Variable is used: declare it as state',
    )
    variable.dispose()
    const small = tf.tensor1d([1, 2, 3])
    const program = await engine.program({ state: {}, functions: { total: { inputs: {}, run: run(small) } } })
    small.dispose()
    expect(program.call('total', {})['y']?.values).toEqual(Float32Array.of(6))
    program.dispose()
  })
})

it.skipIf(compiled.length === 0)('an error of a running graph names the function', async () => {
  const engine = compiled.find(({ name }) => name === 'graph')
  const program = await engine?.program({
    state: {},
    functions: {
      look: {
        inputs: { at: { shape: [1], dtype: 'int32' } },
        run: (__, { at }) => ({ outputs: { y: tf.gather(tf.tensor1d([1, 2, 3]), at as tf.Tensor1D) } }),
      },
    },
  })
  expect(program?.call('look', { at: Int32Array.of(2) })['y']?.values).toEqual(Float32Array.of(3))
  expect(() => program?.call('look', { at: Int32Array.of(7) })).toThrow(
    /^function "look": .*7 is not in \[0, 3\)/s,
  )
  expect(program?.call('look', { at: Int32Array.of(0) })['y']?.values).toEqual(Float32Array.of(1))
  program?.dispose()
})

describe.each(named(all))('%s', (_, engine) => {
  it('refuses an aborted program, between two functions', async () => {
    const stop = new AbortController()
    const recorded: string[] = []
    const fn = (name: string): FunctionDefinition => ({
      inputs: { x: scalar },
      run: (__, { x }) => {
        recorded.push(name)
        return { outputs: { x: x as Tensor } }
      },
    })
    const before = engine.liveTensors()
    const loading = engine.program(
      { state: { s: scalar }, functions: { a: fn('a'), b: fn('b'), c: fn('c') } },
      { signal: stop.signal },
    )
    const loaded = loading.then(
      (program) => program.dispose(),
      (error: unknown) => error,
    )
    // The first function is recorded in the next turn of the event loop, the second one in the turn after.
    setImmediate(() => stop.abort())
    const isCompiled = compiled.includes(engine)
    expect(await loaded).toEqual(isCompiled ? expect.objectContaining({ code: 'aborted' }) : undefined)
    expect(recorded.length).toBeLessThan(3)
    stop.abort()
    await expect(engine.program({ state: {}, functions: {} }, { signal: stop.signal })).rejects.toMatchObject(
      { code: 'aborted' },
    )
    expect(engine.liveTensors()).toBe(before)
  })

  // Native TensorFlow waits for ten seconds before it gives up, so one engine on it is enough.
  it.skipIf(engine.name === 'eager' || engine.name === 'xla')(
    'says that a function ran out of memory, and which input to make smaller',
    async () => {
      const huge: FunctionDefinition = {
        inputs: { x: { shape: [8, 2], dtype: 'float32' } },
        run: (__, { x }) => ({ outputs: { y: tf.sum(tf.tile(x as Tensor, [2 ** 21, 2 ** 19])) } }),
      }
      const run = async () => {
        const program = await engine.program({ state: {}, functions: { huge } })
        program.call('huge', { x: new Float32Array(16) })
      }
      await expect(run()).rejects.toMatchObject({
        code: 'out-of-memory',
        message: expect.stringMatching(
          /function "huge".*ran out of memory.*largest input is x float32\[8, 2\]: try 4/s,
        ) as string,
      })
    },
  )
})
