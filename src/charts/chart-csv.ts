// A chart's data as CSV: exactly what is drawn, before anything is thinned out for pixels. One row a point (RFC 4180).
import type { Chart, ChartSeries, ChartSpec } from '../shared/chart'
import { isPanels } from './chart'
import { intervalsOf } from './intervals'

const columns = ['panel', 'x_label', 'series', 'kind', 'x', 'y', 'low', 'high', 'n'] as const

/** The CSV text of any chart. */
export function chartCsv(chart: Chart): string {
  if (isPanels(chart)) return panelsCsv(chart)
  if (chart.kind === 'heat') {
    const { xLabel, yLabel, valueLabel, columns: xs, rows: ys } = chart
    const cells = chart.cells.map(({ column, row, value, n }) => [xs[column], ys[row], value, n])
    return csvText([[xLabel, yLabel, valueLabel, 'n'], ...cells])
  }
  const lines = chart.lines.map(({ name, values }) => [
    name,
    ...values.map((value, index) =>
      value === null ? undefined : (chart.axes[index]?.values?.[value] ?? value),
    ),
  ])
  return csvText([['series', ...chart.axes.map(({ label }) => label)], ...lines])
}

/** Of panels; `kind` is line, trace (a single run behind a mean), theory, bar or point; low and high where there is an interval, n of means. */
function panelsCsv(spec: ChartSpec): string {
  const rows = spec.panels.flatMap((panel) =>
    panel.series.flatMap((series) => {
      const intervals = intervalsOf(series)
      return series.points.map(({ x, y }, index) => {
        const band = intervals[index]
        const place = panel.isResult || panel.categories ? undefined : x
        return [
          panel.title,
          panel.xLabel,
          series.name,
          kindOf(series),
          place,
          y,
          band?.low,
          band?.high,
          band?.n ?? series.counts?.[index],
        ]
      })
    }),
  )
  return csvText([columns, ...rows])
}

function csvText(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

function kindOf(series: ChartSeries): string {
  if (series.mark !== undefined) return series.mark === 'bar' ? 'bar' : 'point'
  if (series.theory === true) return 'theory'
  return series.ghost === true ? 'trace' : 'line'
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return ''
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
