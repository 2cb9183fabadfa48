// One chart of several metrics of one run: the chart of each metric, laid over each other. Pure.
import { rowCurves } from '../../../charts/curves'
import type { ChartSeries, ChartSpec } from '../../../shared/chart'
import { buildRunChart } from '../../../charts/run-chart'
import type { RunConfig } from '../../../shared/config/schema'
import type { MetricsRow } from '../../../shared/run/rows'
import { lineLabel } from './chart-groups'

/** The chart of some metrics over the steps of one run; panels of one stage are laid over each other. With `runId`, points know it. */
export function groupChart(
  metrics: readonly string[],
  config: RunConfig,
  rows: readonly MetricsRow[],
  runId?: string,
): ChartSpec {
  const chartOf = (metric: string, stage: number) =>
    buildRunChart({
      runs: [
        {
          ...(runId === undefined ? {} : { id: runId }),
          label: lineLabel(metric, metrics),
          config,
          curves: rowCurves(rows),
        },
      ],
      metric,
      xAxis: 'step',
      groupSeeds: false,
      stages: [stage],
    })
  const panels = config.stages.flatMap((_, stage) => {
    const drawn = metrics.flatMap((metric) => chartOf(metric, stage).panels)
    const [first] = drawn
    if (!first) return []
    if (!first.isResult) return [{ ...first, series: drawn.flatMap((panel) => panel.series) }]
    const xRange: [number, number] = [-0.5, drawn.length - 0.5]
    return [{ ...first, xRange, series: drawn.flatMap(({ series }, place) => series.map(movedBy(place))) }]
  })
  const [metric = ''] = metrics
  const { yLabel, ...spec } = chartOf(metric, 0)
  return { ...spec, yLabel: metrics.length > 1 ? '' : yLabel, panels }
}

/** Single points stand side by side. */
const movedBy =
  (distance: number) =>
  (series: ChartSeries): ChartSeries => ({
    ...series,
    points: series.points.map(({ x, y }) => ({ x: x + distance, y })),
  })
