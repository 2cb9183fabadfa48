// From runs to a chart: one metric, one panel a stage, seeds grouped into mean and 95% interval, predictions dashed; what a
// stage without steps found stands beside them as points. It reads plain rows and configs; which runs and how they are
// called is the caller's.
import { stageTitleAt } from '../shared/config/describe'
import { isRejection, stageSteps } from '../shared/config/schema'
import { algorithms } from '../shared/config/schema/presets'
import { metricInfo } from '../shared/run/metrics'
import { debiasedAverage } from '../statistics/smoothing'
import { predictions } from '../theory/predictions'
import { MOST_LABELS } from './panel-series'
import type { ChartPanel, ChartPoint, ChartSeries, ChartSpec } from './line-chart'
import { meanSeries } from './mean-series'
import { groupRuns, groupsOfStage, type ChartRun, type RunGroup } from './run-groups'

type ChartXAxis = 'step' | 'sequences' | 'tokens' | 'time'

export interface RunChartOptions {
  runs: readonly ChartRun[]
  metric: string
  xAxis: ChartXAxis
  groupSeeds: boolean
  /** Stages to draw; all that have a value of the metric where not given. */
  stages?: readonly number[]
  xScale?: 'linear' | 'log'
  /** Weight in [0, 1) of the past in a moving average drawn over the raw values; 0 where not given: no smoothing. */
  smoothing?: number
}

/** Below this many seeds the single runs are drawn too, behind their mean. */
const FEW_SEEDS = 5

const axisLabels = { step: 'Step', sequences: 'Sequences', tokens: 'Tokens', time: 'Time (s)' } as const

/** The chart of a metric over some runs. */
export function buildRunChart(options: RunChartOptions): ChartSpec {
  const { metric, runs } = options
  const { title, unit, range } = metricInfo(metric)
  const groups = groupRuns(runs, options.groupSeeds)
  const stages = stagesWith(options)
  const panels = stages.map((stage) => buildPanel(stage, groups, options))
  const note = noteOf(panels, options.smoothing ?? 0)
  return {
    yLabel: unit === undefined ? title : `${title} (${unit})`,
    ...(range ? { yRange: range } : {}),
    ...(note === '' ? {} : { note }),
    panels,
  }
}

/** What the marks mean, where a reader could wonder. */
function noteOf(panels: readonly ChartPanel[], smoothing: number): string {
  const hasBands = (isResult: boolean) =>
    panels.some(
      (panel) =>
        (panel.isResult ?? false) === isResult && panel.series.some(({ band }) => band !== undefined),
    )
  const isUnlabelled = panels.some(
    (panel) => panel.series.filter((series) => series.theory === true).length > MOST_LABELS,
  )
  return [
    ...(hasBands(false) ? ['line: mean; band: 95% interval'] : []),
    ...(hasBands(true) && !hasBands(false) ? ['dot: mean; bar: 95% interval'] : []),
    ...(smoothing > 0 ? [`smoothed by ${smoothing}`] : []),
    ...(isUnlabelled ? ['dashed: theory'] : []),
  ].join('; ')
}

function stagesWith({ runs, metric, stages }: RunChartOptions): number[] {
  const found = new Set(
    runs.flatMap((run) => run.rows.filter((row) => metric in row.values).map((row) => row.stage)),
  )
  return [...found].filter((stage) => stages?.includes(stage) ?? true).sort((a, b) => a - b)
}

function buildPanel(stage: number, all: readonly RunGroup[], options: RunChartOptions): ChartPanel {
  const { xAxis, xScale = 'linear' } = options
  const groups = groupsOfStage(all, stage, options.metric)
  const runs = groups.flatMap((group) => group.runs).filter(({ config }) => stage in config.stages)
  const configs = runs.flatMap(({ config }) => config.stages[stage] ?? [])
  const title = panelTitle(runs, stage)
  if (configs.every((settings) => stageSteps(settings) === 0))
    return resultPanel(title, stage, groups, options)
  const series = groups.flatMap((group) => groupSeries(group, stage, options))
  const xs = series.flatMap((each) => each.points.map((point) => point.x))
  const end = xAxis === 'step' ? Math.max(...configs.map(stageSteps)) : Math.max(...xs)
  const start = xAxis === 'step' ? 0 : Math.min(...xs)
  return {
    title,
    xLabel:
      xAxis === 'step' && configs.every(isRejection) && configs.length > 0 ? 'Round' : axisLabels[xAxis],
    xScale,
    xRange: [start, end],
    weight: 1,
    series: [...series, ...theorySeries(stage, groups, options, [start, end])],
  }
}

/** Room for what a stage without steps found, as a share of a stage with steps. */
const RESULT_WEIGHT = 0.36

/** A stage that only evaluates: a point an arm, side by side, at 0, 1, 2, … */
function resultPanel(
  title: string,
  stage: number,
  groups: readonly RunGroup[],
  options: RunChartOptions,
): ChartPanel {
  const plain: RunChartOptions = { ...options, xAxis: 'step', smoothing: 0 }
  const series = groups.flatMap((group, place) =>
    groupSeries(group, stage, plain).map((each) => ({
      ...each,
      points: each.points.slice(-1).map(({ y }) => ({ x: place, y })),
      ...(each.band ? { band: each.band.slice(-1).map((point) => ({ ...point, x: place })) } : {}),
    })),
  )
  const xRange: [number, number] = [-0.5, groups.length - 0.5]
  return {
    title,
    xLabel: '',
    xScale: 'linear',
    xRange,
    isResult: true,
    weight: RESULT_WEIGHT,
    series: [...series, ...theorySeries(stage, groups, plain, xRange)],
  }
}

/** `Pretrain, 1,500 steps`; where the runs' stages differ, what they have in common. */
function panelTitle(runs: readonly ChartRun[], stage: number): string {
  const stages = runs.flatMap(({ config }) => config.stages[stage] ?? [])
  const titles = [...new Set(runs.map(({ config }) => stageTitleAt(config.stages, stage)))]
  const name = commonTitle(titles)
  const lengths = [...new Set(stages.map(stageSteps))]
  const unit = stages.length > 0 && stages.every(isRejection) ? 'rounds' : 'steps'
  const [length] = lengths
  return lengths.length === 1 && length !== 0
    ? `${name}, ${length?.toLocaleString('en-US')} ${unit}`
    : `${name}`
}

/** Titles named one by one, up to this many; RL algorithms beyond are RL. */
const MOST_TITLES = 3
const rlTitles: ReadonlySet<string> = new Set(Object.values(algorithms).map(({ title }) => title))

/** `GRPO / STaR`, `After SFT / RL`. */
function commonTitle(titles: readonly string[]): string {
  const isAfter = titles.every((title) => title.startsWith('After '))
  const names = isAfter ? titles.map((title) => title.slice('After '.length)) : titles
  const short = names.length <= MOST_TITLES ? names : names.map((name) => (rlTitles.has(name) ? 'RL' : name))
  return `${isAfter ? 'After ' : ''}${[...new Set(short)].join(' / ')}`
}

function curveOf(run: ChartRun, stage: number, { metric, xAxis }: RunChartOptions): ChartPoint[] {
  return run.rows.flatMap((row) => {
    const y = row.values[metric]
    return row.stage === stage && y !== undefined ? [{ x: row[xAxis], y }] : []
  })
}

/** A single run, or several as their mean; where smoothing is on, seeds are smoothed before they are averaged. */
function groupSeries(group: RunGroup, stage: number, options: RunChartOptions): ChartSeries[] {
  const { smoothing = 0 } = options
  const raw = group.runs.map((run) => curveOf(run, stage, options)).filter((curve) => curve.length > 0)
  const curves = smoothing > 0 ? raw.map((points) => smooth(points, smoothing)) : raw
  const name = group.label
  const shared = group.isShared ? { shared: true } : {}
  if (curves.length < 2) {
    const behind = smoothing > 0 ? raw.map((points) => ({ name, points, ghost: true, ...shared })) : []
    return [...behind, ...curves.map((points) => ({ name, points, ...shared }))]
  }
  const ghosts =
    curves.length < FEW_SEEDS ? curves.map((points) => ({ name, points, ghost: true, ...shared })) : []
  return [...ghosts, { ...meanSeries(name, curves, metricInfo(options.metric).range), ...shared }]
}

function smooth(points: readonly ChartPoint[], weight: number): ChartPoint[] {
  const ys = debiasedAverage(
    points.map((point) => point.y),
    weight,
  )
  return points.map(({ x }, index) => ({ x, y: ys[index] ?? NaN }))
}

/** One prediction a group that has points, or a single one where all have the same. */
function theorySeries(
  stage: number,
  groups: readonly RunGroup[],
  options: RunChartOptions,
  range: [number, number],
): ChartSeries[] {
  const trained = groups.filter((group) => group.runs.some((run) => curveOf(run, stage, options).length > 0))
  const curves = trained.flatMap((group) => {
    const points = theoryCurve(group, stage, options, range)
    return points.length > 0 ? [{ label: group.label, points }] : []
  })
  const distinct = new Set(curves.map((curve) => JSON.stringify(curve.points)))
  const [first] = curves
  const isForAll = trained.length > 1 || trained.some((group) => group.isShared)
  if (first && distinct.size === 1 && isForAll)
    return [{ name: 'Theory', points: first.points, theory: true }]
  return curves.map(({ label, points }) => ({ name: `${label}, theory`, of: label, points, theory: true }))
}

function theoryCurve(
  group: RunGroup,
  stage: number,
  options: RunChartOptions,
  [start, end]: [number, number],
): ChartPoint[] {
  const [run] = group.runs
  const settings = run?.config.stages[stage]
  if (!run || !settings) return []
  const name = `theory/${options.metric}`
  if (!isRejection(settings)) {
    const y = predictions(run.config, stage, { step: stageSteps(settings) })[name]
    return y === undefined ? [] : [start, end].map((x) => ({ x, y }))
  }
  if (options.xAxis !== 'step') return []
  const startLongFraction = startShare(group, stage)
  return Array.from({ length: stageSteps(settings) + 1 }, (_, step) => step).flatMap((step) => {
    const point = { step, ...(startLongFraction === undefined ? {} : { startLongFraction }) }
    const y = predictions(run.config, stage, point)[name]
    return y === undefined ? [] : [{ x: step, y }]
  })
}

/** Long fraction at the stage's step 0, meaned over the group's seeds. */
function startShare(group: RunGroup, stage: number): number | undefined {
  const shares = group.runs.flatMap((run) => {
    const row = run.rows.find((each) => each.stage === stage && each.step === 0)
    const share = row?.values['eval/long_fraction']
    return share === undefined ? [] : [share]
  })
  return shares.length === 0 ? undefined : shares.reduce((sum, share) => sum + share, 0) / shares.length
}
