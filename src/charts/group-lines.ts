// The lines of one group of runs: a single run, or the runs' mean with its spread where they meet (align.ts), single traces
// behind it while they are few, smoothed lines over their raw ones, differences to another group, and no more points than pixels.
import { smooth, type Smoothing } from '../statistics/smoothing'
import type { SpreadKind } from '../statistics/spread'
import { centreCurve, spreadCurve } from '../statistics/spread-curve'
import { clippedTo } from './clip'
import { align, joined, picked, placeOf, stageStepOf, withX, type Track } from './align'
import type { ChartBandPoint, ChartSeries } from '../shared/chart'
import type { ChartRun, RunGroup } from './run-groups'
import { thinned, type Thinning } from './thin'
import { xValues, type XAxis } from './x-axis'

/** What is drawn around a mean; traces: every run; none: nothing. */
export type LineSpread = SpreadKind | 'traces' | 'none'

/** How a group becomes lines. */
export interface LineOptions {
  metric: string
  xAxis: XAxis
  spread: LineSpread
  smoothing: Smoothing
  /** Ends of the metric: intervals end there too. */
  range?: readonly [number, number]
  /** What the runs' values become before they are averaged; undefined for a run that has none. */
  change?: (run: ChartRun, track: Track) => Track | undefined
  /** How far steps of a stage are moved to the right, where stages are joined. */
  stepOffset?: (run: ChartRun, stage: number) => number
  thinning?: Thinning
}

/** Below this many runs the single ones are drawn too, behind their mean. */
const FEW_RUNS = 5

/** The points of a run in some stages, one after the other. */
export function trackOf(
  run: ChartRun,
  stages: readonly number[],
  { metric, xAxis, stepOffset }: Pick<LineOptions, 'metric' | 'xAxis' | 'stepOffset'>,
): Track {
  const tracks = stages.map((stage) => {
    const curve = run.curves.curve(stage, metric)
    const offset = xAxis === 'step' ? (stepOffset?.(run, stage) ?? 0) : 0
    const xs = xValues(run, stage, curve, xAxis)
    return withX({
      places: curve.steps.map((step) => placeOf(stage, step)),
      xs: offset === 0 ? xs : xs.map((x) => x + offset),
      ys: curve.values,
    })
  })
  return joined(tracks)
}

/** The lines of a group in some stages, lowest first; none where it has no points there. */
export function groupLines(group: RunGroup, stages: readonly number[], options: LineOptions): ChartSeries[] {
  const { smoothing, spread, change } = options
  const tracks = group.runs.flatMap((run) => {
    const track = trackOf(run, stages, options)
    const changed = change ? change(run, track) : track
    if (changed === undefined || changed.places.length === 0) return []
    // A difference to what has none.
    return change && !changed.ys.some(Number.isFinite) ? [] : [changed]
  })
  const [only] = tracks
  if (only === undefined) return []
  const line = lineMaker(group, options)
  const isSmoothed = smoothing.kind !== 'none'
  if (tracks.length === 1) {
    const shown = { ...only, ys: smoothed(only.ys, smoothing) }
    return [...(isSmoothed ? [line(only, true)] : []), line(shown)]
  }
  const hasTraces = spread === 'traces' || (spread !== 'none' && tracks.length < FEW_RUNS)
  const traces = hasTraces
    ? tracks.map((track) => line({ ...track, ys: smoothed(track.ys, smoothing) }, true))
    : []
  return [...traces, ...meanLines(tracks, line, options)]
}

/** The mean with its band, over the raw mean where it is smoothed. */
function meanLines(tracks: readonly Track[], line: LineMaker, options: LineOptions): ChartSeries[] {
  const { smoothing, spread, thinning } = options
  const kind = spread === 'traces' || spread === 'none' ? undefined : spread
  const aligned = align(tracks)
  const raw = centreCurve(aligned.ys, kind ?? 'min-max')
  // A place where every run is broken has no mean: the line goes on at the next one.
  const kept = [...raw.keys()].filter((index) => Number.isFinite(raw[index]))
  const keep = (values: Float64Array) => (kept.length === values.length ? values : picked(values, kept))
  const [xs, places, means] = [keep(aligned.xs), keep(aligned.places), keep(raw)]
  const isSmoothed = smoothing.kind !== 'none'
  const centre = smoothed(means, smoothing)
  const ghosts = isSmoothed ? [line({ places, xs, ys: means }, true)] : []
  if (kind === undefined) {
    const shown = thinning ? thinned(xs, centre, thinning) : [...kept.keys()]
    const thin = { places: picked(places, shown), xs: picked(xs, shown), ys: picked(centre, shown) }
    const counts = shown.map((index) => finiteAt(aligned.ys, kept[index] ?? 0))
    return [...ghosts, { ...line(thin, false, true), counts }]
  }
  // Ends of a smoothed band take in their neighbours', so that all are needed.
  const shown = thinning ? thinned(xs, centre, thinning) : [...kept.keys()]
  const spreadAt = isSmoothed ? kept : shown.map((index) => kept[index] ?? 0)
  const { low, high, n } = spreadCurve(aligned.ys, kind, spreadAt)
  const [lows, highs] = [smoothed(low, smoothing), smoothed(high, smoothing)]
  const clipped = clippedTo(options.range)
  const band = shown.flatMap((index, position): ChartBandPoint[] => {
    const place = isSmoothed ? index : position
    const [bottom = NaN, top = NaN] = [lows[place], highs[place]]
    if (!Number.isFinite(bottom) || !Number.isFinite(top)) return []
    return [{ x: xs[index] ?? NaN, low: clipped(bottom), high: clipped(top), n: n[place] ?? 0 }]
  })
  const thin = { places: picked(places, shown), xs: picked(xs, shown), ys: picked(centre, shown) }
  const mean = line(thin, false, true)
  return [...ghosts, { ...mean, ...(band.length > 0 ? { band } : {}) }]
}

/** Runs that have a value at a place. */
const finiteAt = (tracks: readonly Float64Array[], index: number): number =>
  tracks.reduce((count, values) => count + (Number.isFinite(values[index]) ? 1 : 0), 0)

type LineMaker = (track: Track, isGhost?: boolean, isThin?: boolean) => ChartSeries

/** Points of a group's lines, with its name and look. */
function lineMaker(group: RunGroup, { thinning }: LineOptions): LineMaker {
  const { label, isShared, colourKey, dash } = group
  const ids = group.runs.flatMap(({ id }) => id ?? [])
  const look = {
    ...(isShared ? { shared: true } : {}),
    ...(colourKey === undefined ? {} : { colourKey }),
    ...(dash === undefined ? {} : { dash }),
  }
  return ({ places, xs, ys }, isGhost = false, isThin = false) => {
    const point = (index: number) => ({ x: xs[index] ?? NaN, y: ys[index] ?? NaN })
    const shown = thinning && !isThin ? thinned(xs, ys, thinning) : [...xs.keys()]
    return {
      name: label,
      points: shown.map(point),
      ...(ids.length === 0
        ? {}
        : { runs: ids, places: shown.map((index) => stageStepOf(places[index] ?? 0)) }),
      ...(isGhost ? { ghost: true } : {}),
      ...look,
    }
  }
}

function smoothed(values: Float64Array, smoothing: Smoothing): Float64Array {
  if (smoothing.kind === 'none') return values
  const points = values.reduce((count, value) => count + (Number.isFinite(value) ? 1 : 0), 0)
  return Float64Array.from(smooth([...values], limited(smoothing, points)))
}

/**
 * A smoothing that suits the number of a line's points: what is right for a curve of thousands of steps would make one of a few
 * evaluations flat. A window has at most half of the points, an average remembers at most as many (1 / (1 - amount)).
 */
function limited({ kind, amount }: Smoothing, points: number): Smoothing {
  if (kind === 'ema') return { kind, amount: Math.min(amount, 1 - 1 / Math.max(1, points)) }
  const window = Math.max(1, points / 2)
  return { kind, amount: Math.min(amount, kind === 'gaussian' ? window / 4 : window) }
}
