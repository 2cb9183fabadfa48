// Several metrics of one run on one chart: a panel a stage, and what only was evaluated side by side.
import { expect, test } from 'vitest'
import { groupChart } from '../../../src/renderer/features/chart/group-chart'
import { parseStudy } from '../../../src/shared/config/parse'
import type { MetricsRow } from '../../../src/shared/run/rows'

const study = parseStudy({
  name: 'a',
  task: { kind: 'parity', longFraction: 0.2 },
  stages: [
    { kind: 'pretrain', steps: 100 },
    { kind: 'rl', algorithm: 'grpo' },
    { kind: 'rl', algorithm: 'grpo' },
    { kind: 'evaluate' },
  ],
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

test('stages of equal titles stay apart, and points of an evaluate stage stand side by side', () => {
  const both = { 'eval/greedy_accuracy': 0.5, 'eval/accuracy': 0.6 }
  const rows = [row(0, 100, both), row(1, 40, both), row(2, 40, both), row(3, 0, both)]
  const { panels, yLabel } = groupChart(Object.keys(both), config, rows)
  expect(yLabel).toBe('')
  expect(panels.map(({ title }) => title)).toEqual([
    'Pretrain, 100 steps',
    'GRPO, 40 steps',
    'GRPO, 40 steps',
    'After GRPO',
  ])
  expect(panels[3]?.xRange).toEqual([-0.5, 1.5])
  expect(panels[3]?.series.map(({ name, points }) => [name, points.map(({ x, y }) => [x, y])])).toEqual([
    ['Greedy accuracy', [[0, 0.5]]],
    ['Sampled accuracy', [[1, 0.6]]],
  ])
})
