// A chart's data as CSV: exactly what is drawn, before anything is thinned out for pixels. One row a point (RFC 4180).
import type { ChartSeries, ChartSpec } from './line-chart'

const columns = ['panel', 'x_label', 'series', 'kind', 'x', 'y', 'low', 'high', 'n'] as const

/** The CSV text; `kind` is line, trace (a single run behind a mean) or theory; low, high and n where there is an interval. */
export function chartCsv(spec: ChartSpec): string {
  const rows = spec.panels.flatMap((panel) =>
    panel.series.flatMap((series) => {
      const bands = new Map(series.band?.map((point) => [point.x, point]))
      return series.points.map(({ x, y }) => {
        const band = bands.get(x)
        const place = panel.isResult ? undefined : x
        return [
          panel.title,
          panel.xLabel,
          series.name,
          kindOf(series),
          place,
          y,
          band?.low,
          band?.high,
          band?.n,
        ]
      })
    }),
  )
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

function kindOf(series: ChartSeries): 'line' | 'trace' | 'theory' {
  if (series.theory === true) return 'theory'
  return series.ghost === true ? 'trace' : 'line'
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return ''
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
