// Which fields of the form are marked as changed.
import { expect, test } from 'vitest'
import { fieldChanges } from '../../../src/renderer/features/editor/field-changes'

const study = {
  name: 'x',
  task: { kind: 'parity', bits: 20, longFraction: 0.2 },
  stages: [
    { kind: 'pretrain', steps: 100 },
    { kind: 'rl', algorithm: 'dapo' },
  ],
}
const paths = (value: unknown, baseline?: unknown) => [...fieldChanges(value, baseline).keys()]

test('against the defaults: what says something else, by preset; a default that is written out does not', () => {
  const before = paths(study)
  const clip = { ...study, stages: [study.stages[0], { kind: 'rl', algorithm: 'dapo', clip: 0.2 }] }
  expect(paths(clip)).toEqual(before)
  const other = { ...study, stages: [study.stages[0], { kind: 'rl', algorithm: 'grpo', clip: 0.2 }] }
  expect(paths(other).filter((path) => !before.includes(path))).toEqual(['stages.1.clip'])
  expect(fieldChanges(other, undefined).get('stages.1.clip')).toEqual({ from: null, to: 0.2 })
  expect(before).not.toContain('name')
})

test('against another study: what holds is compared, so a complete config equals the one that left its defaults out', () => {
  const complete = { ...study, seed: 0, model: { kind: 'transformer', layers: 2, width: 64, heads: 4 } }
  expect(paths({ ...study, model: { kind: 'transformer' } }, complete)).toEqual([])
  const edited = { ...study, seed: 3, stages: [{ kind: 'pretrain', steps: 50 }, study.stages[1]] }
  expect(Object.fromEntries(fieldChanges(edited, complete))).toEqual({
    'stages.0.steps': { from: 100, to: 50 },
    seed: { from: 0, to: 3 },
  })
})

test('another kind is a change, and of its fields those that the baseline does not have are compared with their defaults', () => {
  const linear = { ...study, model: { kind: 'linear' } }
  expect(paths(linear, study)).toContain('model.kind')
  const fewer = { ...study, stages: study.stages.slice(0, 1) }
  expect(Object.fromEntries(fieldChanges(fewer, study))).toEqual({ stages: { from: 2, to: 1 } })
})

test('a sweep, draws and arms are changes, as wholes', () => {
  const swept = { ...study, sweep: { seed: [0, 1] }, random: { count: 2, axes: {} }, arms: { A: {} } }
  expect(paths(swept, study)).toEqual(['sweep', 'random', 'arms'])
  expect(paths(swept).filter((path) => !paths(study).includes(path))).toEqual(['sweep', 'random', 'arms'])
})
