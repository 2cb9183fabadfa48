// Charts that studies ask for, on rows whose figures can be computed by hand.
import { describe, expect, test } from 'vitest'
import { buildStudyChart, type StudyChartRun } from '../../../src/charts/study-chart'
import { charts } from '../../../src/shared/config/schema/statements'
import { runConfig } from '../../helpers/run-config'

const stages = [
  { kind: 'pretrain', steps: 20 },
  { kind: 'rl', algorithm: 'grpo', steps: 10 },
]

/** A finished run of two stages whose greedy accuracy rises to `accuracy`, with lengths ten times as large. */
function run(point: Record<string, unknown>, accuracy: number, state = 'finished'): StudyChartRun {
  const { seed, 'task.longFraction': longFraction = 0.2 } = point
  const config = runConfig({
    ...{ name: 'study', stages, seed },
    task: { kind: 'parity', bits: 4, longFraction },
  })
  const values = (share: number) => ({
    'eval/greedy_accuracy': accuracy * share,
    'eval/mean_length': 10 * accuracy * share,
  })
  const rows = [
    { stage: 0, step: 10, share: 0.25 },
    { stage: 0, step: 20, share: 0.5 },
    { stage: 1, step: 0, share: 0.5 },
    { stage: 1, step: 10, share: 1 },
  ].map(({ stage, step, share }) => ({
    ...{ stage, step, time: 0, tokens: 0, sequences: stage * 2000 + step * 100, values: values(share) },
  }))
  return { point, config, state, rows }
}

function draw(fields: Record<string, unknown>, runs: readonly StudyChartRun[]) {
  const [chart] = charts.parse([{ metric: 'eval/greedy_accuracy', ...fields }])
  if (chart === undefined) throw new Error('a chart')
  return buildStudyChart(chart, runs, (point) =>
    Object.entries(point)
      .map(([path, value]) => `${path} ${String(value)}`)
      .join(', '),
  )
}

const sweep = [
  run({ 'task.longFraction': 0.1, seed: 0 }, 0.4),
  run({ 'task.longFraction': 0.1, seed: 1 }, 0.6),
  run({ 'task.longFraction': 0.3, seed: 0 }, 1),
  run({ 'task.longFraction': 0.3, seed: 1 }, 1),
]

describe('the figures of runs over an axis', () => {
  test('over a field that arms set: named lines, a closed form dashed, and what never got there dotted', () => {
    const arms = [
      run({ arm: 'few', 'task.longFraction': 0.02, seed: 0 }, 1),
      run({ arm: 'more', 'task.longFraction': 0.1, seed: 0 }, 0.95),
      run({ arm: 'none', 'task.longFraction': 0.05, seed: 0 }, 0.5),
    ].map(({ point, ...rest }) => ({ ...rest, point: { arm: point['arm'], seed: point['seed'] } }))
    const spec = draw(
      {
        ...{ over: 'task.longFraction', axisScale: 'log2', stage: 1, take: 'first', reaches: 0.9 },
        lines: { ours: { arm: ['few', 'more', 'none'] }, 'of a quick study': { arm: 'other' } },
        theory: 'theory/star/rounds_to_flip',
      },
      arms,
    )
    expect(spec.panels[0]).toMatchObject({ xScale: 'log2', xLabel: 'Long fraction' })
    expect(spec.panels[0]?.series).toEqual([
      {
        name: 'ours',
        points: [
          { x: 0.02, y: 10 },
          { x: 0.1, y: 10 },
        ],
      },
      { name: 'ours, not reached by', of: 'ours', dash: 'dotted', points: [{ x: 0.05, y: 10 }] },
      {
        name: 'ours, theory',
        of: 'ours',
        theory: true,
        // 0.02, 0.05 and 0.1 double their odds 5, 4 and 3 times until they pass 1/2.
        points: [
          { x: 0.02, y: 5 },
          { x: 0.05, y: 4 },
          { x: 0.1, y: 3 },
        ],
      },
    ])
  })
  test('a point a value, meaned over seeds with its 95% t interval within the range of the metric', () => {
    const spec = draw({ over: 'task.longFraction', stage: -1, take: 'last' }, sweep)
    expect(spec).toMatchObject({ yLabel: 'Greedy accuracy', yRange: [0, 1], yScale: 'linear' })
    expect(spec.panels).toHaveLength(1)
    expect(spec.panels[0]).toMatchObject({ xLabel: 'Long fraction', xScale: 'linear' })
    const [line, ...others] = spec.panels[0]?.series ?? []
    expect(others).toEqual([])
    expect(line?.name).toBe('study')
    expect(line?.points.map(({ x }) => x)).toEqual([0.1, 0.3])
    expect(line?.points.map(({ y }) => y)).toEqual([0.5, 1])
    // Values .4 and .6: half width 12.706 * .1, cut at both ends of the range.
    expect(line?.band?.[0]).toEqual({ x: 0.1, low: 0, high: 1, n: 2 })
    expect(spec.note).toBe('line: mean; band: 95% interval')
  })

  test('a line for every combination of the other axes; runs that did not finish have no figure', () => {
    const runs = [0, 1].flatMap((loss) => [
      run({ 'task.longFraction': 0.1, loss, seed: 0 }, 0.5),
      run({ 'task.longFraction': 0.3, loss, seed: 0 }, 0.9, loss === 0 ? 'finished' : 'failed'),
    ])
    const { panels } = draw({ over: 'task.longFraction', stage: 1 }, runs)
    expect(panels[0]?.series).toEqual([
      {
        name: 'loss 0',
        points: [
          { x: 0.1, y: 0.5 },
          { x: 0.3, y: 0.9 },
        ],
      },
      { name: 'loss 1', points: [{ x: 0.1, y: 0.5 }] },
    ])
  })

  test('take first draws where a level is reached, on the scale that is asked for', () => {
    const fields = { take: 'first', reaches: 0.5, unit: 'sequences', scale: 'log' }
    const spec = draw({ over: 'task.longFraction', ...fields }, sweep.slice(2))
    expect(spec).toMatchObject({ yLabel: 'Sequences until Greedy accuracy 0.5', yScale: 'log' })
    expect(spec).not.toHaveProperty('yRange')
    expect(spec.panels[0]?.series[0]?.points).toEqual([{ x: 0.3, y: 2000 }])
  })
})

test('where says which runs are drawn', () => {
  const fields = { over: 'task.longFraction', stage: 1, where: { 'task.longFraction': 0.3 } }
  expect(draw(fields, sweep).panels[0]?.series[0]?.points).toEqual([{ x: 0.3, y: 1 }])
  expect(draw({ ...fields, where: { seed: 7 } }, sweep).panels[0]?.series).toEqual([])
})

test('over another metric: a path through the evaluations of a stage, both meaned over the seeds', () => {
  const spec = draw({ over: 'eval/mean_length', stage: 1 }, sweep.slice(0, 2))
  expect(spec.panels[0]?.xLabel).toBe('Mean length (tokens)')
  const [line] = spec.panels[0]?.series ?? []
  expect(line?.name).toBe('task.longFraction 0.1')
  expect(line?.points).toEqual([
    { x: 2.5, y: 0.25 },
    { x: 5, y: 0.5 },
  ])
})

test('over steps: curves with seeds grouped, a panel a stage, or the stages that are asked for', () => {
  expect(draw({ over: 'step' }, sweep).panels.map(({ title }) => title)).toEqual([
    'Pretrain, 20 steps',
    'GRPO, 10 steps',
  ])
  const { panels, yScale } = draw({ over: 'sequences', stages: [1], scale: 'log' }, sweep)
  expect(yScale).toBe('log')
  expect(panels).toHaveLength(1)
  const means = panels[0]?.series.filter(({ ghost, theory }) => ghost !== true && theory !== true)
  expect(means?.map(({ name, points }) => [name, points])).toEqual([
    [
      'task.longFraction 0.1',
      [
        { x: 2000, y: 0.25 },
        { x: 3000, y: 0.5 },
      ],
    ],
    [
      'task.longFraction 0.3',
      [
        { x: 2000, y: 0.5 },
        { x: 3000, y: 1 },
      ],
    ],
  ])
})

test('over k: pass@k of the stages that are asked for, an arm a line', () => {
  const runs = ['RL', 'SFT'].map((arm, index): StudyChartRun => {
    const values = { 'eval/pass@1': 0.4 + index / 10, 'eval/pass@2': 0.6, 'eval/pass@16': 0.9 }
    const plain = run({ arm, seed: 0 }, 1)
    return { ...plain, rows: plain.rows.map((row) => ({ ...row, values })) }
  })
  const { panels, yScale } = draw({ metric: 'eval/pass', over: 'k', stages: [1], scale: 'log' }, runs)
  expect(yScale).toBe('log')
  expect(panels[0]?.xRange).toEqual([1, 16])
  expect(panels[0]?.series.map(({ name, points }) => [name, points[0]])).toEqual([
    ['arm RL, GRPO', { x: 1, y: 0.4 }],
    ['arm SFT, GRPO', { x: 1, y: 0.5 }],
  ])
})
