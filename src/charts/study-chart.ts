// A chart that a study asks for, from the rows of its runs: a curve, a path through two metrics, pass@k over k, or the runs'
// figures over a field of the config. Seeds are grouped into mean and 95% interval.
import { getPath, splitPath } from '../shared/config/paths'
import { isMeant } from '../shared/config/statement-rules'
import type { RunConfig } from '../shared/config/schema'
import type { StudyChart } from '../shared/config/schema/statements'
import { metricInfo } from '../shared/run/metrics'
import type { MetricsRow } from '../shared/run/rows'
import { reduce } from '../statistics/statements'
import { theoryValues } from '../theory/predictions'
import { rowCurves } from './curves'
import type { ChartPoint, ChartSeries, ChartSpec } from '../shared/chart'
import { meanSeries } from './mean-series'
import { buildPassAtKChart } from './pass-at-k-chart'
import { buildGroupChart, buildRunChart } from './run-chart'

/** A run of the study. */
export interface StudyChartRun {
  readonly point: Readonly<Record<string, unknown>>
  readonly config: RunConfig
  readonly state: string
  readonly rows: readonly MetricsRow[]
}

/** Values on the axes, as the label of a line. */
export type PointLabel = (point: Readonly<Record<string, unknown>>) => string

const curveAxes = ['step', 'sequences', 'tokens'] as const
const isCurveAxis = (over: string): over is (typeof curveAxes)[number] =>
  (curveAxes as readonly string[]).includes(over)

/** The chart; without lines where no run has what it draws. */
export function buildStudyChart(
  chart: StudyChart,
  runs: readonly StudyChartRun[],
  labelOf: PointLabel,
): ChartSpec {
  const meant = runs.filter((run) => isMeant(chart.where, run))
  const { over, metric, stages } = chart
  const shown = stages === undefined ? { metric } : { metric, stages }
  const labelled = meant.map((run) => ({ ...run, label: labelOf(without(run.point, ['seed'])) }))
  if (isCurveAxis(over)) {
    const named = labelled.map((run) => ({
      label: run.label || titleOf(run),
      config: run.config,
      curves: rowCurves(run.rows),
    }))
    const spec = buildRunChart({ ...shown, runs: named, xAxis: over, groupSeeds: true })
    return { ...spec, yScale: chart.scale }
  }
  if (over === 'k') return { ...buildPassAtKChart({ ...shown, runs: labelled }), yScale: chart.scale }
  if (over.includes('/')) return pathChart(chart, meant, labelOf)
  return axisChart(chart, meant, labelOf)
}

const titleOf = ({ config }: StudyChartRun): string => config.name

function without(point: Readonly<Record<string, unknown>>, axes: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(point).filter(([axis]) => !axes.includes(axis)))
}

/**
 * Figures of the runs over a field: a line as `lines` says, or for every combination of the other axes, seeds apart. Levels that
 * were never reached are dotted lines of their own, at the end of the runs.
 */
function axisChart(chart: StudyChart, runs: readonly StudyChartRun[], labelOf: PointLabel): ChartSpec {
  const { over, metric, take, unit } = chart
  const lines = chart.lines
    ? Object.entries(chart.lines).map(
        ([name, where]) => [name, runs.filter((run) => isMeant(where, run))] as const,
      )
    : [...lineGroups(runs, (run) => labelOf(without(run.point, ['seed', over])))]
  const xOf = ({ config }: StudyChartRun) => Number(getPath(config, splitPath(over)))
  const series = lines.flatMap(([name, group]): ChartSeries[] => {
    const figures = group.flatMap((run) => {
      const x = xOf(run)
      const { value, bound } = reduce(chart, run)
      return Number.isFinite(x) && Number.isFinite(value) ? [{ curve: [{ x, y: value }], bound }] : []
    })
    const curvesOf = (isReached: boolean) =>
      figures.flatMap(({ curve, bound }) => ((bound === undefined) === isReached ? [curve] : []))
    const range = take === 'first' ? undefined : metricInfo(metric).range
    const beyond = meanSeries(`${name}, not reached by`, curvesOf(false), range)
    const predicted = theoryLine(chart, group, xOf)
    return [
      ...(figures.length > 0 ? [meanSeries(name, curvesOf(true), range)] : []),
      ...(beyond.points.length > 0 ? [{ ...beyond, of: name, dash: 'dotted' as const }] : []),
      ...(predicted.length > 0
        ? [{ name: `${name}, theory`, of: name, points: predicted, theory: true }]
        : []),
    ]
  })
  const label = axisTitle(over)
  const y =
    take === 'first' ? `${capital(unit)} until ${metricInfo(metric).title} ${chart.reaches ?? ''}` : undefined
  const spec = chartOf(chart, y, label, series)
  return { ...spec, panels: spec.panels.map((panel) => ({ ...panel, xScale: chart.axisScale })) }
}

/** The closed form at every x of a line's runs, where the chart asks for one. */
function theoryLine(
  { theory }: StudyChart,
  runs: readonly StudyChartRun[],
  xOf: (run: StudyChartRun) => number,
): ChartPoint[] {
  if (theory === undefined) return []
  const ys = new Map(runs.map((run) => [xOf(run), theoryValues(run.config)[theory]]))
  return [...ys]
    .flatMap(([x, y]) => (y === undefined || !Number.isFinite(y) ? [] : [{ x, y }]))
    .sort((a, b) => a.x - b.x)
}

/** The metric over another one, through the evaluations of a stage: both meaned over the seeds at every step. */
function pathChart(chart: StudyChart, runs: readonly StudyChartRun[], labelOf: PointLabel): ChartSpec {
  const { over, metric, stage, scale } = chart
  const lines = lineGroups(runs, (run) => labelOf(without(run.point, ['seed'])))
  const groups = [...lines].map(([label, group]) => ({
    label,
    runs: group.map(({ config, rows }) => ({ label, config, curves: rowCurves(rows) })),
  }))
  const count = runs[0]?.config.stages.length ?? 0
  return buildGroupChart([{ title: '', groups }], {
    metric,
    xAxis: over,
    isJoined: true,
    ...(stage === undefined ? {} : { stages: [stage < 0 ? count + stage : stage] }),
    spread: 'none',
    hasTheory: false,
    yScale: scale,
  })
}

function lineGroups(
  runs: readonly StudyChartRun[],
  nameOf: (run: StudyChartRun) => string,
): Map<string, StudyChartRun[]> {
  const groups = new Map<string, StudyChartRun[]>()
  for (const run of runs) {
    const name = nameOf(run) || titleOf(run)
    groups.set(name, [...(groups.get(name) ?? []), run])
  }
  return groups
}

function chartOf(
  chart: StudyChart,
  yLabel: string | undefined,
  xLabel: string,
  series: ChartSeries[],
): ChartSpec {
  const { title, unit, range } = metricInfo(chart.metric)
  const hasBands = series.some(({ band }) => band !== undefined)
  return {
    yLabel: yLabel ?? (unit === undefined ? title : `${title} (${unit})`),
    ...(range && yLabel === undefined ? { yRange: range } : {}),
    yScale: chart.scale,
    ...(hasBands ? { note: 'line: mean; band: 95% interval' } : {}),
    panels: [{ title: '', xLabel, xScale: 'linear', weight: 1, series }],
  }
}

/** `task.longFraction` -> `Long fraction`. */
function axisTitle(path: string): string {
  const word = path.slice(path.lastIndexOf('.') + 1)
  return capital(word.replaceAll(/([A-Z])/g, ' $1').toLowerCase())
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
