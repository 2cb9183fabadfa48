// The two update functions of the recipes, as declared to an engine: next-token prediction and policy gradient. Each is one
// forward and backward pass and one AdamW step.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { FunctionDefinition } from '../engine/types'
import type { OptimizerConfig } from '../shared/config/schema'
import { lossAndGradient } from './gradients'
import type { LanguageModel } from './model/language-model'
import { nextTokenLoss, policySurrogate, targetLogprobs } from './objectives'
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

/**
 * Policy-gradient update: also takes oldLogprobs and advantages, one a token, and gives logprobs [rows * answerLength], the
 * trainer's own, at the sampling temperature.
 */
export function policyUpdate(
  options: UpdateOptions & { readonly temperature: number; readonly clip: number | null },
): FunctionDefinition {
  const { model, optimizer, temperature, clip } = options
  const perToken = { shape: [options.rows, options.task.answerLength], dtype: 'float32' } as const
  return {
    inputs: { ...sequenceInputs(options), oldLogprobs: perToken, advantages: perToken },
    run: (state, inputs) => {
      const { loss, gradient, others } = lossAndGradient((parameters) => {
        const logits = model.answerLogits(parameters, inputs['sequences'] as Tensor)
        const logprobs = targetLogprobs(logits, flat(inputs['answers']), temperature)
        const [old, advantages, weights] = [
          inputs['oldLogprobs'],
          inputs['advantages'],
          inputs['weights'],
        ].map(flat)
        const loss = policySurrogate(logprobs, old as Tensor, advantages as Tensor, weights as Tensor, clip)
        return { loss, others: { logprobs } }
      }, state['parameters'] as Tensor)
      const update = adamUpdate(optimizer, model.specs, state, gradient, inputs['adam'] as Tensor)
      return { state: update.state, outputs: { loss, gradientNorm: update.gradientNorm, ...others } }
    },
  }
}
