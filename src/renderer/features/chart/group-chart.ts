// One chart of several metrics of one run: the chart of each metric, laid over each other. Pure.
import type { ChartPanel, ChartSpec } from '../../../charts/line-chart'
import { buildRunChart } from '../../../charts/run-chart'
import type { RunConfig } from '../../../shared/config/schema'
import { metricInfo } from '../../../shared/run/metrics'
import type { MetricsRow } from '../../../shared/run/rows'

/** The chart of some metrics over the steps of one run; panels of one stage are laid over each other. */
export function groupChart(
  metrics: readonly string[],
  config: RunConfig,
  rows: readonly MetricsRow[],
): ChartSpec {
  const specs = metrics.map((metric) =>
    buildRunChart({
      runs: [{ label: metricInfo(metric).title, config, rows }],
      metric,
      xAxis: 'step',
      groupSeeds: false,
    }),
  )
  const panels = new Map<string, ChartPanel>()
  for (const panel of specs.flatMap((spec) => spec.panels)) {
    const found = panels.get(panel.title)
    panels.set(panel.title, found ? { ...found, series: [...found.series, ...panel.series] } : panel)
  }
  const [first] = specs
  if (!first) throw new Error('internal: a chart has at least one metric')
  return { ...first, yLabel: metrics.length > 1 ? '' : first.yLabel, panels: [...panels.values()] }
}
