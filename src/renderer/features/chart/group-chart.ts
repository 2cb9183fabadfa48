// One chart of several metrics of one run: the chart of each metric, laid over each other. Pure.
import type { ChartSpec } from '../../../charts/line-chart'
import { buildRunChart } from '../../../charts/run-chart'
import type { RunConfig } from '../../../shared/config/schema'
import type { MetricsRow } from '../../../shared/run/rows'
import { lineLabel } from './chart-groups'

/** The chart of some metrics over the steps of one run; panels of one stage are laid over each other. */
export function groupChart(
  metrics: readonly string[],
  config: RunConfig,
  rows: readonly MetricsRow[],
): ChartSpec {
  const chartOf = (metric: string, stage: number) =>
    buildRunChart({
      runs: [{ label: lineLabel(metric, metrics), config, rows }],
      metric,
      xAxis: 'step',
      groupSeeds: false,
      stages: [stage],
    })
  const panels = config.stages.flatMap((_, stage) => {
    const drawn = metrics.flatMap((metric) => chartOf(metric, stage).panels)
    const [first] = drawn
    return first ? [{ ...first, series: drawn.flatMap((panel) => panel.series) }] : []
  })
  const [metric = ''] = metrics
  const { yLabel, ...spec } = chartOf(metric, 0)
  return { ...spec, yLabel: metrics.length > 1 ? '' : yLabel, panels }
}
