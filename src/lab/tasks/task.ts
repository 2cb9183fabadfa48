// What a task is to the rest of the lab: prompts, right answers, a verifier and texts, all on token ids.
// A new task is one file that implements this and one entry in create-task.ts; the task knows no tensors.
import type { RandomStream } from '../../engine/random'

/** What a completion must have to earn reward 1: the right last token, or a wholly right output. */
export type RewardKind = 'answer' | 'chain'

/** Training sequences: one row each, fixed lengths. */
export interface Examples {
  readonly count: number
  /** [count, promptLength] token ids. */
  readonly prompts: Int32Array
  /** [count, answerLength] token ids, end token included, padded after it. */
  readonly answers: Int32Array
}

/** A task with its vocabulary and lengths. Prompts all have one length; answers are padded to one. */
export interface Task {
  /** Text of each token id. */
  readonly vocabulary: readonly string[]
  readonly endToken: number
  readonly padToken: number
  readonly promptLength: number
  /** Longest right answer, end token included; sampling stops there. */
  readonly answerLength: number
  /** Fresh prompts, [count, promptLength] token ids. */
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
