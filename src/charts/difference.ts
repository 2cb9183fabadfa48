// What runs differ by from a baseline, at the places where both have a value: in percent of the baseline's mean, or run by run
// from the one that shares its base checkpoint, so that what the base contributes cancels out.
import { leadingStagesKey } from '../shared/config/leading-stages'
import type { MetricInfo } from '../shared/run/metrics'
import { centreCurve } from '../statistics/spread-curve'
import { align, picked, type Track } from './align'
import type { ChartRun, RunGroup } from './run-groups'
import { valuesAt } from './x-axis'

/**
 * percent: 100 (y - b) / |b| with b the baseline's mean, whose own spread is left out; nothing where b is 0. paired: y - b of the run's partner in the
 * baseline; a run without one is not drawn.
 */
export interface Difference {
  kind: 'percent' | 'paired'
  baseline: RunGroup
}

/** Ends of what is drawn of a metric with these ends: of shares, pairs differ by at most 1; nothing falls by more than 100%. */
export function differenceRange(
  range: readonly [number, number] | undefined,
  difference: Difference | undefined,
): readonly [number, number] | undefined {
  if (range === undefined || difference === undefined) return range
  const [low, high] = range
  if (difference.kind === 'paired') return [low - high, high - low]
  return low === 0 ? [-100, Infinity] : undefined
}

/** What stands along the y axis: the metric with its unit, and whether it is a difference. */
export function drawnLabel({ title, unit }: MetricInfo, difference: Difference | undefined): string {
  const isPercent = difference?.kind === 'percent'
  const what = difference && !isPercent ? `${title}, difference` : title
  const shownUnit = isPercent ? '% difference' : unit
  return shownUnit === undefined ? what : `${what} (${shownUnit})`
}

/** What the points of a run become; undefined for a run without a partner. */
export function differenceTo(
  { kind, baseline }: Difference,
  trackFor: (run: ChartRun) => Track,
): (run: ChartRun, track: Track) => Track | undefined {
  if (kind === 'paired') {
    return (run, track) => {
      const partner = partnerOf(run, baseline.runs)
      return partner && minus(track, trackFor(partner), (y, base) => y - base)
    }
  }
  const mean = meanTrack(baseline, trackFor)
  return (_, track) => minus(track, mean, percentOf)
}

/** Whether the baseline's mean is 0 somewhere: there is no percent of it there. */
export function hasZeroMean({ kind, baseline }: Difference, trackFor: (run: ChartRun) => Track): boolean {
  return kind === 'percent' && meanTrack(baseline, trackFor).ys.includes(0)
}

/** Why percent are missing, for a chart's note. */
export const zeroMeanWords = ({ baseline }: Difference): string =>
  `no percent where the mean of ${baseline.label} is 0`

/** What y is above a base, in percent of it; NaN where that is 0. */
export const percentOf = (y: number, base: number): number =>
  base === 0 ? NaN : (100 * (y - base)) / Math.abs(base)

function meanTrack(baseline: RunGroup, trackFor: (run: ChartRun) => Track): Track {
  const aligned = align(baseline.runs.map(trackFor))
  return { ...aligned, ys: centreCurve(aligned.ys, 'interval') }
}

/** The points that both have; a broken value of either stays broken. */
function minus(track: Track, base: Track, of: (y: number, base: number) => number): Track {
  const common = new Set(base.places)
  const kept = [...track.places.keys()].filter((index) => common.has(track.places[index] ?? NaN))
  const places = picked(track.places, kept)
  const bases = valuesAt({ steps: base.places, values: base.ys }, places)
  return {
    places,
    xs: picked(track.xs, kept),
    ys: picked(track.ys, kept).map((y, index) => of(y, bases[index] ?? NaN)),
  }
}

/**
 * The run of the baseline that continues from the same base: the seed is the same, and so are at least one leading stage with
 * everything before it, or the checkpoint that both start from. Of several the one with the most stages in common.
 */
export function partnerOf(run: ChartRun, baseline: readonly ChartRun[]): ChartRun | undefined {
  const shared = baseline.map((other) => ({ other, stages: sharedStages(run, other) }))
  const found = shared.filter(({ stages }) => stages > 0).sort((a, b) => b.stages - a.stages)
  return found[0]?.other
}

/** Leading stages in common, the checkpoint both start from counted as one; 0 where the runs share no base. */
function sharedStages(a: ChartRun, b: ChartRun): number {
  if (a.config.seed !== b.config.seed) return 0
  const { init } = a.config
  const startsAlike = init !== undefined && JSON.stringify(init) === JSON.stringify(b.config.init)
  const most = Math.min(a.config.stages.length, b.config.stages.length)
  let count = 0
  while (count < most && leadingStagesKey(a.config, count + 1) === leadingStagesKey(b.config, count + 1))
    count++
  return count + (startsAlike ? 1 : 0)
}
