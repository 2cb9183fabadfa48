// Memory over long runs: a trainer's ten thousand steps with a thousand rollouts, and fifty programs one after the other.
import { readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { openEngine } from '../../src/engine/open-engine'
import type { Engine, ProgramDefinition } from '../../src/engine/types'
import { runConfig } from '../helpers/run-config'
import { metricsOf, queuedRun, train } from '../helpers/trainer'

test('ten thousand steps and a thousand rollouts leave resident memory and tensors as they were after warm-up', async () => {
  const steps = 10_000
  const config = runConfig({
    stages: [{ kind: 'pretrain', steps, batch: 8 }],
    evaluate: { every: 10, samples: 50 },
    checkpoint: { every: 5000, keep: 1 },
    log: { samples: 0 },
  })
  const folder = await queuedRun(config, 'graph')
  expect(await train(folder)).toBe(0)
  const evaluated = (await metricsOf(folder)).filter(({ values }) => 'system/memory_bytes' in values)
  // One call of the rollout function each, beside the one before the first step.
  expect(evaluated).toHaveLength(1001)
  expect(new Set(evaluated.map(({ values }) => values['system/tensors'])).size).toBe(1)
  const memory = evaluated.map(({ values }) => Number(values['system/memory_bytes']))
  // Warm after 2,000 steps: the first fifth. Each value is the largest of 50 evaluations.
  const largest = (from: number) => Math.max(...memory.slice(from, from + 50))
  expect(largest(951) / largest(200)).toBeLessThan(1.02)
})

/** A training step with a gradient and a loop, `width` wide. */
const definition = (width: number): ProgramDefinition => ({
  state: { weight: { shape: [width, width], dtype: 'float32' } },
  functions: {
    train: {
      inputs: { x: { shape: [8, width], dtype: 'float32' } },
      run: ({ weight }, { x }) => {
        const lossOf = (w: Tensor) =>
          tf.mean<Scalar>(tf.square(tf.sub(tf.tanh(tf.matMul(x as Tensor, w)), 1)))
        const { value: loss, grad } = tf.valueAndGrad(lossOf)(weight as Tensor)
        return { state: { weight: tf.sub(weight as Tensor, tf.mul(grad, 0.1)) }, outputs: { loss } }
      },
    },
    repeat: {
      inputs: { x: { shape: [8, width], dtype: 'float32' } },
      run: ({ weight }, { x }, ops) => {
        const [y] = ops.whileLoop(
          (z) => tf.less(tf.max(z), tf.scalar(5)),
          (z) => [tf.tanh(tf.matMul(z, weight as Tensor))],
          [x as Tensor],
          { maxIterations: 4 },
        )
        return { outputs: { y: y as Tensor } }
      },
    },
  },
})

/** Makes, runs and disposes of programs of changing size; gives resident memory after the fifth and after the last. */
async function makePrograms(engine: Engine, count: number): Promise<{ early: number; late: number }> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  let early = 0
  for (let index = 1; index <= count; index++) {
    const width = 48 + (index % 5)
    const program = await engine.program(definition(width))
    const x = new Float32Array(8 * width).fill(0.1)
    for (const name of ['train', 'repeat', 'train', 'repeat']) program.call(name, { x })
    program.dispose()
    if (index === 5) early = residentBytes(collect)
  }
  return { early, late: residentBytes(collect) }
}

function residentBytes(collect: () => void): number {
  collect()
  return 1024 * Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
}

test.each(['graph', 'xla'] as const)(
  'fifty programs of %s give their memory, tensors and files back',
  async (name) => {
    const { engine } = await openEngine(name, { threads: 1 })
    const tensors = engine.liveTensors()
    const ours = () =>
      readdirSync(tmpdir()).filter((file) => file.startsWith(`afterword-program-${process.pid}-`))
    const { early, late } = await makePrograms(engine, 50)
    expect(late / early).toBeLessThan(1.05)
    expect(engine.liveTensors()).toBe(tensors)
    expect(ours()).toEqual([])
  },
)
