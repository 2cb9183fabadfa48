// What is minimised, as tensors: next-token log-probabilities of answers, the next-token loss and the policy-gradient
// surrogate. How tokens and sequences are averaged is in the weights (weights.ts), so both losses are plain weighted sums.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'

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

/**
 * Policy-gradient surrogate - sum of weight * min(ratio A, clip(ratio, 1-c, 1+c) A) with ratio = p / p_old (Schulman et al.
 * 2017, eq. 7); without `clip`: ratio A. Where p = p_old its gradient is that of - sum of weight * A log p (REINFORCE).
 */
export function policySurrogate(
  logprobs_N: Tensor,
  oldLogprobs_N: Tensor,
  advantages_N: Tensor,
  weights_N: Tensor,
  clip: number | null,
): Tensor {
  const ratios = tf.exp(tf.sub(logprobs_N, oldLogprobs_N))
  const plain = tf.mul(ratios, advantages_N)
  const terms =
    clip === null
      ? plain
      : tf.minimum(plain, tf.mul(tf.clipByValue(ratios, 1 - clip, 1 + clip), advantages_N))
  return tf.neg(tf.sum(tf.mul(terms, weights_N)))
}
