// Where the plots of a chart of panels stand on the screen, and which values lie under a pixel: for the pointer, a crosshair that
// several charts share, and zooming. The same layout that the chart is drawn by; nothing is drawn here.
import type { ChartPanel, ChartSeries, ChartSpec } from '../shared/chart'
import { chartLayout } from './layout'
import { withLegend } from './legend'
import { xEnds } from './line-chart'
import type { ChartStyle } from './style'
import { thinned } from './thin'

/** A plot in pixels of its chart, and the values at its ends. */
export interface PlotFrame {
  left: number
  top: number
  width: number
  height: number
  x: { low: number; high: number; isLog: boolean }
  y: { low: number; high: number; isLog: boolean }
}

/** The frames of a chart's panels, drawn in this style. */
export function plotFrames(whole: ChartSpec, style: ChartStyle): PlotFrame[] {
  const { spec, legend } = withLegend(whole, style)
  const { panels, top, height, y } = chartLayout(spec, style, [...legend.values()])
  return spec.panels.map((panel, index) => {
    const { left = 0, width = 0 } = panels[index] ?? {}
    const { low, high, base } = xEnds(panel)
    return {
      left,
      top,
      width,
      height,
      x: { low, high, isLog: base !== undefined },
      y: { low: y.min, high: y.max, isLog: spec.yScale === 'log' },
    }
  })
}

/** The plot under a pixel; -1 where there is none. */
export function frameAt(frames: readonly PlotFrame[], [px, py]: readonly [number, number]): number {
  return frames.findIndex(
    ({ left, top, width, height }) => px >= left && px <= left + width && py >= top && py <= top + height,
  )
}

interface Axis {
  low: number
  high: number
  isLog: boolean
}

/** The value at a share of an axis, from its low end. */
function valueAt({ low, high, isLog }: Axis, share: number): number {
  return isLog ? low * (high / low) ** share : low + share * (high - low)
}

function shareOf({ low, high, isLog }: Axis, value: number): number {
  return isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)
}

/** x under a pixel. */
export const xAt = (frame: PlotFrame, px: number): number => valueAt(frame.x, (px - frame.left) / frame.width)
/** y under a pixel. */
export const yAt = (frame: PlotFrame, py: number): number =>
  valueAt(frame.y, 1 - (py - frame.top) / frame.height)
/** The pixel of an x. */
export const pixelOfX = (frame: PlotFrame, x: number): number =>
  frame.left + shareOf(frame.x, x) * frame.width
/** The pixel of a y. */
export const pixelOfY = (frame: PlotFrame, y: number): number =>
  frame.top + (1 - shareOf(frame.y, y)) * frame.height

/** Smallest part of an axis that can be zoomed to. */
const SMALLEST = 1e-6

/** The part of an x axis that is seen after zooming around a place by a factor (below 1: closer), within its ends. */
export function zoomed(
  frame: PlotFrame,
  around: number,
  factor: number,
  ends: readonly [number, number],
): [number, number] | undefined {
  const centre = shareOf(frame.x, around)
  return within(frame, [centre - centre * factor, centre + (1 - centre) * factor], ends)
}

/** The part of an x axis that is seen after moving it by a share of what is seen. */
export function panned(
  frame: PlotFrame,
  share: number,
  ends: readonly [number, number],
): [number, number] | undefined {
  const [low, high] = [shareOf(frame.x, ends[0]), shareOf(frame.x, ends[1])]
  const move = Math.max(low, Math.min(share, high - 1))
  return within(frame, [move, 1 + move], ends)
}

/** Shares of what is seen as values; undefined where that is the whole axis. */
function within(
  { x }: PlotFrame,
  [from, to]: readonly [number, number],
  [low, high]: readonly [number, number],
): [number, number] | undefined {
  const start = Math.max(low, valueAt(x, from))
  const end = Math.min(high, valueAt(x, to))
  const whole = shareOf({ ...x, low, high }, end) - shareOf({ ...x, low, high }, start)
  if (whole >= 1 - 1e-9) return undefined
  return whole < SMALLEST ? [x.low, x.high] : [start, end]
}

/** What panels of several charts have in common where they show the same part of the runs: one zoom and one crosshair for them. */
export function panelKey({ series, xLabel, isResult, categories }: ChartPanel): string | undefined {
  if (isResult || categories) return undefined
  // Places are in order.
  const ends = series.flatMap(({ places = [] }) => [places[0], places.at(-1)])
  const stages = new Set(ends.flatMap((place) => (place ? [place[0]] : [])))
  const [only] = stages
  return `${xLabel} ${stages.size === 1 ? only : 'joined'}`
}

/** A chart of which only parts are seen: of x axes by the key of their panels, of the y axis. */
export function withView(spec: ChartSpec, xs: SeenX, y: readonly [number, number] | undefined): ChartSpec {
  const panels = spec.panels.map((panel) => {
    const seen = xs.get(panelKey(panel) ?? '')
    return seen ? { ...panel, xRange: [seen[0], seen[1]] as [number, number] } : panel
  })
  return { ...spec, panels, ...(y ? { yRange: y } : {}) }
}

/** The ends of the y axis that a chart is drawn with. */
export function yEnds(spec: ChartSpec, style: ChartStyle): [number, number] {
  const { y } = chartLayout(spec, style, [])
  return [y.min, y.max]
}

/** What is seen of x axes, by the key of their panels. */
export type SeenX = ReadonlyMap<string, readonly [number, number]>

/**
 * Draws a chart that is moved: with few points, dots stay, and more of it than is seen, so that it is the same chart, of which only
 * the axes change, until what is seen leaves that or is a small part of it.
 */
export function sketcher(): (
  whole: ChartSpec,
  seen: SeenX,
  y: readonly [number, number] | undefined,
) => ChartSpec {
  let last: { whole: ChartSpec; around: SeenX; y: string; sketch: ChartSpec } | undefined
  return (whole, seen, y) => {
    const scales = new Map(whole.panels.map((panel) => [panelKey(panel) ?? '', panel.xScale]))
    const isCovered = (around: SeenX) =>
      around.size === seen.size &&
      [...seen].every(([key, range]) => covers(around.get(key), range, scales.get(key)))
    const yKey = String(y)
    if (last?.whole !== whole || last.y !== yKey || !isCovered(last.around)) {
      const around = new Map([...seen].map(([key, range]) => [key, surroundings(range, scales.get(key))]))
      last = { whole, around, y: yKey, sketch: sketched(withView(whole, around, y)) }
    }
    return last.sketch
  }
}

type Scale = ChartPanel['xScale'] | undefined
const span = ([low, high]: readonly [number, number], scale: Scale): number =>
  scale === 'linear' ? high - low : Math.log(high / low)

/** Widths of what is seen that are drawn; beyond the second number it is too coarse. */
const [DRAWN_WIDTHS, MOST_WIDTHS] = [1.5, 7]

/** What is seen, and as much on either side. */
function surroundings(range: readonly [number, number], scale: Scale): [number, number] {
  const [low, high] = range
  const beside = ((DRAWN_WIDTHS - 1) / 2) * span(range, scale)
  return scale === 'linear'
    ? [low - beside, high + beside]
    : [low / Math.exp(beside), high * Math.exp(beside)]
}

function covers(
  around: readonly [number, number] | undefined,
  seen: readonly [number, number],
  scale: Scale,
): boolean {
  if (!around) return false
  return (
    seen[0] >= around[0] && seen[1] <= around[1] && span(around, scale) <= MOST_WIDTHS * span(seen, scale)
  )
}

/** Points that a panel has together while it is moved. */
const SKETCH_POINTS = 1500
/** Beyond this many lines bands lie over each other anyway, and take as long as the lines. */
const MOST_BANDS = 16
const FEWEST_POINTS = 24

function sketched(spec: ChartSpec): ChartSpec {
  const panels = spec.panels.map((panel) => {
    const { xRange, xScale } = panel
    const drawn = panel.series.filter(({ ghost }) => ghost !== true)
    const limit = Math.max(FEWEST_POINTS, Math.round(SKETCH_POINTS / Math.max(1, drawn.length)))
    const hasBands = drawn.length <= MOST_BANDS
    const thin = (series: ChartSeries): ChartSeries => {
      const { points, band, places, ...rest } = series
      if (series.mark || series.theory) return series
      const rules = { limit, scale: xScale, ...(xRange ? { range: xRange } : {}) }
      const kept = thinned(
        points.map(({ x }) => x),
        points.map(({ y }) => y),
        rules,
      )
      const xs = new Set(kept.map((index) => points[index]?.x))
      return {
        ...rest,
        points: kept.flatMap((index) => points[index] ?? []),
        ...(band && hasBands ? { band: band.filter(({ x }) => xs.has(x)) } : {}),
        ...(places ? { places: kept.flatMap((index) => (places[index] ? [places[index]] : [])) } : {}),
      }
    }
    return { ...panel, series: drawn.map(thin) }
  })
  return { ...spec, panels }
}
