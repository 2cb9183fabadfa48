// pass@k over k, from the rows of a run.
import { expect, test } from 'vitest'
import { attemptsChart } from '../../../src/renderer/features/chart/attempts-chart'
import { parseStudy } from '../../../src/shared/config/parse'

const parsed = parseStudy({
  name: 'a',
  task: { kind: 'hidden-method' },
  stages: [{ kind: 'pretrain' }, { kind: 'evaluate' }, { kind: 'rl', algorithm: 'grpo' }],
})
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
const config = parsed.value.runs[0]?.config
if (!config) throw new Error('no run')
const row = (stage: number, step: number, values: Record<string, number>) => ({
  ...{ stage, step, time: 0, sequences: 0, tokens: 0 },
  values,
})

test('the last evaluation of each stage is a line, in the order of k', () => {
  const chart = attemptsChart(config, [
    row(0, 10, { 'train/loss': 1 }),
    row(1, 0, { 'eval/pass@10': 0.9, 'eval/pass@1': 0.4, 'eval/pass@2': 0.6 }),
    row(2, 10, { 'eval/pass@1': 0.5, 'eval/pass@2': 0.55 }),
    row(2, 40, { 'eval/pass@1': 0.7, 'eval/pass@2': 0.72, 'eval/maj@1': 0.7, 'eval/maj@2': 0.7 }),
  ])
  expect(
    chart?.spec.panels[0]?.series.map(({ name, points }) => [name, points.map(({ x, y }) => [x, y])]),
  ).toEqual([
    [
      'after Pretrain',
      [
        [1, 0.4],
        [2, 0.6],
        [10, 0.9],
      ],
    ],
    [
      'GRPO, step 40',
      [
        [1, 0.7],
        [2, 0.72],
      ],
    ],
    [
      'GRPO, step 40, majority',
      [
        [1, 0.7],
        [2, 0.7],
      ],
    ],
  ])
  expect(chart?.summary).toBe('0.700 at 1, 0.720 at 2')
})

test('without pass@k there is no chart', () => {
  expect(attemptsChart(config, [row(0, 1, { 'eval/accuracy': 1 })])).toBeUndefined()
})
