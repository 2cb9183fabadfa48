// Parameters of a model, tokens of a stage: exact where they are fixed, a range where they depend on what is sampled.
import type { ModelConfig, StageConfig, TaskConfig } from '../shared/config/schema'
import { stageSteps } from '../shared/config/schema'
import { createTask } from '../shared/tasks/create-task'
import type { TaskData } from '../shared/tasks/task'

/** What a task's sequences take of a model. */
export interface SequenceShape {
  /** Different tokens. */
  vocabulary: number
  /** Tokens of the longest prompt. */
  prompt: number
  /** Tokens of the longest answer, end token included. */
  answer: number
}

/** Sizes of a task's sequences; undefined for a data set whose rows are not at hand. */
export function sequenceShape(task: TaskConfig, data: TaskData = {}): SequenceShape | undefined {
  if (task.kind === 'dataset' && data.rows === undefined) return undefined
  const { vocabulary, promptLength, answerLength } = createTask(task, data)
  return { vocabulary: vocabulary.length, prompt: promptLength, answer: answerLength }
}

/**
 * Trained scalars of the model that the lab builds. Transformer: two embeddings, per block two norms, joined
 * query/key/value projection, output projection and a feed-forward part of four times the width (all with biases), a last norm,
 * and an output projection of its own without bias. Linear: see lab/linear; d + (2d + 1) + 1 + sum over l = 2..d of 2d + l - 1.
 */
export function parameterCount(model: ModelConfig, shape: SequenceShape): number {
  if (model.kind === 'linear') return linearParameterCount(shape.prompt - 1)
  const { layers, width } = model
  const linear = (rows: number, columns: number) => rows * columns + columns
  const norm = 2 * width
  const attention = linear(width, 3 * width) + linear(width, width)
  const feedForward = linear(width, 4 * width) + linear(4 * width, width)
  const context = shape.prompt + shape.answer
  const embeddings = (shape.vocabulary + context) * width
  return embeddings + layers * (2 * norm + attention + feedForward) + norm + width * shape.vocabulary
}

/** Weights of the linear autoregressive model for d bits: head 1, the stop head with its bias, heads 2 to d. */
function linearParameterCount(bits: number): number {
  let weights = bits + (2 * bits + 1) + 1
  for (let head = 2; head <= bits; head++) weights += 2 * bits + head - 1
  return weights
}

/** Tokens of a stage. */
export interface TokenCount {
  lowest: number
  highest: number
}

/**
 * Expected tokens of a stage (prompt, answer, end; no padding): exact where the task's own sequences are trained on in one mixture;
 * else at least and at most, all answers being the shortest or the longest that can be right. A data set's prompts count as the
 * longest. Evaluations are left out.
 */
export function stageTokens(task: TaskConfig, stage: StageConfig, shape: SequenceShape): TokenCount {
  if (stage.kind === 'evaluate') return { lowest: 0, highest: 0 }
  const perStep = stage.kind === 'pretrain' ? stage.batch : stage.prompts * stage.group
  const sequences = stageSteps(stage) * perStep
  const isData = stage.kind === 'pretrain' || (stage.kind === 'sft' && stage.sampler === 'data')
  const levels = stage.kind === 'sft' ? stage.levels : null
  const mean = isData && stage.mixture.length === 0 ? meanAnswerTokens(task, levels) : undefined
  return {
    lowest: sequences * (shape.prompt + (mean ?? shortestAnswer(task))),
    highest: sequences * (shape.prompt + (mean ?? shape.answer)),
  }
}

/** Mean tokens of a training answer, end token included; undefined where only a data set's rows could tell. */
function meanAnswerTokens(task: TaskConfig, levels: readonly number[] | null): number | undefined {
  switch (task.kind) {
    case 'parity': {
      const { bits, longFraction, partialFraction, leap } = task
      const partial = Math.min(partialFraction, 1 - longFraction)
      return 2 + longFraction * (bits - 1) + partial * (Math.ceil(bits / leap) - 1)
    }
    case 'compose': {
      const weights = levels ?? task.levels
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      const level = weights.reduce((sum, weight, index) => sum + (weight * (index + 1)) / total, 0)
      const steps = task.emptySteps ? task.depth : level
      return shortestAnswer(task) + task.longFraction * steps * (1 + task.length)
    }
    case 'hidden-method':
      return 2 + task.longFraction * task.keyLength
    case 'dataset':
      return undefined
  }
}

/** Tokens of the shortest answer that can be right, end token included. */
function shortestAnswer(task: TaskConfig): number {
  switch (task.kind) {
    case 'parity':
    case 'hidden-method':
      return 2
    case 'compose':
      return task.length + 2
    case 'dataset':
      return 3
  }
}
