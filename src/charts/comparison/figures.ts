// One number a run: what is made of a metric's values in its last stage, or a field of its config; and of a group, with
// differences to a baseline where they are asked for.
import type { Comparison } from '../../shared/comparison'
import { metricInfo } from '../../shared/run/metrics'
import { mean } from '../../statistics/summary'
import { partnerOf, percentOf, type Difference } from '../difference'
import type { ChartRun } from '../run-groups'
import { axisLabel } from '../x-axis'
import { fieldValue, lastPart, type ComparedRun } from './compared-groups'

/** Which of a run's values count. */
export type FigureRules = Pick<Comparison, 'figure' | 'stages'>

/** The figure of a metric: of the last stage that has a finite value, among those that count; NaN where there is none. */
export function figureOf({ curves }: ChartRun, metric: string, { figure, stages }: FigureRules): number {
  const found = curves.stagesOf(metric).filter((stage) => stages.only?.includes(stage) ?? true)
  for (const stage of found.reverse()) {
    const values = [...curves.curve(stage, metric).values].filter(Number.isFinite)
    if (values.length > 0) return taken(values, figure, metricInfo(metric).better)
  }
  return NaN
}

/** Where the figure of a metric stands: the step it was logged at, of a mean the last one. */
export function placeOfFigure(
  { curves }: ChartRun,
  metric: string,
  { figure, stages }: FigureRules,
): [stage: number, step: number] | undefined {
  const found = curves.stagesOf(metric).filter((stage) => stages.only?.includes(stage) ?? true)
  for (const stage of found.reverse()) {
    const { steps, values } = curves.curve(stage, metric)
    const finite = [...values.keys()].filter((index) => Number.isFinite(values[index]))
    if (finite.length === 0) continue
    const value = figure === 'mean' ? NaN : figureOf({ curves } as ChartRun, metric, { figure, stages })
    const index = finite.reverse().find((at) => values[at] === value) ?? finite[0] ?? 0
    return [stage, steps[index] ?? 0]
  }
  return undefined
}

function taken(values: readonly number[], figure: Comparison['figure'], better?: 'higher' | 'lower'): number {
  const lowest = () => values.reduce((best, value) => Math.min(best, value))
  const highest = () => values.reduce((best, value) => Math.max(best, value))
  switch (figure) {
    case 'last':
      return values.at(-1) ?? NaN
    case 'best':
      return better === 'lower' ? lowest() : better === 'higher' ? highest() : (values.at(-1) ?? NaN)
    case 'mean':
      return mean(values)
    case 'min':
      return lowest()
    case 'max':
      return highest()
  }
}

/** A metric's figure, or the number at a path of the config. */
export function quantityOf(run: ComparedRun, name: string, rules: FigureRules): number {
  if (name.includes('/')) return figureOf({ ...run, label: '' }, name, rules)
  const value = fieldValue(run, name)
  return typeof value === 'number' ? value : NaN
}

/** What a quantity is called on an axis: a metric's title, a config field by the last part of its path. */
export function quantityLabel(name: string): string {
  return name.includes('/') ? axisLabel(name) : lastPart(name)
}

/**
 * The figures of a group's runs in the last stage that any of them has logged the metric in: one that stopped before it has no end
 * to compare.
 */
function endFigures(
  runs: readonly ChartRun[],
  metric: string,
  rules: FigureRules,
): (run: ChartRun) => number {
  const stages = runs.flatMap(({ curves }) => curves.stagesOf(metric))
  const last = Math.max(...stages.filter((stage) => rules.stages.only?.includes(stage) ?? true))
  const ofLast = { ...rules, stages: { ...rules.stages, only: [last] } }
  return (run) => figureOf(run, metric, ofLast)
}

/** The mean figure of a baseline; NaN where it has none. */
export function baselineMean({ baseline }: Difference, metric: string, rules: FigureRules): number {
  return mean(baseline.runs.map(endFigures(baseline.runs, metric, rules)).filter(Number.isFinite))
}

/** The finite figures of a group's runs, or what they differ by from the baseline. */
export function groupFigures(
  runs: readonly ChartRun[],
  metric: string,
  rules: FigureRules,
  difference: Difference | undefined,
): number[] {
  const own = endFigures(runs, metric, rules)
  if (difference === undefined) return runs.map(own).filter(Number.isFinite)
  const { kind, baseline } = difference
  const baseOf = endFigures(baseline.runs, metric, rules)
  const base = baselineMean(difference, metric, rules)
  const changed = runs.map((run) => {
    if (kind === 'percent') return percentOf(own(run), base)
    const partner = partnerOf(run, baseline.runs)
    return partner ? own(run) - baseOf(partner) : NaN
  })
  return changed.filter(Number.isFinite)
}
