// Layer norm's core, linear layer and GELU with hand-written gradients: op by op, each saved kernel is a pass over the
// activations.
// Plain tfjs-core ops only; gradients are checked against finite differences and PyTorch in the tests.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Added to the variance (GPT-2's and PyTorch's default). */
const normEps = 1e-5

/**
 * (x - mean) / sqrt(var + 1e-5) over the last axis (Ba et al. 2016), without scale and shift: those are folded into the
 * linear layer that follows.
 */
export const normalize: (x: Tensor) => Tensor = tf.customGrad<Tensor>((x, save) => {
  const input = x as Tensor
  const centered = tf.sub(input, tf.mean(input, -1, true))
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), normEps))
  const value = tf.mul(centered, inverse)
  ;(save as tf.GradSaveFunc)([value, inverse])
  return {
    value,
    // dx = (dy - mean(dy) - y mean(dy y)) / sigma
    gradFunc: (dy, saved) => {
      const [y, inverseSigma] = saved as [Tensor, Tensor]
      const projection = tf.mul(y, tf.mean(tf.mul(dy, y), -1, true))
      return tf.mul(tf.sub(tf.sub(dy, tf.mean(dy, -1, true)), projection), inverseSigma)
    },
  }
})

const linearTerm = 2 * Math.sqrt(2 / Math.PI)
const cubicTerm = linearTerm * 0.044715

/** GELU, tanh approximation (Hendrycks and Gimpel 2016), in the equal form x * sigmoid(a x + b x^3). */
export const gelu: (x: Tensor) => Tensor = tf.customGrad<Tensor>((x, save) => {
  const input = x as Tensor
  const square = tf.square(input)
  const gate = tf.sigmoid(tf.mul(tf.add(tf.mul(square, cubicTerm), linearTerm), input))
  const value = tf.mul(input, gate)
  ;(save as tf.GradSaveFunc)([square, gate, value])
  return {
    value,
    // d/dx = gate + x gate (1 - gate) (a + 3 b x^2), and x gate is the value
    gradFunc: (dy, saved) => {
      const [xSquare, g, y] = saved as [Tensor, Tensor, Tensor]
      const slope = tf.add(tf.mul(xSquare, 3 * cubicTerm), linearTerm)
      return tf.mul(dy, tf.add(g, tf.mul(tf.sub(y, tf.mul(y, g)), slope)))
    },
  }
})

/** x weight + bias for rows x [N, in]. The bias's gradient, a sum over rows, is a product: TensorFlow's is faster so. */
export const linear: (x: Tensor, weight: Tensor, bias: Tensor) => Tensor = tf.customGrad<Tensor>(
  (x, weight, bias, save) => {
    const inputs = [x, weight] as [Tensor, Tensor]
    ;(save as tf.GradSaveFunc)(inputs)
    const { shape } = bias as Tensor
    return {
      value: tf.add(tf.matMul(...inputs), bias as Tensor),
      gradFunc: (dy, saved) => {
        const [rows, matrix] = saved as [Tensor, Tensor]
        const ones_1N = tf.ones([1, dy.shape[0]])
        return [
          tf.matMul(dy, matrix, false, true),
          tf.matMul(rows, dy, true, false),
          tf.reshape(tf.matMul(ones_1N, dy), shape),
        ]
      },
    }
  },
)
