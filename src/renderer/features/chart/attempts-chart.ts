// pass@k over k: a line for the last evaluation of each stage, and the majority of the last one dashed. Pure.
import type { ChartPoint, ChartSeries, ChartSpec } from '../../../charts/line-chart'
import { stageTitle } from '../../../shared/config/describe'
import type { RunConfig } from '../../../shared/config/schema'
import type { MetricsRow } from '../../../shared/run/rows'
import { formatValue } from '../../ui/format'
import { attemptMetric } from './chart-groups'

/** The chart, its last values in a line, and the metric that stands for it; undefined where fewer than two k were logged. */
export function attemptsChart(
  config: RunConfig,
  rows: readonly MetricsRow[],
): { spec: ChartSpec; summary: string; metric: string } | undefined {
  const evaluated = rows.filter((row) => curveOf(row, 'pass').length > 1)
  const last = evaluated.at(-1)
  if (!last) return undefined
  const ends = config.stages.flatMap(
    (_, stage) => evaluated.filter((row) => row.stage === stage).at(-1) ?? [],
  )
  const series = ends.flatMap((row): ChartSeries[] => {
    const name = nameOf(row, config)
    const majority = row === last ? curveOf(row, 'maj') : []
    return [
      { name, points: curveOf(row, 'pass') },
      ...(majority.length > 1
        ? [{ name: `${name}, majority`, dash: 'dashed' as const, points: majority }]
        : []),
    ]
  })
  const ks = series.flatMap(({ points }) => points.map(({ x }) => x))
  const curve = curveOf(last, 'pass')
  const [low, high] = [curve[0], curve.at(-1)]
  return {
    spec: {
      yLabel: 'Problems solved',
      yRange: [0, 1],
      panels: [
        {
          title: '',
          xLabel: 'k',
          xScale: 'log',
          xRange: [Math.min(...ks), Math.max(...ks)],
          weight: 1,
          series,
        },
      ],
    },
    summary: `${formatValue(low?.y)} at ${low?.x ?? ''}, ${formatValue(high?.y)} at ${high?.x ?? ''}`,
    metric: `eval/pass@${high?.x ?? 1}`,
  }
}

function curveOf(row: MetricsRow, kind: 'pass' | 'maj'): ChartPoint[] {
  return Object.entries(row.values)
    .flatMap(([name, y]) => {
      const found = attemptMetric.exec(name)
      return found?.[1] === kind ? [{ x: Number(found[2]), y }] : []
    })
    .sort((a, b) => a.x - b.x)
}

/** `GRPO, step 40`; an evaluate stage is named by what it comes after. */
function nameOf(row: MetricsRow, { stages }: RunConfig): string {
  const stage = stages[row.stage]
  if (stage?.kind !== 'evaluate')
    return `${stage ? stageTitle(stage) : `Stage ${row.stage}`}, step ${row.step}`
  const before = stages[row.stage - 1]
  return before ? `after ${stageTitle(before)}` : 'Start'
}
