// What the program says of whole completions before an update: log-probabilities, entropies, divergence from the reference and
// a critic's values, one a token. Weights stay as they are.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { FunctionDefinition, Program } from '../engine/types'
import { assert } from '../shared/assert'
import type { PolicyGradientStage } from '../shared/config/schema'
import type { Task } from '../shared/tasks/task'
import { packSequences } from './completions'
import { klTerm } from './kl'
import type { LanguageModel } from './model/language-model'
import { entropyOf, targetLogprobs } from './objectives'
import type { Sampled } from './sampler'
import { groupsOf } from './weights'

/** What is asked of completions. */
export interface ScoringOptions {
  readonly task: Task
  readonly model: LanguageModel
  /** Completions a call. */
  readonly rows: number
  readonly temperature: number
  /** Log-probabilities and entropies of the model in training. */
  readonly own: boolean
  /** Divergence from the state array `reference` by this estimator. */
  readonly divergence?: PolicyGradientStage['kl']['estimator'] | undefined
  /** Values of the critic in the state array `critic`. */
  readonly critic?: LanguageModel | undefined
}

/** Numbers of one completion, one a token of its output; what was not asked for is empty. */
export interface Scores {
  readonly logprobs: Float32Array
  readonly entropies: Float32Array
  readonly divergences: Float32Array
  readonly values: Float32Array
}

/** Scoring of completions by a function of the program. */
export interface Scoring {
  readonly functions: Readonly<Record<string, FunctionDefinition>>
  score(program: Program, sampled: readonly Sampled[]): Scores[]
}

/** Makes a scoring; one of which nothing is asked has no function and gives empty numbers. */
export function createScoring(options: ScoringOptions): Scoring {
  const { task, rows, own, divergence, critic } = options
  const isAsked = own || divergence !== undefined || critic !== undefined
  return {
    functions: isAsked ? { score: scoreFunction(options) } : {},
    score(program, sampled) {
      if (!isAsked) return sampled.map(() => noScores)
      return groupsOf(sampled, rows).flatMap((chosen) => {
        const outputs = program.call('score', packSequences(task, chosen, rows))
        const valuesOf = (name: keyof Scores, row: number, length: number) => {
          const values = outputs[name]?.values
          if (values === undefined) return nothing
          assert(values instanceof Float32Array, `${name} are float32`)
          return values.slice(row * task.answerLength, row * task.answerLength + length)
        }
        return chosen.map(({ output: { length } }, row) => ({
          logprobs: valuesOf('logprobs', row, length),
          entropies: valuesOf('entropies', row, length),
          divergences: valuesOf('divergences', row, length),
          values: valuesOf('values', row, length),
        }))
      })
    },
  }
}

const nothing = new Float32Array()
const noScores: Scores = { logprobs: nothing, entropies: nothing, divergences: nothing, values: nothing }

function scoreFunction(options: ScoringOptions): FunctionDefinition {
  const { task, model, rows, temperature, own, divergence, critic } = options
  return {
    inputs: {
      sequences: { shape: [rows, task.promptLength + task.answerLength - 1], dtype: 'int32' },
      answers: { shape: [rows, task.answerLength], dtype: 'int32' },
    },
    run: (state, inputs) => {
      const sequences = inputs['sequences'] as Tensor
      const targets = tf.reshape(inputs['answers'] as Tensor, [-1])
      const policyAt = (name: string) => {
        const logits_NV = model.answerLogits(state[name] as Tensor, sequences)
        return { logits_NV, logprobs_N: targetLogprobs(logits_NV, targets, temperature) }
      }
      const outputs: Partial<Record<keyof Scores, Tensor>> = {}
      if (own || divergence) {
        const policy = policyAt('parameters')
        if (own) {
          outputs.logprobs = policy.logprobs_N
          outputs.entropies = entropyOf(policy.logits_NV, temperature)
        }
        if (divergence) outputs.divergences = klTerm(policy, policyAt('reference'), divergence, temperature)
      }
      if (critic) outputs.values = tf.reshape(critic.answerLogits(state['critic'] as Tensor, sequences), [-1])
      return { outputs: outputs }
    },
  }
}
