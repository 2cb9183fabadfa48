// Parameters of a model, tokens of a stage: exact where they are fixed, a range where they depend on what is sampled.
import type { ModelConfig, RunConfig, StageConfig, TaskConfig } from '../shared/config/schema'
import { meanAnswerTokens } from './parity'

/** Tokens of the parity task's vocabulary: two bits, separator, end, padding. */
const VOCABULARY = 5

/** Tokens of a prompt: the bits and a separator. */
function promptTokens({ bits }: TaskConfig): number {
  return bits + 1
}

/** Tokens of the longest answer: the chain and the end token. */
function longestAnswer({ bits }: TaskConfig): number {
  return bits + 1
}

/** Tokens of the longest sequence: prompt, answer, end. */
export function sequenceTokens(task: TaskConfig): number {
  return promptTokens(task) + longestAnswer(task)
}

/**
 * Trained scalars of the transformer that the lab builds: two embeddings, per block two norms, joined query/key/value
 * projection, output projection and a feed-forward part of four times the width (all with biases), a last norm, and an
 * output projection of its own without bias.
 */
export function parameterCount(model: ModelConfig, task: TaskConfig): number {
  const { layers, width } = model
  const linear = (rows: number, columns: number) => rows * columns + columns
  const norm = 2 * width
  const attention = linear(width, 3 * width) + linear(width, width)
  const feedForward = linear(width, 4 * width) + linear(4 * width, width)
  const context = sequenceTokens(task)
  const embeddings = (VOCABULARY + context) * width
  return embeddings + layers * (2 * norm + attention + feedForward) + norm + width * VOCABULARY
}

/** Tokens of a stage. */
export interface TokenCount {
  lowest: number
  highest: number
}

/** Expected tokens of a stage (prompt, answer, end; no padding): exact for pretraining; for RL all answers short or all long. */
export function stageTokens({ task }: Pick<RunConfig, 'task'>, stage: StageConfig): TokenCount {
  if (stage.kind === 'pretrain') {
    const tokens = stage.steps * stage.batch * (promptTokens(task) + meanAnswerTokens(task))
    return { lowest: tokens, highest: tokens }
  }
  const sequences = stage.steps * stage.prompts * stage.group
  const shortest = promptTokens(task) + 2
  return { lowest: sequences * shortest, highest: sequences * sequenceTokens(task) }
}
