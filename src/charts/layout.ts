// Where everything on a chart stands, in pixels, worked out before it is drawn: title, legend, panel titles, plots side by
// side on one y axis. Text is measured by a rule of thumb (wide enough), since Node has no fonts to measure with.
import type { ChartSpec } from './line-chart'
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
  legend: { top: number; left: number; width: number; rowHeight: number }
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
const CHARACTER = 0.58
/** Width of a legend's line sample and the gap after it, as shares of the text size. */
export const legendMetrics = { sample: 1.6, gap: 1.3, row: 1.55 } as const

/** Estimated width of a text. */
export function textWidth(text: string, size: number): number {
  return text.length * size * CHARACTER
}

/** Height of a heading above the plots, as a share of the text size. */
const HEADING = 1.2

/** Lays a chart out; `legend` holds the names its legend shows. */
export function chartLayout(spec: ChartSpec, style: ChartStyle, legend: readonly string[]): ChartLayout {
  const size = style.textSize
  const margin = size * 0.6
  const hasTitle = style.showTitle && spec.title !== undefined
  const hasPanelTitles = spec.panels.length > 1
  const hasXLabel = spec.panels.some((panel) => panel.xLabel !== '')
  const titleHeight = hasTitle ? size * HEADING * 1.5 : 0
  const legendWidth = style.width - 2 * margin
  const rows = legend.length === 0 ? 0 : legendRows(legend, size, legendWidth)
  const legendHeight = rows * size * legendMetrics.row
  const panelTitleTop = margin + titleHeight + legendHeight + (rows > 0 ? size * 0.25 : 0)
  const top = panelTitleTop + (hasPanelTitles ? size * 1.75 : size * 0.45)
  const bottom = margin + size * 1.5 + (hasXLabel ? size * 1.45 : 0)
  const height = Math.max(size * 2, style.height - top - bottom)
  const y = yTicks(spec, Math.max(2, Math.min(6, Math.floor(height / (size * 2.4)))))
  const tickWidth = Math.max(...y.values.map((value) => textWidth(formatTick(value), size)), size)
  const yNameGap = tickWidth + size * 0.75
  const left = margin + yNameGap + size * (spec.yLabel === '' ? 0 : 1.1)
  // Half of the last tick's label stands out to the right.
  const right = margin + size * 1.1
  const gap = hasPanelTitles ? size * 2.3 : 0
  const room = style.width - left - right - gap * (spec.panels.length - 1)
  const weights = spec.panels.map((panel) => panel.weight)
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1
  let start = left
  const panels = weights.map((weight): PanelFrame => {
    const width = Math.max(size, (room * weight) / total)
    const frame = { left: start, width, tickCount: Math.max(2, Math.floor(width / (size * 4))) }
    start += width + gap
    return frame
  })
  const legendFrame = {
    top: margin + titleHeight,
    left: margin,
    width: legendWidth,
    rowHeight: size * legendMetrics.row,
  }
  return {
    title: { top: margin },
    legend: legendFrame,
    panelTitleTop,
    top,
    bottom,
    height,
    panels,
    y,
    yNameGap,
  }
}

function legendRows(names: readonly string[], size: number, width: number): number {
  let rows = 1
  let used = 0
  for (const name of names) {
    const needed = textWidth(name, size) + size * (legendMetrics.sample + legendMetrics.gap + 0.4)
    if (used > 0 && used + needed > width) {
      rows++
      used = 0
    }
    used += needed
  }
  return rows
}

/** One y axis for all panels: the given range, or round numbers around everything drawn. */
function yTicks(spec: ChartSpec, count: number): Ticks {
  const drawn = spec.panels.flatMap((panel) =>
    panel.series.flatMap((series) => [
      ...series.points.map((point) => point.y),
      ...(series.band ?? []).flatMap(({ low, high }) => [low, high]),
    ]),
  )
  const finite = drawn.filter(Number.isFinite)
  if (spec.yScale === 'log')
    return logRange(
      finite.filter((value) => value > 0),
      count,
    )
  const low = spec.yRange?.[0] ?? finite.reduce((best, value) => Math.min(best, value), Infinity)
  const high = spec.yRange?.[1] ?? finite.reduce((best, value) => Math.max(best, value), -Infinity)
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
