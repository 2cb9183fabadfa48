// The gradient of a scalar loss together with other results of the same forward pass.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Loss, its gradient with respect to `x`, and the forward pass's other results. */
export interface LossAndGradient {
  readonly loss: Tensor
  readonly gradient: Tensor
  readonly others: Readonly<Record<string, Tensor>>
}

/** Differentiates `run(x).loss`; `others` are handed on as they are. */
export function lossAndGradient(
  run: (x: Tensor) => { loss: Tensor; others?: Readonly<Record<string, Tensor>> },
  x: Tensor,
): LossAndGradient {
  let kept: Readonly<Record<string, Tensor>> = {}
  const { value, grad } = tf.valueAndGrad((parameters: Tensor) => {
    const { loss, others } = run(parameters)
    // The gradient's own scope frees what the forward pass made, but not what is kept.
    kept = others ?? {}
    for (const tensor of Object.values(kept)) tf.keep(tensor)
    return loss
  })(x)
  const others = Object.fromEntries(
    Object.entries(kept).map(([name, tensor]) => {
      const own = tf.clone(tensor)
      tensor.dispose()
      return [name, own]
    }),
  )
  return { loss: value, gradient: grad, others }
}
