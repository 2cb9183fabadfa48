// What the pointer shows: every line's value at that x, with interval and n. HTML made here; names are escaped.
import type { ChartPanel, ChartSeries, ChartSpec } from '../shared/chart'
import { intervalsOf } from './intervals'
import type { ChartStyle } from './style'
import { formatTick, formatValue } from './ticks'

interface TooltipItem {
  seriesType?: string
  seriesName?: string
  axisIndex?: number
  axisValue?: number | string
  color?: string
  data?: unknown
}

/** The ECharts tooltip: a vertical line in the panel under the pointer, and a table beside it. */
export function tooltipOption(spec: ChartSpec, style: ChartStyle, colourOf: (series: ChartSeries) => string) {
  return {
    trigger: 'axis',
    // On the screen it may stand out of its chart; a small chart would be hidden by it.
    ...(style.isFluid ? { appendTo: 'body' } : { confine: true }),
    transitionDuration: 0,
    axisPointer: { type: 'line', lineStyle: { color: style.muted, width: 1, type: 'solid' } },
    backgroundColor: style.tooltip.background,
    borderColor: style.tooltip.border,
    borderWidth: 1,
    padding: [6, 9],
    textStyle: { color: style.tooltip.text, fontSize: Math.max(11, Math.min(style.textSize, 13)) },
    formatter: (items: TooltipItem[] | TooltipItem) =>
      tooltipHtml(spec, Array.isArray(items) ? items : [items], colourOf),
  }
}

function tooltipHtml(
  spec: ChartSpec,
  items: readonly TooltipItem[],
  colourOf: (series: ChartSeries) => string,
): string {
  const first = items[0]
  const panel = spec.panels[first?.axisIndex ?? 0]
  if (!first || !panel) return ''
  const x = Number(first.axisValue)
  const rows = items.flatMap((item) => row(panel, item, colourOf))
  if (rows.length === 0) return ''
  const heading = panel.categories
    ? escape((panel.categories[Math.round(x)] ?? '').replaceAll('\n', ', '))
    : panel.isResult
      ? escape(panel.title)
      : `${escape(panel.xLabel)} ${formatTick(x)}`
  const leadsOn = panel.series.some(({ places }) => places !== undefined)
  const hint = leadsOn ? '<div style="margin-top:3px;opacity:.7">Click: the samples of this step</div>' : ''
  return `<div style="font-weight:600;margin-bottom:2px">${heading}</div><table style="border-spacing:0">${rows.join('')}</table>${hint}`
}

function row(panel: ChartPanel, item: TooltipItem, colourOf: (series: ChartSeries) => string): string[] {
  if (item.seriesType !== 'line' || !Array.isArray(item.data)) return []
  const [x, y] = item.data as (number | null)[]
  const series = panel.series.find((each) => each.name === item.seriesName && each.ghost !== true)
  if (!series || typeof y !== 'number') return []
  const index = series.points.findIndex((point) => point.x === x && point.y === y)
  const band = intervalsOf(series)[index]
  const count = series.counts?.[index]
  const interval = band
    ? `${formatValue(band.low)} to ${formatValue(band.high)}, n = ${band.n}`
    : count === undefined
      ? ''
      : `n = ${count}`
  const swatch = `<span style="display:inline-block;width:10px;height:0;margin-right:6px;vertical-align:middle;border-top:2px ${series.theory ? 'dashed' : 'solid'} ${colourOf(series)}"></span>`
  return [
    `<tr><td>${swatch}${escape(series.name)}</td>` +
      `<td style="text-align:right;padding-left:12px;font-variant-numeric:tabular-nums">${formatValue(y)}</td>` +
      `<td style="padding-left:8px;opacity:.7">${interval}</td></tr>`,
  ]
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escape = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
