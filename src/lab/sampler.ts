// Sampling on the host: two rollout functions of fixed shapes. The first leg gives every completion its first tokens; most
// answers of a pretrained model end there. Only the unfinished ones go on, in buckets, in the second leg.
import type { Tensor } from '@tensorflow/tfjs-core'
import type { RandomStream } from '../engine/random'
import type { FunctionDefinition, NamedTensors, Program } from '../engine/types'
import { assert } from '../shared/assert'
import type { LanguageModel } from './model/language-model'
import { leftPadding } from './model/language-model'
import type { RolloutOptions, RolloutOutput } from './model/rollout'
import { rolloutFunction } from './model/rollout'
import type { Task } from '../shared/tasks/task'

/** One sampled answer. */
export interface Sampled {
  /** Row of its prompt. */
  readonly promptIndex: number
  readonly prompt: Int32Array
  /** Token ids, end token included where it was produced. */
  readonly output: number[]
  readonly logprobs: number[]
  /** Entropy of the distribution each token was drawn from, nats; empty where nothing was drawn. */
  readonly entropies: number[]
}

/** A stage's way to sample. */
export interface Sampler {
  readonly functions: Readonly<Record<string, FunctionDefinition>>
  /**
   * `group` completions of each of any number of prompts [P, promptLength], those of a prompt side by side. `isGreedy` says
   * which (by index) take the most probable token. Noise is drawn once, a number a token, whatever the shapes of the calls.
   */
  sample(
    program: Program,
    prompts: Int32Array,
    noise: RandomStream,
    isGreedy?: (index: number) => boolean,
  ): Sampled[]
}

/** What a sampler is made for. */
export interface SamplerOptions {
  /** Of its functions in the program: `name` and `name`Rest. */
  readonly name: string
  readonly task: Task
  readonly model: LanguageModel
  /** Prompts that are mostly sampled at once: what the functions' shapes are made for. */
  readonly prompts: number
  readonly group: number
  readonly temperature: number
  /** State array of the weights that sample; `parameters` where not given. */
  readonly weights?: string
}

/** Tokens of the first leg: an answer of one token and its end. */
const firstLegTokens = 2
/** Completions a call of the first leg takes at most: more is not faster, and their activations fill the memory. */
const firstLegRows = 1024
/** Completions a call of the second leg takes at most. */
const secondLegRows = 256

/** A completion while it grows. */
interface Growing {
  readonly index: number
  readonly prompt: Int32Array
  readonly output: number[]
  readonly logprobs: number[]
  readonly entropies: number[]
}

/** Makes a sampler. */
export function createSampler({
  name,
  task,
  model,
  prompts,
  group,
  temperature,
  weights = 'parameters',
}: SamplerOptions): Sampler {
  const networkOf = (state: NamedTensors) => model.network(state[weights] as Tensor)
  const { promptLength, answerLength, endToken, padToken } = task
  const shared = { temperature, endToken, padToken, padding: leftPadding(task) }
  const firstTokens = Math.min(firstLegTokens, answerLength)
  const calls = Math.ceil((prompts * group) / firstLegRows)
  const first: RolloutOptions = {
    ...shared,
    prompts: Math.ceil(prompts / calls),
    group,
    promptLength,
    answerLength: firstTokens,
  }
  const rest: RolloutOptions = {
    ...shared,
    prompts: Math.min(prompts * group, secondLegRows),
    group: 1,
    promptLength: promptLength + firstTokens,
    answerLength: answerLength - firstTokens,
  }
  const hasRest = rest.answerLength > 0
  const restName = `${name}Rest`
  return {
    functions: {
      [name]: rolloutFunction(first, networkOf),
      ...(hasRest ? { [restName]: rolloutFunction(rest, networkOf) } : {}),
    },
    sample(program, promptTokens, noise, isGreedy = () => false) {
      const count = (promptTokens.length / promptLength) * group
      const growing = Array.from({ length: count }, (_, index): Growing => {
        const row = Math.floor(index / group)
        const prompt = promptTokens.subarray(row * promptLength, (row + 1) * promptLength)
        return { index, prompt, output: [], logprobs: [], entropies: [] }
      })
      const uniforms = noise.uniforms(growing.length * answerLength)
      const grow = (functionName: string, options: RolloutOptions, rows: readonly Growing[]) =>
        growRows(program, functionName, options, rows, uniforms, answerLength, isGreedy)
      const size = first.prompts * group
      for (let start = 0; start < growing.length; start += size) {
        grow(name, first, growing.slice(start, start + size))
      }
      const unfinished = hasRest ? growing.filter(({ output }) => output.at(-1) !== endToken) : []
      for (let start = 0; start < unfinished.length; start += rest.prompts) {
        grow(restName, rest, unfinished.slice(start, start + rest.prompts))
      }
      return growing.map(({ index, ...sampled }) => ({ ...sampled, promptIndex: Math.floor(index / group) }))
    },
  }
}

/** One call: `rows` (whole groups, at most as many as the function takes) get their next tokens. */
function growRows(
  program: Program,
  functionName: string,
  options: RolloutOptions,
  rows: readonly Growing[],
  uniforms: Float32Array,
  uniformsARow: number,
  isGreedy: (index: number) => boolean,
): void {
  const { promptLength, answerLength, group, endToken } = options
  const R = options.prompts * group
  // A last call with fewer rows is filled up with token 0; those completions are not read.
  const prompts = new Int32Array(options.prompts * promptLength)
  const noise = new Float32Array(answerLength * R)
  const greedy = new Int32Array(R)
  rows.forEach(({ index, prompt, output }, row) => {
    if (row % group === 0) prompts.set([...prompt, ...output], (row / group) * promptLength)
    greedy[row] = isGreedy(index) ? 1 : 0
    const offset = index * uniformsARow + output.length
    for (let position = 0; position < answerLength; position++) {
      noise[position * R + row] = uniforms[offset + position] as number
    }
  })
  const outputs = program.call(functionName, { prompts, uniforms: noise, greedy })
  const valuesOf = (name: RolloutOutput) => {
    const output = outputs[name]
    assert(output, `rollout gives ${name}`)
    return output.values
  }
  const [tokens, logprobs, entropies] = [valuesOf('tokens'), valuesOf('logprobs'), valuesOf('entropies')]
  rows.forEach((one, row) => {
    for (let position = 0; position < answerLength; position++) {
      const at = position * R + row
      const token = tokens[at] as number
      one.output.push(token)
      one.logprobs.push(logprobs[at] as number)
      one.entropies.push(entropies[at] as number)
      if (token === endToken) break
    }
  })
}
