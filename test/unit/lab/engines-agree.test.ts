// The whole model on every engine: equal losses and gradients, training that stays together, and the same tokens for the
// same seed wherever no two probabilities tie.
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { createStream } from '../../../src/engine/random'
import type { Engine } from '../../../src/engine/types'
import { packOutputs } from '../../../src/lab/completions'
import { createExperiment, type Completion, type NamedArrays } from '../../../src/lab/experiment'
import { createLanguageModel, joinSequences } from '../../../src/lab/model/language-model'
import { packArrays } from '../../../src/lab/model/parameters'
import { createTask } from '../../../src/shared/tasks/create-task'
import { openEngines } from '../engine/engines'
import { configOf, relativeDifference, valuesOf } from './small'

const STEPS = 200
const SAMPLES = 48
const RELATIVE = 1e-5
const LOSS_APART = 1e-4
/** Two probabilities, or a cumulated one and the uniform number, that are closer than this may fall either way. */
const TIE = 1e-5

const config = configOf({
  model: { kind: 'transformer', layers: 1, width: 32, heads: 2 },
  stages: [
    { kind: 'pretrain', steps: STEPS, batch: 8, optimizer: { learningRate: 1e-3 } },
    // Without a baseline the loss is no difference of near numbers.
    { kind: 'rl', algorithm: 'reinforce', baseline: 'none', prompts: 8, group: 4, steps: 1 },
  ],
  evaluate: { samples: SAMPLES },
  seed: 3,
})
const task = createTask(config.task)
const { answerLength, promptLength } = task

/** What one engine makes of the config. */
interface Result {
  losses: number[]
  trained: NamedArrays
  /** Loss and gradient of one update of each stage, at the weights that all engines share. */
  updates: { loss: number; gradient: Float32Array }[]
  /** Greedy and sampled answers of an evaluation, and the rollouts of the second stage, at those weights. */
  evaluated: Completion[]
  rollouts: Completion[]
}

async function resultOf(engine: Engine, shared: NamedArrays | undefined): Promise<Result> {
  const experiment = createExperiment({ engine, config, clock: () => 0, sampleLimit: 2 * SAMPLES })
  await experiment.beginStage(0)
  const { optimizer: noMoments } = experiment.readState()
  const losses = Array.from(
    { length: STEPS },
    (_, index) => experiment.step(0, index + 1).values['train/loss'] ?? NaN,
  )
  const trained = experiment.readState().model
  const model = shared ?? trained
  /** Adam's first moment after one update from none is the gradient, times 1 - beta1. */
  const updateOf = (stage: number) => {
    experiment.writeState({ model, optimizer: noMoments })
    const { values, completions } = experiment.step(stage, 1)
    const moments = Object.entries(experiment.readState().optimizer)
    const gradient = Float32Array.from(
      moments.flatMap(([name, { values }]) => (name.startsWith('moment1.') ? [...values] : [])),
    )
    return { loss: values['train/loss'] ?? NaN, gradient, completions }
  }
  experiment.writeState({ model, optimizer: noMoments })
  const evaluated = experiment.evaluate(0, 1).completions
  const pretraining = updateOf(0)
  await experiment.beginStage(1)
  const reinforcing = updateOf(1)
  experiment.dispose()
  return {
    losses,
    trained,
    updates: [pretraining, reinforcing],
    evaluated,
    rollouts: reinforcing.completions,
  }
}

/** Probabilities [answerLength][V] of each answer's positions at the shared weights, from one pass over whole sequences. */
function probabilitiesOf(weights: NamedArrays, prompts: Int32Array, outputs: readonly number[][]) {
  if (config.model.kind !== 'transformer') throw new Error('the test trains a transformer')
  const model = createLanguageModel(config.model, task)
  const answers = packOutputs(task, outputs, outputs.length)
  const values = valuesOf(() => {
    const sequences = tf.tensor2d(
      joinSequences(task, prompts, answers, outputs.length),
      [outputs.length, promptLength + answerLength - 1],
      'int32',
    )
    return tf.softmax(model.answerLogits(tf.tensor1d(packArrays(model.specs, weights)), sequences))
  })
  const V = task.vocabulary.length
  return outputs.map((_, row) =>
    Array.from({ length: answerLength }, (_, position) => {
      const start = (row * answerLength + position) * V
      return values.subarray(start, start + V)
    }),
  )
}

/** How far a choice was from another one: greedy between two probabilities, sampled between u and a cumulated one. */
function marginOf(probabilities: Float32Array, greedy: boolean, u: number): number {
  if (greedy) {
    const [first = NaN, second = NaN] = [...probabilities].sort((a, b) => b - a)
    return first - second
  }
  let cumulated = 0
  return Math.min(...Array.from(probabilities, (p) => Math.abs((cumulated += p) - u)))
}

/** Tokens of each completion up to its first tie. */
function lengthsToTies(
  weights: NamedArrays,
  completions: readonly Completion[],
  key: {
    stage: number
    step: number
    prompts: 'evaluate' | 'prompts'
    noise: 'evaluate-rollout' | 'rollout'
  },
): number[] {
  const { stage, step } = key
  const group = key.prompts === 'evaluate' ? 2 : 4
  const own = { seed: config.seed, stage, step }
  const drawn = task.drawPrompts(createStream({ ...own, purpose: key.prompts }), completions.length / group)
  const prompts = new Int32Array(completions.length * promptLength)
  completions.forEach((_, index) => {
    const from = Math.floor(index / group) * promptLength
    prompts.set(drawn.subarray(from, from + promptLength), index * promptLength)
  })
  const uniforms = createStream({ ...own, purpose: key.noise }).uniforms(completions.length * answerLength)
  const probabilities = probabilitiesOf(
    weights,
    prompts,
    completions.map(({ tokens }) => tokens),
  )
  return completions.map(({ tokens, greedy }, index) => {
    const tie = tokens.findIndex((_, position) => {
      const u = uniforms[index * answerLength + position] ?? NaN
      return marginOf(probabilities[index]?.[position] ?? new Float32Array(), greedy, u) < TIE
    })
    return tie === -1 ? tokens.length : tie
  })
}

describe('every engine', () => {
  const results: { name: string; result: Result }[] = []
  const js = (): Result => {
    const found = results.find(({ name }) => name === 'js')?.result
    if (found === undefined) throw new Error('js runs everywhere')
    return found
  }

  beforeAll(async () => {
    for (const engine of await openEngines({ withXla: true })) {
      results.push({ name: engine.name, result: await resultOf(engine, results[0]?.result.trained) })
    }
  }, 400_000)

  it('learns: the test means nothing of a model that stays as it was', () => {
    const { losses } = js()
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] ?? NaN))
  })

  it('gives the same losses and gradients, in pretraining and in policy gradient', () => {
    for (const { name, result } of results) {
      result.updates.forEach(({ loss, gradient }, stage) => {
        const expected = js().updates[stage]
        const at = `${name}, stage ${stage}`
        expect(Math.abs(loss - (expected?.loss ?? NaN)), at).toBeLessThan(
          RELATIVE * Math.abs(expected?.loss ?? NaN),
        )
        expect(relativeDifference(gradient, expected?.gradient ?? new Float32Array()), at).toBeLessThan(
          RELATIVE,
        )
      })
    }
  })

  it(`stays within ${LOSS_APART} of the others over ${STEPS} training steps`, () => {
    for (const { name, result } of results) {
      result.losses.forEach((loss, index) => {
        expect(Math.abs(loss - (js().losses[index] ?? NaN)), `${name}, step ${index + 1}`).toBeLessThan(
          LOSS_APART,
        )
      })
    }
  })

  it('samples and decodes the same tokens for the same seed as far as nothing ties', async () => {
    await tf.setBackend('cpu')
    const { evaluated, rollouts, trained } = js()
    const sets = [
      {
        of: 'evaluated',
        expected: evaluated,
        key: { stage: 0, step: 1, prompts: 'evaluate', noise: 'evaluate-rollout' },
      },
      {
        of: 'rollouts',
        expected: rollouts,
        key: { stage: 1, step: 1, prompts: 'prompts', noise: 'rollout' },
      },
    ] as const
    for (const { of, expected, key } of sets) {
      const lengths = lengthsToTies(trained, expected, key)
      const compared = lengths.reduce((sum, length) => sum + length, 0)
      const all = expected.reduce((sum, { tokens }) => sum + tokens.length, 0)
      expect(compared / all).toBeGreaterThan(0.95)
      expect(new Set(expected.map(({ tokens }) => tokens.length)).size).toBeGreaterThan(1)
      for (const { name, result } of results) {
        const tokens = result[of].map((completion, index) => completion.tokens.slice(0, lengths[index]))
        expect(tokens, `${name}, ${of}`).toEqual(
          expected.map((completion, index) => completion.tokens.slice(0, lengths[index])),
        )
      }
    }
  })
})
