// Groups that a person has hidden in the legend: charts and exports leave them out; colours of the others stay. Pure.
import { isPanels } from '../../../charts/chart'
import type { Chart, ChartSpec } from '../../../shared/chart'

export function withoutHidden(chart: ChartSpec, hidden: ReadonlySet<string>): ChartSpec
export function withoutHidden(chart: Chart, hidden: ReadonlySet<string>): Chart
/** A chart without the lines of some names, and what was predicted for them. */
export function withoutHidden(chart: Chart, hidden: ReadonlySet<string>): Chart {
  if (hidden.size === 0) return chart
  if (isPanels(chart)) {
    const panels = chart.panels.map((panel) => ({
      ...panel,
      series: panel.series.filter(
        ({ name, of }) => !hidden.has(name) && !(of !== undefined && hidden.has(of)),
      ),
    }))
    return { ...chart, panels }
  }
  if (chart.kind === 'heat') return chart
  return { ...chart, lines: chart.lines.filter(({ name }) => !hidden.has(name)) }
}
