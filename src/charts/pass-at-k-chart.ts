// pass@k over the number of attempts k, which doubles from tick to tick: for every stage that measured it a line at its last
// evaluation, seeds as their mean with its 95% interval; predictions dashed.
import { stageTitleAt } from '../shared/config/describe'
import { stageSteps, type RunConfig } from '../shared/config/schema'
import { metricInfo } from '../shared/run/metrics'
import type { MetricsRow } from '../shared/run/rows'
import { extent } from '../statistics/extent'
import type { CurvePoint } from '../statistics/seeds'
import type { ChartSeries, ChartSpec } from '../shared/chart'
import { meanSeries } from './mean-series'

/** A run to draw; runs of equal label are seeds of one line. */
export interface PassAtKRun {
  readonly label: string
  readonly config: RunConfig
  readonly rows: readonly MetricsRow[]
}

export interface PassAtKOptions {
  readonly runs: readonly PassAtKRun[]
  /** Without its @k; eval/pass where not given. */
  readonly metric?: string
  /** Stages to draw; all that measured it where not given. */
  readonly stages?: readonly number[]
  /** Draws the majority of k (eval/maj) too, dotted, of the last stage drawn. */
  readonly withMajority?: boolean
}

/** The line of a stage of one run. */
interface Curve {
  name: string
  stage: number
  row: MetricsRow
}

/** The chart; without lines where no evaluation has more than one k. */
export function buildPassAtKChart(options: PassAtKOptions): ChartSpec {
  const { runs, metric = 'eval/pass', stages, withMajority = false } = options
  const curves = runs.flatMap((run) =>
    run.config.stages.flatMap((_, stage): Curve[] => {
      const row = run.rows.filter((each) => each.stage === stage && curveOf(each, metric).length > 1).at(-1)
      const isMeant = stages?.includes(stage) ?? true
      return row !== undefined && isMeant ? [{ name: nameOf(run, row), stage, row }] : []
    }),
  )
  const info = metricInfo(`${metric}@1`)
  const [, lastStage] = extent(curves.map(({ stage }) => stage))
  const names = [...new Set(curves.map(({ name }) => name))]
  const series = names.flatMap((name): ChartSeries[] => {
    const own = curves.filter((curve) => curve.name === name)
    const lineOf = (title: string, key: string) =>
      meanSeries(
        title,
        own.map(({ row }) => curveOf(row, key)),
        info.range,
      )
    const theory = { ...lineOf(`${name}, theory`, `theory/${metric}`), of: name, theory: true }
    const isLast = own.some(({ stage }) => stage === lastStage)
    const majority = lineOf(`${name}, majority`, metric.replace(/pass$/, 'maj'))
    return [
      lineOf(name, metric),
      ...(withMajority && isLast && majority.points.length > 1
        ? [{ ...majority, dash: 'dotted' as const }]
        : []),
      ...(theory.points.length > 1 ? [theory] : []),
    ]
  })
  const ks = series.flatMap(({ points }) => points.map(({ x }) => x))
  const note = [
    ...(series.some(({ band }) => band !== undefined) ? ['line: mean; band: 95% interval'] : []),
    ...(series.some(({ theory }) => theory === true) ? ['dashed: theory'] : []),
  ].join('; ')
  return {
    yLabel: info.title.replace(/\b1\b/, 'k'),
    ...(info.range ? { yRange: info.range } : {}),
    ...(note === '' ? {} : { note }),
    panels: [
      {
        title: '',
        xLabel: 'k',
        xScale: 'log2',
        ...(ks.length > 0 ? { xRange: extent(ks) } : {}),
        weight: 1,
        series,
      },
    ],
  }
}

/** Values of `<metric>@<k>` in the order of k. */
function curveOf({ values }: MetricsRow, metric: string): CurvePoint[] {
  const prefix = `${metric}@`
  return Object.entries(values)
    .flatMap(([name, y]) => (name.startsWith(prefix) ? [{ x: Number(name.slice(prefix.length)), y }] : []))
    .sort((a, b) => a.x - b.x)
}

/** `GRPO`, `GRPO, step 40` before its end; an evaluate stage is named by what it evaluates. */
function nameOf({ label, config: { stages } }: PassAtKRun, { stage, step }: MetricsRow): string {
  const settings = stages[stage]
  const title = stageTitleAt(stages, stage)
  const what = settings !== undefined && step < stageSteps(settings) ? `${title}, step ${step}` : title
  return label === '' ? what : `${label}, ${what}`
}
