// A chart of lines and dots as native plots of a slide: the same frames, axes, colours and texts as the picture, so that one may
// stand for the other. Bands become error bars where points are few, else a thin line at either end: no program fills them.
import type { SlideAxis, SlideChart, SlidePanel, SlideSeries, SlideText } from '../../shared/slide-chart'
import { downsample, downsampleBand } from '../downsample'
import { chartLayout, legendMetrics, NOTE_SIZE, xTitle, type ChartLayout, type PanelFrame } from '../layout'
import { withLegend } from '../legend'
import type { ChartBandPoint, ChartPanel, ChartPoint, ChartSeries, ChartSpec } from '../../shared/chart'
import { intervalsOf } from '../intervals'
import { lineColours, xEnds } from '../line-chart'
import {
  isMarkerPlace,
  labelText,
  lastFinite,
  MARKED_POINTS,
  MARKER_SIZE,
  MOST_LABELS,
} from '../panel-series'
import type { ChartStyle } from '../style'
import { innerTicks } from '../ticks'

/** Points a line may have on a slide: as many as anyone can edit, and more than the eye can tell apart there. */
const MOST_POINTS = 600
/** Width and colour of a band's ends, as shares of the line's. */
const BAND_WIDTH = 0.35
const BAND_OPACITY = 0.4

/** The slide; nothing for charts with bars, boxes or named places, which stay pictures. */
export function slideChart(whole: ChartSpec, style: ChartStyle): SlideChart | undefined {
  const isPicture = ({ categories, series }: ChartPanel) =>
    categories !== undefined || series.some(({ mark }) => mark === 'bar' || mark === 'box')
  if (whole.panels.length === 0 || whole.panels.some(isPicture)) return undefined
  const { spec, legend } = withLegend(whole, style)
  const layout = chartLayout(spec, style, [...legend.values()])
  const colourOf = (series: ChartSeries) => hex(lineColours(spec, style)(series))
  const { textSize, text, muted, axis, grid, background } = style
  return {
    texts: [
      ...headings(spec, style, layout),
      ...legendWords(legend, layout, style),
      ...labels(spec, style, layout),
    ],
    samples: samples(spec, legend, layout, style, colourOf),
    panels: spec.panels.map((panel, index) => slidePanel(spec, panel, index, layout, style, colourOf)),
    textSize,
    text: hex(text),
    muted: hex(muted),
    axis: hex(axis),
    grid: hex(grid),
    ...(background === 'transparent' ? {} : { background: hex(background) }),
  }
}

type ColourOf = (series: ChartSeries) => string

const hex = (colour: string): string =>
  /^#[0-9a-f]{6}$/i.test(colour) ? colour.slice(1).toLowerCase() : '888888'

function headings(spec: ChartSpec, style: ChartStyle, layout: ChartLayout): SlideText[] {
  const size = style.textSize
  const margin = size * 0.6
  const line = (text: string, top: number, left: number, options: Partial<SlideText>): SlideText => ({
    text,
    top,
    left,
    width: style.width - left,
    size,
    align: 'left',
    colour: hex(style.text),
    bold: false,
    ...options,
  })
  const note = layout.note
  return [
    ...(style.showTitle && spec.title !== undefined
      ? [line(spec.title, layout.title.top, margin, { size: size * 1.2, bold: true })]
      : []),
    ...(note
      ? [line(spec.note ?? '', note.top, note.left, { size: size * NOTE_SIZE, colour: hex(style.muted) })]
      : []),
    ...(layout.isYLabelRotated || spec.yLabel === ''
      ? []
      : [line(spec.yLabel, layout.yLabelTop, margin, {})]),
    ...layout.panelTitles.map((text, index) =>
      line(text, layout.panelTitleTop, layout.panels[index]?.left ?? 0, {
        bold: true,
        colour: hex(style.muted),
      }),
    ),
  ]
}

/** Where an entry of the legend stands. */
function entryPlace({ legend }: ChartLayout, index: number, size: number) {
  return {
    left: legend.left + (index % legend.columns) * legend.itemWidth,
    top: legend.top + Math.floor(index / legend.columns) * size * legendMetrics.row,
  }
}

function legendWords(
  legend: ReadonlyMap<string, string>,
  layout: ChartLayout,
  style: ChartStyle,
): SlideText[] {
  const size = style.textSize
  return [...legend.values()].map((text, index) => {
    const { left, top } = entryPlace(layout, index, size)
    const from = left + size * (legendMetrics.sample + 0.3)
    const width = layout.legend.itemWidth - size * legendMetrics.sample
    return { text, left: from, top, width, size, align: 'left', colour: hex(style.text), bold: false }
  })
}

function samples(
  spec: ChartSpec,
  legend: ReadonlyMap<string, string>,
  layout: ChartLayout,
  style: ChartStyle,
  colourOf: ColourOf,
): SlideChart['samples'] {
  const size = style.textSize
  const all = spec.panels.flatMap(({ series }) => series)
  return [...legend.keys()].flatMap((name, index) => {
    const line = all.find((series) => series.name === name && series.ghost !== true)
    if (!line) return []
    const { left, top } = entryPlace(layout, index, size)
    const middle = top + size * 0.6
    const shape = { colour: colourOf(line), lineWidth: style.lineWidth, dash: line.dash ?? 'solid' }
    const width = size * legendMetrics.sample
    return [{ left, top: middle, width, ...shape, ...(line.marker ? { marker: line.marker } : {}) }]
  })
}

/** What stands at predictions in the picture, where it stands there. */
function labels(spec: ChartSpec, style: ChartStyle, layout: ChartLayout): SlideText[] {
  const size = style.textSize * NOTE_SIZE
  const colourOf = lineColours(spec, style)
  return spec.panels.flatMap((panel, index) => {
    const theory = panel.series.filter(({ theory: is, points }) => is === true && points.length > 0)
    const frame = layout.panels[index]
    if (!frame || panel.isResult || theory.length > MOST_LABELS) return []
    return theory.map((series): SlideText => {
      const end = lastFinite(series.points)
      const { low, high, base } = xEnds(panel)
      const right = frame.left + share(end.x, low, high, base !== undefined) * frame.width
      const y = 1 - share(end.y, layout.y.min, layout.y.max, spec.yScale === 'log')
      const top = layout.top + y * layout.height - size * 1.5
      const words = { text: labelText(series), size, colour: hex(colourOf(series)), bold: false }
      return { ...words, left: frame.left, top, width: right - frame.left, align: 'right' }
    })
  })
}

function share(value: number, low: number, high: number, isLog: boolean): number {
  const place = (at: number) => (isLog ? Math.log(Math.max(at, Number.MIN_VALUE)) : at)
  const part = (place(value) - place(low)) / (place(high) - place(low) || 1)
  return Math.min(1, Math.max(0, part))
}

function slidePanel(
  spec: ChartSpec,
  panel: ChartPanel,
  index: number,
  layout: ChartLayout,
  style: ChartStyle,
  colourOf: ColourOf,
): SlidePanel {
  const frame = layout.panels[index] ?? { left: 0, width: style.width, tickCount: 4 }
  const isFirst = index === 0
  const { min, max, interval } = layout.y
  const isLog = spec.yScale === 'log'
  return {
    title: panel.title,
    plot: { left: frame.left, top: layout.top, width: frame.width, height: layout.height },
    x: xAxis(panel, spec, frame),
    y: {
      title: isFirst && layout.isYLabelRotated ? spec.yLabel : '',
      min,
      max,
      ...(isLog ? { logBase: 10 as const } : { interval }),
      showLabels: isFirst,
    },
    series: panel.series.flatMap((series, line) => slideSeries(series, line, panel, style, colourOf(series))),
  }
}

/** Native ticks begin at the axis' end, so that one is moved to a round number where that is near. */
function xAxis(panel: ChartPanel, spec: ChartSpec, { tickCount }: PanelFrame): SlideAxis {
  const { low, high, base } = xEnds(panel)
  const axis = { title: xTitle(panel, spec), min: low, max: high, showLabels: panel.isResult !== true }
  if (base !== undefined) return { ...axis, logBase: base }
  const { interval } = innerTicks(low, high, tickCount)
  const round = Math.floor(low / interval + 1e-9) * interval
  return low - round < 0.05 * (high - low) ? { ...axis, min: round, interval } : axis
}

function slideSeries(
  series: ChartSeries,
  place: number,
  panel: ChartPanel,
  style: ChartStyle,
  colour: string,
): SlideSeries[] {
  const isVisible = ({ x }: { x: number }) => panel.xScale === 'linear' || x > 0
  const isDots = series.mark === 'points'
  const points = downsample(series.points.filter(isVisible), MOST_POINTS, panel.xScale)
  const isFew = series.theory !== true && series.ghost !== true && points.length <= MARKED_POINTS
  const isMarked = isDots || isFew || series.marker !== undefined
  const lineWidth = style.lineWidth * (series.ghost ? 0.45 : series.theory ? 0.62 : 1)
  const band = series.band?.filter(isVisible) ?? []
  const line: SlideSeries = {
    name: series.name,
    colour,
    lineWidth: isDots ? 0 : lineWidth,
    opacity: series.ghost ? style.ghostOpacity : 1,
    dash: series.theory ? 'dashed' : (series.dash ?? 'solid'),
    ...(isMarked && series.ghost !== true ? { marker: series.marker ?? ('circle' as const) } : {}),
    ...(isFew || isDots || series.marker === undefined
      ? {}
      : { markedPlaces: [...points.keys()].filter((at) => isMarkerPlace(at, points.length, place)) }),
    markerSize: style.lineWidth * (series.marker ? MARKER_SIZE : 2.4),
    points: points.map(({ x, y }) => [x, Number.isFinite(y) ? y : null]),
  }
  if (band.length === 0) return [line]
  if (isFew) return [{ ...line, errors: distances(points, band) }]
  const thin = downsampleBand(band, MOST_POINTS)
  const end = (word: 'low' | 'high'): SlideSeries => ({
    name: `${series.name}, ${word}`,
    colour,
    lineWidth: style.lineWidth * BAND_WIDTH,
    opacity: BAND_OPACITY,
    dash: 'solid',
    markerSize: 0,
    points: thin.map((point) => [point.x, point[word]]),
  })
  return [end('low'), end('high'), line]
}

/** How far the interval reaches below and above each point; nothing where there is none. */
function distances(points: ChartPoint[], band: ChartBandPoint[]): [number, number][] {
  const intervals = intervalsOf({ points, band })
  return points.map(({ y }, index) => {
    const interval = intervals[index]
    return interval ? [Math.max(0, y - interval.low), Math.max(0, interval.high - y)] : [0, 0]
  })
}
