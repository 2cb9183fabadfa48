// A chart that a study asks for, from the rows of its runs: a curve, a path through two metrics, pass@k over k, or the runs'
// figures over an axis of the sweep. Seeds are grouped into mean and 95% interval.
import { isMeant } from '../shared/config/statement-rules'
import type { RunConfig } from '../shared/config/schema'
import type { StudyChart } from '../shared/config/schema/statements'
import { stageTitle } from '../shared/config/describe'
import { metricInfo } from '../shared/run/metrics'
import type { MetricsRow } from '../shared/run/rows'
import { groupSeeds, type CurvePoint } from '../statistics/seeds'
import { reduce } from '../statistics/statements'
import type { ChartPanel, ChartSeries, ChartSpec } from './line-chart'
import { buildRunChart } from './run-chart'

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
  if (isCurveAxis(over))
    return buildRunChart({
      runs: meant.map((run) => ({ ...run, label: labelOf(without(run.point, ['seed'])) || titleOf(run) })),
      metric,
      xAxis: over,
      groupSeeds: true,
      ...(stages === undefined ? {} : { stages }),
    })
  if (over === 'k') return coverageChart(chart, meant, labelOf)
  if (over.includes('/')) return pathChart(chart, meant, labelOf)
  return axisChart(chart, meant, labelOf)
}

const titleOf = ({ config }: StudyChartRun): string => config.name

function without(point: Readonly<Record<string, unknown>>, axes: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(point).filter(([axis]) => !axes.includes(axis)))
}

/** Figures of the runs over an axis: a line for every combination of the other axes, seeds apart. */
function axisChart(chart: StudyChart, runs: readonly StudyChartRun[], labelOf: PointLabel): ChartSpec {
  const { over, metric, take, unit } = chart
  const lines = lineGroups(runs, (run) => labelOf(without(run.point, ['seed', over])))
  const series = [...lines].map(([name, group]): ChartSeries => {
    const curves = group.flatMap((run): CurvePoint[][] => {
      const x = Number(run.point[over])
      const { value } = reduce(chart, run)
      return Number.isFinite(x) && Number.isFinite(value) ? [[{ x, y: value }]] : []
    })
    return meanSeries(name, curves)
  })
  const label = axisTitle(over)
  const y =
    take === 'first' ? `${capital(unit)} until ${metricInfo(metric).title} ${chart.reaches ?? ''}` : undefined
  return chartOf(chart, y, [panelOf('', label, 'linear', series)])
}

/** The metric over another one, through the evaluations of a stage: points of one step, meaned over the seeds. */
function pathChart(chart: StudyChart, runs: readonly StudyChartRun[], labelOf: PointLabel): ChartSpec {
  const { over, metric, stage } = chart
  const lines = lineGroups(runs, (run) => labelOf(without(run.point, ['seed'])))
  const series = [...lines].map(([name, group]): ChartSeries => {
    const curveOf = (key: string) =>
      group.map((run) =>
        run.rows.flatMap((row): CurvePoint[] => {
          const y = row.values[key]
          const isHere = stage === undefined || row.stage === stage
          return isHere && y !== undefined ? [{ x: row.step, y }] : []
        }),
      )
    const xs = new Map(groupSeeds(curveOf(over)).map(({ x, mean }) => [x, mean]))
    const points = groupSeeds(curveOf(metric)).flatMap(({ x: step, mean: y }) => {
      const x = xs.get(step)
      return x === undefined ? [] : [{ x, y }]
    })
    return { name, points }
  })
  return chartOf(chart, undefined, [panelOf('', metricInfo(over).title, 'linear', series)])
}

/** The metric at k = 1, 2, 4, …: a line for every stage that measured it, at its last evaluation. */
function coverageChart(chart: StudyChart, runs: readonly StudyChartRun[], labelOf: PointLabel): ChartSpec {
  const prefix = `${chart.metric}@`
  const curves = runs.flatMap((run) =>
    run.config.stages.flatMap((settings, stage) => {
      const row = run.rows.filter((each) => each.stage === stage && `${prefix}1` in each.values).at(-1)
      if (row === undefined || (chart.stages !== undefined && !chart.stages.includes(stage))) return []
      const points = Object.entries(row.values).flatMap(([name, y]): CurvePoint[] =>
        name.startsWith(prefix) ? [{ x: Number(name.slice(prefix.length)), y }] : [],
      )
      const before = run.config.stages.slice(0, stage).at(-1)
      const what =
        settings.kind === 'evaluate' && before ? `after ${stageTitle(before)}` : stageTitle(settings)
      const label = labelOf(without(run.point, ['seed']))
      return [{ label: label === '' ? what : `${label}, ${what}`, points: points.sort((a, b) => a.x - b.x) }]
    }),
  )
  const names = [...new Set(curves.map(({ label }) => label))]
  const series = names.map((name) =>
    meanSeries(
      name,
      curves.filter(({ label }) => label === name).map(({ points }) => points),
    ),
  )
  return chartOf(chart, metricInfo(`${prefix}k`).title.replace(/@\d+$/, '@k'), [
    panelOf('', 'k', 'log', series),
  ])
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

function meanSeries(name: string, curves: readonly (readonly CurvePoint[])[]): ChartSeries {
  const grouped = groupSeeds(curves)
  const band = grouped.flatMap(({ x, low, high, n }) =>
    low === undefined || high === undefined ? [] : [{ x, low, high, n }],
  )
  const points = grouped.map(({ x, mean }) => ({ x, y: mean }))
  return { name, points, ...(band.length > 0 ? { band } : {}) }
}

function panelOf(title: string, xLabel: string, xScale: 'linear' | 'log', series: ChartSeries[]): ChartPanel {
  return { title, xLabel, xScale, weight: 1, series }
}

function chartOf(chart: StudyChart, yLabel: string | undefined, panels: ChartPanel[]): ChartSpec {
  const { title, unit, range } = metricInfo(chart.metric)
  const hasBands = panels.some((panel) => panel.series.some(({ band }) => band !== undefined))
  return {
    yLabel: yLabel ?? (unit === undefined ? title : `${title} (${unit})`),
    ...(range && yLabel === undefined ? { yRange: range } : {}),
    yScale: chart.scale,
    ...(hasBands ? { note: 'line: mean; band: 95% interval' } : {}),
    panels,
  }
}

/** `task.longFraction` -> `Long fraction`. */
function axisTitle(path: string): string {
  const word = path.slice(path.lastIndexOf('.') + 1)
  return capital(word.replaceAll(/([A-Z])/g, ' $1').toLowerCase())
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
