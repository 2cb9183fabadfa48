// The critic of an actor-critic stage: a second transformer with one output a position, the value of what is written so far.
// Its weights and moments are state of the program; it learns from the same minibatches as the policy. Its advantages are in
// advantages.ts.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { FunctionDefinition, Program } from '../engine/types'
import type { PolicyGradientStage } from '../shared/config/schema'
import { packSequences } from './completions'
import { lossAndGradient } from './gradients'
import type { LanguageModel } from './model/language-model'
import { packArrays, unpackArrays } from './model/parameters'
import { valueLoss } from './objectives'
import { adamInput, adamUpdate, adamValues, learningRateAt } from './optimizer'
import type { ExtraState, RecipeOptions } from './recipes/recipe'
import { scalarOf } from './recipes/recipe'
import type { Sampled } from './sampler'
import { populationStd, sequenceWeights } from './weights'

/** A completion the critic learns from: its values at the rollout and its returns, one a token of the output. */
export interface Valued {
  readonly sampled: Sampled
  readonly values: ArrayLike<number>
  readonly returns: ArrayLike<number>
}

/** A stage's critic. */
export interface Critic {
  /** Gives values [rows * answerLength, 1] from the state array `critic`. */
  readonly model: LanguageModel
  readonly state: Readonly<Record<string, ExtraState>>
  readonly functions: Readonly<Record<string, FunctionDefinition>>
  /** One update at `step` of the stage, the `update`-th; gives the loss. */
  learn(program: Program, batch: readonly Valued[], step: number, update: number): number
}

/** Makes a stage's critic for minibatches of at most `rows`. Its body starts as the stage's weights, its head at 0. */
export function createCritic(
  stage: PolicyGradientStage,
  { model: policy, task, weights }: RecipeOptions,
  rows: number,
): Critic {
  const model = policy.withOutputs(1)
  const optimizer = { ...stage.optimizer, learningRate: stage.critic.learningRate }
  const spec = { shape: [model.size], dtype: 'float32' } as const
  const perToken = { shape: [rows, task.answerLength], dtype: 'float32' } as const
  return {
    model,
    state: {
      critic: { spec, initial: initialCritic(policy, model, weights.start) },
      criticMoment1: { spec, initial: new Float32Array(model.size) },
      criticMoment2: { spec, initial: new Float32Array(model.size) },
    },
    functions: {
      trainCritic: {
        inputs: {
          sequences: { shape: [rows, task.promptLength + task.answerLength - 1], dtype: 'int32' },
          weights: perToken,
          oldValues: perToken,
          returns: perToken,
          adam: adamInput,
        },
        run: (state, inputs) => {
          const [old_N, returns_N, weights_N] = ['oldValues', 'returns', 'weights'].map((name) =>
            tf.reshape(inputs[name] as Tensor, [-1]),
          ) as [Tensor, Tensor, Tensor]
          const { loss, gradient } = lossAndGradient((parameters) => {
            const values = model.answerLogits(parameters, inputs['sequences'] as Tensor)
            const values_N = tf.reshape(values, [-1])
            return { loss: valueLoss(values_N, old_N, returns_N, weights_N, stage.critic.clip) }
          }, state['critic'] as Tensor)
          const own = {
            parameters: state['critic'] as Tensor,
            moment1: state['criticMoment1'] as Tensor,
            moment2: state['criticMoment2'] as Tensor,
          }
          const { state: next } = adamUpdate(optimizer, model.specs, own, gradient, inputs['adam'] as Tensor)
          return {
            state: {
              critic: next.parameters,
              criticMoment1: next.moment1,
              criticMoment2: next.moment2,
            },
            outputs: { loss },
          }
        },
      },
    },
    learn(program, batch, step, update) {
      const sampled = batch.map((one) => one.sampled)
      const lengths = sampled.map(({ output }) => output.length)
      const perTokens = (pick: (one: Valued) => ArrayLike<number>) => {
        const values = new Float32Array(rows * task.answerLength)
        batch.forEach((one, row) => values.set(pick(one), row * task.answerLength))
        return values
      }
      const outputs = program.call('trainCritic', {
        sequences: packSequences(task, sampled, rows).sequences,
        weights: sequenceWeights(lengths, rows, task.answerLength, 'token-mean'),
        oldValues: perTokens(({ values }) => values),
        returns: perTokens(({ returns }) => returns),
        adam: adamValues(optimizer, learningRateAt(optimizer, step, stage.steps), update),
      })
      return scalarOf(outputs, 'loss')
    },
  }
}

/** The policy's weights with a head of zeros: what it knows of the task helps to tell what will come of an answer. */
function initialCritic(policy: LanguageModel, critic: LanguageModel, start: Float32Array): Float32Array {
  const head = critic.specs.find(({ name }) => name === 'head')
  const shape = [...(head?.shape ?? [])]
  const zeros = new Float32Array(shape.reduce((product, length) => product * length, 1))
  return packArrays(critic.specs, {
    ...unpackArrays(policy.specs, start),
    head: { shape, values: zeros },
  })
}

/** Share of the returns' variance that the values explain: 1 - var(returns - values) / var(returns); NaN where returns are equal. */
export function explainedVariance(batch: readonly Valued[]): number {
  const returns = batch.flatMap((one) => Array.from(one.returns))
  const values = batch.flatMap((one) => Array.from(one.values))
  const errors = returns.map((value, index) => value - (values[index] as number))
  return 1 - (populationStd(errors) / populationStd(returns)) ** 2
}
