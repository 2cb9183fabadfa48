// Divergence from a reference policy: estimates from sampled tokens and the exact sum over the vocabulary, as tensors with
// gradients; and the adaptive coefficient. What a penalty does in the reward and in the loss is in docs/science.md.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { PolicyGradientStage } from '../shared/config/schema'

type Estimator = PolicyGradientStage['kl']['estimator']

/** A policy at N positions: its logits, and log-probabilities of the sampled tokens at the sampling temperature. */
export interface PolicyAt {
  readonly logits_NV: Tensor
  readonly logprobs_N: Tensor
}

/**
 * Estimates of KL(pi || pi_ref) [N] in nats, one a token, with their gradients with respect to `policy`: to be weighed and
 * summed like a surrogate and multiplied by the coefficient. With d = log pi - log pi_ref of the sampled token k1 = d, k2 = d^2 / 2,
 * k3 = exp(-d) - 1 + d (Schulman 2020, "Approximating KL divergence"); `exact` sums over the vocabulary at `temperature`.
 */
export function klTerm(
  policy: PolicyAt,
  reference: PolicyAt,
  estimator: Estimator,
  temperature: number,
): Tensor {
  const difference = tf.sub(policy.logprobs_N, reference.logprobs_N)
  switch (estimator) {
    case 'k1':
      return difference
    case 'k2':
      return tf.mul(tf.square(difference), 0.5)
    case 'k3':
      return tf.add(tf.expm1(tf.neg(difference)), difference)
    case 'exact':
      return exactKl(policy.logits_NV, reference.logits_NV, temperature)
  }
}

function exactKl(logits_NV: Tensor, referenceLogits_NV: Tensor, temperature: number): Tensor {
  const logprobs_NV = tf.logSoftmax(tf.mul(logits_NV, 1 / temperature))
  const reference_NV = tf.logSoftmax(tf.mul(referenceLogits_NV, 1 / temperature))
  return tf.sum(tf.mul(tf.exp(logprobs_NV), tf.sub(logprobs_NV, reference_NV)), 1)
}

/** Largest relative error the controller acts on. */
const MAX_ERROR = 0.2

/**
 * The coefficient after `sequences` sequences whose divergence was `observed` nats each: coefficient * (1 + e * sequences /
 * horizon) with e = clip(observed / target - 1, -0.2, 0.2) (Ziegler et al. 2019, arXiv 1909.08593, section 2.2; sequences / horizon
 * is its K_beta, as in its code).
 */
export function adaptKl(
  coefficient: number,
  observed: number,
  target: number,
  sequences: number,
  horizon: number,
): number {
  const error = Math.min(MAX_ERROR, Math.max(-MAX_ERROR, observed / target - 1))
  return coefficient * (1 + (error * sequences) / horizon)
}
