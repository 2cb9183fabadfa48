// What a curve is drawn over: steps, a total of the run, what follows from totals and config (samples, FLOPs), or another
// metric of the same steps. A point without a value there has x NaN and is not drawn.
import { isComparisonAxis, type ComparisonAxis } from '../shared/comparison'
import { metricInfo } from '../shared/run/metrics'
import { flopsPerParameterToken, isSampled, runParameters } from '../theory/flops'
import type { Counter, Curve } from './curves'
import type { ChartRun } from './run-groups'

/** An axis that every run has, or the name of a metric. */
export type XAxis = ComparisonAxis | (string & {})

const labels: Readonly<Record<ComparisonAxis, string>> = {
  step: 'Step',
  time: 'Time (s)',
  sequences: 'Sequences',
  tokens: 'Tokens',
  samples: 'Samples',
  flops: 'Training FLOPs',
}

/** What stands under the axis. */
export function axisLabel(axis: XAxis): string {
  if (isComparisonAxis(axis)) return labels[axis]
  const { title, unit } = metricInfo(axis)
  return unit === undefined ? title : `${title} (${unit})`
}

/** x of every point of a curve of a run's stage. */
export function xValues(run: ChartRun, stage: number, curve: Curve, axis: XAxis): Float64Array {
  if (!isComparisonAxis(axis)) return valuesAt(run.curves.curve(stage, axis), curve.steps)
  switch (axis) {
    case 'step':
      return curve.steps
    case 'samples':
      return totalOver(run, stage, curve, 'sequences', (index) => {
        const settings = run.config.stages[index]
        return settings && isSampled(settings) ? 1 : 0
      })
    case 'flops': {
      const parameters = run.parameters ?? runParameters(run.config) ?? NaN
      return totalOver(run, stage, curve, 'tokens', (index) => {
        const settings = run.config.stages[index]
        return settings ? parameters * flopsPerParameterToken(settings) : 0
      })
    }
    default:
      return curve.along(axis)
  }
}

/** A total of which every stage counts with a weight of its own. */
function totalOver(
  { curves }: ChartRun,
  stage: number,
  curve: Curve,
  counter: Exclude<Counter, 'time'>,
  weightOf: (stage: number) => number,
): Float64Array {
  const begins = Array.from({ length: stage + 1 }, (_, index) => curves.before(index)[counter])
  const earlier = begins
    .slice(1)
    .reduce((sum, end, index) => sum + weightOf(index) * (end - (begins[index] ?? 0)), 0)
  const start = begins[stage] ?? 0
  const weight = weightOf(stage)
  return curve.along(counter).map((value) => earlier + weight * (value - start))
}

/** The values of a curve at some of its steps, NaN where it has none; both in order. */
export function valuesAt(
  { steps, values }: Pick<Curve, 'steps' | 'values'>,
  wanted: Float64Array,
): Float64Array {
  let at = 0
  return wanted.map((step) => {
    while (at < steps.length && (steps[at] ?? 0) < step) at++
    return steps[at] === step ? (values[at] ?? NaN) : NaN
  })
}
