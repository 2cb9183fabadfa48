// AdamW with clipping on one flat parameter vector, and the learning-rate schedule. The schedule and the bias corrections
// are computed on the host in double precision and handed in as inputs.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { fused } from '../engine/fused'
import type { ArraySpec, NamedTensors } from '../engine/types'
import type { OptimizerConfig } from '../shared/config/schema'
import type { ParameterSpec } from './model/parameters'
import { decayMask } from './model/parameters'

/** Learning rate at `step` (from 1) of `steps`: linear warm-up to the peak, then the decay, 0 at the last step. */
export function learningRateAt(optimizer: OptimizerConfig, step: number, steps: number): number {
  const { learningRate, warmupSteps, decay } = optimizer
  if (step <= warmupSteps) return (learningRate * step) / warmupSteps
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, steps - warmupSteps))
  switch (decay) {
    case 'constant':
      return learningRate
    case 'linear':
      return learningRate * (1 - progress)
    case 'cosine':
      return (learningRate * (1 + Math.cos(Math.PI * progress))) / 2
  }
}

/** The optimizer's inputs of one update: [rate, rate * sqrt(c2) / c1, eps * sqrt(c2)], see `adamUpdate`. */
export const adamInput = { shape: [3], dtype: 'float32' } as const satisfies ArraySpec

/** Values of `adamInput` for the `update`-th update (from 1); c1 and c2 are Adam's bias corrections. */
export function adamValues(optimizer: OptimizerConfig, learningRate: number, update: number): Float32Array {
  const [beta1, beta2] = optimizer.betas
  const correction1 = 1 - beta1 ** update
  const rootCorrection2 = Math.sqrt(1 - beta2 ** update)
  return Float32Array.of(
    learningRate,
    (learningRate * rootCorrection2) / correction1,
    optimizer.eps * rootCorrection2,
  )
}

/** State arrays of parameters and moments, flat. */
export interface OptimizerState {
  readonly parameters: Tensor
  readonly moment1: Tensor
  readonly moment2: Tensor
}

/** State declaration for `size` parameters. */
export function optimizerState(size: number): Record<keyof OptimizerState, ArraySpec> {
  const flat: ArraySpec = { shape: [size], dtype: 'float32' }
  return { parameters: flat, moment1: flat, moment2: flat }
}

/**
 * One AdamW step (Loshchilov and Hutter 2019, algorithm 2) on `gradient` clipped to the global norm. Adam's
 * rate * (m/c1) / (sqrt(v/c2) + eps) is computed as (rate sqrt(c2)/c1) * m / (sqrt(v) + eps sqrt(c2)).
 * Gives the new state and the gradient's norm before clipping.
 */
export function adamUpdate(
  optimizer: OptimizerConfig,
  specs: readonly ParameterSpec[],
  state: NamedTensors,
  gradient: Tensor,
  values: Tensor,
): { state: Record<keyof OptimizerState, Tensor>; gradientNorm: Tensor } {
  const { parameters, moment1, moment2 } = state as unknown as OptimizerState
  const [beta1, beta2] = optimizer.betas
  const [rate, stepSize, eps] = tf.split(values, 3) as [Tensor, Tensor, Tensor]
  const gradientNorm = tf.sqrt(tf.sum(tf.square(gradient)))
  const clipped =
    optimizer.clipNorm === null
      ? gradient
      : tf.mul(gradient, tf.minimum(1, tf.div(optimizer.clipNorm, tf.add(gradientNorm, clipEps))))
  const [next, m, v] = fused(() => {
    const newMoment1 = tf.add(tf.mul(moment1, beta1), tf.mul(clipped, 1 - beta1))
    const newMoment2 = tf.add(tf.mul(moment2, beta2), tf.mul(tf.square(clipped), 1 - beta2))
    const change = tf.div(tf.mul(newMoment1, stepSize), tf.add(tf.sqrt(newMoment2), eps))
    const kept =
      optimizer.weightDecay === 0
        ? parameters
        : tf.sub(
            parameters,
            tf.mul(parameters, tf.mul(rate, tf.mul(optimizer.weightDecay, decayMask(specs)))),
          )
    return [tf.sub(kept, change), newMoment1, newMoment2]
  }) as [Tensor, Tensor, Tensor]
  return { state: { parameters: next, moment1: m, moment2: v }, gradientNorm }
}

/** Keeps a zero gradient from dividing by zero (PyTorch's clip_grad_norm_). */
const clipEps = 1e-6
