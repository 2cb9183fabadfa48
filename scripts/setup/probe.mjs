// Run as a child: loads the checkout's @tensorflow/tfjs-node-gpu, computes something, and prints what it found as one JSON
// line.
// A process of its own because a damaged library can end the process that loads it.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import util from 'node:util'

// tfjs-node 4.22 calls these; Node 23 removed them.
/** @type {Record<string, (value: unknown) => boolean>} */
const removed = {
  isNullOrUndefined: (value) => value === null || value === undefined,
  isArray: (value) => Array.isArray(value),
  isString: (value) => typeof value === 'string',
}
const target = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (util))
for (const [name, test] of Object.entries(removed)) target[name] ??= test

const [root = ''] = process.argv.slice(2)
const tf = createRequire(join(root, 'package.json'))('@tensorflow/tfjs-node-gpu')
const product = await tf.matMul(tf.fill([2, 3], 2), tf.fill([3, 2], 5)).data()
if (product.some((/** @type {number} */ value) => value !== 30))
  throw new Error(`2x3 times 3x2 gave ${product}`)
const { binding, isUsingGpuDevice } = tf.backend()
process.stdout.write(
  `${JSON.stringify({ tensorflow: binding.TF_Version, isGpu: Boolean(isUsingGpuDevice) })}\n`,
)
