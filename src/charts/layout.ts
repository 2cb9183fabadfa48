// Where everything on a chart stands, in pixels, worked out before it is drawn: title, legend, panel titles, plots side by
// side on one y axis. Text is measured by a rule of thumb (wide enough), since Node has no fonts to measure with.
import type { ChartPanel, ChartSpec } from '../shared/chart'
import type { ChartStyle } from './style'
import { enclosingTicks, formatTick, logTicks, type Ticks } from './ticks'

/** A plot's frame. */
export interface PanelFrame {
  left: number
  width: number
  /** Round number of x ticks that fit. */
  tickCount: number
}
export interface ChartLayout {
  title: { top: number }
  /** Entries stand in columns of `itemWidth`. */
  legend: { top: number; left: number; itemTextWidth: number; itemWidth: number; columns: number }
  note?: { top: number; left: number }
  yLabelTop: number
  /** The y axis' name stands along it where it is short enough, else above the plots. */
  isYLabelRotated: boolean
  /** Empty for a single panel, whose title says nothing the rest does not. */
  panelTitles: string[]
  panelTitleTop: number
  top: number
  bottom: number
  height: number
  panels: PanelFrame[]
  y: Ticks
  /** Distance of the y axis' name from its line. */
  yNameGap: number
}

/** Mean width of a character of Inter as a share of the text size, on the wide side. */
const CHARACTER = 0.55
/** Width of a legend's line sample, gap between entries and height of a row, as shares of the text size. */
export const legendMetrics = { sample: 1.3, gap: 1.2, row: 1.5 } as const
/** Space between a legend's sample and its text as a share of the text size, and what ECharts adds in pixels. */
export const SAMPLE_PADDING = 0.15
const SAMPLE_GAP = 5
/** Text size of the note, as a share of the chart's. */
export const NOTE_SIZE = 0.86
/** Empty space along a chart's edges, as a share of the text size. */
const MARGIN = 0.6
/** A legend's part of a chart's height at most: what is drawn matters more. */
const LEGEND_SHARE = 0.45
/** Height of a line of text, as a share of its size. */
const LINE = 1.45

/** Bold text is this much wider. */
const BOLD = 1.06

/** Estimated width of a text. */
export function textWidth(text: string, size: number): number {
  return text.length * size * CHARACTER
}

/** Lays a chart out; `legend` holds the texts its legend shows. */
export function chartLayout(spec: ChartSpec, style: ChartStyle, legend: readonly string[]): ChartLayout {
  const size = style.textSize
  const margin = size * MARGIN
  const room = style.width - 2 * margin
  let top = margin
  const title = { top }
  if (style.showTitle && spec.title !== undefined) top += size * 1.2 * LINE
  const itemTextWidth = Math.max(0, ...legend.map((text) => textWidth(text, size)))
  const { itemWidth, columns } = legendColumns(itemTextWidth, style)
  const rows = Math.ceil(legend.length / columns)
  const legendFrame = {
    top,
    left: margin,
    itemTextWidth: itemTextWidth + size * legendMetrics.gap,
    itemWidth,
    columns,
  }
  const note = noteFrame(spec.note, style, { top, rows, columns, itemWidth, count: legend.length })
  const legendRows = Math.max(rows, note ? note.row + 1 : 0)
  if (legendRows > 0) top += legendRows * size * legendMetrics.row + size * 0.3
  const bottom =
    margin +
    size * 1.4 +
    size * LINE * (Math.max(1, ...categoryLines(spec, room, size)) - 1) +
    (spec.panels.some((panel) => xTitle(panel, spec) !== '') ? size * LINE : 0)
  const panelTitleHeight = spec.panels.length > 1 ? size * LINE : 0
  const free = style.height - top - panelTitleHeight - size * 0.5 - bottom
  const isYLabelRotated = textWidth(spec.yLabel, size) <= free
  const yLabelTop = top
  if (!isYLabelRotated) top += size * LINE
  const panelTitleTop = top
  top += panelTitleHeight + size * 0.5
  const height = Math.max(size * 2, style.height - top - bottom)
  const y = yTicks(spec, Math.max(2, Math.min(6, Math.floor(height / (size * 2.2)))))
  const tickWidth = Math.max(...y.values.map((value) => textWidth(formatTick(value), size)), size)
  const yNameGap = tickWidth + size * 0.75
  const left = margin + tickWidth + size * 0.45 + (isYLabelRotated && spec.yLabel !== '' ? size * 1.5 : 0)
  const panels = panelFrames(spec, style, left, margin)
  const panelTitles =
    spec.panels.length > 1
      ? spec.panels.map(({ title: text }, index) => fitted(text, panels[index], size))
      : []
  const places = { title, legend: legendFrame, yLabelTop, isYLabelRotated, panelTitles, panelTitleTop }
  return { ...places, ...(note ? { note } : {}), top, bottom, height, panels, y, yNameGap }
}

/** Columns of a legend whose widest text is this wide. */
function legendColumns(textRoom: number, { textSize: size, width }: ChartStyle) {
  const itemWidth = textRoom + SAMPLE_GAP + size * (legendMetrics.sample + SAMPLE_PADDING + legendMetrics.gap)
  const room = width - 2 * MARGIN * size
  return { itemWidth, columns: Math.max(1, Math.floor((room + size * legendMetrics.gap) / itemWidth)) }
}

/** What a legend may have of a chart: width of a text, and entries by the width of the widest. */
export function legendRoom(style: ChartStyle): { width: number; entries: (widest: number) => number } {
  const { textSize: size, width, height } = style
  const rows = Math.max(1, Math.floor((height * LEGEND_SHARE) / (size * legendMetrics.row)))
  return {
    width: width - size * (2 * MARGIN + legendMetrics.sample + SAMPLE_PADDING) - SAMPLE_GAP,
    entries: (widest) => rows * legendColumns(widest, style).columns,
  }
}

/** What stands under a panel: single points alone on a chart have no panel title, so it stands there. */
export function xTitle(panel: ChartPanel, { panels }: ChartSpec): string {
  return panel.isResult && panels.length === 1 ? panel.title : panel.xLabel
}

/** What plots have of a chart's width, at least; the rest is ticks and space between them. */
const PLOT_SHARE = 0.8
/** Most lines of a name below a mark. */
const MOST_LINES = 5

/** Names below marks that can be read; where there are more, the legend has them. */
const MOST_NAMES = 12

/** Whether names stand below the marks of a panel. */
export const isNamedBelow = ({ categories }: ChartPanel): boolean =>
  categories !== undefined && categories.length <= MOST_NAMES

/** Lines that each name below the marks takes, in plots about as wide as their share of the chart. */
function categoryLines({ panels }: ChartSpec, room: number, size: number): number[] {
  const total = panels.reduce((sum, { weight }) => sum + weight, 0) || 1
  return panels.flatMap((panel) => {
    const { categories = [], weight } = panel
    if (!isNamedBelow(panel)) return []
    const width = (room * PLOT_SHARE * weight) / total / Math.max(1, categories.length)
    return categories.map((name) => wrapped(name, width, size).split('\n').length)
  })
}

/** A name in lines of a width; what is beyond the most lines is cut. */
export function wrapped(name: string, width: number, size: number): string {
  const lines = name.split('\n').flatMap((part) => {
    const broken: string[] = []
    for (const word of part.split(' ')) {
      const longer = `${broken.at(-1)} ${word}`
      if (broken.length > 0 && textWidth(longer, size) <= width) broken[broken.length - 1] = longer
      else broken.push(word)
    }
    return broken
  })
  const most = Math.max(1, Math.floor(width / (size * CHARACTER)))
  const fitting = lines.map((line) =>
    line.length > most ? `${line.slice(0, Math.max(1, most - 1))}…` : line,
  )
  if (fitting.length <= MOST_LINES) return fitting.join('\n')
  return [...fitting.slice(0, MOST_LINES - 1), `${fitting[MOST_LINES - 1]}…`].join('\n')
}

/** Space between panels: a tick's label on either side stands out by half its width. */
const PANEL_GAP = 2.8

function panelFrames(spec: ChartSpec, style: ChartStyle, left: number, margin: number): PanelFrame[] {
  const size = style.textSize
  const gap = size * PANEL_GAP
  const room = style.width - left - margin - size * 1.1 - gap * (spec.panels.length - 1)
  const total = spec.panels.reduce((sum, panel) => sum + panel.weight, 0) || 1
  let start = left
  return spec.panels.map((panel) => {
    const width = Math.max(size, (room * panel.weight) / total)
    const frame = { left: start, width, tickCount: Math.max(2, Math.floor(width / (size * 3.6))) }
    start += width + gap
    return frame
  })
}

/** A panel's title, without its second half where there is no room for it, and cut where there is not for the first. */
function fitted(title: string, frame: PanelFrame | undefined, size: number): string {
  const room = (frame?.width ?? 0) + size * (PANEL_GAP - 0.6)
  const isFitting = (text: string) => textWidth(text, size * BOLD) <= room
  if (isFitting(title)) return title
  let short = title.split(',')[0] ?? title
  if (isFitting(short)) return short
  while (short.length > 1 && !isFitting(`${short}…`)) short = short.slice(0, -1)
  return `${short.trimEnd()}…`
}

interface LegendBox {
  top: number
  rows: number
  columns: number
  itemWidth: number
  count: number
}
/** The note goes behind the legend's last entry, or on a row of its own where that is too far right. */
function noteFrame(note: string | undefined, style: ChartStyle, box: LegendBox) {
  if (note === undefined || !style.showLegend) return undefined
  const size = style.textSize
  const margin = size * MARGIN
  const used = box.count === 0 ? 0 : (((box.count - 1) % box.columns) + 1) * box.itemWidth
  const isBehind = margin + used + textWidth(note, size * NOTE_SIZE) <= style.width - margin
  const row = isBehind ? Math.max(0, box.rows - 1) : box.rows
  const top = box.top + row * size * legendMetrics.row + size * 0.09
  return { row, top, left: isBehind ? margin + used : margin }
}

/** One y axis for all panels: from the given ends where they are finite, else round numbers around everything drawn. */
function yTicks(spec: ChartSpec, count: number): Ticks {
  const drawn = spec.panels.flatMap((panel) =>
    panel.series.flatMap((series) => [
      ...series.points.map((point) => point.y),
      ...(series.band ?? []).flatMap(({ low, high }) => [low, high]),
    ]),
  )
  const finite = drawn.filter(Number.isFinite)
  const [floor, ceiling] = spec.yRange ?? [-Infinity, Infinity]
  if (spec.yScale === 'log') {
    const positive = finite.filter((value) => value > 0)
    const inside = positive.filter((value) => value >= floor && value <= ceiling)
    return logRange(inside.length > 0 ? inside : positive, count)
  }
  const low = Number.isFinite(floor) ? floor : finite.reduce((best, value) => Math.min(best, value), ceiling)
  const high = Number.isFinite(ceiling)
    ? ceiling
    : finite.reduce((best, value) => Math.max(best, value), floor)
  return Number.isFinite(low) && Number.isFinite(high)
    ? enclosingTicks(low, high, count)
    : enclosingTicks(0, 1, count)
}

function logRange(values: readonly number[], count: number): Ticks {
  const low = values.reduce((best, value) => Math.min(best, value), Infinity)
  const high = values.reduce((best, value) => Math.max(best, value), 0)
  const min = Number.isFinite(low) ? 10 ** Math.floor(Math.log10(low)) : 0.1
  const max = high > 0 ? 10 ** Math.max(Math.ceil(Math.log10(high)), Math.log10(min) + 1) : 1
  return { min, max, interval: 1, values: logTicks(min, max, count) }
}
