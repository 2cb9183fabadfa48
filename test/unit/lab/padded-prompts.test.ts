// Prompts of different lengths in one batch, and answers longer than the first cache: what each completion gets is what it
// would get alone, in one full forward pass.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { createStream } from '../../../src/engine/random'
import { createLanguageModel, joinSequences } from '../../../src/lab/model/language-model'
import { cacheLengths } from '../../../src/lab/model/rollout'
import { targetLogprobs } from '../../../src/lab/objectives'
import { nextTokenUpdate } from '../../../src/lab/updates'
import { sequenceWeights } from '../../../src/lab/weights'
import { createSampler } from '../../../src/lab/sampler'
import { optimizerState } from '../../../src/lab/optimizer'
import { countPromptTokens, textOf, withoutPadding } from '../../../src/shared/tasks/task'
import type { RandomStream, Task } from '../../../src/shared/tasks/task'
import { packOutputs } from '../../../src/lab/completions'
import { openEngines } from '../engine/engines'
import { configOf, maxDifference, valuesOf } from './small'

const pad = 7
const vocabulary = ['0', '1', '2', '3', '4', '5', '<end>', '<pad>']

/** A task of nothing but shapes: prompts of `length` tokens, or of 1 to that many. */
function taskOf(hasPaddedPrompts: boolean, length: number, answerLength: number): Task {
  const drawPrompts = (stream: RandomStream, count: number) => {
    const prompts = new Int32Array(count * length).fill(pad)
    for (let row = 0; row < count; row++) {
      const size = hasPaddedPrompts ? 1 + Math.floor(stream.uniform() * length) : length
      for (let at = length - size; at < length; at++) {
        prompts[row * length + at] = Math.floor(stream.uniform() * 6)
      }
    }
    return prompts
  }
  return {
    vocabulary,
    // Long answers never end, so that they need the second cache.
    endToken: answerLength > 32 ? 99 : 6,
    padToken: pad,
    promptLength: length,
    hasPaddedPrompts,
    answerLength,
    cells: [],
    inputs: Infinity,
    drawPrompts,
    drawExamples: (stream, count) => ({
      count,
      prompts: drawPrompts(stream, count),
      answers: new Int32Array(count * answerLength).fill(6),
    }),
    rightOutputs: () => ({ short: [] }),
    isRight: () => false,
    isLong: () => false,
    finalAnswer: () => '',
  }
}

/** The task whose only prompt length is that of `prompt`: no padding, no mask, and as many positions. */
const aloneTask = (task: Task, prompt: Int32Array): Task =>
  taskOf(false, prompt.length, task.answerLength + task.promptLength - prompt.length)

const config = { kind: 'transformer', layers: 2, width: 16, heads: 4 } as const
const engines = await openEngines()

describe.each(engines.map((engine) => [engine.name, engine] as const))('%s', (_, engine) => {
  it.each([
    { answerLength: 9, prompts: 10, group: 3 },
    { answerLength: 40, prompts: 4, group: 1 },
  ])(
    'samples prompts of different lengths as if each were alone (answers of up to $answerLength)',
    async ({ answerLength, prompts, group }) => {
      const task = taskOf(true, 6, answerLength)
      const model = createLanguageModel(config, task)
      const parameters = model.initialise(4).map((value, index) => (index % 3 === 0 ? value * 10 : value))
      const sampler = createSampler({ name: 'sample', task, model, prompts, group, temperature: 1 })
      const state = optimizerState(model.size)
      const program = await engine.program({ state, functions: sampler.functions })
      program.writeState({ parameters })
      const key = { seed: 1, stage: 0, step: 1 }
      const drawn = task.drawPrompts(createStream({ ...key, purpose: 'prompts' }), prompts)
      const sampled = sampler.sample(program, drawn, createStream({ ...key, purpose: 'noise' }))
      program.dispose()
      expect(new Set(sampled.map(({ prompt }) => countPromptTokens(task, prompt))).size).toBeGreaterThan(2)
      expect(Math.max(...sampled.map(({ output }) => output.length))).toBe(answerLength)
      for (const { prompt, output, logprobs } of sampled) {
        const own = withoutPadding(task, prompt)
        const alone = aloneTask(task, own)
        const answers = packOutputs(alone, [output], 1)
        const sequences = joinSequences(alone, own, answers, 1)
        const expected = valuesOf(() => {
          const logits = createLanguageModel(config, alone).answerLogits(
            tf.tensor1d(parameters),
            tf.tensor2d(sequences, [1, sequences.length], 'int32'),
          )
          return targetLogprobs(logits, tf.tensor1d(answers, 'int32'), 1)
        })
        expect(maxDifference(logprobs, expected.subarray(0, output.length))).toBeLessThan(1e-4)
      }
    },
  )

  it('trains on a padded prompt as on the prompt alone', async () => {
    const task = taskOf(true, 6, 3)
    const parameters = createLanguageModel(config, task).initialise(9)
    const stage = configOf({}).stages[0]
    if (stage?.kind !== 'pretrain') throw new Error('the first stage pretrains')
    const train = async (own: Task, prompt: Int32Array) => {
      const model = createLanguageModel(config, own)
      const update = nextTokenUpdate({ task: own, model, optimizer: stage.optimizer, rows: 1 })
      const state = optimizerState(model.size)
      const program = await engine.program({ state, functions: { train: update } })
      program.writeState({ parameters })
      const answers = packOutputs(own, [[1, 2, 6]], 1)
      const { loss, gradientNorm } = program.call('train', {
        sequences: joinSequences(own, prompt, answers, 1),
        answers,
        weights: sequenceWeights([3], 1, own.answerLength, 'token-mean'),
        adam: Float32Array.of(1e-3, 1e-3, 1e-8),
      })
      program.dispose()
      return [loss?.values[0] ?? NaN, gradientNorm?.values[0] ?? NaN]
    }
    const prompt = Int32Array.of(3, 5)
    const alone = await train(aloneTask(task, prompt), prompt)
    expect(
      maxDifference(await train(task, Int32Array.of(pad, pad, pad, pad, ...prompt)), alone),
    ).toBeLessThan(1e-5)
  })
})

describe('padding', () => {
  it('is neither counted nor shown', () => {
    const task = taskOf(true, 6, 3)
    const prompt = Int32Array.of(pad, pad, 1, 2, 3, 4)
    expect(textOf(task, withoutPadding(task, prompt))).toBe('1234')
    expect(countPromptTokens(task, prompt)).toBe(4)
  })
})

describe('cache lengths', () => {
  it.each([
    [0, []],
    [1, [1]],
    [20, [20]],
    [32, [32]],
    [33, [32, 33]],
    [64, [32, 64]],
    [200, [32, 64, 128, 200]],
  ])('double until %i slots fit', (slots, lengths) => {
    expect(cacheLengths(slots)).toEqual(lengths)
  })
})
