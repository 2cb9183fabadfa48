// What lies between the matrix products of a transformer, with hand-written gradients: op by op, each kernel is a pass over
// the activations. Each half is one fused piece. Plain tfjs-core ops; gradients are checked against finite differences and
// PyTorch in the tests.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { fused } from '../../engine/fused'

/** Added to the variance (GPT-2's and PyTorch's default). */
const normEps = 1e-5

/**
 * (x - mean) / sqrt(var + 1e-5) over the last axis (Ba et al. 2016), without scale and shift: those are folded into the
 * linear layer that follows.
 */
export const normalize: (x: Tensor) => Tensor = tf.customGrad<Tensor>((x, save) => {
  const [value, inverse] = fused(() => {
    const centered = tf.sub(x as Tensor, tf.mean(x as Tensor, -1, true))
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), normEps))
    return [tf.mul(centered, scale), scale]
  }) as [Tensor, Tensor]
  ;(save as tf.GradSaveFunc)([value, inverse])
  return {
    value,
    // dx = (dy - mean(dy) - y mean(dy y)) / sigma
    gradFunc: (dy, saved) => {
      const [y, inverseSigma] = saved as [Tensor, Tensor]
      return fused(() => {
        const projection = tf.mul(y, tf.mean(tf.mul(dy, y), -1, true))
        return [tf.mul(tf.sub(tf.sub(dy, tf.mean(dy, -1, true)), projection), inverseSigma)]
      })[0] as Tensor
    },
  }
})

const linearTerm = 2 * Math.sqrt(2 / Math.PI)
const cubicTerm = linearTerm * 0.044715

/** sigmoid(a x + b x^3): GELU(x) is x times it. */
const gateOf = (x: Tensor, square: Tensor): Tensor =>
  tf.sigmoid(tf.mul(tf.add(tf.mul(square, cubicTerm), linearTerm), x))

/**
 * GELU of rows + bias, tanh approximation (Hendrycks and Gimpel 2016). The backward half computes the gate anew: cheaper
 * than to keep it.
 */
export const biasGelu: (rows: Tensor, bias: Tensor) => Tensor = tf.customGrad<Tensor>((rows, bias, save) => {
  const inputs = [rows, bias] as [Tensor, Tensor]
  ;(save as tf.GradSaveFunc)(inputs)
  return {
    value: fused(() => {
      const x = tf.add(...inputs)
      return [tf.mul(x, gateOf(x, tf.square(x)))]
    })[0] as Tensor,
    // d/dx = gate + x gate (1 - gate) (a + 3 b x^2)
    gradFunc: (dy, saved) =>
      fused(() => {
        const x = tf.add(...(saved as [Tensor, Tensor]))
        const square = tf.square(x)
        const gate = gateOf(x, square)
        const y = tf.mul(x, gate)
        const slope = tf.add(tf.mul(square, 3 * cubicTerm), linearTerm)
        const dx = tf.mul(dy, tf.add(gate, tf.mul(tf.sub(y, tf.mul(y, gate)), slope)))
        return [dx, sumRows(dx)]
      }),
  }
})

const sumRows = (rows: Tensor): Tensor => tf.sum(rows, 0)

/** Queries, keys and values, each [H, B, T, D], from rows [B * T, 3 * H * D] and their bias. */
export function splitHeads(
  rows: Tensor,
  bias: Tensor,
  { B, T, H, D }: { B: number; T: number; H: number; D: number },
): [Tensor, Tensor, Tensor] {
  const transposed = tf.customGrad<Tensor>((x, b) => ({
    value: fused(() => [
      tf.transpose(tf.reshape(tf.add(x as Tensor, b as Tensor), [B, T, 3 * H, D]), [2, 0, 1, 3]),
    ])[0] as Tensor,
    gradFunc: (dy) =>
      fused(() => {
        const dx = tf.reshape(tf.transpose(dy, [1, 2, 0, 3]), [B * T, 3 * H * D])
        return [dx, sumRows(dx)]
      }),
  }))
  return tf.split(transposed(rows, bias), 3, 0) as [Tensor, Tensor, Tensor]
}

/**
 * softmax(q k^T + mask) v for queries [H, B, Q, D], keys and values [H, B, T, D]; the mask broadcasts to [H, B, Q, T].
 * Backwards, the sum over keys of weight times its gradient is the output times the output's gradient, which is smaller (Dao
 * 2023, arXiv 2307.08691, section 3.1). TensorFlow's own softmax is faster than a fused one.
 */
export function attend(queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor): Tensor {
  const attention = tf.customGrad<Tensor>((q, k, v, save) => {
    const inputs = [q, k, v] as [Tensor, Tensor, Tensor]
    const weights = tf.softmax(tf.add(tf.matMul(inputs[0], inputs[1], false, true), mask))
    const value = tf.matMul(weights, inputs[2])
    ;(save as tf.GradSaveFunc)([...inputs, weights, value])
    return {
      value,
      gradFunc: (dy, saved) => {
        const [ownQueries, ownKeys, ownValues, p, y] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor]
        const dp = tf.matMul(dy, ownValues, false, true)
        const ds = fused(() => [tf.mul(p, tf.sub(dp, tf.sum(tf.mul(dy, y), -1, true)))])[0] as Tensor
        return [tf.matMul(ds, ownKeys), tf.matMul(ds, ownQueries, true, false), tf.matMul(p, dy, true, false)]
      },
    }
  })
  return attention(queries, keys, values)
}

/** residual + rows + bias, all [N, W] but the bias. */
export const addBiased: (residual: Tensor, rows: Tensor, bias: Tensor) => Tensor = tf.customGrad<Tensor>(
  (residual, rows, bias) => ({
    value: fused(() => [tf.add(tf.add(residual as Tensor, rows as Tensor), bias as Tensor)])[0] as Tensor,
    gradFunc: (dy) => [dy, dy, fused(() => [sumRows(dy)])[0] as Tensor],
  }),
)
