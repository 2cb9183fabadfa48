// What the settings of a comparison offer, in words. Pure.
import type { Comparison } from '../../../../shared/comparison'

interface Item<Value> {
  value: Value
  label: string
  help: string
}

export const spreadItems: readonly Item<Comparison['spread']>[] = [
  {
    value: 'interval',
    label: '95% interval',
    help: "Mean with Student's t interval: where the true mean lies. The default.",
  },
  {
    value: 'bootstrap',
    label: 'Bootstrap',
    help: 'Mean with a 95% percentile bootstrap over the runs: no normal distribution assumed.',
  },
  {
    value: 'iqm',
    label: 'IQM',
    help: 'Mean of the middle half with its bootstrap interval: single bad seeds weigh little (Agarwal et al. 2021).',
  },
  { value: 'sd', label: 'SD', help: 'Mean and standard deviation: how far single runs lie apart.' },
  { value: 'se', label: 'SE', help: 'Mean and standard error: the interval of about 68%.' },
  { value: 'min-max', label: 'Min to max', help: 'Mean between the lowest and the highest run.' },
  { value: 'traces', label: 'Single runs', help: 'Every run as a thin line behind the mean.' },
  { value: 'none', label: 'Mean only', help: 'Nothing around the mean.' },
]

export const axisItems: readonly Item<string>[] = [
  { value: 'step', label: 'Step', help: 'Optimizer steps of the stage.' },
  { value: 'time', label: 'Time', help: 'Seconds since the run began.' },
  { value: 'sequences', label: 'Sequences', help: 'Sequences trained on and sampled since the run began.' },
  { value: 'tokens', label: 'Tokens', help: 'Tokens since the run began.' },
  { value: 'samples', label: 'Samples', help: 'Completions sampled to train on: 0 before RL.' },
  {
    value: 'flops',
    label: 'Training FLOPs',
    help: 'About 6 a parameter and token trained on, 2 more where it was sampled.',
  },
]

export const xScaleItems: readonly { value: Comparison['xScale']; label: string }[] = [
  { value: 'linear', label: 'Linear' },
  { value: 'log', label: 'Log' },
  { value: 'log2', label: 'Log 2' },
]
export const yScaleItems: readonly { value: Comparison['yScale']; label: string }[] = [
  { value: 'linear', label: 'Linear' },
  { value: 'log', label: 'Log' },
]

export const smoothingItems: readonly Item<Comparison['smoothing']['kind']>[] = [
  { value: 'none', label: 'None', help: 'The values as they were logged.' },
  {
    value: 'ema',
    label: 'Moving average',
    help: 'Exponential, debiased: what remains of the past per point.',
  },
  { value: 'mean', label: 'Running mean', help: 'Over this many points, centred.' },
  { value: 'gaussian', label: 'Gaussian', help: 'Weights fall with distance; the width in points.' },
]
/** Strengths that a slider stops at, and the one it begins at. */
export const smoothingAmounts: Readonly<
  Record<Comparison['smoothing']['kind'], { amounts: readonly number[]; first: number }>
> = {
  none: { amounts: [0], first: 0 },
  ema: { amounts: [0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999], first: 0.8 },
  mean: { amounts: [3, 5, 7, 9, 11, 15, 21, 31, 51, 101, 201], first: 9 },
  gaussian: { amounts: [1, 1.5, 2, 3, 4, 6, 8, 12, 20, 35, 50], first: 3 },
}

export const figureItems: readonly Item<Comparison['figure']>[] = [
  { value: 'last', label: 'Last value', help: 'Of the last stage that has the metric.' },
  { value: 'best', label: 'Best value', help: "By the metric's direction. Optimistic: noise is picked too." },
  { value: 'mean', label: 'Mean over the stage', help: 'Of all values of the last stage.' },
  { value: 'min', label: 'Lowest', help: 'Of the last stage.' },
  { value: 'max', label: 'Highest', help: 'Of the last stage.' },
]

export const differenceItems: readonly Item<Comparison['difference']>[] = [
  { value: 'none', label: 'Values', help: 'Values themselves; the baseline stays a group.' },
  { value: 'percent', label: 'Percent', help: "Of the baseline's mean, at the same step." },
  {
    value: 'paired',
    label: 'Paired',
    help: "Run by run from the baseline's run of the same base checkpoint (same seed, same stages before): what the base contributes cancels out.",
  },
]

/** What the chosen one of some items means. */
export const helpOf = (items: readonly { value: string; help: string }[], value: string): string =>
  items.find((item) => item.value === value)?.help ?? ''
