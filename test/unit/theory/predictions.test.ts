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
