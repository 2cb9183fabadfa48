// What bfloat16 products may and may not change in a rollout: they round the model, not the noise.
import { describe, expect, it } from 'vitest'
import type { RandomStream } from '../../../src/engine/random'
import { createLanguageModel } from '../../../src/lab/model/language-model'
import { optimizerState } from '../../../src/lab/optimizer'
import { createSampler } from '../../../src/lab/sampler'
import { taskOf } from '../../helpers/task'
import { openEngines } from '../engine/engines'

const engines = await openEngines({ withXla: true })
// Of 3 answer tokens: the second call of a rollout has one token and no cache.
const task = taskOf({ kind: 'parity', bits: 2 })
const model = createLanguageModel({ kind: 'transformer', layers: 1, width: 8, heads: 2 }, task)

/** Uniform numbers that are all just below 1: bfloat16's next number up is 1. */
const nearlyOne = { uniforms: (count: number) => new Float32Array(count).fill(0.9999) } as RandomStream

describe.each(engines.map((engine) => [engine.name, engine] as const))('%s at bfloat16', (_, engine) => {
  it('samples no token of probability 0, however near to 1 the noise is', async () => {
    // Zero weights but for the head's bias, which a last norm's shift of 1 and the head's matrix make: the last token is
    // impossible, all others are equally likely.
    const vocabulary = task.vocabulary.length
    let offset = 0
    const parameters = new Float32Array(model.size)
    for (const { name, shape } of model.specs) {
      const size = shape.reduce((product, length) => product * length, 1)
      if (name === 'final_norm.shift') parameters.fill(1, offset, offset + size)
      if (name === 'head') {
        for (let at = vocabulary - 1; at < size; at += vocabulary) parameters[offset + at] = -100
      }
      offset += size
    }
    const sampler = createSampler({ name: 'sample', task, model, prompts: 4, group: 1, temperature: 1 })
    const program = await engine.program({
      state: optimizerState(model.size),
      functions: sampler.functions,
      precision: 'bfloat16',
    })
    program.writeState({ parameters })
    const sampled = sampler.sample(program, new Int32Array(4 * task.promptLength), nearlyOne)
    program.dispose()
    // The last possible token is the end token: every answer is it alone.
    for (const { output, logprobs } of sampled) {
      expect(output).toEqual([vocabulary - 2])
      expect(logprobs[0]).toBeCloseTo(-Math.log(vocabulary - 1), 2)
    }
  })
})
