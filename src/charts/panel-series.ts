// The ECharts series of one panel: bands below, ghost traces, lines, and the labels of predictions on top.
import type {
  CustomSeriesRenderItemAPI,
  CustomSeriesRenderItemParams,
  CustomSeriesRenderItemReturn,
} from 'echarts'
import { downsample, downsampleBand } from './downsample'
import { intervalsOf } from './intervals'
import { textWidth, type PanelFrame } from './layout'
import type { ChartBandPoint, ChartPanel, ChartPoint, ChartSeries } from '../shared/chart'
import type { ChartStyle } from './style'
import { markSeries } from './mark-series'
import { formatValue } from './ticks'

/** Where and how a panel is drawn. */
export interface PanelContext {
  index: number
  style: ChartStyle
  frame: PanelFrame | undefined
  /** Where bars begin on a logarithmic y axis. */
  yFloor?: number
  colourOf: (series: ChartSeries) => string
}

/** Points a line may have per pixel; two neighbours closer than this cannot be told apart. */
const POINTS_PER_PIXEL = 0.5
/** Points all lines of a panel, and all bands of it, may have together: a file of eight lines stays below 200 kB. */
const LINE_BUDGET = 6400
const BAND_BUDGET = 960
const FEWEST_POINTS = 64
/** Up to here every point is marked: the points are few and lines between them only a guide. */
export const MARKED_POINTS = 24

/** Markers on a long line, and their size in widths of the line. */
const MARKERS_PER_LINE = 8
export const MARKER_SIZE = 3.4
/** Size of a scattered dot in widths of a line. */
const DOT_SIZE = 4.4
const DOT_OPACITY = 0.75

/** More predictions than these are told apart by colour; their labels would hide the lines. */
export const MOST_LABELS = 3

/** Between a prediction and its label, and how far the label reaches above the line, in sizes of its text. */
const LABEL_GAP = 0.3
const LABEL_RISE = 1 + LABEL_GAP

/** All series of a panel, lowest first. */
export function panelSeries(panel: ChartPanel, context: PanelContext): object[] {
  const { style, frame } = context
  const pixels = (frame?.width ?? style.width) * POINTS_PER_PIXEL
  const share = (budget: number, count: number) =>
    Math.max(FEWEST_POINTS, Math.round(Math.min(pixels, budget / Math.max(1, count))))
  const limit = share(LINE_BUDGET, panel.series.length)
  const bandLimit = share(BAND_BUDGET, panel.series.filter((series) => series.band).length)
  const shown = panel.series.map((series) => ({ ...series, points: visible(series.points, panel) }))
  const bands = shown.flatMap((series) => bandSeries(series, panel, bandLimit, context))
  const lines = shown.map((series, line) => lineSeries(series, line, panel, limit, context))
  const marks = shown.flatMap((series) => markSeries(series, panel, context))
  // Beside single points there is no room for words; the dashes say it.
  const theory = shown.filter(
    (series) => series.theory === true && series.points.length > 0 && !panel.isResult,
  )
  // Lines first: of series of one name, the legend takes after the first.
  return [
    ...lines,
    ...marks,
    ...bands,
    ...(theory.length > 0 && theory.length <= MOST_LABELS ? [theoryLabels(theory, context)] : []),
  ]
}

/** A log axis has no place for zero. */
function visible<T extends { x: number }>(points: readonly T[], panel: ChartPanel): T[] {
  return panel.xScale === 'linear' ? [...points] : points.filter((point) => point.x > 0)
}

const axes = (index: number) => ({ xAxisIndex: index, yAxisIndex: index })

function lineSeries(
  series: ChartSeries,
  line: number,
  panel: ChartPanel,
  limit: number,
  context: PanelContext,
) {
  const { style, index, colourOf } = context
  const isTheory = series.theory === true
  const isGhost = series.ghost === true
  // Dots are runs, of which none is left out.
  const points = series.mark ? series.points : downsample(series.points, limit, panel.xScale)
  const isDots = series.mark === 'points' || series.mark === 'box'
  const isMarked =
    isDots ||
    (series.mark !== 'bar' &&
      !isTheory &&
      (points.length === 1 || (!isGhost && points.length <= MARKED_POINTS)))
  const hasMarker = series.marker !== undefined && !isGhost && !isTheory
  const width = isGhost ? style.lineWidth * 0.45 : isTheory ? style.lineWidth * 0.62 : style.lineWidth
  return {
    type: 'line',
    name: series.name,
    ...axes(index),
    data: points.map(({ x, y }, place) => {
      const value = [x, Number.isFinite(y) ? y : null]
      const hasNone = hasMarker && !isMarked && !isMarkerPlace(place, points.length, line)
      return hasNone ? { value, symbol: 'none' } : value
    }),
    showSymbol: isMarked || hasMarker,
    symbol: series.marker ?? 'circle',
    symbolSize:
      style.lineWidth * (isGhost ? 1.6 : hasMarker ? MARKER_SIZE : series.mark === 'points' ? DOT_SIZE : 2.4),
    // Dots that lie on each other are seen through.
    itemStyle: { opacity: isGhost ? style.ghostOpacity : series.mark === 'points' ? DOT_OPACITY : 1 },
    connectNulls: false,
    clip: true,
    silent: isGhost || isTheory,
    z: isGhost ? 2 : isTheory ? 5 : 4,
    color: colourOf(series),
    lineStyle: {
      width: isDots ? 0 : width,
      type: isTheory ? [style.textSize * 0.35, style.textSize * 0.28] : dashOf(series, width),
      opacity: isGhost ? style.ghostOpacity : 1,
      join: 'round',
      // A round end closes the gaps between short dashes.
      cap: isTheory || series.dash !== undefined ? 'butt' : 'round',
    },
    emphasis: { disabled: true },
    tooltip: { show: !isGhost },
  }
}

/** Lengths of dashes and gaps, in pixels. */
function dashOf({ dash = 'solid' }: ChartSeries, width: number): string | number[] {
  if (dash === 'dash-dot') return [4 * width, 1.6 * width, 1.2 * width, 1.6 * width]
  return dash === 'dotted' ? [1.2 * width, 1.2 * width] : dash
}

/** Whether a long line has its marker at this point: at equal distances, and not where the line beside it has its own. */
export function isMarkerPlace(place: number, length: number, line: number): boolean {
  const stride = Math.max(1, Math.ceil(length / MARKERS_PER_LINE))
  return place % stride === Math.floor(((line % MARKERS_PER_LINE) * stride) / MARKERS_PER_LINE)
}

function bandSeries(series: ChartSeries, panel: ChartPanel, limit: number, context: PanelContext): object[] {
  if (!series.band || series.band.length === 0) return []
  const { style, index, colourOf } = context
  if (series.points.length === 1) return [whisker(series, series.band[0], context)]
  if (series.band.length < 2) return []
  const band = visible(series.band, panel)
  const parts = bandParts(series.points, band).map((part) =>
    downsampleBand(part, Math.max(2, Math.round((limit * part.length) / band.length))),
  )
  return [
    {
      type: 'custom',
      name: series.name,
      ...axes(index),
      data: [[band[0]?.x ?? 0, band[0]?.low ?? 0]],
      silent: true,
      clip: true,
      z: 1,
      color: colourOf(series),
      tooltip: { show: false },
      renderItem: (_: unknown, api: CustomSeriesRenderItemAPI): CustomSeriesRenderItemReturn => ({
        type: 'group',
        children: parts.map((part) => ({
          type: 'polygon' as const,
          shape: { points: outline(part, api, style.lineWidth) },
          style: { fill: colourOf(series), opacity: style.bandOpacity },
        })),
      }),
    },
  ]
}

/** The interval of a single point: a line with caps. */
function whisker(series: ChartSeries, interval: ChartBandPoint | undefined, context: PanelContext) {
  const { style, index, colourOf } = context
  const { x, low, high } = interval ?? { x: 0, low: 0, high: 0 }
  return {
    type: 'custom',
    name: series.name,
    ...axes(index),
    data: [[x, low]],
    silent: true,
    clip: true,
    z: 3,
    color: colourOf(series),
    tooltip: { show: false },
    renderItem: (_: unknown, api: CustomSeriesRenderItemAPI): CustomSeriesRenderItemReturn => {
      const [centre = 0, bottom = 0] = api.coord([x, low])
      const [, top = 0] = api.coord([x, high])
      const cap = style.lineWidth * 2
      const line = (x1: number, y1: number, x2: number, y2: number) => ({
        type: 'line' as const,
        shape: { x1, y1, x2, y2 },
        style: { stroke: colourOf(series), lineWidth: style.lineWidth * 0.7 },
      })
      return {
        type: 'group',
        children: [
          line(centre, top, centre, bottom),
          line(centre - cap, top, centre + cap, top),
          line(centre - cap, bottom, centre + cap, bottom),
        ],
      }
    },
  }
}

/** The parts of a band between points of the line that have no interval: fewer than two runs have a value there. */
export function bandParts(
  points: readonly ChartPoint[],
  band: readonly ChartBandPoint[],
): ChartBandPoint[][] {
  const parts: ChartBandPoint[][] = [[]]
  for (const interval of intervalsOf({ points: [...points], band: [...band] }))
    if (interval) parts.at(-1)?.push(interval)
    else parts.push([])
  // A band with points of its own has no such gaps.
  const isOfLine = parts.flat().length === band.length
  return isOfLine ? parts.filter((part) => part.length > 0) : [[...band]]
}

/** Along the upper ends and back along the lower ones; a single interval is as wide as a line. */
function outline(
  band: readonly ChartBandPoint[],
  api: CustomSeriesRenderItemAPI,
  lineWidth: number,
): number[][] {
  const rounded = (x: number, y: number) => api.coord([x, y]).map((pixel) => Math.round(pixel * 10) / 10)
  const [only, second] = band
  if (only && second === undefined) {
    const [[x = 0, top = 0], [, bottom = 0]] = [rounded(only.x, only.high), rounded(only.x, only.low)]
    const [left, right] = [x - lineWidth / 2, x + lineWidth / 2]
    return [
      [left, top],
      [right, top],
      [right, bottom],
      [left, bottom],
    ]
  }
  return [
    ...band.map(({ x, high }) => rounded(x, high)),
    ...[...band].reverse().map(({ x, low }) => rounded(x, low)),
  ]
}

/**
 * `theory 0.5` at the right end of each prediction, above its line, or below one at the upper end of the plot, where the panel's title
 * stands; those that would touch are moved apart.
 */
function theoryLabels(theory: readonly ChartSeries[], context: PanelContext) {
  const { style, index, colourOf } = context
  const size = style.textSize * 0.86
  return {
    type: 'custom',
    name: 'theory labels',
    ...axes(index),
    data: [[theory[0]?.points[0]?.x ?? 0, theory[0]?.points[0]?.y ?? 0]],
    silent: true,
    clip: false,
    z: 6,
    tooltip: { show: false },
    renderItem: (
      { coordSys }: CustomSeriesRenderItemParams,
      api: CustomSeriesRenderItemAPI,
    ): CustomSeriesRenderItemReturn => {
      const upperEnd = (coordSys as unknown as { y?: number }).y ?? 0
      const isOutside = (y: number) => y - size * LABEL_RISE < upperEnd
      const anchors = theory.map((series) => {
        const end = lastFinite(series.points)
        const [x = 0, y = 0] = api.coord([end.x, end.y])
        const below = isOutside(y) ? size * (1 + 2 * LABEL_GAP) : 0
        return { text: labelText(series), colour: colourOf(series), x, y: y + below }
      })
      const placed = spread(merged(anchors, style.text), size * 1.15)
      return {
        type: 'group',
        children: placed.map(({ text, colour, x, y }) => ({
          type: 'text',
          x,
          y: y - size * LABEL_GAP,
          style: {
            text,
            fill: colour,
            stroke: style.halo,
            lineWidth: size * 0.3,
            font: `500 ${size}px ${style.fontFamily}`,
            align: 'right',
            verticalAlign: 'bottom',
            width: textWidth(text, size),
          },
        })),
      }
    },
  }
}

/** `theory 0.5`: what stands at a prediction. */
export function labelText({ points, of, name }: ChartSeries): string {
  const first = points[0]?.y
  const isConstant = points.every((point) => point.y === first)
  const word = of === undefined ? name.toLowerCase() : 'theory'
  return isConstant && first !== undefined ? `${word} ${formatValue(Number(first.toPrecision(3)))}` : word
}

/** The last point that has a value. */
export function lastFinite(points: readonly ChartPoint[]): ChartPoint {
  return [...points].reverse().find((point) => Number.isFinite(point.y)) ?? { x: 0, y: 0 }
}

/** Equal words at equal heights once, in the colour of text. */
function merged<T extends { text: string; y: number; colour: string }>(
  labels: readonly T[],
  colour: string,
): T[] {
  const keyOf = ({ text, y }: T) => `${text} ${Math.round(y)}`
  const keys = labels.map(keyOf)
  return labels
    .filter((label, index) => keys.indexOf(keyOf(label)) === index)
    .map((label) => (keys.filter((key) => key === keyOf(label)).length > 1 ? { ...label, colour } : label))
}

/** Moves labels up until each is a line's height from the one below it. */
function spread<T extends { y: number }>(labels: readonly T[], distance: number): T[] {
  const sorted = [...labels].sort((a, b) => b.y - a.y)
  let limit = Infinity
  return sorted.map((label) => {
    const y = Math.min(label.y, limit)
    limit = y - distance
    return { ...label, y }
  })
}
