// From runs to a chart: one metric, one panel a stage (or all stages joined), runs grouped into a mean with its spread,
// predictions dashed; what a stage without steps found stands beside them as points. It reads curves and configs; which runs
// and how they are called is the caller's. Run page, comparison, studies and command line draw with it.
import { stageTitleAt } from '../shared/config/describe'
import { isRejection, stageSteps } from '../shared/config/schema'
import { algorithms } from '../shared/config/schema/presets'
import { metricInfo } from '../shared/run/metrics'
import type { Smoothing } from '../statistics/smoothing'
import { quantile } from '../statistics/summary'
import {
  differenceRange,
  differenceTo,
  drawnLabel,
  hasZeroMean,
  zeroMeanWords,
  type Difference,
} from './difference'
import { groupLines, trackOf, type LineOptions, type LineSpread } from './group-lines'
import type { ChartPanel, ChartSeries, ChartSpec } from '../shared/chart'
import { chartNote } from './note'
import { withDashes } from './repeated-colours'
import { groupRuns, groupsOfStage, type ChartRun, type RunGroup } from './run-groups'
import { theorySeries } from './run-theory'
import type { AxisScale } from './thin'
import { axisLabel, type XAxis } from './x-axis'

/** What is drawn of a metric, and how; everything but the metric and its x axis has a default. */
interface DrawOptions {
  metric: string
  xAxis: XAxis
  /** Stages to draw; all that have a value of the metric where not given. */
  stages?: readonly number[]
  /** One panel for all stages, one after the other. */
  isJoined?: boolean
  xScale?: AxisScale
  yScale?: 'linear' | 'log'
  spread?: LineSpread
  smoothing?: Smoothing
  hasTheory?: boolean
  /** Draws what the groups differ by from one of them, which is left out itself. */
  difference?: Difference
  /** The y axis ends where outliers begin (Tukey's fences). */
  isClipped?: boolean
  /** Thins lines out for drawing: points a panel's width can show, and per panel the part of its x axis that is seen. */
  thinning?: { limit: number; ranges?: readonly (readonly [number, number] | null)[] }
}

/** Of one panel: the part of its x axis that is seen, where it is not all. */
interface PanelOptions extends DrawOptions {
  seen?: readonly [number, number]
}

const NOT_SMOOTHED: Smoothing = { kind: 'none', amount: 0 }

export interface RunChartOptions extends DrawOptions {
  runs: readonly ChartRun[]
  groupSeeds: boolean
}

/** Groups that have panels of their own. */
export interface Facet {
  /** Begins the titles of its panels; '' for a chart without facets. */
  title: string
  groups: readonly RunGroup[]
}

/** The chart of a metric over some runs. */
export function buildRunChart({ runs, groupSeeds, ...options }: RunChartOptions): ChartSpec {
  return withDashes(buildGroupChart([{ title: '', groups: groupRuns(runs, groupSeeds) }], options))
}

/** The chart of a metric over groups of runs; facets stand side by side. */
export function buildGroupChart(facets: readonly Facet[], options: DrawOptions): ChartSpec {
  const { metric, difference, smoothing = NOT_SMOOTHED, spread = 'interval', thinning } = options
  const info = metricInfo(metric)
  const { range } = info
  const isOneStage = facets.length > 1 && facets.every(({ groups }) => stagesWith(groups, options).length < 2)
  const panels = facets
    .flatMap((facet) => {
      const stages = stagesWith(facet.groups, options)
      if (options.isJoined) return stages.length === 0 ? [] : [{ facet, stages }]
      return stages.map((stage) => ({ facet, stages: [stage] }))
    })
    .map(({ facet, stages }, index): ChartPanel => {
      const seen = thinning?.ranges?.[index] ?? undefined
      const shown = { ...options, ...(seen ? { seen } : {}) }
      const [stage = 0] = stages
      const panel = options.isJoined
        ? joinedPanel(facet.groups, stages, shown)
        : stagePanel(stage, facet.groups, shown)
      // Facets of a single stage need no word of it.
      const parts = isOneStage ? [facet.title] : [facet.title, panel.title]
      const heading = parts.filter((text) => text !== '').join(': ')
      return { ...panel, title: heading, ...(seen && !panel.isResult ? { xRange: [...seen] } : {}) }
    })
  const hasNone = difference !== undefined && hasZeroMeanIn(facets, difference, options)
  const marks = chartNote(panels, { smoothing, spread, ...(difference ? { difference } : {}) })
  const note = [marks, hasNone ? zeroMeanWords(difference) : ''].filter((words) => words !== '').join('; ')
  const inliers = options.isClipped ? inlierRange(panels, options.yScale === 'log') : undefined
  const yRange = inliers ?? (difference ? undefined : range)
  return {
    yLabel: drawnLabel(info, difference),
    ...(yRange ? { yRange } : {}),
    ...(options.yScale === undefined ? {} : { yScale: options.yScale }),
    ...(note === '' ? {} : { note }),
    panels,
  }
}

/** Whether the baseline's mean is 0 somewhere in what is drawn. */
function hasZeroMeanIn(facets: readonly Facet[], difference: Difference, options: DrawOptions): boolean {
  const stages = new Set(facets.flatMap(({ groups }) => stagesWith(groups, options)))
  const { metric, xAxis } = options
  return [...stages].some((stage) =>
    hasZeroMean(difference, (run) => trackOf(run, [stage], { metric, xAxis })),
  )
}

function stagesWith(groups: readonly RunGroup[], { metric, stages }: DrawOptions): number[] {
  const found = new Set(groups.flatMap(({ runs }) => runs.flatMap(({ curves }) => curves.stagesOf(metric))))
  return [...found].filter((stage) => stages?.includes(stage) ?? true).sort((a, b) => a - b)
}

function stagePanel(stage: number, all: readonly RunGroup[], options: PanelOptions): ChartPanel {
  const { xAxis, xScale = 'linear', metric, difference } = options
  // Arms that share a stage are drawn once; where differences are drawn theirs are zero, and said to be.
  const groups = difference ? all : groupsOfStage(all, stage, metric)
  const runs = groups.flatMap((group) => group.runs).filter(({ config }) => stage in config.stages)
  const configs = runs.flatMap(({ config }) => config.stages[stage] ?? [])
  const title = panelTitle(runs, stage)
  if (configs.every((settings) => stageSteps(settings) === 0))
    return resultPanel(title, stage, groups, options)
  const lines = lineOptions(options, [stage], groups)
  const series = groups.flatMap((group) => groupLines(group, [stage], lines))
  const isStep = xAxis === 'step'
  const xRange: [number, number] = isStep
    ? [0, Math.max(...configs.map(stageSteps))]
    : drawnRange(series, xScale)
  return {
    title,
    xLabel: isStep && configs.every(isRejection) && configs.length > 0 ? 'Round' : axisLabel(xAxis),
    xScale,
    xRange,
    weight: 1,
    series: [...series, ...predicted(groups, stage, xRange, options)],
  }
}

/** All stages, one after the other on one x axis. */
function joinedPanel(
  groups: readonly RunGroup[],
  stages: readonly number[],
  options: PanelOptions,
): ChartPanel {
  const { xAxis, xScale = 'linear' } = options
  const lines = lineOptions(options, stages, groups)
  const series = groups.flatMap((group) => groupLines(group, stages, lines))
  const theory = stages.flatMap((stage) => {
    const own = groups.flatMap((group) => groupLines(group, [stage], lines))
    const [start, end] = drawnRange(own, xScale)
    const first = groups.flatMap(({ runs }) => runs).find(({ config }) => stage in config.stages)
    const from = xAxis === 'step' && first ? stepOffset(first, stage) : start
    return predicted(groups, stage, [from, end], options)
  })
  return {
    title: '',
    xLabel: axisLabel(xAxis),
    xScale,
    xRange: drawnRange(series, xScale),
    weight: 1,
    series: [...series, ...theory],
  }
}

/** Room for what a stage without steps found, as a share of a stage with steps. */
const RESULT_WEIGHT = 0.36

/** A stage that only evaluates: a point an arm, side by side, at 0, 1, 2, … */
function resultPanel(
  title: string,
  stage: number,
  groups: readonly RunGroup[],
  options: PanelOptions,
): ChartPanel {
  const { metric, spread, hasTheory, difference } = options
  const plain: PanelOptions = {
    metric,
    xAxis: 'step',
    ...(spread === undefined ? {} : { spread }),
    ...(hasTheory === undefined ? {} : { hasTheory }),
    ...(difference === undefined ? {} : { difference }),
  }
  const lines = lineOptions(plain, [stage], groups)
  const series = groups.flatMap((group, place) =>
    groupLines(group, [stage], lines).map((each) => ({
      ...each,
      points: each.points.slice(-1).map(({ y }) => ({ x: place, y })),
      ...(each.places ? { places: each.places.slice(-1) } : {}),
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
    series: [...series, ...predicted(groups, stage, xRange, plain)],
  }
}

function predicted(
  groups: readonly RunGroup[],
  stage: number,
  range: readonly [number, number],
  { metric, xAxis, hasTheory = true, difference }: PanelOptions,
): ChartSeries[] {
  return hasTheory && !difference ? theorySeries(groups, { metric, xAxis, stage, range }) : []
}

/** Points that all lines of a panel have together where they are thinned out, and the fewest that each keeps. */
const PANEL_POINTS = 12_800
const FEWEST_POINTS = 128

function lineOptions(
  options: PanelOptions,
  stages: readonly number[],
  groups: readonly RunGroup[],
): LineOptions {
  const { metric, xAxis, spread = 'interval', smoothing = NOT_SMOOTHED, isJoined = false } = options
  const { difference, thinning, seen, xScale = 'linear' } = options
  const ends = differenceRange(metricInfo(metric).range, difference)
  const place = { metric, xAxis, ...(isJoined ? { stepOffset } : {}) }
  const share = Math.max(FEWEST_POINTS, Math.floor(PANEL_POINTS / Math.max(1, groups.length)))
  const limit = Math.min(thinning?.limit ?? Infinity, share)
  return {
    ...place,
    spread,
    smoothing,
    ...(ends ? { range: ends } : {}),
    ...(difference ? { change: differenceTo(difference, (run) => trackOf(run, stages, place)) } : {}),
    ...(thinning ? { thinning: { limit, scale: xScale, ...(seen ? { range: seen } : {}) } } : {}),
  }
}

/** Steps of the stages before. */
function stepOffset({ config }: ChartRun, stage: number): number {
  return config.stages.slice(0, stage).reduce((sum, settings) => sum + stageSteps(settings), 0)
}

/** First and last x of what is drawn and has a place on the axis. */
function drawnRange(series: readonly ChartSeries[], scale: AxisScale): [number, number] {
  let [low, high] = [Infinity, -Infinity]
  for (const { points } of series)
    for (const { x } of points) {
      if (scale !== 'linear' && x <= 0) continue
      low = Math.min(low, x)
      high = Math.max(high, x)
    }
  return low <= high ? [low, high] : [0, 1]
}

/** Fences of Tukey (1977): values further out than this many interquartile ranges are outliers. */
const FENCE = 1.5

/**
 * The ends of what is drawn without outliers, on a logarithmic axis by factors; undefined where the middle half of it is a single
 * value.
 */
function inlierRange(panels: readonly ChartPanel[], isLog: boolean): [number, number] | undefined {
  const lines = panels.flatMap(({ series }) => series).filter((series) => series.theory !== true)
  const drawn = lines.flatMap(({ points }) => points.map(({ y }) => y).filter(Number.isFinite))
  const ys = Float64Array.from(isLog ? drawn.filter((y) => y > 0) : drawn).sort()
  const along = (y: number) => (isLog ? Math.log(y) : y)
  const placed = ys.map(along)
  const [low, high] = [quantile(placed, 0.25), quantile(placed, 0.75)]
  const reach = FENCE * (high - low)
  if (!(reach > 0)) return undefined
  const inside = ys.filter((y) => along(y) >= low - reach && along(y) <= high + reach)
  return [inside[0] ?? -Infinity, inside.at(-1) ?? Infinity]
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
