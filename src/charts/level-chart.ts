// Accuracy over the level of the problems, train and held-out apart: where a run ended, and dotted where its first stage did.
// For tasks whose problems have levels.
import { stageTitleAt } from '../shared/config/describe'
import type { RunConfig } from '../shared/config/schema'
import { cellMetric, metricInfo } from '../shared/run/metrics'
import type { MetricsRow } from '../shared/run/rows'
import { extent } from '../statistics/extent'
import type { ChartPoint, ChartSeries, ChartSpec } from '../shared/chart'

const metric = 'eval/accuracy'
const splits = [
  { split: 'train', title: 'Train' },
  { split: 'heldout', title: 'Held out' },
] as const

/** The chart of a run; without lines where fewer than two levels were measured. */
export function buildLevelChart(config: RunConfig, rows: readonly MetricsRow[]): ChartSpec {
  const measured = rows.filter((row) => splits.some(({ split }) => levelsOf(row, split).length > 1))
  const ends = config.stages.flatMap((_, stage) => measured.filter((row) => row.stage === stage).at(-1) ?? [])
  const [first, last] = [ends[0], ends.at(-1)]
  const lines = (row: MetricsRow | undefined, dash: 'solid' | 'dotted') =>
    splits.flatMap(({ split, title }): ChartSeries[] => {
      const points = row ? levelsOf(row, split) : []
      const stage = row ? stageTitleAt(config.stages, row.stage) : ''
      const when = stage.replace(/^After /, 'after ')
      return points.length > 1 ? [{ name: `${title}, ${when}`, dash, points }] : []
    })
  const series = [...lines(last, 'solid'), ...(first === last ? [] : lines(first, 'dotted'))]
  const levels = series.flatMap(({ points }) => points.map(({ x }) => x))
  const { title, range } = metricInfo(metric)
  return {
    yLabel: title,
    ...(range ? { yRange: range } : {}),
    panels: [
      {
        title: '',
        xLabel: 'Level',
        xScale: 'linear',
        ...(levels.length > 0 ? { xRange: extent(levels) } : {}),
        weight: 1,
        series,
      },
    ],
  }
}

function levelsOf({ values }: MetricsRow, split: 'train' | 'heldout'): ChartPoint[] {
  return Object.keys(values)
    .flatMap((name) => {
      const level = Number(/\/level-(\d+)\//.exec(name)?.[1])
      const y = values[name]
      return name === cellMetric(metric, split, level) && y !== undefined ? [{ x: level, y }] : []
    })
    .sort((a, b) => a.x - b.x)
}
