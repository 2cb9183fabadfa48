// What the form says of an RL preset, and what it keeps when a kind is exchanged.
import { expect, test } from 'vitest'
import { changedChoices, presetChoices, withMember } from '../../../src/renderer/features/editor/preset-text'
import { activeFields, fieldAt } from '../../../src/shared/config/form'

test('a preset says what it sets, nested choices by their path', () => {
  expect(presetChoices('grpo')).toEqual(['baseline group-mean', 'scale group-std'])
  expect(presetChoices('reinforce++')).toContain('kl.coefficient 0.01')
  expect(presetChoices('nobody')).toEqual([])
})

test('changed are the fields that say something else than the preset, and only those', () => {
  const stage = {
    kind: 'rl',
    algorithm: 'grpo',
    baseline: 'group-mean',
    clip: 0.2,
    kl: { coefficient: 0.1, in: 'loss' },
  }
  const field = fieldAt(['stages', '0'], { stages: [stage] })
  if (field?.kind !== 'union') throw new Error('a stage is a union')
  expect(changedChoices(activeFields(field, stage), stage)).toEqual(['clip 0.2', 'kl.coefficient 0.1'])
})

test('another kind keeps the fields that it has too', () => {
  const task = fieldAt(['task'], {})
  if (task?.kind !== 'union') throw new Error('tasks are a union')
  const parity = { kind: 'parity', bits: 12, longFraction: 0.3 }
  expect(withMember(task, parity, 'compose')).toEqual({ kind: 'compose', longFraction: 0.3 })
})
