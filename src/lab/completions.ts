// Rollouts on the host: calls the rollout function on fixed numbers of prompts and turns its arrays into completions.
// It scores nothing; rewards and advantages are the recipes' business.
import type { RandomStream } from '../engine/random'
import type { Program } from '../engine/types'
import { assert } from '../shared/assert'
import type { Completion } from './experiment'
import type { RolloutOptions, RolloutOutput } from './model/rollout'
import type { Task } from './tasks/task'
import { answerLengthOf, textOf } from './tasks/task'

/** One sampled answer. */
export interface Sampled {
  /** Row of its prompt. */
  readonly promptIndex: number
  readonly prompt: Int32Array
  /** Token ids, end token included where it was produced. */
  readonly output: number[]
  readonly logprobs: number[]
  /** Sum over the output's tokens of the entropy of the distribution each was drawn from. */
  readonly entropy: number
}

/** Prompts a rollout call takes at most: more would not be faster, and their activations would fill the memory. */
const promptsPerCall = 1024

/** Options of a rollout function that serves `prompts` prompts in equal calls. */
export function rolloutOptions(
  task: Task,
  prompts: number,
  group: RolloutOptions['group'],
  temperature: number,
): RolloutOptions {
  const { promptLength, answerLength, endToken, padToken } = task
  const calls = Math.ceil((prompts * group.length) / (promptsPerCall * 2))
  return {
    prompts: Math.ceil(prompts / calls),
    group,
    promptLength,
    answerLength,
    temperature,
    endToken,
    padToken,
  }
}

/** Completions of prompts [P, promptLength], those of a prompt side by side in the order of `options.group`. */
export function sampleCompletions(
  program: Program,
  functionName: string,
  options: RolloutOptions,
  prompts: Int32Array,
  stream: RandomStream,
): Sampled[] {
  const { promptLength, answerLength, group, endToken } = options
  const rows = options.prompts * group.length
  const total = prompts.length / promptLength
  const sampled: Sampled[] = []
  for (let start = 0; start < total; start += options.prompts) {
    const count = Math.min(options.prompts, total - start)
    const chunk = new Int32Array(options.prompts * promptLength)
    // A last call with fewer prompts is filled up with token 0; those completions are not read.
    chunk.set(prompts.subarray(start * promptLength, (start + count) * promptLength))
    const outputs = program.call(functionName, {
      prompts: chunk,
      uniforms: stream.uniforms(answerLength * rows),
    })
    const [tokens, logprobs, entropies] = (['tokens', 'logprobs', 'entropies'] as const).map(
      (name: RolloutOutput) => {
        const output = outputs[name]
        assert(output, `rollout gives ${name}`)
        return output.values
      },
    ) as [Int32Array, Float32Array, Float32Array]
    for (let row = 0; row < count * group.length; row++) {
      const column = (values: Int32Array | Float32Array, length: number): number[] =>
        Array.from({ length }, (_, position) => values[position * rows + row] as number)
      const all = column(tokens, answerLength)
      const end = all.indexOf(endToken)
      const length = end === -1 ? answerLength : end + 1
      const promptIndex = start + Math.floor(row / group.length)
      sampled.push({
        promptIndex,
        prompt: prompts.subarray(promptIndex * promptLength, (promptIndex + 1) * promptLength),
        output: all.slice(0, length),
        logprobs: column(logprobs, length),
        entropy: column(entropies, length).reduce((sum, value) => sum + value, 0),
      })
    }
  }
  return sampled
}

/** A completion as it is written down. */
export function describeCompletion(
  task: Task,
  sampled: Sampled,
  rest: { promptId: string; reward: number; advantage?: number; greedy: boolean },
): Completion {
  return {
    ...rest,
    prompt: textOf(task, sampled.prompt),
    completion: textOf(task, sampled.output),
    tokens: sampled.output,
    logprobs: sampled.logprobs,
    length: answerLengthOf(task, sampled.output),
  }
}

/** Tokens of completions with their prompts, no padding. */
export function countTokens(task: Task, sampled: readonly Sampled[]): number {
  return sampled.reduce((sum, { output }) => sum + task.promptLength + output.length, 0)
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
