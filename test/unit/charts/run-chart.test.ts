// From rows to what is drawn: stages, seeds, predictions, and the CSV of it.
import { describe, expect, test } from 'vitest'
import { chartCsv } from '../../../src/charts/chart-csv'
import { rowCurves } from '../../../src/charts/curves'
import { seriesColors } from '../../../src/charts/line-chart'
import { buildRunChart } from '../../../src/charts/run-chart'
import type { ChartRun } from '../../../src/charts/run-groups'
import { parseStudy } from '../../../src/shared/config/parse'
import type { RunConfig } from '../../../src/shared/config/schema'
import type { MetricsRow } from '../../../src/shared/run/rows'

function config(algorithm: string, seed: number, longFraction = 0.2): RunConfig {
  const result = parseStudy({
    name: 'a',
    task: { kind: 'parity', longFraction },
    stages: [
      { kind: 'pretrain', steps: 100 },
      { kind: 'rl', algorithm },
    ],
    seed,
  })
  const run = result.ok ? result.value.runs[0] : undefined
  if (!run) throw new Error('invalid')
  return run.config
}
const row = (stage: number, step: number, values: Record<string, number>): MetricsRow => ({
  stage,
  step,
  values,
  time: 10 * stage + step,
  sequences: 1000 * stage + step,
  tokens: 9,
})
function run(label: string, settings: RunConfig, last: number): ChartRun {
  return {
    label,
    config: settings,
    curves: rowCurves([
      row(0, 0, { 'eval/greedy_accuracy': 0.5, 'eval/long_fraction': 0.4 }),
      row(0, 50, { 'train/loss': 1 }),
      row(0, 100, { 'eval/greedy_accuracy': last / 2, 'eval/long_fraction': 0.2 }),
      row(1, 0, { 'eval/greedy_accuracy': last / 2, 'eval/long_fraction': 0.2 }),
      row(1, 8, { 'eval/greedy_accuracy': last, 'eval/long_fraction': 1 }),
    ]),
  }
}
const options = { metric: 'eval/greedy_accuracy', xAxis: 'step', groupSeeds: true } as const

test('beyond the eighth line colours come again with another dash, in every stage alike', () => {
  const runs = Array.from({ length: 18 }, (_, place) =>
    run(`arm ${place}`, config('grpo', 0, 0.2 + place / 100), 1 - place / 100),
  )
  const { panels } = buildRunChart({ ...options, runs })
  expect(panels).toHaveLength(2)
  for (const { series } of panels) {
    const lines = series.filter(({ theory }) => theory !== true)
    expect(lines.map(({ dash }) => dash ?? 'solid')).toEqual([
      ...Array<string>(8).fill('solid'),
      ...Array<string>(8).fill('dashed'),
      ...Array<string>(2).fill('dotted'),
    ])
  }
  const few = buildRunChart({ ...options, runs: runs.slice(0, 8) }).panels.flatMap(({ series }) => series)
  expect(few.every(({ dash }) => dash === undefined)).toBe(true)
})

describe('panels', () => {
  const spec = buildRunChart({ ...options, runs: [run('grpo', config('grpo', 0), 1)] })
  test("one a stage, over all its steps, on one axis with the metric's range", () => {
    expect(spec.panels.map(({ title, xRange, xLabel }) => ({ title, xRange, xLabel }))).toEqual([
      { title: 'Pretrain, 100 steps', xRange: [0, 100], xLabel: 'Step' },
      { title: 'GRPO, 40 steps', xRange: [0, 40], xLabel: 'Step' },
    ])
    expect(spec).toMatchObject({ yLabel: 'Greedy accuracy', yRange: [0, 1] })
  })
  test('only stages that have the metric, and only those asked for', () => {
    const runs = [run('grpo', config('grpo', 0), 1)]
    expect(buildRunChart({ ...options, runs, metric: 'train/loss' }).panels).toHaveLength(1)
    expect(buildRunChart({ ...options, runs, stages: [1] }).panels.map((panel) => panel.title)).toEqual([
      'GRPO, 40 steps',
    ])
  })
  test("another x axis runs from the stage's first to its last point", () => {
    const byTime = buildRunChart({ ...options, xAxis: 'time', runs: [run('grpo', config('grpo', 0), 1)] })
    expect(byTime.panels.map(({ xRange, xLabel }) => [xRange, xLabel])).toEqual([
      [[0, 100], 'Time (s)'],
      [[10, 18], 'Time (s)'],
    ])
  })
})

describe('seeds', () => {
  test('an interval ends where the metric does: a length is never negative', () => {
    const lengths = [1, 3].map((length, seed) => ({
      ...run('grpo', config('grpo', seed), 1),
      curves: rowCurves([row(0, 0, { 'eval/mean_length': length })]),
    }))
    const spec = buildRunChart({ ...options, runs: lengths, metric: 'eval/mean_length' })
    const [band] = spec.panels[0]?.series.flatMap((series) => series.band ?? []) ?? []
    expect(band).toMatchObject({ x: 0, low: 0, n: 2 })
    // 2 + 12.706 standard errors of 1
    expect(band?.high).toBeCloseTo(14.706, 2)
    expect(spec.yRange).toEqual([0, Infinity])
  })
  const seeds = [0.9, 1, 0.8].map((last, seed) => run('grpo', config('grpo', seed), last))
  const rl = (spec: ReturnType<typeof buildRunChart>) =>
    spec.panels[1]?.series.filter((series) => series.theory !== true) ?? []

  test('become their mean with a 95% interval, the single ones behind it while they are few', () => {
    const lines = rl(buildRunChart({ ...options, runs: seeds }))
    expect(lines.map((line) => line.ghost ?? false)).toEqual([true, true, true, false])
    const mean = lines.at(-1)
    expect(mean?.points.at(-1)?.y).toBeCloseTo(0.9, 12)
    // .9 +- 4.30265 x .1 / sqrt(3), cut off at the range of a share.
    expect(mean?.band?.at(-1)?.low).toBeCloseTo(0.9 - (4.302652729749462 * 0.1) / Math.sqrt(3), 9)
    expect(mean?.band?.at(-1)).toMatchObject({ x: 8, high: 1, n: 3 })
  })
  test('five of them stand for themselves no longer', () => {
    const many = [0, 1, 2, 3, 4].map((seed) => run('grpo', config('grpo', seed), 0.9))
    expect(rl(buildRunChart({ ...options, runs: many }))).toHaveLength(1)
  })
  test('stay single where grouping is off, and where anything but the seed differs', () => {
    expect(rl(buildRunChart({ ...options, runs: seeds, groupSeeds: false }))).toHaveLength(3)
    const mixed = [run('arm', config('grpo', 0, 0.1), 1), run('arm', config('grpo', 1, 0.2), 1)]
    expect(rl(buildRunChart({ ...options, runs: mixed })).map((line) => line.name)).toEqual([
      'arm',
      'arm (2)',
    ])
  })
})

test('smoothing is applied to the mean and to both ends of its band; the raw mean stays behind it', () => {
  const runs = [run('grpo', config('grpo', 0), 1), run('grpo', config('grpo', 1), 0.5)]
  const smoothing = { kind: 'ema', amount: 0.5 } as const
  const lines = (chosen: readonly ChartRun[]) =>
    buildRunChart({ ...options, runs: chosen, smoothing, stages: [1] }).panels[0]?.series ?? []
  const [raw, smooth] = lines(runs.slice(0, 1))
  expect(raw?.ghost).toBe(true)
  expect(raw?.points.map((point) => point.y)).toEqual([0.5, 1])
  // (.5 x 1 + .25 x .5) / .75
  expect(smooth?.points[1]?.y).toBeCloseTo(0.625 / 0.75, 12)
  const all = lines(runs)
  expect(all.map((line) => line.ghost ?? false)).toEqual([true, true, true, false])
  expect(all[2]?.points.map(({ y }) => y)).toEqual([0.375, 0.75])
  const mean = all.at(-1)
  expect(mean?.points[1]?.y).toBeCloseTo((0.5 * 0.75 + 0.25 * 0.375) / 0.75, 12)
  // The band's lower ends are .375 - 12.706 x .125 and .75 - 12.706 x .25, smoothed alike and cut off at 0.
  expect(mean?.band?.[1]).toMatchObject({ low: 0, high: 1, n: 2 })
})

describe('predictions', () => {
  test('stand over pretraining and not over GRPO', () => {
    const { panels } = buildRunChart({ ...options, runs: [run('grpo', config('grpo', 0), 1)] })
    expect(panels.map((panel) => panel.series.filter((series) => series.theory))).toEqual([
      [
        {
          name: 'grpo, theory',
          of: 'grpo',
          theory: true,
          points: [
            { x: 0, y: 0.5 },
            { x: 100, y: 0.5 },
          ],
        },
      ],
      [],
    ])
  })
  test('are one line where all arms share them, and one each where they differ', () => {
    const theory = (fractions: number[]) =>
      buildRunChart({ ...options, runs: fractions.map((p) => run(`p ${p}`, config('grpo', 0, p), 1)) })
        .panels[0]?.series.filter((series) => series.theory)
        .map((series) => series.name)
    expect(theory([0.1, 0.2])).toEqual(['Theory'])
    expect(theory([0.2, 0.4])).toEqual(['p 0.2, theory', 'p 0.4, theory'])
  })
  test('follow the recursion in a STaR stage, from the share measured at its start', () => {
    const { panels } = buildRunChart({
      ...options,
      metric: 'eval/long_fraction',
      runs: [run('star', config('star', 0), 1)],
    })
    const points = panels[1]?.series.find((series) => series.theory)?.points ?? []
    expect(points).toHaveLength(9)
    expect(points[1]?.y).toBeCloseTo(1 / 3, 12)
    expect(points[2]?.y).toBeCloseTo(0.5, 12)
    expect(panels[1]?.xLabel).toBe('Round')
  })
})

test("a name has one colour in all panels, traces and predictions take their line's", () => {
  const spec = buildRunChart({
    ...options,
    runs: ['grpo', 'star'].map((name) => run(name, config(name, 0), 1)),
  })
  expect([...seriesColors(spec, ['#111111', '#222222'])]).toEqual([
    ['grpo', '#111111'],
    ['star', '#222222'],
  ])
})

test('the CSV has every point that is drawn, with interval and n', () => {
  const seeds = [0.9, 0.8].map((last, seed) => run('grpo, "mine"', config('grpo', seed), last))
  const lines = chartCsv(buildRunChart({ ...options, runs: seeds, stages: [1] })).split('\r\n')
  expect(lines[0]).toBe('panel,x_label,series,kind,x,y,low,high,n')
  expect(lines[1]).toBe('"GRPO, 40 steps",Step,"grpo, ""mine""",trace,0,0.45,,,')
  expect(lines.slice(1, -1).map((line) => line.split(',').at(-6))).toEqual([
    'trace',
    'trace',
    'trace',
    'trace',
    'line',
    'line',
  ])
  expect(lines.at(-2)).toMatch(/,line,8,0\.8500000000000001,0\.21\d+,1,2$/)
})

describe('a stage that only evaluates', () => {
  const settings = (seed: number, algorithm = 'grpo') => {
    const result = parseStudy({
      name: 'a',
      task: { kind: 'parity' },
      stages: [{ kind: 'pretrain', steps: 100 }, { kind: 'rl', algorithm }, { kind: 'evaluate' }],
      seed,
    })
    const run = result.ok ? result.value.runs[0] : undefined
    if (!run) throw new Error('invalid')
    return run.config
  }
  const evaluated = (label: string, seed: number, last: number, algorithm?: string): ChartRun => ({
    label,
    config: settings(seed, algorithm),
    curves: rowCurves([
      row(1, 0, { 'eval/accuracy': 0.5 }),
      row(1, 40, { 'eval/accuracy': last }),
      row(2, 0, { 'eval/accuracy': last, 'eval/pass@16': 1 }),
    ]),
  })
  const runs = [evaluated('a', 0, 0.6), evaluated('a', 1, 0.8), evaluated('b', 0, 0.9, 'star')]
  const panel = buildRunChart({ ...options, metric: 'eval/accuracy', runs }).panels[1]

  test('is a narrow panel of points side by side, named by what it evaluates', () => {
    expect(panel).toMatchObject({
      title: 'After GRPO / STaR',
      xLabel: '',
      isResult: true,
      xRange: [-0.5, 1.5],
    })
    expect(panel?.weight).toBeLessThan(0.5)
    const lines = panel?.series.filter((series) => !series.ghost && !series.theory) ?? []
    expect(
      lines.map(({ name, points }) => [name, points.map(({ x, y }) => [x, Number(y.toFixed(12))])]),
    ).toEqual([
      ['a', [[0, 0.7]]],
      ['b', [[1, 0.9]]],
    ])
    expect(lines[0]?.band).toMatchObject([{ x: 0, n: 2 }])
    const alone = buildRunChart({ ...options, metric: 'eval/accuracy', runs: runs.slice(0, 1) })
    expect(alone.panels.map(({ title }) => title)).toEqual(['GRPO, 40 steps', 'After GRPO'])
  })
  test('has no place on an axis: its points have no x in the CSV', () => {
    const spec = buildRunChart({ ...options, metric: 'eval/pass@16', runs: runs.slice(0, 1) })
    expect(chartCsv(spec).split('\r\n')[1]).toBe('After GRPO,,a,line,,1,,,')
  })
})

describe('stages that arms share', () => {
  const arms = (names: readonly string[], p = 0.2, label = '') =>
    names.flatMap((name) =>
      [0, 1].map((seed) =>
        run(label === '' ? name : `${name}, ${label}`, config(name, seed, p), 0.8 + seed / 10),
      ),
    )
  const names = (runs: readonly ChartRun[], stage: number) =>
    buildRunChart({ ...options, runs })
      .panels[stage]?.series.filter((series) => !series.ghost)
      .map(({ name, shared, theory }) => `${name}${shared ? ' (shared)' : ''}${theory ? ' (theory)' : ''}`)

  test('are drawn once, with the prediction for all, and apart from where they part', () => {
    const runs = arms(['grpo', 'star'])
    expect(names(runs, 0)).toEqual(['All arms (shared)', 'Theory (theory)'])
    expect(names(runs, 1)?.slice(0, 2)).toEqual(['grpo', 'star'])
    expect([...seriesColors(buildRunChart({ ...options, runs }), ['#111111', '#222222'])]).toEqual([
      ['grpo', '#111111'],
      ['star', '#222222'],
    ])
  })
  test('are still drawn once while an arm waits for its last seed', () => {
    const runs = arms(['grpo', 'star']).slice(0, -1)
    expect(names(runs, 0)).toEqual(['All arms (shared)', 'Theory (theory)'])
    expect(names(runs.reverse(), 0)).toEqual(['All arms (shared)', 'Theory (theory)'])
  })
  test('by some arms only have what their labels have in common', () => {
    const runs = [...arms(['grpo', 'star'], 0.1, 'p 0.1'), ...arms(['grpo', 'star'], 0.2, 'p 0.2')]
    expect(names(runs, 0)?.slice(0, 2)).toEqual(['p 0.1, shared', 'p 0.2, shared'])
  })
  test('are not taken for shared where values differ, or where only values agree', () => {
    const [a, b] = [run('grpo', config('grpo', 0), 1), run('star', config('star', 0), 0.9)]
    expect(names([a, b], 0)?.slice(0, 2)).toEqual(['grpo', 'star'])
    const [c, d] = [run('grpo', config('grpo', 0), 1), run('star', config('star', 0, 0.3), 1)]
    expect(names([c, d], 0)?.slice(0, 2)).toEqual(['grpo', 'star'])
  })
})
