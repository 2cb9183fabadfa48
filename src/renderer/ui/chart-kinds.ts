// Kinds of charts in words and icons. Pure.
import type { Comparison } from '../../shared/comparison'

type Kind = Comparison['kind']

export const kindIcons: Readonly<Record<Kind, string>> = {
  lines: 'i-lucide-chart-spline',
  attempts: 'i-lucide-repeat',
  scatter: 'i-lucide-chart-scatter',
  bars: 'i-lucide-chart-column',
  boxes: 'i-lucide-chart-candlestick',
  parallel: 'i-lucide-git-compare-arrows',
  heat: 'i-lucide-grid-3x3',
}

export const kindItems: readonly { value: Kind; label: string; help: string }[] = [
  { value: 'lines', label: 'Lines', help: 'A metric over steps, time or another metric.' },
  {
    value: 'attempts',
    label: 'Attempts',
    help: 'pass@k and the majority of k over the number of attempts k: what a model can do at all.',
  },
  {
    value: 'scatter',
    label: 'Scatter',
    help: 'A dot a run: a metric over a config field or another metric.',
  },
  { value: 'bars', label: 'Bars', help: 'A bar a group, its interval as a whisker.' },
  { value: 'boxes', label: 'Box', help: 'Quartiles and median of each group over a dot a run.' },
  { value: 'parallel', label: 'Parallel', help: 'A line a run through its config fields and metrics.' },
  { value: 'heat', label: 'Heat map', help: 'The mean of a metric over two swept config fields.' },
]
