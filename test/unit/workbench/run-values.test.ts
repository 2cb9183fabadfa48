// Last and best values, folded row by row.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MetricsRow } from '../../../src/shared/run/rows'
import { emptyValues, foldRows } from '../../../src/workbench/run-values'

const row = (step: number, values: Record<string, number>): MetricsRow => ({
  stage: 0,
  step,
  time: step,
  sequences: step * 4,
  tokens: step * 20,
  values,
})

test('the best value follows the direction of its metric; one without a direction has none', () => {
  const values = emptyValues()
  foldRows(values, [
    row(1, { 'eval/greedy_accuracy': 0.5, 'train/loss_per_sequence': 2, 'eval/long_fraction': 0.3 }),
    row(2, { 'eval/greedy_accuracy': 0.9, 'train/loss_per_sequence': 1 }),
    row(3, { 'eval/greedy_accuracy': 0.7, 'train/loss_per_sequence': 3, 'eval/long_fraction': 0.2 }),
  ])
  expect(values).toEqual({
    last: { 'eval/greedy_accuracy': 0.7, 'train/loss_per_sequence': 3, 'eval/long_fraction': 0.2 },
    best: { 'eval/greedy_accuracy': 0.9, 'train/loss_per_sequence': 1 },
    progress: { stage: 0, step: 3, time: 3, sequences: 12, tokens: 60 },
  })
})

test('a value that is not finite is the last one, never the best', () => {
  const values = emptyValues()
  foldRows(values, [
    row(1, { 'train/loss': 2 }),
    row(2, { 'train/loss': NaN }),
    row(3, { 'train/loss': -Infinity }),
  ])
  expect(values.last).toEqual({ 'train/loss': -Infinity })
  expect(values.best).toEqual({ 'train/loss': 2 })
})

test('rows read in pieces give what they give at once', () => {
  const value = fc.oneof(
    fc.double({ min: -10, max: 10, noNaN: true }),
    fc.constant(NaN),
    fc.constant(Infinity),
  )
  const names = fc.constantFrom('train/loss', 'eval/greedy_accuracy', 'eval/long_fraction', 'unknown/metric')
  const rows = fc.array(fc.dictionary(names, value), { maxLength: 20 })
  fc.assert(
    fc.property(rows, fc.nat(20), (contents, cut) => {
      const all = contents.map((values, index) => row(index, values))
      const atOnce = emptyValues()
      foldRows(atOnce, all)
      const inPieces = emptyValues()
      foldRows(inPieces, all.slice(0, cut))
      foldRows(inPieces, all.slice(cut))
      expect(inPieces).toEqual(atOnce)
    }),
  )
})
