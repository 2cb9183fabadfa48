// The cards of a run's page that are no curves over steps: there where the run has values for them, with their ends in words.
import { expect, test } from 'vitest'
import { lineLabel } from '../../../src/renderer/features/chart/chart-groups'
import { resultCharts } from '../../../src/renderer/features/run/result-charts'
import { parseStudy } from '../../../src/shared/config/parse'
import type { MetricsRow } from '../../../src/shared/run/rows'

const study = parseStudy({
  name: 'a',
  task: { kind: 'compose' },
  stages: [{ kind: 'pretrain', steps: 100 }, { kind: 'evaluate' }],
})
const config = study.ok ? study.value.runs[0]?.config : undefined
if (!config) throw new Error('invalid')
const row = (stage: number, step: number, values: Record<string, number>): MetricsRow => ({
  stage,
  step,
  values,
  time: 0,
  sequences: 0,
  tokens: 0,
})

test('a run with attempts and levels has a card for each way to look at them', () => {
  const rows = [
    row(0, 100, { 'eval/train/level-1/accuracy': 0.5, 'eval/train/level-2/accuracy': 0.25 }),
    row(1, 0, {
      'eval/pass@1': 0.5,
      'eval/pass@2': 0.75,
      'eval/train/level-1/pass@1': 0.5,
      'eval/train/level-1/pass@2': 0.6,
      'eval/train/level-2/pass@1': 0.125,
      'eval/train/level-2/pass@2': 0.25,
    }),
  ]
  const cards = resultCharts(config, rows)
  expect(cards.map(({ title, summary, metric }) => [title, summary, metric])).toEqual([
    ['pass@k', '0.500 at 1, 0.750 at 2', 'eval/pass@2'],
    ['Accuracy by level', '0.500 at level 1, 0.250 at 2', 'eval/train/level-2/accuracy'],
    ['pass@k by level, train', 'level 2: 0.125 at 1, 0.250 at 2', 'eval/train/level-2/pass@2'],
  ])
  expect(
    cards[2]?.spec.panels[0]?.series.map(({ name, points }) => [name, points.map(({ y }) => y)]),
  ).toEqual([
    ['Level 1', [0.5, 0.6]],
    ['Level 2', [0.125, 0.25]],
  ])
})

test('a majority that lies on its line is left out: it would hide it', () => {
  const lines = (maj: number) =>
    resultCharts(config, [
      row(1, 0, { 'eval/pass@1': 0.7, 'eval/pass@2': 0.7, 'eval/maj@1': 0.7, 'eval/maj@2': maj }),
    ])[0]?.spec.panels[0]?.series.map(({ name }) => name)
  expect(lines(0.7)).toEqual(['After Pretrain'])
  expect(lines(0.6)).toEqual(['After Pretrain', 'After Pretrain, majority'])
})

test('a run without them has none', () => {
  expect(resultCharts(config, [row(0, 100, { 'eval/accuracy': 0.5, 'eval/pass@8': 0.75 })])).toEqual([])
})

test('lines of one metric by level are named by their level alone', () => {
  const levels = ['eval/train/level-1/accuracy', 'eval/train/level-2/accuracy']
  expect(levels.map((name) => lineLabel(name, levels))).toEqual(['Level 1', 'Level 2'])
  expect(lineLabel('eval/train/level-1/accuracy', levels.slice(0, 1))).toBe('Sampled accuracy, train level 1')
  expect(lineLabel('eval/accuracy', ['eval/accuracy', 'eval/greedy_accuracy'])).toBe('Sampled accuracy')
})
