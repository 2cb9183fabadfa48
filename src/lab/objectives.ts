// What is minimised, as tensors: next-token log-probabilities of answers, the next-token loss, the policy-gradient surrogate,
// entropy and a critic's loss. How tokens and sequences are averaged is in the weights (weights.ts), so losses are plain
// weighted sums; divergence from a reference is in kl.ts.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { PolicyGradientStage } from '../shared/config/schema'

/** Log-probabilities [N] of `targets` (int32, N elements) under logits_NV at a temperature. */
export function targetLogprobs(logits_NV: Tensor, targets: Tensor, temperature: number): Tensor {
  const V = logits_NV.shape[1] as number
  const logprobs_NV = tf.logSoftmax(temperature === 1 ? logits_NV : tf.mul(logits_NV, 1 / temperature))
  const oneHot_NV = tf.oneHot(tf.reshape<tf.Rank.R1>(targets, [targets.size]), V, 1, 0, 'float32')
  return tf.sum(tf.mul(logprobs_NV, oneHot_NV), 1)
}

/** Next-token loss: - sum of weight * log p. */
export function nextTokenLoss(logprobs_N: Tensor, weights_N: Tensor): Tensor {
  return tf.neg(tf.sum(tf.mul(logprobs_N, weights_N)))
}

/** The choices a surrogate is made of. */
export type SurrogateChoices = Pick<PolicyGradientStage, 'surrogate' | 'clip' | 'clipHigh'>

/**
 * Policy-gradient surrogate, a scalar to minimise. `ratio`: - sum of weight * min(rho A, clip(rho, 1 - clip, 1 + clipHigh) A)
 * with rho = pi / pi_old (Schulman et al. 2017, arXiv 1707.06347, eq. 7; clipHigh: Yu et al. 2025, arXiv 2503.14476, eq. 10, as
 * `clip` where null); without `clip`: rho A. Where pi = pi_old its gradient is that of `log-probability`: - sum of weight * A log pi
 * (REINFORCE), which knows no pi_old and no clipping.
 */
export function policySurrogate(
  logprobs_N: Tensor,
  oldLogprobs_N: Tensor,
  advantages_N: Tensor,
  weights_N: Tensor,
  { surrogate, clip, clipHigh }: SurrogateChoices,
): Tensor {
  if (surrogate === 'log-probability') {
    return tf.neg(tf.sum(tf.mul(tf.mul(logprobs_N, advantages_N), weights_N)))
  }
  const ratios = tf.exp(tf.sub(logprobs_N, oldLogprobs_N))
  const plain = tf.mul(ratios, advantages_N)
  const terms =
    clip === null
      ? plain
      : tf.minimum(plain, tf.mul(tf.clipByValue(ratios, 1 - clip, 1 + (clipHigh ?? clip)), advantages_N))
  return tf.neg(tf.sum(tf.mul(terms, weights_N)))
}

/** Entropy [N] in nats of the next-token distributions of logits_NV at a temperature, with its gradient. */
export function entropyOf(logits_NV: Tensor, temperature: number): Tensor {
  const logprobs_NV = tf.logSoftmax(tf.mul(logits_NV, 1 / temperature))
  return tf.neg(tf.sum(tf.mul(tf.exp(logprobs_NV), logprobs_NV), 1))
}

/**
 * Loss of a critic, 0.5 * sum of weight * max((V - R)^2, (clip(V, V_old - clip, V_old + clip) - R)^2): the squared error of
 * Schulman et al. 2017, eq. 9, clipped as in OpenAI's implementation of PPO; without `clip` 0.5 (V - R)^2.
 */
export function valueLoss(
  values_N: Tensor,
  oldValues_N: Tensor,
  returns_N: Tensor,
  weights_N: Tensor,
  clip: number | null,
): Tensor {
  const errors = tf.square(tf.sub(values_N, returns_N))
  if (clip === null) return tf.mul(tf.sum(tf.mul(errors, weights_N)), 0.5)
  const moves = tf.clipByValue(tf.sub(values_N, oldValues_N), -clip, clip)
  const clippedErrors = tf.square(tf.sub(tf.add(oldValues_N, moves), returns_N))
  return tf.mul(tf.sum(tf.mul(tf.maximum(errors, clippedErrors), weights_N)), 0.5)
}
