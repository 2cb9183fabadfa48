// What a task is to the rest of the lab: prompts, right answers, a verifier and texts, all on token ids.
// A new task is one file that implements this and one entry in create-task.ts; the task knows no tensors.
import type { RandomStream } from '../../engine/random'

/** What a completion must have to earn reward 1: the right last token, or a wholly right output. */
export type RewardKind = 'answer' | 'chain'

/** Training sequences: one row each, fixed lengths. */
export interface Examples {
  readonly count: number
  /** [count, promptLength] token ids, padded before where a prompt is shorter. */
  readonly prompts: Int32Array
  /** [count, answerLength] token ids, end token included, padded after it. */
  readonly answers: Int32Array
}

/** A task with its vocabulary and lengths. Prompts are padded on the left to one length, answers on the right. */
export interface Task {
  /** Text of each token id. */
  readonly vocabulary: readonly string[]
  readonly endToken: number
  readonly padToken: number
  /** Longest prompt. */
  readonly promptLength: number
  /** Whether prompts may be shorter; where they never are, the model needs no mask for padding. */
  readonly hasPaddedPrompts: boolean
  /** Longest right answer, end token included; sampling stops there. */
  readonly answerLength: number
  /** Fresh prompts, [count, promptLength] token ids, padded before where shorter. */
  drawPrompts(stream: RandomStream, count: number): Int32Array
  /** Fresh prompts with right answers of the training mixture. */
  drawExamples(stream: RandomStream, count: number): Examples
  /** Whether the output (token ids, end token included where produced) earns the reward. */
  isRight(prompt: Int32Array, output: readonly number[], kind: RewardKind): boolean
}

/** The text of token ids. */
export function textOf(task: Task, tokens: Iterable<number>): string {
  return Array.from(tokens, (token) => task.vocabulary[token]).join('')
}

/** Answer tokens of an output: everything before the end token. */
export function answerLengthOf(task: Task, output: readonly number[]): number {
  return output.at(-1) === task.endToken ? output.length - 1 : output.length
}

/** A prompt without its padding. */
export function withoutPadding(task: Task, prompt: Int32Array): Int32Array {
  const start = prompt.findIndex((token) => token !== task.padToken)
  return start === -1 ? prompt.subarray(0, 0) : prompt.subarray(start)
}

/** Tokens of prompts [count, promptLength], padding not counted. */
export function countPromptTokens(task: Task, prompts: Int32Array): number {
  if (!task.hasPaddedPrompts) return prompts.length
  return prompts.reduce((count, token) => (token === task.padToken ? count : count + 1), 0)
}
