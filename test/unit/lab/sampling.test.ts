// Sampling with a KV cache: the log-probabilities of a full forward pass, the right distribution, the same for all shapes.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { createStream } from '../../../src/engine/random'
import type { Engine } from '../../../src/engine/types'
import { createLanguageModel, joinSequences } from '../../../src/lab/model/language-model'
import { targetLogprobs } from '../../../src/lab/objectives'
import type { Sampled } from '../../../src/lab/sampler'
import { createSampler } from '../../../src/lab/sampler'
import { optimizerState } from '../../../src/lab/optimizer'
import { packOutputs, packPrompts } from '../../../src/lab/completions'
import { taskOf } from '../../helpers/task'
import { openEngines } from '../engine/engines'
import { maxDifference, valuesOf, openQuick } from './small'

const task = taskOf({ kind: 'parity', bits: 7 })
const model = createLanguageModel({ kind: 'transformer', layers: 2, width: 16, heads: 4 }, task)
// Ten times the initial weights: a model whose choices differ from token to token.
const parameters = model.initialise(4).map((value, index) => (index % 3 === 0 ? value * 10 : value))
const key = { seed: 1, stage: 0, step: 1 }

async function sample(
  engine: Engine,
  shape: { prompts: number; group: number; temperature?: number },
  isGreedy?: (index: number) => boolean,
): Promise<Sampled[]> {
  const sampler = createSampler({ name: 'sample', task, model, temperature: 1, ...shape })
  const program = await engine.program({ state: optimizerState(model.size), functions: sampler.functions })
  program.writeState({ parameters })
  const prompts = task.drawPrompts(createStream({ ...key, purpose: 'prompts' }), shape.prompts)
  const sampled = sampler.sample(program, prompts, createStream({ ...key, purpose: 'noise' }), isGreedy)
  program.dispose()
  return sampled
}

/** Log-probabilities [rows, answerLength] by one full forward pass. */
function forwardLogprobs(sampled: readonly Sampled[], temperature: number): Float32Array {
  const rows = sampled.length
  const answers = packOutputs(
    task,
    sampled.map(({ output }) => output),
    rows,
  )
  const sequences = joinSequences(task, packPrompts(task, sampled), answers, rows)
  return valuesOf(() =>
    targetLogprobs(
      model.answerLogits(
        tf.tensor1d(parameters),
        tf.tensor2d(sequences, [rows, task.promptLength + task.answerLength - 1]),
      ),
      tf.tensor1d(answers),
      temperature,
    ),
  )
}

const engines = await openEngines()
describe.each(engines.map((engine) => [engine.name, engine] as const))('sampling on %s', (_, engine) => {
  it.each([
    { prompts: 12, group: 1, temperature: 1 },
    { prompts: 6, group: 5, temperature: 0.7 },
  ])(
    'gives the log-probabilities of a full forward pass ($prompts x $group, T=$temperature)',
    async (shape) => {
      const sampled = await sample(engine, shape)
      expect(sampled).toHaveLength(shape.prompts * shape.group)
      const full = forwardLogprobs(sampled, shape.temperature)
      const lengths = new Set(sampled.map(({ output }) => output.length))
      expect(lengths.size).toBeGreaterThan(2)
      sampled.forEach(({ logprobs, output }, row) => {
        expect(logprobs).toHaveLength(output.length)
        const expected = full.subarray(row * task.answerLength, row * task.answerLength + output.length)
        expect(maxDifference(logprobs, expected)).toBeLessThan(1e-4)
      })
    },
  )

  it('ends an answer at its end token or at the longest length', async () => {
    for (const { output } of await sample(engine, { prompts: 40, group: 1 })) {
      const end = output.indexOf(task.endToken)
      expect(end === -1 ? output.length === task.answerLength : end === output.length - 1).toBe(true)
    }
  })

  it('takes the most probable token where it is greedy', async () => {
    const sampled = await sample(engine, { prompts: 8, group: 2 }, (index) => index % 2 === 0)
    const again = await sample(engine, { prompts: 8, group: 2 }, () => true)
    const rows = sampled.length
    for (let row = 0; row < rows; row += 2) {
      expect(sampled[row]?.output).toEqual(again[row]?.output)
      expect(again[row]?.output).toEqual(again[row + 1]?.output)
    }
    const greedy = again.filter((_, index) => index % 2 === 0)
    const answers = packOutputs(
      task,
      greedy.map(({ output }) => output),
      greedy.length,
    )
    const sequences = joinSequences(task, packPrompts(task, greedy), answers, greedy.length)
    const best = valuesOf(() =>
      tf.argMax(
        model.answerLogits(
          tf.tensor1d(parameters),
          tf.tensor2d(sequences, [greedy.length, task.promptLength + task.answerLength - 1]),
        ),
        1,
      ),
    )
    greedy.forEach(({ output }, row) => {
      output.forEach((token, position) => expect(token).toBe(best[row * task.answerLength + position]))
    })
  })
})

describe('sampling', () => {
  it('is the same on js and eager', async () => {
    const all = await Promise.all(engines.map((engine) => sample(engine, { prompts: 10, group: 3 })))
    for (const other of all.slice(1)) {
      expect(other.map(({ output }) => output)).toEqual(all[0]?.map(({ output }) => output))
      const flat = (sampled: Sampled[] | undefined) => sampled?.flatMap(({ logprobs }) => logprobs) ?? []
      expect(maxDifference(flat(other), flat(all[0]))).toBeLessThan(1e-4)
    }
  })

  it('draws tokens with the probabilities of the model', async () => {
    const engine = await openQuick()
    const group = 4000
    const sampled = await sample(engine, { prompts: 1, group, temperature: 1.5 })
    const counts = new Array<number>(5).fill(0)
    for (const { output } of sampled) counts[output[0] as number] = (counts[output[0] as number] ?? 0) + 1
    const probability = new Map(
      sampled.map(({ output, logprobs }) => [output[0], Math.exp(logprobs[0] as number)]),
    )
    for (const [token, p] of probability) {
      const error = Math.sqrt((p * (1 - p)) / group)
      expect(Math.abs((counts[token as number] as number) / group - p)).toBeLessThan(4 * error + 1e-3)
    }
  })

  it('gives the entropy of what it drew from', async () => {
    const sampled = await sample(await openQuick(), { prompts: 1, group: 4000 })
    // E[-log p] is the entropy.
    const surprise = sampled.flatMap(({ logprobs }) => logprobs).reduce((sum, value) => sum - value, 0)
    const entropy = sampled.reduce((sum, one) => sum + one.entropies.reduce((a, b) => a + b, 0), 0)
    expect(Math.abs(surprise / entropy - 1)).toBeLessThan(0.02)
  })

  it('does not depend on how the rows are cut into calls', async () => {
    const engine = await openQuick()
    // 1500 completions need two calls of the first leg; the first 600 prompts of both are the same.
    const cut = await sample(engine, { prompts: 1500, group: 1 })
    const whole = await sample(engine, { prompts: 600, group: 1 })
    expect(cut.slice(0, 600).map(({ output }) => output)).toEqual(whole.map(({ output }) => output))
  })

  it('takes any number of prompts, and the weights it is told', async () => {
    const engine = await openQuick()
    const expected = await sample(engine, { prompts: 20, group: 2 })
    // The same noise and prompts by a sampler whose calls take 8 prompts, from another array of the state.
    const sampler = createSampler({
      name: 'sample',
      task,
      model,
      prompts: 8,
      group: 2,
      temperature: 1,
      weights: 'frozen',
    })
    const program = await engine.program({
      state: { ...optimizerState(model.size), frozen: { shape: [model.size], dtype: 'float32' } },
      functions: sampler.functions,
    })
    program.writeState({ frozen: parameters })
    const prompts = task.drawPrompts(createStream({ ...key, purpose: 'prompts' }), 20)
    const sampled = sampler.sample(program, prompts, createStream({ ...key, purpose: 'noise' }))
    program.dispose()
    expect(sampled.map(({ output }) => output)).toEqual(expected.map(({ output }) => output))
    expect(sampled.map(({ promptIndex }) => promptIndex)).toEqual(
      expected.map(({ promptIndex }) => promptIndex),
    )
  })
})
