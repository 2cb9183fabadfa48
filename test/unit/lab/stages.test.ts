// Where stages begin and what they train on: from, mixtures over time, fine-tuning on data and on samples, rejection sampling.
import { describe, expect, it } from 'vitest'
import { createExperiment, type Experiment, type NamedArrays } from '../../../src/lab/experiment'
import type { RunConfig } from '../../../src/shared/config/schema'
import { configOf, openQuick } from './small'

const engine = await openQuick()
const make = (config: RunConfig, sampleLimit = 1000): Experiment =>
  createExperiment({ engine, config, clock: () => 0, sampleLimit })
const pretrain = { kind: 'pretrain', steps: 6, batch: 8 }
const sft = { kind: 'sft', prompts: 12, steps: 4, optimizer: { learningRate: 1e-2 } }
/** An experiment of one stage after `steps` of its steps. */
async function stepped(stage: Record<string, unknown>, steps: number, fields: Record<string, unknown> = {}) {
  const experiment = make(configOf({ stages: [stage], ...fields }))
  await experiment.beginStage(0)
  const results = Array.from({ length: steps }, (_, index) => experiment.step(0, index + 1))
  const model = experiment.readState().model
  experiment.dispose()
  return { results, model }
}
/** What was sampled in a step. */
const tokensOf = ({ completions }: { completions: readonly { tokens: number[] }[] }) =>
  completions.map(({ tokens }) => tokens)

describe('a stage begins', () => {
  const from = (reference: string) => configOf({ stages: [pretrain, { ...pretrain, from: reference }] })

  it('with the weights before it, fresh ones, or those its `from` names', async () => {
    const begun = async (reference: string, named?: NamedArrays) => {
      const experiment = make(from(reference))
      const fresh = experiment.readState().model
      await experiment.beginStage(0)
      experiment.step(0, 1)
      const trained = experiment.readState().model
      await experiment.beginStage(1, (asked) => {
        expect(asked).toBe(reference)
        return named ?? {}
      })
      const { model } = experiment.readState()
      experiment.dispose()
      return { fresh, trained, model }
    }
    const previous = await begun('previous')
    expect(previous.model).toEqual(previous.trained)
    expect(previous.trained).not.toEqual(previous.fresh)
    const anew = await begun('fresh')
    expect(anew.model).toEqual(anew.fresh)
    const { model: donor } = await stepped(pretrain, 3, { seed: 7 })
    expect((await begun('other/0-3', donor)).model).toEqual(donor)
  })

  it('or not at all, where those are of another model: the reference is named', async () => {
    const { model: wide } = await stepped(pretrain, 1, {
      model: { kind: 'transformer', layers: 1, width: 32, heads: 2 },
    })
    const experiment = make(from('other/0-1'))
    await experiment.beginStage(0)
    await expect(experiment.beginStage(1, () => wide)).rejects.toThrow(
      "other/0-1: weights token_embedding are [5, 32]; the config's model has [5, 16]",
    )
    experiment.dispose()
  })
})

describe('pretraining and fine-tuning on data', () => {
  it('follow the mixture of the step', async () => {
    const mixture = [
      { at: 0, longFraction: 0 },
      { at: 1, longFraction: 1 },
    ]
    for (const stage of [
      { ...pretrain, steps: 3, mixture },
      { ...sft, prompts: 8, steps: 3, mixture },
    ]) {
      const { results } = await stepped(stage, 3)
      // 7 tokens of prompt; 2 of a short answer with its end, 7 of a long one.
      const [first = 0, middle = 0, last = 0] = results.map(({ tokens }) => tokens)
      expect([first, last]).toEqual([8 * 9, 8 * 14])
      expect(middle).toBeGreaterThan(first)
      expect(middle).toBeLessThan(last)
    }
  })

  it('logs the loss per token, whatever the average that is minimised, and nothing of samples', async () => {
    const losses: number[][] = []
    for (const aggregation of ['token-mean', 'sequence-mean', 'sequence-sum']) {
      const { results } = await stepped({ ...sft, aggregation }, 2)
      losses.push(results.map(({ values }) => values['train/loss'] ?? NaN))
      const [first] = results
      expect(Object.keys(first?.values ?? {}).some((name) => name.startsWith('rl/'))).toBe(false)
      expect(first?.completions).toEqual([])
      const perSequence = (first?.tokens ?? NaN) / 12 - 7
      expect(first?.values['train/loss_per_sequence']).toBeCloseTo(
        (first?.values['train/loss'] ?? NaN) * perSequence,
        5,
      )
    }
    const [token = [], mean = [], sum = []] = losses
    expect(mean[0]).toBeCloseTo(token[0] ?? NaN, 5)
    expect(sum[0]).toBeCloseTo(token[0] ?? NaN, 5)
    // Adam takes a gradient of any size as it is: the direction differs.
    expect(mean[1]).not.toBeCloseTo(token[1] ?? NaN, 5)
  })
})

describe('fine-tuning on samples', () => {
  const sampled = { ...sft, sampler: 'policy', prompts: 12, group: 4 }

  it('keeps the right ones, or all, and says how many', async () => {
    const right = await stepped(sampled, 1)
    const all = await stepped({ ...sampled, keep: 'all' }, 1)
    const [first] = right.results
    expect(tokensOf(all.results[0] ?? { completions: [] })).toEqual(tokensOf(first ?? { completions: [] }))
    const kept = first?.completions.filter(({ reward }) => reward === 1).length ?? 0
    expect(kept).toBeGreaterThan(0)
    expect(first?.values['rl/kept_fraction']).toBeCloseTo(kept / 48, 12)
    expect(all.results[0]?.values['rl/kept_fraction']).toBe(1)
    expect(all.results[0]?.values['train/loss']).not.toBe(first?.values['train/loss'])
    expect(first?.sequences).toBe(48)
    expect(first?.values).toHaveProperty(['rl/mean_length_right'])
  })

  it('of the policy itself changes with it: on-policy, iterative and bootstrap part where they should', async () => {
    const runs = await Promise.all(
      [1, 2, null].map(async (refreshEvery) => (await stepped({ ...sampled, refreshEvery }, 4)).results),
    )
    const [onPolicy = [], iterative = [], bootstrap = []] = runs.map((results) => results.map(tokensOf))
    expect(iterative[0]).toEqual(onPolicy[0])
    expect(bootstrap[0]).toEqual(onPolicy[0])
    // The second step of both comes from the first weights, the third does not.
    expect(iterative[1]).toEqual(bootstrap[1])
    expect(iterative[1]).not.toEqual(onPolicy[1])
    expect(iterative[2]).not.toEqual(bootstrap[2])
    const staleness = (run: number) => runs[run]?.map(({ values }) => values['rl/staleness'])
    expect(staleness(0)).toEqual([undefined, undefined, undefined, undefined])
    expect(staleness(1)).toEqual([0, 1, 0, 1])
    expect(staleness(2)).toEqual([0, 1, 2, 3])
  })

  it('say how far the model is from who wrote them: not at all on-policy, from stale and from cooler samples more and more', async () => {
    const optimizer = { learningRate: 1e-3 }
    const kl = async (fields: object) =>
      (await stepped({ ...sampled, optimizer, ...fields }, 3)).results.map(({ values }) => values['rl/kl'])
    for (const value of await kl({ refreshEvery: 1 })) expect(value).toBeCloseTo(0, 5)
    const [first, , third] = await kl({ refreshEvery: null })
    expect(first).toBeCloseTo(0, 5)
    // The kept samples are likelier under the model that was trained on such.
    expect(third).toBeLessThan(-0.005)
    const [cool] = await kl({ temperature: 0.5 })
    expect(cool).toBeGreaterThan(0.01)
    expect((await stepped(sft, 1)).results[0]?.values).not.toHaveProperty(['rl/kl'])
  })

  it('of a teacher are the samples of its weights, whatever is learned from them', async () => {
    const { model: teacher } = await stepped(
      { ...pretrain, steps: 30, optimizer: { learningRate: 1e-2 } },
      30,
    )
    const own = make(configOf({ stages: [{ ...sampled, refreshEvery: null }] }))
    await own.beginStage(0)
    own.writeState({ model: teacher, optimizer: withSampler(own, teacher) })
    const student = make(configOf({ stages: [{ ...sampled, sampler: 'teacher/0-12' }] }))
    await student.beginStage(0, () => teacher)
    for (const step of [1, 2]) {
      const expected = tokensOf(own.step(0, step))
      expect(tokensOf(student.step(0, step))).toEqual(expected)
    }
    expect(student.readState().model).not.toEqual(own.readState().model)
    for (const experiment of [own, student]) experiment.dispose()
  })

  it('makes no update where nothing is right', async () => {
    // From weights that never end an answer.
    const experiment = make(configOf({ stages: [sampled] }))
    await experiment.beginStage(0)
    const { model } = experiment.readState()
    const before = endless(model)
    experiment.writeState({ model: before })
    const { values } = experiment.step(0, 1)
    expect(values['rl/kept_fraction']).toBe(0)
    expect(values).not.toHaveProperty(['train/loss'])
    expect(experiment.readState().model).toEqual(before)
    experiment.dispose()
  })
})

describe('rejection sampling', () => {
  const rft = { kind: 'rl', algorithm: 'rft', prompts: 6, group: 16, steps: 3, batch: 8 }

  it('of RFT samples from the first weights every round and trains on equal answers once', async () => {
    const distinct = await stepped(rft, 2)
    const [first] = distinct.results
    const right = first?.completions.filter(({ reward }) => reward === 1) ?? []
    const different = new Set(right.map(({ promptId, tokens }) => `${promptId}: ${tokens.join(' ')}`))
    expect(different.size).toBeLessThan(right.length)
    expect(first?.values['rl/kept_fraction']).toBeCloseTo(different.size / 96, 12)
    const every = await stepped({ ...rft, distinct: false }, 2)
    expect(every.results[0]?.values['rl/kept_fraction']).toBeCloseTo(right.length / 96, 12)
    // Other updates, the same samples: they come from the first weights.
    expect(every.model).not.toEqual(distinct.model)
    expect(every.results.map(tokensOf)).toEqual(distinct.results.map(tokensOf))
    expect((await stepped({ ...rft, refreshEvery: 1 }, 2)).results.map(tokensOf)[1]).not.toEqual(
      distinct.results.map(tokensOf)[1],
    )
  })
})

/** The optimizer state of an experiment whose frozen copy has these weights. */
function withSampler(experiment: Experiment, weights: NamedArrays): NamedArrays {
  const { model, optimizer } = experiment.readState()
  const values = Float32Array.from(Object.keys(model).flatMap((name) => [...(weights[name]?.values ?? [])]))
  return { ...optimizer, sampler: { shape: [values.length], values } }
}

/** The model with a head that says 0 always: no answer ends. */
function endless(model: NamedArrays): NamedArrays {
  const shift = model['final_norm.shift']
  const scale = model['final_norm.scale']
  const head = model['head']
  if (!shift || !scale || !head) throw new Error('a transformer has a last norm and a head')
  const [, V = 0] = head.shape
  return {
    ...model,
    'final_norm.scale': { ...scale, values: scale.values.map(() => 0) },
    'final_norm.shift': { ...shift, values: shift.values.map(() => 1) },
    head: { ...head, values: head.values.map((_, index) => (index % V === 0 ? 10 : 0)) },
  }
}
