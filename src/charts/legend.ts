// The legend: one entry a line name, with the number of seeds behind it, and one for predictions.
import {
  isNamedBelow,
  legendMetrics,
  legendRoom,
  SAMPLE_PADDING,
  textWidth,
  type ChartLayout,
} from './layout'
import type { ChartSeries, ChartSpec } from '../shared/chart'
import type { ChartStyle } from './style'

/** Texts by the name of the line; empty where a chart has a single line and nothing to say of it. */
export function legendTexts(spec: ChartSpec): Map<string, string> {
  // Where names stand below the marks, only colours that stand for something else need words.
  const panels = spec.panels.filter((panel) => !isNamedBelow(panel))
  const lines = panels.flatMap((panel) => panel.series).filter((series) => series.ghost !== true)
  const named = lines.filter((series) => series.theory !== true)
  const names = [...new Set(named.map((series) => series.name))]
  const seeds = (name: string) => seedsText(named.filter((series) => series.name === name))
  if (names.length < 2 && names.every((name) => seeds(name) === '')) return new Map()
  return new Map(names.map((name) => [name, `${name}${seeds(name)}`]))
}

/** A chart and the entries that its legend has room for, none where the style has no legend; the note says how many are left out. */
export function withLegend(
  spec: ChartSpec,
  style: ChartStyle,
): { spec: ChartSpec; legend: Map<string, string> } {
  if (!style.showLegend) return { spec, legend: new Map() }
  const { legend, note } = fittingLegend(legendTexts(spec), spec.note, style)
  return { spec: note === undefined ? spec : { ...spec, note }, legend }
}

/** The first entries where there is no room for all, each as long as there is room for. */
export function fittingLegend(
  texts: ReadonlyMap<string, string>,
  note: string | undefined,
  style: ChartStyle,
): { legend: Map<string, string>; note?: string } {
  const room = legendRoom(style)
  const entries = [...texts].map(([name, text]) => [name, cut(text, room.width, style.textSize)] as const)
  const widest = Math.max(0, ...entries.map(([, text]) => textWidth(text, style.textSize)))
  const all = room.entries(widest)
  if (entries.length <= all) return { legend: new Map(entries), ...(note === undefined ? {} : { note }) }
  const left = `${entries.length - all} more ${entries.length - all === 1 ? 'group is' : 'groups are'} not named`
  return { legend: new Map(entries.slice(0, all)), note: note ? `${left}; ${note}` : left }
}

/** A text without its middle where it is too long: names differ at their ends, and n stands there. */
function cut(text: string, width: number, size: number): string {
  const most = Math.floor(width / textWidth('m', size))
  if (text.length <= most) return text
  const half = Math.max(1, (most - 1) / 2)
  return `${text.slice(0, Math.ceil(half)).trimEnd()}…${text.slice(-Math.floor(half)).trimStart()}`
}

/** ` (n = 3)`, or ` (n = 2 to 3)` where seeds are missing at some x; nothing for single runs. */
function seedsText(series: readonly ChartSeries[]): string {
  const counts = series.flatMap((each) => (each.band ?? []).map((point) => point.n))
  if (counts.length === 0) return ''
  const low = counts.reduce((a, b) => Math.min(a, b))
  const high = counts.reduce((a, b) => Math.max(a, b))
  return low === high ? ` (n = ${high})` : ` (n = ${low} to ${high})`
}

/** The ECharts legend at its place. */
export function legendOption(
  spec: ChartSpec,
  texts: ReadonlyMap<string, string>,
  layout: ChartLayout,
  style: ChartStyle,
) {
  const size = style.textSize
  const series = spec.panels.flatMap((panel) => panel.series)
  const marked = (name: string) =>
    series.find((each) => each.name === name && (each.dash !== undefined || each.marker !== undefined))
  const hasMarkers = series.some(({ marker }) => marker !== undefined)
  return {
    show: true,
    type: 'plain',
    // A line with dashes or a marker shows them; without a marker, the one ECharts puts there is hidden.
    data: [...texts.keys()].map((name) => {
      const line = marked(name)
      // A name's first series may be a faint single run.
      if (!line && !hasMarkers) return { name, itemStyle: { opacity: 1 } }
      const opacity = line?.marker === undefined ? 0 : 1
      return { name, icon: 'inherit', itemStyle: { opacity }, lineStyle: { width: style.lineWidth } }
    }),
    formatter: (name: string) => texts.get(name) ?? name,
    top: layout.legend.top,
    left: layout.legend.left,
    right: layout.legend.left,
    padding: 0,
    // Entries have equal widths, the space between them included: texts cannot be measured everywhere.
    itemGap: size * (legendMetrics.row - 1.2),
    itemWidth: size * legendMetrics.sample,
    itemHeight: hasMarkers ? size * 0.5 : style.lineWidth * 1.5,
    icon: 'roundRect',
    textStyle: {
      color: style.text,
      fontSize: size,
      lineHeight: size * 1.2,
      width: layout.legend.itemTextWidth,
      padding: [0, 0, 0, size * SAMPLE_PADDING],
    },
    inactiveColor: style.axis,
    selectedMode: true,
  }
}
