// What differs between configs.
import { expect, test } from 'vitest'
import { changeLine, configDifferences } from '../../../../src/shared/config/diff'
import { runConfig } from '../../../helpers/run-config'

const stage = { kind: 'pretrain', steps: 30, batch: 16, optimizer: { learningRate: 3e-3 } }
const base = runConfig()

test('nested fields that differ, with the value of each config, and nothing else', () => {
  const configs = [
    base,
    runConfig({ seed: 2, stages: [{ ...stage, optimizer: { learningRate: 1e-3 } }] }),
    runConfig({ task: { kind: 'parity', bits: 6, longFraction: 0.5 } }),
  ]
  expect(configDifferences(configs)).toEqual([
    { path: ['task', 'bits'], values: [4, 4, 6] },
    { path: ['stages', '0', 'optimizer', 'learningRate'], values: [3e-3, 1e-3, 3e-3] },
    { path: ['seed'], values: [1, 2, 1] },
  ])
  expect(configDifferences([base, base, structuredClone(base)])).toEqual([])
})

test('a stage more is one difference, a list of numbers is a value', () => {
  const second = { kind: 'pretrain', steps: 1 }
  expect(configDifferences([{ stages: [stage] }, { stages: [stage, second] }])).toEqual([
    { path: ['stages', '1'], values: [undefined, second] },
  ])
  expect(configDifferences([{ at: [1, 2] }, { at: [1, 3] }])).toEqual([
    {
      path: ['at'],
      values: [
        [1, 2],
        [1, 3],
      ],
    },
  ])
  expect(configDifferences([{ clip: null }, { clip: { low: 1 } }])).toEqual([
    { path: ['clip'], values: [null, { low: 1 }] },
  ])
})

test('a line says what changed, names aside, and how much it leaves out', () => {
  expect(changeLine(base, runConfig({ seed: 2, name: 'other' }))).toBe('seed 1 → 2')
  expect(
    changeLine(base, {
      ...base,
      seed: 2,
      precision: 'bfloat16',
      log: { samples: 1 },
      checkpoint: { every: 1 },
    }),
  ).toMatch(/^precision float32 → bfloat16, every 10 → 1, keep 2 → –, \d more$|^.*, \d+ more$/)
  expect(changeLine(base, base)).toBe('')
})
