// A metric over the number of attempts k (pass@k, majority of k): each run's figure at every k it was evaluated for, groups as
// their mean with its spread, single runs behind it while they are few; k doubles from tick to tick. A line for every stage that
// was evaluated so, the last one solid: where a trained model's line crosses its base's is what the picture is for.
import { stageTitleAt } from '../../shared/config/describe'
import type { Comparison } from '../../shared/comparison'
import { atAttempts, attemptsOf, metricInfo } from '../../shared/run/metrics'
import { extent } from '../../statistics/extent'
import type { ChartPanel, ChartSeries, ChartSpec } from '../../shared/chart'
import { differenceRange, differenceTo, drawnLabel } from '../difference'
import { groupLines, trackOf, type LineOptions } from '../group-lines'
import { chartNote } from '../note'
import { groupsOfStage, type ChartRun, type RunGroup } from '../run-groups'
import type { ComparedGroups } from './compared-groups'
import { figureOf, placeOfFigure, type FigureRules } from './figures'

const NOT_SMOOTHED = { kind: 'none', amount: 0 } as const
/** Of lines of one group: the last stage's, the one before, all others. */
const dashes = ['solid', 'dashed', 'dotted'] as const

/** The chart of a metric named with @k. Differences are taken k by k, of each stage from the baseline's same stage. */
export function attemptsChart(groups: ComparedGroups, comparison: Comparison, metric: string): ChartSpec {
  const { spread, theory, yScale } = comparison
  const info = metricInfo(metric)
  const { range } = info
  const overK = ({ runs, ...group }: RunGroup, name: string): RunGroup => ({
    ...group,
    runs: runs.map((run) => alongAttempts(run, name, comparison)),
  })
  const baseline = groups.difference && overK(groups.difference.baseline, metric)
  const difference = groups.difference && baseline && { ...groups.difference, baseline }
  const ends = differenceRange(range, difference)
  const rules = { metric, xAxis: 'step', spread, smoothing: NOT_SMOOTHED } as const
  const optionsOf = (stage: number): LineOptions => ({
    ...rules,
    ...(ends ? { range: ends } : {}),
    ...(difference ? { change: differenceTo(difference, (run) => trackOf(run, [stage], rules)) } : {}),
  })

  const panels = groups.facets
    .map((facet): ChartPanel => {
      const all = facet.groups.map((group) => overK(group, metric))
      const stages = stagesOf(all, metric)
      const series = stages.flatMap((stage, index) => {
        const dash = dashes[Math.min(stages.length - 1 - index, dashes.length - 1)] ?? 'solid'
        // Arms that share a stage are drawn once.
        return groupsOfStage(all, stage, metric).flatMap((group): ChartSeries[] => {
          const name = stages.length === 1 ? group.label : `${group.label}, ${stageName(group, stage)}`
          const look = {
            ...group,
            label: name,
            colourKey: group.colourKey ?? group.label,
            dash: group.dash ?? dash,
          }
          const ids = new Set(group.runs.map(({ id }) => id))
          const runs = facet.groups.flatMap((each) => each.runs).filter(({ id }) => ids.has(id))
          return [
            ...leading(groupLines(look, [stage], optionsOf(stage)), facet.groups, {
              metric,
              stage,
              comparison,
            }),
            ...(theory && !difference
              ? theoryLine(overK({ ...group, runs }, `theory/${metric}`), stage, name)
              : []),
          ]
        })
      })
      const ks = series.flatMap(({ points }) => points.map(({ x }) => x))
      const ends = ks.length > 0 ? { xRange: extent(ks) } : {}
      return { title: facet.title, xLabel: 'Attempts k', xScale: 'log2', ...ends, weight: 1, series }
    })
    .filter(({ series }) => series.length > 0)
  const note = chartNote(panels, { smoothing: NOT_SMOOTHED, spread, ...(difference ? { difference } : {}) })
  return {
    yLabel: drawnLabel(info, difference),
    ...(range && !difference ? { yRange: range } : {}),
    yScale,
    ...(note === '' ? {} : { note }),
    panels,
  }
}

/** Of one stage alone. */
const only = (rules: FigureRules, stage: number): FigureRules => ({
  ...rules,
  stages: { ...rules.stages, only: [stage] },
})

/** A run with one metric, which stands at every k where others have steps: its figures in each stage. */
function alongAttempts(run: ChartRun, metric: string, rules: FigureRules): ChartRun {
  const ks = attemptsOf(metric, run.curves.metrics())
  const logged = new Set(ks.flatMap((k) => run.curves.stagesOf(atAttempts(metric, k))))
  const stages = [...logged].filter((stage) => rules.stages.only?.includes(stage) ?? true)
  const curves = new Map(
    stages.flatMap((stage) => {
      const found = ks
        .map((k) => ({ k, y: figureOf(run, atAttempts(metric, k), only(rules, stage)) }))
        .filter(({ y }) => Number.isFinite(y))
      // One number of attempts is no line.
      return found.length < 2 ? [] : [[stage, found] as const]
    }),
  )
  return {
    ...run,
    curves: {
      metrics: () => [metric],
      stagesOf: () => [...curves.keys()].sort((a, b) => a - b),
      curve(stage) {
        const found = curves.get(stage) ?? []
        const steps = Float64Array.from(found, ({ k }) => k)
        return { steps, values: Float64Array.from(found, ({ y }) => y), along: () => steps }
      },
      before: () => ({ sequences: 0, tokens: 0 }),
    },
  }
}

const stagesOf = (groups: readonly RunGroup[], metric: string): number[] => {
  const found = groups.flatMap(({ runs }) => runs.flatMap(({ curves }) => curves.stagesOf(metric)))
  return [...new Set(found)].sort((a, b) => a - b)
}

function stageName({ runs }: RunGroup, stage: number): string {
  const names = new Set(runs.map(({ config }) => stageTitleAt(config.stages, stage)))
  const [name = ''] = names
  return names.size === 1 ? name : `stage ${stage + 1}`
}

/** Lines whose points lead to the evaluation that a figure comes from: of a mean, its first run's. */
function leading(
  lines: readonly ChartSeries[],
  groups: readonly RunGroup[],
  { metric, stage, comparison }: { metric: string; stage: number; comparison: Comparison },
): ChartSeries[] {
  const runs = new Map(groups.flatMap((group) => group.runs.map((run) => [run.id, run] as const)))
  return lines.map(({ places, ...line }): ChartSeries => {
    const own = (line.runs ?? []).flatMap((id) => runs.get(id) ?? [])
    const placeAt = (k: number) => {
      for (const run of own) {
        const place = placeOfFigure(run, atAttempts(metric, k), only(comparison, stage))
        if (place) return [place]
      }
      return []
    }
    const found = places ? line.points.flatMap(({ x }) => placeAt(x)) : []
    return places && found.length === line.points.length ? { ...line, places: found } : line
  })
}

/** The mean of what theory predicts for the runs of a group. */
function theoryLine(group: RunGroup, stage: number, name: string): ChartSeries[] {
  const metric = group.runs[0]?.curves.metrics()[0] ?? ''
  const drawn = { metric, xAxis: 'step', spread: 'none', smoothing: NOT_SMOOTHED } as const
  const lines = groupLines(group, [stage], drawn)
  return lines.map(({ points }) => ({ name: `${name}, theory`, of: name, theory: true, points }))
}
