// The two update functions of the recipes, as declared to an engine: next-token prediction and policy gradient. Each is one
// forward and backward pass and one AdamW step.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { FunctionDefinition } from '../engine/types'
import type { OptimizerConfig, PolicyGradientStage } from '../shared/config/schema'
import { lossAndGradient } from './gradients'
import type { PolicyAt } from './kl'
import { klTerm } from './kl'
import type { LanguageModel } from './model/language-model'
import type { SurrogateChoices } from './objectives'
import { entropyOf, nextTokenLoss, policySurrogate, targetLogprobs } from './objectives'
import { adamInput, adamUpdate } from './optimizer'
import type { Task } from '../shared/tasks/task'

/** What both updates need. */
export interface UpdateOptions {
  readonly task: Task
  readonly model: LanguageModel
  readonly optimizer: OptimizerConfig
  /** Sequences an update. */
  readonly rows: number
}

const sequenceInputs = ({ task, rows }: UpdateOptions) =>
  ({
    sequences: { shape: [rows, task.promptLength + task.answerLength - 1], dtype: 'int32' },
    answers: { shape: [rows, task.answerLength], dtype: 'int32' },
    weights: { shape: [rows, task.answerLength], dtype: 'float32' },
    adam: adamInput,
  }) as const

const flat = (tensor: Tensor | undefined): Tensor => tf.reshape(tensor as Tensor, [-1])

/** Next-token update: inputs sequences, answers, weights, adam; outputs loss, gradientNorm and logprobs [rows * answerLength]. */
export function nextTokenUpdate(options: UpdateOptions): FunctionDefinition {
  const { model, optimizer } = options
  return {
    inputs: sequenceInputs(options),
    run: (state, inputs) => {
      const { loss, gradient, others } = lossAndGradient((parameters) => {
        const logits = model.answerLogits(parameters, inputs['sequences'] as Tensor)
        const logprobs = targetLogprobs(logits, flat(inputs['answers']), 1)
        return { loss: nextTokenLoss(logprobs, flat(inputs['weights'])), others: { logprobs } }
      }, state['parameters'] as Tensor)
      const update = adamUpdate(optimizer, model.specs, state, gradient, inputs['adam'] as Tensor)
      return { state: update.state, outputs: { loss, gradientNorm: update.gradientNorm, ...others } }
    },
  }
}

/** What a policy-gradient update minimises. */
export interface PolicyUpdateOptions extends UpdateOptions, SurrogateChoices {
  readonly temperature: number
  readonly entropyBonus: number
  /** Estimator of the divergence from the state array `reference` that is a term of the loss; undefined: no such term. */
  readonly divergence?: PolicyGradientStage['kl']['estimator'] | undefined
}

/**
 * Policy-gradient update: also takes oldLogprobs and advantages, one a token, and with `divergence` klCoefficient [1]. Outputs
 * loss, gradientNorm and logprobs [rows * answerLength], the trainer's own at the sampling temperature; with `divergence`
 * divergences, as many, and with `entropyBonus` entropy (averaged as the loss is); with either policyLoss, the surrogate alone.
 */
export function policyUpdate(options: PolicyUpdateOptions): FunctionDefinition {
  const { model, optimizer, temperature, entropyBonus, divergence } = options
  const perToken = { shape: [options.rows, options.task.answerLength], dtype: 'float32' } as const
  return {
    inputs: {
      ...sequenceInputs(options),
      oldLogprobs: perToken,
      advantages: perToken,
      ...(divergence ? { klCoefficient: { shape: [1], dtype: 'float32' } as const } : {}),
    },
    run: (state, inputs) => {
      const sequences = inputs['sequences'] as Tensor
      const targets = flat(inputs['answers'])
      const [old_N, advantages_N, weights_N] = ['oldLogprobs', 'advantages', 'weights'].map((name) =>
        flat(inputs[name]),
      ) as [Tensor, Tensor, Tensor]
      const policyAt = (parameters: Tensor): PolicyAt => {
        const logits_NV = model.answerLogits(parameters, sequences)
        return { logits_NV, logprobs_N: targetLogprobs(logits_NV, targets, temperature) }
      }
      const reference = divergence && policyAt(state['reference'] as Tensor)
      const { loss, gradient, others } = lossAndGradient((parameters) => {
        const policy = policyAt(parameters)
        const logprobs = policy.logprobs_N
        const policyLoss = policySurrogate(logprobs, old_N, advantages_N, weights_N, options)
        let loss = policyLoss
        let others: Record<string, Tensor> = { logprobs }
        if (reference) {
          // Padding is out before the exponential of k3: there infinity times a weight of 0 would be no number.
          const counted = ({ logits_NV, logprobs_N }: PolicyAt): PolicyAt => ({
            logits_NV,
            logprobs_N: tf.mul(logprobs_N, tf.cast(tf.greater(weights_N, 0), 'float32')),
          })
          const divergences = klTerm(counted(policy), counted(reference), divergence, temperature)
          const penalty = tf.mul(flat(inputs['klCoefficient']), tf.sum(tf.mul(divergences, weights_N)))
          loss = tf.add(loss, tf.reshape(penalty, []))
          others = { ...others, divergences, policyLoss }
        }
        if (entropyBonus > 0) {
          const entropy = tf.sum(tf.mul(entropyOf(policy.logits_NV, temperature), weights_N))
          loss = tf.sub(loss, tf.mul(entropy, entropyBonus))
          others = { ...others, entropy, policyLoss }
        }
        return { loss, others }
      }, state['parameters'] as Tensor)
      const update = adamUpdate(optimizer, model.specs, state, gradient, inputs['adam'] as Tensor)
      return { state: update.state, outputs: { loss, gradientNorm: update.gradientNorm, ...others } }
    },
  }
}
