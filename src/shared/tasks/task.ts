// What a task is to everyone else: prompts, right answers, a verifier and texts, all on token ids. It knows no tensors, files
// or clock. A new task is one file that implements this, its fields in config/schema/tasks.ts and one entry in create-task.ts
// (docs/tasks.md).
import type { DatasetRow } from './dataset-rows'

/** Random numbers a task draws from (engine/random.ts makes them, keyed by seed, purpose, stage and step). */
export interface RandomStream {
  /** The next unsigned 32-bit integer. */
  integer(): number
  /** The next number of [0, 1). */
  uniform(): number
  /** 0 … count-1 in random order. */
  permutation(count: number): Int32Array
}

/** What a completion must have to earn reward 1: the right final answer, or a wholly right output. */
export type RewardKind = 'answer' | 'chain'

/** Which problems: those training draws from, or those it never shows. */
export type Split = 'train' | 'heldout'

/** Which prompts to draw; what is left out is as the task's config mixes training prompts. */
export interface PromptChoice {
  readonly split?: Split
  /** Weights of levels 1, 2, …, at least one of them above 0. */
  readonly levels?: readonly number[]
}

/** Which training sequences to draw; what is left out is as the task's config says. */
export interface Mixture {
  readonly longFraction?: number
  readonly levels?: readonly number[]
}

/** Training sequences: one row each, fixed lengths. */
export interface Examples {
  readonly count: number
  /** [count, promptLength] token ids, padded before where a prompt is shorter. */
  readonly prompts: Int32Array
  /** [count, answerLength] token ids, end token included, padded after it. */
  readonly answers: Int32Array
}

/** A split and level that evaluations keep apart. */
export interface Cell {
  readonly split: Split
  /** From 1. */
  readonly level: number
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
  /** Splits and levels to evaluate apart; empty for a task without any (every input is then of the one kind). */
  readonly cells: readonly Cell[]
  /** Number of different prompts of the training split; Infinity where they cannot be counted. */
  readonly inputs: number
  /** Fresh prompts, [count, promptLength] token ids, padded before where shorter. */
  drawPrompts(stream: RandomStream, count: number, choice?: PromptChoice): Int32Array
  /** Fresh prompts with right answers of the training mixture. */
  drawExamples(stream: RandomStream, count: number, mixture?: Mixture): Examples
  /** The right outputs for a prompt, end token included: the short one and, where the task has one, the long one. */
  rightOutputs(prompt: Int32Array): { readonly short: readonly number[]; readonly long?: readonly number[] }
  /** Whether the output (token ids, end token included where produced) earns the reward. Never throws. */
  isRight(prompt: Int32Array, output: readonly number[], kind: RewardKind): boolean
  /** Whether an output is of the long kind: more than the bare answer, right or wrong. */
  isLong(output: readonly number[]): boolean
  /** The final answer of an output as a text, '' where it has none: what a majority vote counts. */
  finalAnswer(output: readonly number[]): string
  /**
   * Every prompt of a choice, [n, promptLength], where they can be listed: at most `limit` of them; undefined otherwise.
   */
  enumerate?(limit: number, choice?: PromptChoice): Int32Array | undefined
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

/** What a task needs beside its config: the rows of a data set. */
export interface TaskData {
  readonly rows?: readonly DatasetRow[]
}
