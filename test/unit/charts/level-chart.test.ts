// Accuracy by level: a line a split, where the run ended and where its first stage did.
import { expect, test } from 'vitest'
import { buildLevelChart } from '../../../src/charts/level-chart'
import { parseStudy } from '../../../src/shared/config/parse'
import type { MetricsRow } from '../../../src/shared/run/rows'

const study = parseStudy({
  name: 'a',
  task: { kind: 'compose' },
  stages: [{ kind: 'pretrain', steps: 100 }, { kind: 'rl', algorithm: 'grpo' }, { kind: 'evaluate' }],
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
const cells = (train: readonly number[], heldout: readonly number[]) =>
  Object.fromEntries([
    ...train.map((y, index) => [`eval/train/level-${index + 1}/accuracy`, y]),
    ...heldout.map((y, index) => [`eval/heldout/level-${index + 1}/accuracy`, y]),
    ['eval/train/level-1/greedy_accuracy', 0.99],
    ['eval/accuracy', 0.98],
  ]) as Record<string, number>

test('the last evaluation of the run is solid, that of its first stage dotted', () => {
  const spec = buildLevelChart(config, [
    row(0, 50, cells([0.5, 0], [0.5, 0])),
    row(0, 100, cells([0.9, 0.1], [0.8, 0.05])),
    row(1, 40, cells([0.9, 0.7], [0.8, 0.2])),
    row(2, 0, cells([0.95, 0.75, 0.1], [0.85])),
  ])
  expect(spec.panels[0]?.xRange).toEqual([1, 3])
  expect(
    spec.panels[0]?.series.map(({ name, dash, points }) => [name, dash, points.map(({ y }) => y)]),
  ).toEqual([
    ['Train, after GRPO', 'solid', [0.95, 0.75, 0.1]],
    ['Train, Pretrain', 'dotted', [0.9, 0.1]],
    ['Held out, Pretrain', 'dotted', [0.8, 0.05]],
  ])
})

test('one level is no line, and a run of one stage is drawn once', () => {
  expect(buildLevelChart(config, [row(0, 100, cells([0.9], [0.8]))]).panels[0]?.series).toEqual([])
  const once = buildLevelChart(config, [row(0, 100, cells([0.9, 0.1], []))])
  expect(once.panels[0]?.series.map(({ name }) => name)).toEqual(['Train, Pretrain'])
})
