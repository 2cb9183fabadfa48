// No choice of the settings leads to a comparison that is refused; what a new one shows; fields and baselines of runs.
import { describe, expect, test } from 'vitest'
import { comparisonSchema, type Comparison } from '../../../src/shared/comparison'
import { baselineItems } from '../../../src/renderer/features/compare/baselines'
import { comparedFields, type ComparedField } from '../../../src/renderer/features/compare/compared-fields'
import {
  edited,
  headlineMetrics,
  kindProblem,
  metricsFor,
  tabled,
  newComparison,
} from '../../../src/renderer/features/compare/comparison-edit'
import { withoutHidden } from '../../../src/renderer/features/compare/hidden-groups'
import { configValues, filterRun } from '../../../src/shared/run-filter/run-values'
import type { RunSummary } from '../../../src/shared/workbench-api'
import { comparedConfig } from '../../helpers/compared-run'

const summary = (id: string, point: Record<string, unknown>, study = 'study') =>
  ({
    record: { id, study, point, state: 'finished', created: '2026-01-01T00:00:00.000Z' },
    annotations: { tags: [], notes: '', star: false, archived: false, trashed: false },
    last: {},
    best: {},
    folder: '',
  }) as unknown as RunSummary
const runs = [8, 12].flatMap((bits) =>
  [0, 1].map((seed) => {
    const { seed: own, ...config } = comparedConfig({ task: { kind: 'parity', bits }, seed })
    return filterRun(summary(`${bits}-${seed}`, { 'task.bits': bits, seed }), {
      values: configValues(config),
      seed: own,
    })
  }),
)
const fields = comparedFields(runs)

describe('fields', () => {
  test('are those in which the runs differ: axes, the seed, then what follows from them', () => {
    expect(fields.slice(0, 2)).toMatchObject([
      { path: 'task.bits', label: 'bits', isAxis: true, isNumeric: true, count: 2, examples: '8, 12' },
      { path: 'seed', examples: '0, 1' },
    ])
    expect(fields.some(({ path }) => path === 'task.kind')).toBe(false)
  })
  test('lead to one value each: paths of lists name the place', () => {
    const [a, b] = [10, 20].map((steps) => {
      const stages = [
        { kind: 'pretrain', steps },
        { kind: 'rl', algorithm: 'grpo', prompts: 4, group: 4, steps: 40 },
      ]
      const { seed, ...config } = comparedConfig({ stages })
      return filterRun(summary(String(steps), {}), { values: configValues(config), seed })
    })
    if (!a || !b) throw new Error('two runs')
    expect(comparedFields([a, b]).map(({ path }) => path)).toEqual(['stages.0.steps'])
  })
})

describe('a change', () => {
  const start = newComparison({ filter: '' }, ['eval/accuracy'])
  const kinds: Comparison['kind'][] = ['lines', 'attempts', 'scatter', 'bars', 'boxes', 'parallel', 'heat']
  const changes: Partial<Comparison>[] = [
    ...kinds.map((kind) => ({ kind })),
    { baseline: { where: { 'task.bits': 8 } } },
    { baseline: null },
    { difference: 'paired' },
    { difference: 'none' },
    { yScale: 'log' },
    { x: 'tokens' },
    { x: 'task.bits' },
    { across: 'seed' },
    { down: 'seed' },
    { axes: [] },
    { metrics: ['train/loss', 'eval/accuracy'] },
  ]
  const two: readonly ComparedField[] = [
    ...fields,
    { path: 'arm', label: 'arm', isAxis: true, isNumeric: false, count: 2, examples: '' },
  ]
  test('of any settings, one after the other, gives a comparison that can be drawn', () => {
    for (const first of changes)
      for (const second of changes)
        for (const third of changes) {
          const end = [first, second, third].reduce<Comparison>(
            (now, change) => edited(now, change, two),
            start,
          )
          const { kind } = end
          if (kindProblem(kind, end, two, new Set(['eval/pass@1'])) !== '') continue
          expect(comparisonSchema.safeParse(end), JSON.stringify([first, second, third])).toMatchObject({
            success: true,
          })
        }
  })
  test('to a baseline shows percent, away from it values', () => {
    const against = edited(start, { baseline: { run: 'a' } }, fields)
    expect(against.difference).toBe('percent')
    expect(edited(against, { baseline: null }, fields).difference).toBe('none')
  })
  test('to a scatter plot takes a swept number, back to lines the steps', () => {
    const dots = edited(start, { kind: 'scatter' }, fields)
    expect(dots.x).toBe('task.bits')
    expect(edited(dots, { kind: 'lines' }, fields).x).toBe('step')
  })
  test('to a heat map takes the two swept fields; with one there is none', () => {
    expect(edited(start, { kind: 'heat' }, two)).toMatchObject({ across: 'task.bits', down: 'arm' })
    expect(kindProblem('heat', start, fields.slice(0, 2), new Set())).toMatch(/two config fields/)
  })
  test('to attempts takes the metrics that have a number of them, and back the first of these', () => {
    const mixed = { ...start, metrics: ['train/loss', 'eval/pass@8', 'eval/pass@1', 'eval/maj@4'] }
    const over = edited(mixed, { kind: 'attempts' }, fields)
    expect(over.metrics).toEqual(['eval/pass@k', 'eval/maj@k'])
    expect(edited(over, { kind: 'lines' }, fields).metrics).toEqual(['eval/pass@1', 'eval/maj@1'])
    expect(edited(start, { kind: 'attempts' }, fields).metrics).toEqual(['eval/pass@k'])
    const logged = new Set(['eval/pass@1', 'eval/pass@16', 'eval/pass@4', 'eval/maj@4', 'train/loss'])
    expect([...metricsFor('attempts', logged)]).toEqual(['eval/pass@k', 'eval/maj@k'])
    // The table has a column for every number of attempts.
    expect(tabled(over, logged).metrics).toEqual(['eval/pass@1', 'eval/pass@4', 'eval/pass@16', 'eval/maj@4'])
    expect(kindProblem('attempts', start, fields, new Set(['train/loss']))).toMatch(/several samples/)
  })
})

test('a new comparison shows the headline metrics that were logged, else one that was', () => {
  expect(headlineMetrics(new Set(['rl/reward', 'eval/greedy_accuracy', 'perf/step_seconds']))).toEqual([
    'eval/greedy_accuracy',
    'rl/reward',
  ])
  expect(headlineMetrics(new Set(['perf/step_seconds', 'rl/kl']))).toEqual(['rl/kl'])
  expect(headlineMetrics(new Set())).toHaveLength(1)
})

test('baselines are the groups of the grid, then single runs', () => {
  const items = baselineItems(runs.map((run) => run.summary))
  expect(items.slice(0, 2)).toEqual([
    { baseline: { where: { 'task.bits': 8 } }, label: 'bits 8', description: '2 runs' },
    { baseline: { where: { 'task.bits': 12 } }, label: 'bits 12', description: '2 runs' },
  ])
  expect(items).toHaveLength(6)
})

test('hidden groups take what was predicted for them along', () => {
  const series = [
    { name: 'a', points: [] },
    { name: 'b', points: [] },
    { name: 'a, theory', of: 'a', theory: true, points: [] },
  ]
  const spec = {
    yLabel: '',
    panels: [{ title: '', xLabel: '', xScale: 'linear' as const, weight: 1, series }],
  }
  const [panel] = withoutHidden(spec, new Set(['a'])).panels
  expect(panel?.series.map(({ name }) => name)).toEqual(['b'])
})
