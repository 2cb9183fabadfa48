// What only the compiled engines can get wrong: memory of calls, files, values fixed while recording, values that a loop
// body takes from outside.
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { openEngines } from './engines'

const compiled = (await openEngines({ withXla: true })).filter(
  ({ name }) => name === 'graph' || name === 'xla',
)
const big = { shape: [256, 100], dtype: 'float32' } as const
const scalar = { shape: [], dtype: 'float32' } as const

describe.each(compiled.map((engine) => [engine.name, engine] as const))('%s', (_, engine) => {
  it('gives back the memory of what it was fed', async () => {
    const program = await engine.program({
      state: {},
      functions: {
        total: { inputs: { x: big }, run: (__, { x }) => ({ outputs: { total: tf.sum(x as Tensor) } }) },
      },
    })
    const x = new Float32Array(25_600).fill(1)
    const callOften = (times: number) => {
      for (let call = 0; call < times; call++) program.call('total', { x })
      return process.memoryUsage().rss / 2 ** 20
    }
    const before = callOften(500)
    // 2,000 calls are fed 195 MB.
    const grown = callOften(2000) - before
    expect(grown).toBeLessThan(60)
    program.dispose()
  })

  it('leaves no file behind', async () => {
    const ours = () =>
      readdirSync(tmpdir()).filter((name) => name.startsWith(`afterword-program-${process.pid}-`))
    const before = ours()
    const program = await engine.program({ state: { x: scalar }, functions: {} })
    expect(ours().filter((name) => !before.includes(name))).toEqual([])
    program.dispose()
  })

  it('refuses a function that reads values while it is recorded, and says what to do instead', async () => {
    const program = engine.program({
      state: {},
      functions: {
        peek: {
          inputs: { x: scalar },
          run: (__, { x }) => ({ outputs: { x: tf.scalar((x as Tensor).dataSync()[0] ?? 0) } }),
        },
      },
    })
    await expect(program).rejects.toThrow(
      /^function "peek", at run .*: a tensor's values are read while the function is recorded/,
    )
  })

  it('gives a loop both the current and the first value of a variable', async () => {
    const program = await engine.program({
      state: { step: scalar },
      functions: {
        // x grows by its first value and by the state, three times.
        grow: {
          inputs: { x: scalar },
          run: ({ step }, { x }, ops) => {
            const [grown] = ops.whileLoop(
              () => tf.scalar(true, 'bool'),
              (current) => [tf.add(tf.add(current, x as Tensor), step as Tensor)],
              [x as Tensor],
              { maxIterations: 3 },
            )
            return { outputs: { grown: grown as Tensor } }
          },
        },
      },
    })
    program.writeState({ step: Float32Array.of(10) })
    expect(program.call('grow', { x: Float32Array.of(2) })['grown']?.values).toEqual(Float32Array.of(38))
    program.dispose()
  })
})
