// One chart of several metrics of one run: the chart of each metric, laid over each other. Pure.
import type { ChartSpec } from '../../../charts/line-chart'
import { buildRunChart } from '../../../charts/run-chart'
import type { RunConfig } from '../../../shared/config/schema'
import { metricInfo } from '../../../shared/run/metrics'
import type { MetricsRow } from '../../../shared/run/rows'

/** The chart of some metrics over the steps of one run; the y axis is named after the first. */
export function groupChart(
  metrics: readonly string[],
  config: RunConfig,
  rows: readonly MetricsRow[],
): ChartSpec {
  const specs = metrics.map((metric) =>
    buildRunChart({
      runs: [{ label: metricInfo(metric).title, config, rows: [...rows] }],
      metric,
      xAxis: 'step',
      groupSeeds: false,
    }),
  )
  const [first, ...others] = specs
  if (!first) throw new Error('internal: a chart has at least one metric')
  const panels = first.panels.map((panel, index) => ({
    ...panel,
    series: [panel, ...others.flatMap((spec) => spec.panels[index] ?? [])].flatMap((each) => each.series),
  }))
  return { ...first, panels }
}
