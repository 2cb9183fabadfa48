// From runs to a chart: one metric, one panel a stage, seeds grouped into mean and 95% interval, predictions dashed. It reads
// plain rows and configs; which runs and how they are called is the caller's.
import { stageTitle } from '../shared/config/describe'
import { isRejection, stageSteps, type RunConfig, type StageConfig } from '../shared/config/schema'
import { metricInfo } from '../shared/run/metrics'
import type { MetricsRow } from '../shared/run/rows'
import { groupSeeds as averageSeeds } from '../statistics/seeds'
import { debiasedAverage } from '../statistics/smoothing'
import { predictions } from '../theory/predictions'
import { MOST_LABELS } from './panel-series'
import type { ChartPanel, ChartPoint, ChartSeries, ChartSpec } from './line-chart'

/** A run to draw. With `groupSeeds`, runs of equal label whose configs differ in the seed alone become one line. */
export interface ChartRun {
  label: string
  config: RunConfig
  rows: readonly MetricsRow[]
}
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

/** Fields in which seeds of one arm may differ. */
const perRunFields = ['seed', 'name', 'description']

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
  const hasBands = panels.some((panel) => panel.series.some((series) => series.band !== undefined))
  const isUnlabelled = panels.some(
    (panel) => panel.series.filter((series) => series.theory === true).length > MOST_LABELS,
  )
  return [
    ...(hasBands ? ['line: mean; band: 95% interval'] : []),
    ...(smoothing > 0 ? [`smoothed by ${smoothing}`] : []),
    ...(isUnlabelled ? ['dashed: theory'] : []),
  ].join('; ')
}

interface RunGroup {
  label: string
  runs: readonly ChartRun[]
}

/** Runs by label and config without the seed; equal labels of different configs get a number. */
function groupRuns(runs: readonly ChartRun[], isGrouped: boolean): RunGroup[] {
  const groups = new Map<string, { label: string; runs: ChartRun[] }>()
  for (const [index, run] of runs.entries()) {
    const rest = Object.entries(run.config).filter(([field]) => !perRunFields.includes(field))
    const key = isGrouped ? JSON.stringify([run.label, rest]) : String(index)
    const group = groups.get(key)
    if (group) group.runs.push(run)
    else groups.set(key, { label: run.label, runs: [run] })
  }
  const seen = new Map<string, number>()
  return [...groups.values()].map((group) => {
    const count = (seen.get(group.label) ?? 0) + 1
    seen.set(group.label, count)
    return count === 1 ? group : { ...group, label: `${group.label} (${count})` }
  })
}

function stagesWith({ runs, metric, stages }: RunChartOptions): number[] {
  const found = new Set(
    runs.flatMap((run) => run.rows.filter((row) => metric in row.values).map((row) => row.stage)),
  )
  return [...found].filter((stage) => stages?.includes(stage) ?? true).sort((a, b) => a - b)
}

function buildPanel(stage: number, groups: readonly RunGroup[], options: RunChartOptions): ChartPanel {
  const { xAxis, xScale = 'linear' } = options
  const configs = groups.flatMap((group) => group.runs.flatMap((run) => run.config.stages[stage] ?? []))
  const series = groups.flatMap((group) => groupSeries(group, stage, options))
  const xs = series.flatMap((each) => each.points.map((point) => point.x))
  const end = xAxis === 'step' ? Math.max(...configs.map(stageSteps)) : Math.max(...xs)
  const start = xAxis === 'step' ? 0 : Math.min(...xs)
  return {
    title: panelTitle(configs),
    xLabel:
      xAxis === 'step' && configs.every(isRejection) && configs.length > 0 ? 'Round' : axisLabels[xAxis],
    xScale,
    xRange: [start, end],
    weight: 1,
    series: [...series, ...theorySeries(stage, groups, options, [start, end])],
  }
}

/** `Pretrain, 1,500 steps`; where the runs' stages differ, what they have in common. */
function panelTitle(stages: readonly StageConfig[]): string {
  const titles = [...new Set(stages.map(stageTitle))]
  const name = titles.length === 1 ? titles[0] : stages.every((stage) => stage.kind === 'rl') ? 'RL' : 'Stage'
  const lengths = [...new Set(stages.map(stageSteps))]
  const unit = stages.length > 0 && stages.every(isRejection) ? 'rounds' : 'steps'
  return lengths.length === 1 ? `${name}, ${lengths[0]?.toLocaleString('en-US')} ${unit}` : `${name}`
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
  if (curves.length < 2) {
    const behind = smoothing > 0 ? raw.map((points) => ({ name, points, ghost: true })) : []
    return [...behind, ...curves.map((points) => ({ name, points }))]
  }
  const range = metricInfo(options.metric).range
  const grouped = averageSeeds(curves)
  const clipped = (value: number) => (range ? Math.min(range[1], Math.max(range[0], value)) : value)
  const band = grouped.flatMap(({ x, low, high, n }) =>
    low === undefined || high === undefined ? [] : [{ x, low: clipped(low), high: clipped(high), n }],
  )
  const ghosts = curves.length < FEW_SEEDS ? curves.map((points) => ({ name, points, ghost: true })) : []
  return [
    ...ghosts,
    { name, points: grouped.map(({ x, mean }) => ({ x, y: mean })), ...(band.length > 0 ? { band } : {}) },
  ]
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
  if (first && distinct.size === 1 && trained.length > 1)
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
