// Which stages two runs of a study have in common.
import { expect, test } from 'vitest'
import { countSharedStages } from '../../../../src/shared/config/leading-stages'
import { runConfig } from '../../../helpers/run-config'

const pretrain = { kind: 'pretrain', steps: 30, batch: 16 }
const grpo = { kind: 'rl', algorithm: 'grpo', prompts: 4, group: 4, steps: 6 }
const reinforce = { kind: 'rl', algorithm: 'reinforce', prompts: 4, group: 4, steps: 6 }
const arm = (stages: unknown[], changes: Record<string, unknown> = {}) => runConfig({ stages, ...changes })

test('arms that differ in their last stage share the ones before it', () => {
  expect(countSharedStages(arm([pretrain, reinforce]), arm([pretrain, grpo]))).toBe(1)
  expect(countSharedStages(arm([pretrain, grpo, reinforce]), arm([pretrain, grpo, grpo]))).toBe(2)
})

test('a run computes at least its last stage itself', () => {
  expect(countSharedStages(arm([pretrain]), arm([pretrain, grpo]))).toBe(0)
  expect(countSharedStages(arm([pretrain, grpo]), arm([pretrain, grpo]))).toBe(1)
})

test('a donor that ends after the shared stages is as good as any', () => {
  expect(countSharedStages(arm([pretrain, grpo]), arm([pretrain]))).toBe(1)
})

test.each([
  ['seed', { seed: 7 }],
  ['task', { task: { kind: 'parity', bits: 5, longFraction: 0.5 } }],
  ['model', { model: { kind: 'transformer', layers: 2, width: 16, heads: 2 } }],
  ['evaluation', { evaluate: { every: 10, samples: 65 } }],
  ['samples log', { log: { samples: 5 } }],
  ['checkpoints', { checkpoint: { every: 11 } }],
  ['initial weights', { init: { run: 'another', checkpoint: '0-30' } }],
  ['first stage', { stages: [{ ...pretrain, steps: 31 }, grpo] }],
])('runs that differ in their %s share nothing', (_name, changes) => {
  expect(countSharedStages(arm([pretrain, grpo], changes), arm([pretrain, grpo]))).toBe(0)
})

test('name and description do not matter', () => {
  const other = arm([pretrain, grpo], { name: 'other', description: 'words' })
  expect(countSharedStages(arm([pretrain, reinforce]), other)).toBe(1)
})
