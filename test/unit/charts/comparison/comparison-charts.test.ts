// What a comparison draws: groups and their names, differences, axes, joined stages, and the kinds with one figure a run.
import { describe, expect, test } from 'vitest'
import { chartCsv } from '../../../../src/charts/chart-csv'
import { comparisonCharts } from '../../../../src/charts/comparison/comparison-charts'
import type { ComparedRun } from '../../../../src/charts/comparison/compared-groups'
import { seriesColors } from '../../../../src/charts/line-chart'
import { chartLayout } from '../../../../src/charts/layout'
import { chartStyle } from '../../../../src/charts/style'
import { boxOf } from '../../../../src/charts/comparison/figure-charts'
import type { ChartSeries, ChartSpec, HeatSpec, ParallelSpec } from '../../../../src/shared/chart'
import { comparedRow as row, comparedRun as run, comparisonOf } from '../../../helpers/compared-run'

const metric = 'eval/accuracy'
const panelsOf = (runs: readonly ComparedRun[], fields: Record<string, unknown>, limit?: number) =>
  comparisonCharts(
    runs,
    comparisonOf({ metrics: [metric], theory: false, ...fields }),
    limit === undefined ? undefined : { limit },
  )[0] as ChartSpec
const lines = (spec: ChartSpec, panel = 0) =>
  (spec.panels[panel]?.series ?? []).filter((series) => !series.ghost)
const ys = (series: ChartSeries | undefined) => series?.points.map(({ y }) => Number(y.toFixed(9)))

/** A run whose RL stage ends at `end`, after a base that its seed decides. */
const arm = (algorithm: string, seed: number, end: number, base = seed / 10) =>
  run(
    `${algorithm}-${seed}`,
    [
      row(0, 0, { [metric]: 0 }),
      row(0, 100, { [metric]: base }),
      row(1, 0, { [metric]: base }),
      row(1, 40, { [metric]: end }),
    ],
    {
      config: {
        seed,
        stages: [
          { kind: 'pretrain', steps: 100 },
          { kind: 'rl', algorithm, steps: 40 },
        ],
      },
      point: { 'stages.1.algorithm': algorithm, seed },
    },
  )
const arms = [
  arm('grpo', 0, 0.5),
  arm('grpo', 1, 0.9),
  arm('grpo', 2, 0.7),
  arm('rloo', 0, 0.4),
  arm('rloo', 1, 0.7),
  arm('rloo', 2, 0.4),
]

describe('groups', () => {
  test('are named by whole numbers in full', () => {
    const seeds = [20240101, 20240102].map((seed) => arm('grpo', seed, 0.5, 0.1))
    const names = lines(panelsOf(seeds, { group: 'run' }), 1).map(({ name }) => name)
    expect(names).toEqual(['seed 20240101', 'seed 20240102'])
  })
  test('are everything but the seed, named by what differs', () => {
    expect(lines(panelsOf(arms, {}), 1).map(({ name }) => name)).toEqual(['algorithm grpo', 'algorithm rloo'])
  })
  test('are single runs, or runs of equal fields', () => {
    expect(lines(panelsOf(arms, { group: 'run' }), 1)).toHaveLength(6)
    const bySeed = lines(panelsOf(arms, { group: ['seed'] }), 1)
    expect(bySeed.map(({ name }) => name)).toEqual(['seed 0', 'seed 1', 'seed 2'])
    expect(ys(bySeed[1])).toEqual([0.1, 0.8])
  })
  test('take colour, dash and panel from config fields', () => {
    const spec = panelsOf(arms, {
      colour: 'seed',
      dash: 'stages.1.algorithm',
      stages: { only: [1] },
      group: 'run',
    })
    const looks = lines(spec).map(({ colourKey, dash }) => [colourKey, dash])
    expect(looks[0]).toEqual(['seed 0', 'solid'])
    expect(looks[5]).toEqual(['seed 2', 'dashed'])
    const facets = panelsOf(arms, { facet: 'stages.1.algorithm', stages: { only: [1] } })
    // A single stage needs no word of it; several are told apart.
    expect(facets.panels.map(({ title }) => title)).toEqual(['algorithm grpo', 'algorithm rloo'])
    const both = panelsOf(arms, { facet: 'stages.1.algorithm' })
    expect(both.panels.map(({ title }) => title)).toContain('algorithm rloo: RLOO, 40 steps')
    // What stands over the panels is not said again, so that equal arms have equal names and colours in all of them.
    expect(facets.panels.map(({ series }) => series.at(-1)?.name)).toEqual(['study', 'study'])
  })
  test('that only a field beside the axes tells apart are named by it', () => {
    const rows = [row(0, 1, { [metric]: 1 })]
    const named = [
      run('a', rows, { config: { evaluate: { samples: 100 } } }),
      run('b', rows, { config: { evaluate: { samples: 200 } } }),
    ]
    expect(lines(panelsOf(named, { group: 'seed' })).map(({ name }) => name)).toEqual([
      'study, samples 100',
      'study, samples 200',
    ])
  })
})

describe('differences', () => {
  const baseline = { where: { 'stages.1.algorithm': 'rloo' } }
  test('are paired by the base checkpoint: what the base contributes is gone', () => {
    const spec = panelsOf(arms, { baseline, difference: 'paired', stages: { only: [1] } })
    const [line, ...others] = lines(spec)
    expect(others).toEqual([])
    // Seeds 0, 1, 2: .1, .2, .3 at the end; nothing at the shared start.
    expect(ys(line)).toEqual([0, 0.2])
    const half = (4.302652729749462 * 0.1) / Math.sqrt(3)
    expect(line?.band?.[1]?.low).toBeCloseTo(0.2 - half, 9)
    expect(line?.band?.[1]).toMatchObject({ n: 3 })
    expect(spec.yRange).toBeUndefined()
    expect(spec.note).toContain('pairs of one base, against algorithm rloo')
  })
  test('leave out a run that has no partner', () => {
    const spec = panelsOf([...arms, arm('grpo', 7, 0.9)], {
      baseline,
      difference: 'paired',
      stages: { only: [1] },
    })
    expect(lines(spec)[0]?.band?.[1]?.n).toBe(3)
  })
  test("in percent are taken from the baseline's mean", () => {
    const line = lines(panelsOf(arms, { baseline, difference: 'percent', stages: { only: [1] } }))[0]
    // Means .7 and .5 at the end, .1 and .1 at the start.
    expect(line?.points.map(({ y }) => y)).toEqual([expect.closeTo(0, 9), expect.closeTo(40, 9)])
  })
  test('in percent have no point where that mean is 0, and the note says so', () => {
    const never = [
      arm('grpo', 0, 0.5, 0.2),
      arm('rloo', 0, 0, 0.1),
      arm('grpo', 1, 0.3, 0.2),
      arm('rloo', 1, 0, 0.1),
    ]
    const words = 'no percent where the mean of algorithm rloo is 0'
    const asked = { baseline, difference: 'percent', stages: { only: [1] } }
    const spec = panelsOf(never, asked)
    expect(ys(lines(spec)[0])).toEqual([100])
    expect(spec.note).toContain(words)
    const bars = panelsOf(never, { ...asked, kind: 'bars' })
    expect(bars.panels).toEqual([])
    expect(bars.yRange).toBeUndefined()
    expect(bars.note).toContain(words)
    const nowhere = panelsOf([arm('grpo', 0, 0.5, 0.2), arm('rloo', 0, 0, 0)], asked)
    expect(nowhere.panels.flatMap(({ series }) => series)).toEqual([])
    expect(nowhere.note).toBe(words.replace('no', 'against the mean of algorithm rloo; no'))
    expect(panelsOf(arms, asked).note).not.toContain(words)
  })
  test('name a baseline that is none of the runs', () => {
    expect(() => panelsOf(arms, { baseline: { run: 'x' }, difference: 'percent' })).toThrow(
      'baseline: run x is none of the runs compared',
    )
  })
})

describe('axes', () => {
  const timed = [0, 1].map((seed) =>
    run(
      `r${seed}`,
      [1, 2].map((step) =>
        row(
          0,
          step,
          { [metric]: step / 10 + seed / 10, 'eval/mean_length': 5 * step + seed },
          { time: step * (seed + 1) },
        ),
      ),
      { config: { seed } },
    ),
  )
  test('time and metrics are averaged where runs meet, as y is', () => {
    const xs = (x: string) => lines(panelsOf(timed, { x }))[0]?.points.map((point) => point.x)
    expect(xs('time')).toEqual([1.5, 3])
    expect(xs('eval/mean_length')).toEqual([5.5, 10.5])
    expect(xs('step')).toEqual([1, 2])
  })
  test('samples count what a model sampled, FLOPs 6 a parameter and token trained on and 2 more where it was sampled', () => {
    const one = {
      ...run('a', [
        row(0, 100, { [metric]: 0 }, { sequences: 1000, tokens: 5000 }),
        row(1, 1, { [metric]: 1 }, { sequences: 1016, tokens: 5200 }),
      ]),
      parameters: 10,
    }
    const xs = (x: string) =>
      lines(panelsOf([one], { x, stages: { layout: 'joined' } }))[0]?.points.map((point) => point.x)
    expect(xs('samples')).toEqual([0, 16])
    expect(xs('flops')).toEqual([6 * 10 * 5000, 6 * 10 * 5000 + 8 * 10 * 200])
  })
  test('joined stages go on where the one before ended', () => {
    const spec = panelsOf(arms.slice(0, 1), { stages: { layout: 'joined' } })
    expect(spec.panels).toHaveLength(1)
    expect(lines(spec)[0]?.points.map(({ x }) => x)).toEqual([0, 100, 100, 140])
  })
  test('stages that meet at one x keep their own intervals, in the CSV too', () => {
    const values = (stage: number, seed: number) => (stage === 0 ? seed / 10 : 0.5 + seed / 100)
    const seeds = [0, 1, 2].map((seed) =>
      run(
        `r${seed}`,
        [
          row(0, 0, { [metric]: 0 }),
          row(0, 100, { [metric]: values(0, seed) }),
          row(1, 0, { [metric]: values(1, seed) }),
        ],
        {
          config: {
            seed,
            stages: [
              { kind: 'pretrain', steps: 100 },
              { kind: 'rl', algorithm: 'grpo', steps: 40 },
            ],
          },
        },
      ),
    )
    const spec = panelsOf(seeds, { stages: { layout: 'joined' }, spread: 'min-max' })
    const rows = chartCsv(spec)
      .split('\r\n')
      .filter((line) => line.includes(',line,100,'))
    expect(rows.map((line) => line.split(',').slice(-3))).toEqual([
      ['0', '0.2', '3'],
      ['0.5', '0.52', '3'],
    ])
  })
  test('means without an interval say in the CSV how many runs they are of', () => {
    const csv = chartCsv(panelsOf(arms, { spread: 'none', stages: { only: [1] } }))
    expect(csv.split('\r\n')[1]?.split(',').slice(-3)).toEqual(['', '', '3'])
  })
  test('end where outliers begin', () => {
    const values = [...Array.from({ length: 40 }, (_, step) => 1 + (step % 5) / 10), 100]
    const one = run(
      'a',
      values.map((value, step) => row(0, step, { 'train/loss': value })),
    )
    const spec = panelsOf([one], { metrics: ['train/loss'], clipOutliers: true })
    expect(spec.yRange).toEqual([1, 1.4])
    // By factors on a logarithmic axis, where 40 is not far from 16.
    const doubled = [1, 2, 4, 8, 16].flatMap((value) => [value, value, value, value])
    const both = run(
      'b',
      [...doubled, 40, 1e6].map((value, step) => row(0, step, { 'train/loss': value })),
    )
    const log = panelsOf([both], { metrics: ['train/loss'], clipOutliers: true, yScale: 'log' })
    expect(log.yRange).toEqual([1, 40])
    const style = chartStyle({ theme: 'light', width: 800, height: 400 })
    expect(chartLayout(log, style, []).y).toMatchObject({ min: 1, max: 100 })
  })
})

test('lines are thinned out to what a width can show, with their true intervals at what is left', () => {
  const many = [0, 1, 2].map((seed) =>
    run(
      `r${seed}`,
      Array.from({ length: 1000 }, (_, step) =>
        row(0, step, { [metric]: step === 501 ? 1 : 0.5 + seed / 100 }),
      ),
      { config: { seed } },
    ),
  )
  for (const spread of ['interval', 'bootstrap']) {
    const line = lines(panelsOf(many, { spread }, 100))[0]
    expect(line?.points.length).toBeLessThanOrEqual(100)
    expect(line?.points).toContainEqual({ x: 501, y: 1 })
    expect(line?.band?.map(({ x }) => x)).toEqual(line?.points.map(({ x }) => x))
    expect(line?.band?.find(({ x }) => x === 501)).toMatchObject({ low: 1, high: 1, n: 3 })
  }
})

describe('one figure a run', () => {
  test('bars stand at the mean of the groups with their spread', () => {
    const spec = panelsOf(arms, { kind: 'bars', spread: 'min-max' })
    expect(spec.panels[0]?.categories).toEqual(['grpo\nn = 3', 'rloo\nn = 3'])
    expect(spec.panels[0]?.xLabel).toBe('algorithm')
    const [grpo, rloo] = spec.panels[0]?.series ?? []
    expect([ys(grpo), ys(rloo)]).toEqual([[0.7], [0.5]])
    expect(grpo?.band).toEqual([{ x: 0, low: 0.5, high: 0.9, n: 3 }])
  })
  test('bars of paired differences', () => {
    const fields = { baseline: { run: 'rloo-1' }, difference: 'paired', kind: 'bars', group: 'run' }
    const spec = panelsOf(arms, fields)
    expect(spec.panels[0]?.categories).toEqual(['algorithm grpo, seed 1'])
    expect(ys(spec.panels[0]?.series[0])).toEqual([0.2])
  })
  test('best is the best by the direction of the metric, of the last stage that has it', () => {
    const one = run('a', [
      row(0, 1, { 'train/loss': 0.1 }),
      row(1, 1, { 'train/loss': 3, [metric]: 0.9 }),
      row(1, 2, { 'train/loss': 2, [metric]: 0.4 }),
      row(1, 3, { 'train/loss': NaN, [metric]: NaN }),
    ])
    const figure = (name: string, fields: Record<string, unknown>) =>
      ys(panelsOf([one], { kind: 'bars', metrics: [name], ...fields }).panels[0]?.series[0])
    expect(figure('train/loss', { figure: 'best' })).toEqual([2])
    expect(figure(metric, { figure: 'best' })).toEqual([0.9])
    expect(figure(metric, { figure: 'last' })).toEqual([0.4])
    expect(figure('train/loss', { figure: 'last', stages: { only: [0] } })).toEqual([0.1])
  })
  test('boxes have quartiles linear between order statistics, and whiskers within 1.5 interquartile ranges', () => {
    // 1, 2, 3, 4, 20: quartiles 2, 3, 4; 20 is beyond 4 + 3.
    expect(boxOf([20, 1, 3, 2, 4], 0)).toEqual({ x: 0, low: 1, lower: 2, median: 3, upper: 4, high: 4 })
    expect(panelsOf(arms, { kind: 'boxes' }).panels[0]?.series[0]?.points).toHaveLength(3)
  })
  test('scatter plots have a dot a run, over a metric or a config field', () => {
    const spec = panelsOf(arms, { kind: 'scatter', x: 'seed' })
    expect(spec.panels[0]?.series.map(({ points }) => points.map(({ x }) => x))).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ])
  })
  test('heat maps have the mean and n of every cell, fields in order of their numbers', () => {
    const runs = [0.4, 0.1, 0.1].map((longFraction, index) =>
      run(`r${index}`, [row(0, 1, { [metric]: longFraction + index / 10 })], {
        config: { task: { kind: 'parity', longFraction }, seed: index },
      }),
    )
    const comparison = comparisonOf({
      kind: 'heat',
      metrics: [metric],
      across: 'task.longFraction',
      down: 'task.kind',
    })
    const heat = comparisonCharts(runs, comparison)[0] as HeatSpec
    expect(heat).toMatchObject({ columns: ['0.1', '0.4'], rows: ['parity'], range: [0, 1] })
    expect(heat.cells.map(({ column, value, n }) => [column, Number(value.toFixed(9)), n])).toEqual([
      [1, 0.4, 1],
      [0, 0.25, 2],
    ])
  })
  test('parallel coordinates have a line a run through fields and figures', () => {
    const comparison = comparisonOf({
      kind: 'parallel',
      metrics: [metric],
      axes: ['stages.1.algorithm', 'seed'],
    })
    const parallel = comparisonCharts(arms, comparison)[0] as ParallelSpec
    expect(parallel.axes.map(({ values }) => values)).toEqual([['grpo', 'rloo'], undefined, undefined])
    expect(parallel.lines[4]).toEqual({
      name: 'algorithm rloo',
      colourKey: 'algorithm rloo',
      values: [1, 1, 0.7],
    })
  })
})

describe('charts of one comparison', () => {
  test('give a group the same colour where another one has no value', () => {
    const [a, b] = [
      run('a', [row(0, 1, { [metric]: 1 })], { point: { arm: 'a' } }),
      run('b', [row(0, 1, { [metric]: 0.5, 'train/loss': 1 })], { point: { arm: 'b' } }),
    ]
    if (!a || !b) throw new Error('two runs')
    const charts = comparisonCharts([a, b], comparisonOf({ metrics: [metric, 'train/loss'] })) as ChartSpec[]
    const colours = charts.map((chart) => seriesColors(chart, ['red', 'blue']).get('b'))
    expect(colours).toEqual(['blue', 'blue'])
  })
  test('tell groups beyond the colours apart by dashes', () => {
    const many = Array.from({ length: 10 }, (_, index) =>
      run(`r${index}`, [row(0, 1, { [metric]: index / 10 })], { point: { arm: `arm ${index}` } }),
    )
    const looks = lines(panelsOf(many, {})).map(({ dash }) => dash ?? 'solid')
    expect(looks.slice(0, 8)).toEqual(Array(8).fill('solid'))
    expect(looks.slice(8)).toEqual(['dashed', 'dashed'])
    const bars = lines(panelsOf(many, { kind: 'bars' })).map(({ dash }) => dash ?? 'solid')
    expect(bars).toEqual(looks)
  })
  test('say n at every point where no interval does', () => {
    const spec = panelsOf(
      [arm('grpo', 0, 0.5), arm('grpo', 1, 0.9), run('short', [row(1, 0, { [metric]: 0 })], arms[0])],
      { spread: 'none', stages: { only: [1] } },
    )
    expect(lines(spec).map(({ counts }) => counts)).toContainEqual([3, 2])
  })
  test('know the run behind each dot, and the runs behind each bar', () => {
    const [dots] = lines(panelsOf(arms, { kind: 'scatter', x: 'seed' }))
    expect(dots).toMatchObject({ isRunEach: true, runs: ['grpo-0', 'grpo-1', 'grpo-2'] })
    expect(dots?.places).toEqual([
      [1, 40],
      [1, 40],
      [1, 40],
    ])
    expect(lines(panelsOf(arms, { kind: 'bars' }))[1]).toMatchObject({
      runs: ['rloo-0', 'rloo-1', 'rloo-2'],
      places: [[1, 40]],
    })
  })
})

describe('over attempts', () => {
  const pass =
    (base: readonly number[], end: readonly number[], theory: readonly number[]) =>
    (algorithm: string, seed: number) => {
      const at = (values: readonly number[], prefix = 'eval/pass') =>
        Object.fromEntries(values.map((value, index) => [`${prefix}@${4 ** index}`, value]))
      return run(
        `${algorithm}-${seed}`,
        [
          row(0, 100, { 'eval/greedy_accuracy': 0.2 }),
          row(1, 0, at(base)),
          row(2, 20, at([0.1, 0.1, 0.1])),
          row(2, 40, { ...at(end), ...at(theory, 'theory/eval/pass') }),
        ],
        {
          config: {
            seed,
            stages: [
              { kind: 'pretrain', steps: 100 },
              { kind: 'evaluate', problems: 8, samples: 16 },
              { kind: 'rl', algorithm, steps: 40, from: 'stage-0' },
            ],
          },
          point: { 'stages.2.algorithm': algorithm, seed },
        },
      )
    }
  const base = [0.2, 0.5, 1]
  const compared = [
    pass(base, [0.5, 0.6, 0.7], [0.5, 0.5, 0.5])('grpo', 0),
    pass(base, [0.7, 0.8, 0.8], [0.5, 0.5, 0.5])('grpo', 1),
    pass(base, [0.4, 0.5, 0.6], [])('rloo', 0),
    pass(base, [0.4, 0.4, 0.5], [])('rloo', 1),
  ]
  const over = (fields: Record<string, unknown> = {}) =>
    panelsOf(compared, { kind: 'attempts', metrics: ['eval/pass@k'], ...fields })

  test('a line for each group and stage, the base of all arms once', () => {
    const spec = over()
    expect(spec.panels).toHaveLength(1)
    expect(spec.panels[0]).toMatchObject({ xScale: 'log2', xRange: [1, 16], xLabel: 'Attempts k' })
    expect(spec.yLabel).toBe('pass@k')
    const drawn = lines(spec)
    expect(drawn.map(({ name, dash }) => [name, dash])).toEqual([
      ['All arms, After Pretrain', 'dashed'],
      ['algorithm grpo, GRPO', 'solid'],
      ['algorithm rloo, RLOO', 'solid'],
    ])
    expect(ys(drawn[0])).toEqual(base)
    // The last value of the stage, not the first.
    expect(ys(drawn[1])).toEqual([0.6, 0.7, 0.75])
    expect(drawn[1]?.points.map(({ x }) => x)).toEqual([1, 4, 16])
    // Of .5 and .7: mean .6, half width 12.706 x .1, within the metric's range.
    expect(drawn[1]?.band?.[0]).toMatchObject({ low: 0, high: 1, n: 2 })
    // A point leads to the evaluation it is from.
    expect(drawn[1]?.places).toEqual([
      [2, 40],
      [2, 40],
      [2, 40],
    ])
    expect(drawn[0]?.places?.[0]).toEqual([1, 0])
  })
  test('the best of a stage, stages alone, and what theory predicts', () => {
    expect(ys(lines(over({ figure: 'min', stages: { only: [2] } }))[0])).toEqual([0.1, 0.1, 0.1])
    expect(lines(over({ stages: { only: [1] } })).map(({ name }) => name)).toEqual(['All arms'])
    const predicted = lines(over({ theory: true })).filter(({ theory }) => theory)
    expect(predicted.map(({ name, of, points }) => [name, of, points.map(({ y }) => y)])).toEqual([
      ['algorithm grpo, GRPO, theory', 'algorithm grpo, GRPO', [0.5, 0.5, 0.5]],
    ])
  })
  test('differences to a baseline are taken k by k, in pairs of one base', () => {
    const spec = over({
      stages: { only: [2] },
      baseline: { where: { 'stages.2.algorithm': 'rloo' } },
      difference: 'paired',
    })
    expect(lines(spec).map(({ name }) => name)).toEqual(['algorithm grpo'])
    // .5 - .4 and .7 - .4; .6 - .5 and .8 - .4; .7 - .6 and .8 - .5.
    expect(ys(lines(spec)[0])).toEqual([0.2, 0.25, 0.2])
    expect(spec.yRange).toBeUndefined()
  })
  test('a metric without a number of attempts is refused, and one over them by other kinds', () => {
    expect(() => over({ metrics: [metric] })).toThrow(/not measured for several numbers of attempts/)
    expect(() => over({ kind: 'lines' })).toThrow(/eval\/pass@8/)
  })
})

test('a line of few points is not smoothed flat, however wide the window of the others', () => {
  const values = [0.1, 0.9, 0.1, 0.9, 0.9, 0.9]
  const short = run(
    'a',
    values.map((y, index) => row(1, 8 * index, { [metric]: y })),
  )
  const smoothed = (kind: string, amount: number) =>
    ys(lines(panelsOf([short], { smoothing: { kind, amount } }))[0])
  // A window of 3 of 6 points.
  expect(smoothed('mean', 201)).toEqual(smoothed('mean', 3))
  expect(smoothed('mean', 3)).not.toEqual(values)
  expect(smoothed('gaussian', 50)).toEqual(smoothed('gaussian', 0.75))
  expect(smoothed('ema', 0.99)).toEqual(smoothed('ema', 1 - 1 / 6))
})

test('the end of a group is that of its last stage: a run that stopped before it does not count', () => {
  const stopped = run('grpo-9', [row(0, 100, { [metric]: 0.1 })], {
    config: {
      seed: 9,
      stages: [
        { kind: 'pretrain', steps: 100 },
        { kind: 'rl', algorithm: 'grpo', steps: 40 },
      ],
    },
    point: { 'stages.1.algorithm': 'grpo', seed: 9 },
  })
  const [grpo] = lines(panelsOf([...arms, stopped], { kind: 'bars' }))
  expect(ys(grpo)).toEqual([0.7])
  expect(grpo?.counts).toEqual([3])
})

test('intervals of differences end where differences can: shares differ by at most 1, nothing falls by more than 100 %', () => {
  const wide = [arm('grpo', 0, 0.1), arm('grpo', 1, 1), arm('rloo', 0, 0.5), arm('rloo', 1, 0.5)]
  const against = { kind: 'bars', baseline: { where: { 'stages.1.algorithm': 'rloo' } } }
  const bandOf = (difference: string) => lines(panelsOf(wide, { ...against, difference }))[0]?.band?.[0]
  expect(bandOf('paired')).toMatchObject({ low: -1, high: 1 })
  expect(bandOf('percent')?.low).toBe(-100)
  expect(bandOf('percent')?.high).toBeGreaterThan(1000)
})
