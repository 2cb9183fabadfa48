// Matrix products of bfloat16 inputs where there is no such type: the engines that run op by op round the inputs to 8
// significant bits, in float32. Compiled engines cast instead.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Precision } from './types'

/** Veltkamp's factor: leaves 24 - 16 = 8 of float32's significant bits. */
const splitter = 2 ** 16 + 1

/** `x` (float32, below 2^110) rounded to the nearest bfloat16, as float32 (Dekker 1971, "A floating-point technique"). */
export function roundToBfloat16(x: Tensor): Tensor {
  return tf.tidy(() => {
    const scaled = tf.mul(x, splitter)
    return tf.sub(scaled, tf.sub(scaled, x))
  })
}

/** The kernels of matrix products, and which of their inputs are factors; Einsum's all are. */
const products: Readonly<Record<string, readonly string[] | 'all'>> = {
  [tf.BatchMatMul]: ['a', 'b'],
  [tf._FusedMatMul]: ['a', 'b'],
  [tf.Einsum]: 'all',
}

/** The precision of the function that runs now: kernels are registered once for all programs. */
let current: Precision = 'float32'
const prepared = new Set<string>()

/** Runs `work` with matrix products of the given precision on a backend. */
export function withPrecision<Result>(backendName: string, precision: Precision, work: () => Result): Result {
  if (precision === 'bfloat16') prepareKernels(backendName)
  const before = current
  current = precision
  try {
    return work()
  } finally {
    current = before
  }
}

/** Registers the products' kernels once more, so that they look at the precision. */
function prepareKernels(backendName: string): void {
  if (prepared.has(backendName)) return
  prepared.add(backendName)
  for (const [kernelName, factors] of Object.entries(products)) {
    const kernel = tf.getKernel(kernelName, backendName)
    tf.unregisterKernel(kernelName, backendName)
    tf.registerKernel({
      ...kernel,
      kernelFunc: (call) => {
        if (current === 'float32') return kernel.kernelFunc(call)
        const rounded = Object.entries(call.inputs).map(([name, tensor]) => {
          const isFactor = (factors === 'all' || factors.includes(name)) && tensor?.dtype === 'float32'
          return [name, isFactor ? roundToBfloat16(tensor as Tensor) : tensor] as const
        })
        const result = kernel.kernelFunc({ ...call, inputs: Object.fromEntries(rounded) })
        for (const [name, tensor] of rounded) if (tensor !== call.inputs[name]) (tensor as Tensor).dispose()
        return result
      },
    })
  }
}
