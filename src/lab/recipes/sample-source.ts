// Who writes the completions of a stage: the policy in training, a frozen copy of it that is refreshed every so many steps, other
// weights, or the task itself. It scores nothing. A frozen copy is state of the program and saved with it.
import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { createStream } from '../../engine/random'
import type { FunctionDefinition, Program } from '../../engine/types'
import type { RlStage } from '../../shared/config/schema'
import type { Mixture } from '../../shared/tasks/task'
import type { Sampled } from '../sampler'
import { createSampler } from '../sampler'
import type { ExtraState, RecipeOptions } from './recipe'

/** What a stage says of its samples. */
export type SourceChoices = Pick<
  RlStage,
  'sampler' | 'refreshEvery' | 'prompts' | 'group' | 'temperature' | 'levels'
>

/** One round of samples. */
export interface Round {
  /** prompts x group completions, group by group. Those of the task have no log-probabilities and no entropies. */
  readonly sampled: readonly Sampled[]
  /** The greedy answer to each prompt, where they were asked for; else empty. */
  readonly greedy: readonly Sampled[]
}

/** A stage's source of completions. */
export interface SampleSource {
  readonly functions: Readonly<Record<string, FunctionDefinition>>
  readonly state: Readonly<Record<string, ExtraState>>
  /** Steps by which the weights that sample are behind those in training; undefined where they are no copy of these. */
  staleness(step: number): number | undefined
  /**
   * Opens a step (from 1): refreshes the copy where it is due, and gives a function that draws a round of fresh prompts at
   * every call. `mixture` takes the place of the stage's levels.
   */
  open(program: Program, step: number, mixture?: Mixture): () => Round
}

/** Makes a stage's source; `withGreedy`: every prompt is answered greedily too. */
export function createSampleSource(
  choices: SourceChoices,
  options: RecipeOptions,
  { withGreedy = false } = {},
): SampleSource {
  return choices.sampler === 'data'
    ? createDataSource(choices, options)
    : createModelSource(choices, options, withGreedy)
}

const levelsOf = ({ levels }: SourceChoices): Mixture => (levels === null ? {} : { levels })

/** The task's own answers, one a prompt: larger groups are refused (config/sampling-rules.ts). */
function createDataSource(choices: SourceChoices, { task, seed, stage }: RecipeOptions): SampleSource {
  const { promptLength, answerLength, endToken } = task
  return {
    functions: {},
    state: {},
    staleness: () => undefined,
    open(_program, step, mixture = levelsOf(choices)) {
      const stream = createStream({ seed, purpose: 'prompts', stage, step })
      return () => {
        const { count, prompts, answers } = task.drawExamples(stream, choices.prompts, mixture)
        const sampled = Array.from({ length: count }, (_, row): Sampled => {
          const answer = answers.subarray(row * answerLength, (row + 1) * answerLength)
          return {
            promptIndex: row,
            prompt: prompts.subarray(row * promptLength, (row + 1) * promptLength),
            output: [...answer.subarray(0, answer.indexOf(endToken) + 1)],
            logprobs: [],
            entropies: [],
          }
        })
        return { sampled, greedy: [] }
      }
    },
  }
}

/** A model's samples. */
function createModelSource(
  choices: SourceChoices,
  { task, model, seed, stage, weights }: RecipeOptions,
  withGreedy: boolean,
): SampleSource {
  const { prompts, temperature, refreshEvery } = choices
  const isOwn = choices.sampler === 'policy'
  const isFrozen = !isOwn || refreshEvery !== 1
  const group = choices.group + (withGreedy ? 1 : 0)
  const isGreedy = (index: number) => withGreedy && index % group === group - 1
  const sampler = createSampler({
    name: 'rollout',
    task,
    model,
    prompts,
    group,
    temperature,
    weights: isFrozen ? 'sampler' : 'parameters',
  })
  const isDue = (step: number) => refreshEvery !== null && (step - 1) % refreshEvery === 0
  const isRefreshed = isOwn && isFrozen && refreshEvery !== null
  return {
    functions: { ...sampler.functions, ...(isRefreshed ? { refresh: copyFunction('sampler') } : {}) },
    state: isFrozen
      ? {
          sampler: {
            spec: { shape: [model.size], dtype: 'float32' },
            initial: isOwn ? weights.start : weights.of(choices.sampler),
          },
        }
      : {},
    staleness: (step) => (isOwn ? (refreshEvery === null ? step - 1 : (step - 1) % refreshEvery) : undefined),
    open(program, step, mixture = levelsOf(choices)) {
      if (isRefreshed && isDue(step)) program.call('refresh', {})
      const key = { seed, stage, step }
      const promptStream = createStream({ ...key, purpose: 'prompts' })
      const noise = createStream({ ...key, purpose: 'rollout' })
      const choice = mixture.levels === undefined ? {} : { levels: mixture.levels }
      return () => {
        const drawn = task.drawPrompts(promptStream, prompts, choice)
        const all = sampler.sample(program, drawn, noise, isGreedy)
        return {
          sampled: all.filter((_, index) => !isGreedy(index)),
          greedy: all.filter((_, index) => isGreedy(index)),
        }
      }
    },
  }
}

/** Copies the weights in training to a state array. */
const copyFunction = (name: string): FunctionDefinition => ({
  inputs: {},
  run: (state) => ({ state: { [name]: tf.clone(state['parameters'] as Tensor) }, outputs: {} }),
})
