// Completions on the host: what a sampler gave, as it is written down and as it is packed for an update.
// It scores nothing; rewards and advantages are the recipes' business.
import type { Completion } from './experiment'
import { joinSequences } from './model/language-model'
import type { Sampled } from './sampler'
import type { Task } from '../shared/tasks/task'
import { answerLengthOf, countPromptTokens, textOf, withoutPadding } from '../shared/tasks/task'

/** A completion as it is written down. */
export function describeCompletion(
  task: Task,
  sampled: Sampled,
  known: {
    promptId: string
    reward: number
    advantage?: number
    greedy: boolean
    kls?: ArrayLike<number>
  },
): Completion {
  const { kls, ...rest } = known
  return {
    ...rest,
    prompt: textOf(task, withoutPadding(task, sampled.prompt)),
    completion: textOf(task, sampled.output),
    tokens: sampled.output,
    logprobs: sampled.logprobs,
    ...(sampled.entropies.length === 0 ? {} : { entropies: rounded(sampled.entropies) }),
    ...(kls === undefined ? {} : { kls: rounded(kls) }),
    length: answerLengthOf(task, sampled.output),
  }
}

/** Numbers that are looked at, not computed with: four significant digits take half the room. */
const rounded = (values: ArrayLike<number>): number[] =>
  Array.from(values, (value) => Number(value.toPrecision(4)))

/** Tokens of completions with their prompts, no padding. */
export function countTokens(task: Task, sampled: readonly Sampled[]): number {
  return sampled.reduce((sum, { prompt, output }) => sum + countPromptTokens(task, prompt) + output.length, 0)
}

/** Outputs as answers [rows, answerLength], padded. */
export function packOutputs(task: Task, outputs: readonly (readonly number[])[], rows: number): Int32Array {
  const answers = new Int32Array(rows * task.answerLength).fill(task.padToken)
  outputs.forEach((output, row) => answers.set(output, row * task.answerLength))
  return answers
}

/** Prompts of completions [count, promptLength]. */
export function packPrompts(task: Task, sampled: readonly Sampled[]): Int32Array {
  const prompts = new Int32Array(sampled.length * task.promptLength)
  sampled.forEach(({ prompt }, row) => prompts.set(prompt, row * task.promptLength))
  return prompts
}

/** Completions as inputs of an update: sequences [rows, promptLength + answerLength - 1] and answers [rows, answerLength]. */
export function packSequences(
  task: Task,
  sampled: readonly Sampled[],
  rows: number,
): { sequences: Int32Array; answers: Int32Array } {
  const outputs = sampled.map(({ output }) => output)
  const answers = packOutputs(task, outputs, rows)
  return { sequences: joinSequences(task, packPrompts(task, sampled), answers, rows), answers }
}
