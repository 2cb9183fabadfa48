// The charts of a run's page that are no curves over steps: pass@k, accuracy by level, pass@k by level. Pure.
import type { ChartSeries, ChartSpec } from '../../../shared/chart'
import { buildLevelChart } from '../../../charts/level-chart'
import { buildPassAtKChart } from '../../../charts/pass-at-k-chart'
import type { RunConfig } from '../../../shared/config/schema'
import { cellMetric } from '../../../shared/run/metrics'
import type { MetricsRow } from '../../../shared/run/rows'
import { formatValue } from '../../ui/format'

/** A card of the page; `metric` is what it is enlarged to. */
export interface ResultChart {
  title: string
  help: string
  spec: ChartSpec
  summary: string
  metric: string
}

/** Those that the run has values for. */
export function resultCharts(config: RunConfig, rows: readonly MetricsRow[]): ResultChart[] {
  return [
    ...passCharts(config, rows),
    ...levelCharts(config, rows),
    ...passByLevelCharts(config, rows, 'train', 'train'),
    ...passByLevelCharts(config, rows, 'heldout', 'held out'),
  ]
}

function passCharts(config: RunConfig, rows: readonly MetricsRow[]): ResultChart[] {
  const full = buildPassAtKChart({ runs: [{ label: '', config, rows }], withMajority: true })
  const spec = withoutHiding(full)
  const last = spec.panels[0]?.series.filter(({ dash, theory }) => !dash && !theory).at(-1)
  const ends = endsOf(last)
  if (!ends) return []
  const help =
    'Share of problems that at least one of k samples solves, over k, at the end of each stage. Where lines cross, the later model solves more with one attempt and less with many. Dotted: majority of k at the end. Dashed: theory.'
  return [{ title: 'pass@k', help, spec, summary: ends.text, metric: `eval/pass@${ends.k}` }]
}

/** Visible difference on an axis from 0 to 1. */
const VISIBLE = 0.005

/** Without a majority that lies on the line it is of, as where all samples of a problem are alike. */
function withoutHiding(spec: ChartSpec): ChartSpec {
  const panels = spec.panels.map((panel) => ({
    ...panel,
    series: panel.series.filter(({ dash, points }, place) => {
      const line = panel.series[place - 1]?.points ?? []
      const isOnIt = points.every(({ y }, at) => Math.abs(y - (line[at]?.y ?? Infinity)) < VISIBLE)
      return dash !== 'dotted' || !isOnIt
    }),
  }))
  return { ...spec, panels }
}

function levelCharts(config: RunConfig, rows: readonly MetricsRow[]): ResultChart[] {
  const spec = buildLevelChart(config, rows)
  const [line] = spec.panels[0]?.series ?? []
  const [low, high] = [line?.points[0], line?.points.at(-1)]
  if (!low || !high) return []
  return [
    {
      title: 'Accuracy by level',
      help: 'Sampled accuracy over the level of the problems, at the end of the run and, dotted, of its first stage. A line that rises at levels the stage did not train on says that what was learned carries over; train above held out, that it was learned by heart.',
      spec,
      summary: `${formatValue(low.y)} at level ${low.x}, ${formatValue(high.y)} at ${high.x}`,
      metric: cellMetric('eval/accuracy', 'train', high.x),
    },
  ]
}

/** A line a level, at the last evaluation that has several k. */
function passByLevelCharts(
  config: RunConfig,
  rows: readonly MetricsRow[],
  split: 'train' | 'heldout',
  where: string,
): ResultChart[] {
  const levels = new Set(
    rows.flatMap(({ values }) =>
      Object.keys(values).flatMap((name) => {
        const level = Number(/\/level-(\d+)\/pass@2$/.exec(name)?.[1])
        return name === cellMetric('eval/pass@2', split, level) ? [level] : []
      }),
    ),
  )
  const specs = [...levels]
    .sort((a, b) => a - b)
    .map((level) => {
      const name = `Level ${level}`
      const metric = cellMetric('eval/pass', split, level)
      const spec = buildPassAtKChart({ runs: [{ label: name, config, rows }], metric })
      const last = spec.panels[0]?.series.filter(({ theory }) => !theory).at(-1)
      return { spec, metric, series: last ? [{ ...last, name }] : [] }
    })
  const series = specs.flatMap((each) => each.series)
  const [first] = specs
  const [panel] = first?.spec.panels ?? []
  const ends = endsOf(series.at(-1))
  if (!first || !panel || !ends) return []
  return [
    {
      title: `pass@k by level, ${where}`,
      help: 'Share of problems that at least one of k samples solves, over k, a line a level, at the last evaluation.',
      spec: { ...first.spec, yLabel: 'pass@k', panels: [{ ...panel, series }] },
      summary: `${series.at(-1)?.name.toLowerCase()}: ${ends.text}`,
      metric: `${specs.at(-1)?.metric}@${ends.k}`,
    },
  ]
}

/** A line's ends in words, and its last k. */
function endsOf(line: ChartSeries | undefined): { text: string; k: number } | undefined {
  const [low, high] = [line?.points[0], line?.points.at(-1)]
  if (!low || !high) return undefined
  return { text: `${formatValue(low.y)} at ${low.x}, ${formatValue(high.y)} at ${high.x}`, k: high.x }
}
