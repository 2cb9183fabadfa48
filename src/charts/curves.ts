// What a run logged, as a chart reads it: curves of one metric in one stage, as arrays of numbers. Rows of metrics.jsonl and
// the workbench's column cache both give them; nothing is interpolated, and a step logged twice counts as it was logged last.
import type { MetricsRow } from '../shared/run/rows'

/** Totals of a run that every row has: seconds, sequences and tokens since it began. */
export type Counter = 'time' | 'sequences' | 'tokens'

/** A metric in one stage, in order of steps, each step once. All arrays have equal lengths. */
export interface Curve {
  readonly steps: Float64Array
  /** NaN and infinities where the run logged them. */
  readonly values: Float64Array
  /** The run's totals at these steps. */
  along(counter: Counter): Float64Array
}

/** Everything a run logged. */
export interface RunCurves {
  /** Names of all metrics that were logged. */
  metrics(): readonly string[]
  /** Stages in which the metric was logged, in order. */
  stagesOf(metric: string): number[]
  /** Empty where the metric was not logged in the stage. */
  curve(stage: number, metric: string): Curve
  /** Totals when a stage began: those of the last row of the stages before it; 0 where there is none. */
  before(stage: number): { sequences: number; tokens: number }
}

/** The curves of rows; each is found by one pass over them. */
export function rowCurves(rows: readonly MetricsRow[]): RunCurves {
  return {
    metrics: () => [...new Set(rows.flatMap(({ values }) => Object.keys(values)))],
    stagesOf: (metric) =>
      [...new Set(rows.filter((row) => metric in row.values).map((row) => row.stage))].sort((a, b) => a - b),
    curve(stage, metric) {
      const own = rows.filter((row) => row.stage === stage && metric in row.values)
      const order = stepOrder(Float64Array.from(own, (row) => row.step))
      const kept = order ? [...order].flatMap((index) => own[index] ?? []) : own
      const column = (valueOf: (row: MetricsRow) => number) => Float64Array.from(kept, valueOf)
      return {
        steps: column((row) => row.step),
        values: column((row) => row.values[metric] ?? NaN),
        along: (counter) => column((row) => row[counter]),
      }
    },
    before(stage) {
      const last = rows.filter((row) => row.stage < stage).at(-1)
      return { sequences: last?.sequences ?? 0, tokens: last?.tokens ?? 0 }
    },
  }
}

/**
 * Where the steps stand in ascending order, each step once, the last of equal ones; undefined where they are so already. A
 * resumed run may have logged a step twice.
 */
export function stepOrder(steps: Float64Array): Uint32Array | undefined {
  let isOrdered = true
  for (let index = 1; index < steps.length && isOrdered; index++)
    isOrdered = (steps[index] ?? 0) > (steps[index - 1] ?? 0)
  if (isOrdered) return undefined
  const last = new Map<number, number>()
  steps.forEach((step, index) => last.set(step, index))
  return Uint32Array.from([...last].sort(([a], [b]) => a - b).map(([, index]) => index))
}
