// What the marks of a chart mean, in a few words beside the legend, where a reader could wonder.
import { runningMeanPoints, type Smoothing } from '../statistics/smoothing'
import type { Difference } from './difference'
import type { LineSpread } from './group-lines'
import type { ChartPanel } from '../shared/chart'
import { MOST_LABELS } from './panel-series'

/** The middle and what lies around it, of each kind of spread. */
export const spreadWords: Readonly<Record<LineSpread, readonly [middle: string, around: string]>> = {
  interval: ['mean', '95% interval'],
  bootstrap: ['mean', '95% bootstrap interval'],
  iqm: ['interquartile mean', '95% bootstrap interval'],
  sd: ['mean', 'standard deviation'],
  se: ['mean', 'standard error'],
  'min-max': ['mean', 'lowest to highest'],
  traces: ['mean', 'single runs'],
  none: ['mean', ''],
}

const smoothingWords: Readonly<Record<Smoothing['kind'], (amount: number) => string>> = {
  none: () => '',
  ema: (amount) => `smoothed by ${amount}`,
  mean: (amount) => `running mean over ${runningMeanPoints(amount)} points`,
  gaussian: (amount) => `smoothed over ${amount} points (Gaussian)`,
}

/** The note of a chart with these panels; '' where nothing needs a word. */
export function chartNote(
  panels: readonly ChartPanel[],
  { spread, smoothing, difference }: { spread: LineSpread; smoothing: Smoothing; difference?: Difference },
): string {
  const hasBands = (isResult: boolean) =>
    panels.some(
      (panel) =>
        (panel.isResult ?? false) === isResult && panel.series.some(({ band }) => band !== undefined),
    )
  const isUnlabelled = panels.some(
    (panel) => panel.series.filter((series) => series.theory === true).length > MOST_LABELS,
  )
  const [middle, around] = spreadWords[spread]
  return [
    ...(hasBands(false) ? [`line: ${middle}; band: ${around}`] : []),
    ...(hasBands(true) && !hasBands(false) ? [`dot: ${middle}; bar: ${around}`] : []),
    ...(difference?.kind === 'paired' ? [`pairs of one base, against ${difference.baseline.label}`] : []),
    ...(difference?.kind === 'percent' ? [`against the mean of ${difference.baseline.label}`] : []),
    ...(smoothing.kind === 'none' ? [] : [smoothingWords[smoothing.kind](smoothing.amount)]),
    ...(isUnlabelled ? ['dashed: theory'] : []),
  ].join('; ')
}
