// A task's model as the recipes use it: parameter list, initial values, and logits of answers from the flat parameters.
import type { Tensor } from '@tensorflow/tfjs-core'
import { createStream } from '../../engine/random'
import type { NamedTensors } from '../../engine/types'
import type { TransformerConfig } from '../../shared/config/schema'
import type { Task } from '../../shared/tasks/task'
import type { ParameterSpec } from './parameters'
import { countParameters, initialParameters, parameterSpecs, unpackTensors } from './parameters'
import type { LeftPadding, Network } from './transformer'
import { createNetwork, forward } from './transformer'

/** A model for a task. */
export interface LanguageModel {
  readonly specs: readonly ParameterSpec[]
  /** Number of trained scalars. */
  readonly size: number
  /** Fresh flat parameters, keyed by the seed. */
  initialise(seed: number): Float32Array
  /** The network from flat parameters; differentiable. */
  network(parameters: Tensor): Network
  /** The network of a program's state. */
  readonly networkOf: (state: NamedTensors) => Network
  /** Logits [B * answerLength, V] of the answer positions of sequences [B, promptLength + answerLength - 1]. */
  answerLogits(parameters: Tensor, sequences: Tensor): Tensor
  /** A model of the same kind with `count` outputs a position in place of the vocabulary's logits. */
  withOutputs(count: number): LanguageModel
}

/** The model of a config for a task; it has one position for every token of the longest sequence. */
export function createLanguageModel(
  config: TransformerConfig,
  task: Task,
  outputs = task.vocabulary.length,
): LanguageModel {
  const specs = parameterSpecs(config, {
    vocabulary: task.vocabulary.length,
    outputs,
    context: task.promptLength + task.answerLength,
  })
  const network = (parameters: Tensor) => createNetwork(config, unpackTensors(specs, parameters))
  return {
    specs,
    size: countParameters(specs),
    initialise: (seed) =>
      initialParameters(specs, createStream({ seed, purpose: 'initialise', stage: 0, step: 0 })),
    network,
    networkOf: (state) => network(state['parameters'] as Tensor),
    answerLogits: (parameters, sequences) =>
      forward(network(parameters), sequences, task.answerLength, leftPadding(task)).logits,
    withOutputs: (count) => createLanguageModel(config, task, count),
  }
}

/** How a task pads its prompts; undefined where it never does. */
export function leftPadding({ hasPaddedPrompts, promptLength, padToken }: Task): LeftPadding | undefined {
  return hasPaddedPrompts ? { promptLength, padToken } : undefined
}

/** Input sequences [rows, promptLength + answerLength - 1]: prompts followed by answers without their last token. */
export function joinSequences(
  task: Task,
  prompts: Int32Array,
  answers: Int32Array,
  rows: number,
): Int32Array {
  const { promptLength, answerLength, padToken } = task
  const length = promptLength + answerLength - 1
  const sequences = new Int32Array(rows * length).fill(padToken)
  const filled = prompts.length / promptLength
  for (let row = 0; row < filled; row++) {
    sequences.set(prompts.subarray(row * promptLength, (row + 1) * promptLength), row * length)
    sequences.set(
      answers.subarray(row * answerLength, (row + 1) * answerLength - 1),
      row * length + promptLength,
    )
  }
  return sequences
}
