// Which predictions stand where.
import { describe, expect, test } from 'vitest'
import { parseStudy } from '../../../src/shared/config/parse'
import type { RunConfig } from '../../../src/shared/config/schema'
import { predictions, theoryValues } from '../../../src/theory/predictions'

function config(task: object, rl: object = { algorithm: 'star' }): RunConfig {
  const result = parseStudy({
    name: 'a',
    task: { kind: 'parity', ...task },
    stages: [
      { kind: 'pretrain', steps: 10, batch: 8 },
      { kind: 'rl', ...rl },
    ],
  })
  const run = result.ok ? result.value.runs[0] : undefined
  if (!run) throw new Error('invalid')
  return run.config
}

describe('the values of the theory command', () => {
  test('below the threshold', () => {
    const values = theoryValues(config({ bits: 20, longFraction: 0.2 }))
    expect(Object.keys(values).sort()).toEqual([
      'theory/eval/accuracy',
      'theory/eval/greedy_accuracy',
      'theory/eval/long_fraction',
      'theory/eval/mean_length',
      'theory/star/rounds_to_flip',
      'theory/train/loss_floor_per_sequence',
      'theory/train/loss_per_sequence',
    ])
    expect(values['theory/eval/greedy_accuracy']).toBe(0.5)
    expect(values['theory/eval/accuracy']).toBeCloseTo(0.6, 12)
    expect(values['theory/train/loss_per_sequence']).toBeCloseTo(1.0549, 4)
    expect(values['theory/star/rounds_to_flip']).toBe(2)
  })
  test('from the threshold on there is nothing to flip', () => {
    for (const longFraction of [1 / 3, 0.4, 1])
      expect(theoryValues(config({ longFraction }))).not.toHaveProperty(['theory/star/rounds_to_flip'])
  })
  test('all are finite but the rounds without long answers', () => {
    for (const longFraction of [0, 0.1, 1 / 3, 1])
      for (const [name, value] of Object.entries(theoryValues(config({ longFraction }))))
        expect(Number.isFinite(value), `${name} at ${longFraction}`).toBe(
          !(name.endsWith('flip') && longFraction === 0),
        )
  })
})

describe('predictions for the rows of a stage', () => {
  test('pretraining gets the closed forms, the loss per token among them', () => {
    const values = predictions(config({ bits: 20, longFraction: 0.2 }), 0, { step: 10 })
    expect(values['theory/train/loss']).toBeCloseTo(1.0549 / (2 * 0.8 + 21 * 0.2), 4)
    expect(values['theory/eval/median_length']).toBe(1)
  })
  test('they say nothing of GRPO but how many groups are silent at its start', () => {
    const grpo = config({ bits: 20, longFraction: 0.2 }, { algorithm: 'grpo' })
    expect(predictions(grpo, 1, { step: 5 })).toEqual({})
    expect(predictions(grpo, 1, { step: 0, startLongFraction: 0.2 })).toEqual({
      'theory/rl/frac_reward_zero_std': 0.6 ** 16 + 0.4 ** 16,
    })
  })
  test('a STaR stage follows the recursion from the share it started with', () => {
    const run = config({ bits: 20, longFraction: 0.2 })
    const share = (step: number, startLongFraction: number) =>
      predictions(run, 1, { step, startLongFraction })['theory/eval/long_fraction']
    expect(share(0, 1 / 7)).toBeCloseTo(1 / 7, 12)
    expect(share(1, 1 / 7)).toBeCloseTo(1 / 4, 12)
    expect(share(4, 1 / 7)).toBeCloseTo(16 / 22, 12)
    expect(predictions(run, 1, { step: 3, startLongFraction: 0.143 })).toMatchObject({
      'theory/eval/greedy_accuracy': 1,
      'theory/eval/median_length': 20,
    })
    expect(predictions(run, 1, { step: 1, startLongFraction: 0.143 })).toMatchObject({
      'theory/eval/greedy_accuracy': 0.5,
      'theory/eval/median_length': 1,
    })
  })
  test('at a share of exactly 1/3 greedy decoding is undecided and left out', () => {
    const values = predictions(config({ bits: 20, longFraction: 0.2 }), 1, { step: 1 })
    expect(values['theory/eval/long_fraction']).toBeCloseTo(1 / 3, 12)
    expect(values).not.toHaveProperty(['theory/eval/greedy_accuracy'])
  })
  test('at another temperature, for one bit and for stages that are not there they say nothing', () => {
    expect(predictions(config({}, { algorithm: 'star', temperature: 1.5 }), 1, { step: 1 })).toEqual({})
    expect(predictions(config({ bits: 1 }), 0, { step: 1 })).toEqual({})
    expect(predictions(config({}), 7, { step: 1 })).toEqual({})
  })
})

describe('stages of next-token prediction', () => {
  /** A parity config with these stages, and other fields. */
  function staged(stages: object[], fields: object = {}): RunConfig {
    const task = { kind: 'parity', bits: 6, longFraction: 0.2 }
    const result = parseStudy({ name: 'a', task, stages, ...fields })
    const run = result.ok ? result.value.runs[0] : undefined
    if (!run) throw new Error(result.ok ? 'no run' : JSON.stringify(result.problems))
    return run.config
  }
  const pretrain = (fields: object = {}) => ({ kind: 'pretrain', steps: 10, batch: 8, ...fields })
  const share = (run: RunConfig, stage: number) =>
    predictions(run, stage, { step: 0 })['theory/eval/long_fraction']

  test('hold for the mixture at the end of their schedule', () => {
    const mixture = [
      { at: 1, longFraction: 0.5 },
      { at: 0, longFraction: 0.1 },
    ]
    expect(share(staged([pretrain({ mixture })]), 0)).toBeCloseTo(0.5, 12)
    expect(share(staged([pretrain({ mixture: [{ at: 0.3, longFraction: 0.4 }] })]), 0)).toBeCloseTo(0.4, 12)
  })
  test('fine-tuning on data: its own mixture; with 1/T the mixture weighted by length, and no loss', () => {
    const sft = { kind: 'sft', steps: 5, mixture: [{ at: 0, longFraction: 0.5 }] }
    const run = staged([
      pretrain(),
      sft,
      { ...sft, aggregation: 'sequence-mean' },
      { ...sft, sampler: 'policy' },
    ])
    expect(share(run, 1)).toBeCloseTo(0.5, 12)
    // 7 tokens against 2: (1/7) / (1/7 + 1/2).
    expect(share(run, 2)).toBeCloseTo(2 / 9, 12)
    expect(predictions(run, 2, { step: 1 })).not.toHaveProperty(['theory/train/loss'])
    expect(predictions(run, 3, { step: 1 })).toEqual({})
  })
  test('of RL on freshly initialised weights they say nothing, whatever was measured; another run is taken to be trained', () => {
    const star = { kind: 'rl', algorithm: 'star', steps: 2 }
    const after = (run: RunConfig, stage: number) =>
      predictions(run, stage, { step: 1, startLongFraction: 0.9 })['theory/eval/long_fraction']
    expect(after(staged([star]), 0)).toBeUndefined()
    expect(after(staged([pretrain(), { ...star, from: 'fresh' }]), 1)).toBeUndefined()
    expect(after(staged([star, { kind: 'evaluate' }, star]), 2)).toBeUndefined()
    const trained = expect.closeTo(1.8 / 1.9, 12) as number
    expect(after(staged([star], { init: { run: 'a', checkpoint: '0-10' } }), 0)).toEqual(trained)
    expect(after(staged([{ ...star, from: 'a/0-10' }, star]), 1)).toEqual(trained)
    expect(after(staged([pretrain(), { kind: 'evaluate' }, star]), 2)).toEqual(trained)
  })
  test('an evaluate stage has the curve of the weights it looks at, at its own temperature, and no loss', () => {
    const evaluate = { kind: 'evaluate', problems: 4, samples: 8 }
    const run = staged([
      pretrain(),
      { ...evaluate, k: [1, 8] },
      { kind: 'rl', algorithm: 'grpo' },
      evaluate,
      { ...evaluate, from: 'stage-0', temperature: 0.5 },
    ])
    const values = predictions(run, 1, { step: 0 })
    expect(Object.keys(values).filter((name) => /@|train/.test(name))).toEqual([
      'theory/eval/pass@1',
      'theory/eval/maj@1',
      'theory/eval/pass@8',
      'theory/eval/maj@8',
    ])
    expect(values['theory/eval/pass@8']).toBeCloseTo(1 - 0.4 ** 8, 12)
    expect(predictions(run, 3, { step: 0 })).toEqual({})
    expect(share(run, 4)).toBeCloseTo((0.6 ** 2 / (0.6 ** 2 + 0.4 ** 2)) * (1 / (1 + 4)), 12)
  })
  test('several completions an input: pass@k at the powers of 2 beside the rest', () => {
    const run = staged([pretrain()], { evaluate: { completions: 4 } })
    expect(predictions(run, 0, { step: 1 })).toMatchObject({
      'theory/eval/pass@1': expect.closeTo(0.6, 12) as number,
      'theory/eval/pass@4': expect.closeTo(1 - 0.4 ** 4, 12) as number,
    })
  })
  test('partial chains have no closed form', () => {
    const run = config({ bits: 6, longFraction: 0.2, partialFraction: 0.3 })
    expect([predictions(run, 0, { step: 1 }), theoryValues(run)]).toEqual([{}, {}])
  })
  test('RFT: one round of samples of the first weights, equal ones once', () => {
    const rft = staged([pretrain(), { kind: 'rl', algorithm: 'rft', steps: 3 }])
    const [long, short] = [1 - 0.8 ** 8, 1 - 0.6 ** 8]
    for (const step of [1, 3])
      expect(predictions(rft, 1, { step })).toMatchObject({
        'theory/eval/long_fraction': expect.closeTo(long / (long + short), 12) as number,
        'theory/rl/kept_fraction': expect.closeTo((long + short) / 8, 12) as number,
      })
  })
  test('hidden methods: the prior at the end of pretraining, nothing in RL but its silent groups', () => {
    const task = { kind: 'hidden-method', shares: [0.7, 0.2, 0.1], prior: [0.4, 0.3, 0.3] }
    const run = staged(
      [pretrain(), { kind: 'rl', algorithm: 'grpo' }, { kind: 'evaluate', samples: 8, from: 'stage-0' }],
      { task },
    )
    const values = predictions(run, 0, { step: 1 })
    // The shares of a hash over finitely many keys are those asked for to within 1e-3.
    expect(values['theory/eval/accuracy']).toBeCloseTo(0.37, 2)
    expect(values['theory/eval/greedy_accuracy']).toBeCloseTo(0.7, 2)
    expect(values['theory/train/loss_per_sequence']).toBeCloseTo(1.0889, 4)
    expect(predictions(run, 1, { step: 1 })).toEqual({})
    expect(predictions(run, 2, { step: 0 })['theory/eval/pass@8']).toBeCloseTo(0.971, 2)
    expect(theoryValues(run)['theory/eval/pass@4']).toBeCloseTo(0.837, 2)
    const silent = (w: number, p: number) => w * (p ** 16 + (1 - p) ** 16)
    expect(predictions(run, 1, { step: 0 })).toEqual({
      'theory/rl/frac_reward_zero_std': expect.closeTo(silent(0.7, 0.4) + silent(0.3, 0.3), 4) as number,
    })
  })
  test('hidden methods: exact policy gradient from the prior, and where it is overtaken by its base', () => {
    const task = { kind: 'hidden-method', shares: [0.7, 0.2, 0.1], prior: [0.4, 0.3, 0.3] }
    const values = theoryValues(staged([pretrain()], { task }))
    const found = [1, 4, 16].map((k) => values[`theory/policy_gradient/pass@${k}`] ?? NaN)
    for (const [index, expected] of [0.67, 0.732, 0.809].entries())
      expect(found[index]).toBeCloseTo(expected, 2)
    expect(values['theory/policy_gradient/crossover']).toBe(3)
    expect(values['theory/policy_gradient/entropy']).toBeCloseTo(0.249, 2)
    const taught = theoryValues(staged([pretrain()], { task: { ...task, longFraction: 0.5 } }))
    expect(Object.keys(taught).filter((name) => name.includes('policy_gradient'))).toEqual([])
  })
  test('the linear model has its own optimum', () => {
    const run = staged([pretrain()], { model: { kind: 'linear', regularization: 1e-6 } })
    expect(share(run, 0)).toBeCloseTo(0.2, 3)
    expect(theoryValues(run)).toHaveProperty(['theory/linear/first_weight'])
    expect(Object.keys(predictions(run, 0, { step: 1 })).filter((name) => name.includes('linear'))).toEqual(
      [],
    )
  })
})
