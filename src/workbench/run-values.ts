// Last and best value of every metric, folded row by row, so that a summary never needs the whole of metrics.jsonl again.
// It does not read files: run-tail.ts feeds it.
import { metricInfo } from '../shared/run/metrics'
import type { MetricsRow } from '../shared/run/rows'
import type { RunSummary } from '../shared/workbench-api'

/** What the rows read so far say about a run. */
export interface RunValues {
  /** Last logged value of each metric, non-finite ones included. */
  last: Record<string, number>
  /** Best finite value of each metric that has a better direction. */
  best: Record<string, number>
  /** Where the last row stands. */
  progress?: NonNullable<RunSummary['progress']>
}

/** Values of a run without rows. */
export function emptyValues(): RunValues {
  return { last: {}, best: {} }
}

/** Takes further rows, in file order, into `values` (changed in place). */
export function foldRows(values: RunValues, rows: readonly MetricsRow[]): void {
  for (const row of rows) {
    const { stage, step, time, sequences, tokens } = row
    values.progress = { stage, step, time, sequences, tokens }
    for (const [name, value] of Object.entries(row.values)) {
      values.last[name] = value
      const better = metricInfo(name).better
      if (better === undefined || !Number.isFinite(value)) continue
      const best = values.best[name]
      if (best === undefined || (better === 'higher' ? value > best : value < best)) values.best[name] = value
    }
  }
}
