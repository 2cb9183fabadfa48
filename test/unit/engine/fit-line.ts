// The example of docs/engine.md, word for word.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { openEngine } from '../../../src/engine/open-engine'
import type { EngineName } from '../../../src/engine/types'

/** Fits y = w x by 100 steps of gradient descent, each of them one native call. Gives w and the program as text. */
export async function fitLine(name: EngineName, x: Float32Array, y: Float32Array): Promise<[number, string]> {
  const { engine } = await openEngine(name, { threads: 1 })
  const points = { shape: [x.length], dtype: 'float32' } as const
  const program = await engine.program({
    state: { w: { shape: [], dtype: 'float32' } },
    functions: {
      train: {
        inputs: { x: points, y: points },
        run: ({ w }, inputs) => {
          const [xs, ys] = [inputs['x'] as Tensor, inputs['y'] as Tensor]
          const loss = (v: Tensor) => tf.mean(tf.square(tf.sub(tf.mul(v, xs), ys)))
          const { value, grad } = tf.valueAndGrad(loss)(w as Tensor)
          return { state: { w: tf.sub(w as Tensor, tf.mul(grad, 0.1)) }, outputs: { loss: value } }
        },
      },
    },
  })
  for (let step = 0; step < 100; step++) program.call('train', { x, y })
  const result: [number, string] = [program.readState()['w']?.values[0] ?? NaN, program.toString()]
  program.dispose()
  return result
}
