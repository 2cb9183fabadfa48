// What went wrong lately, in one list: errors of the window and of the main process, and runs that failed. Pure.
import type { RecentError } from '../../../shared/ipc'
import type { RunSummary } from '../../../shared/workbench-api'
import { formatPoint } from '../../ui/format'
import { exitLine } from '../../ui/run-view'

/** An entry of the list; `report` is what the report is asked for with. */
export interface ErrorItem {
  readonly key: string
  readonly at: string
  readonly from: string
  readonly message: string
  readonly report: { errorId: number } | { runId: string }
}

const MOST_SHOWN = 100

/** Newest first. */
export function errorItems(errors: readonly RecentError[], runs: readonly RunSummary[]): ErrorItem[] {
  const ofWindow = errors.map(({ id, at, source, message }) => ({
    key: `error ${id}`,
    at,
    from: source === 'window' ? 'Window' : 'Main process',
    message,
    report: { errorId: id },
  }))
  const ofRuns = runs
    .filter(({ record: { state } }) => state === 'failed' || state === 'interrupted')
    .map((run) => ({
      key: `run ${run.record.id}`,
      at: run.record.ended ?? run.record.created,
      from: `Run of ${run.record.study} ${formatPoint(run.record.point)}`.trim(),
      message: exitLine(run) ?? `The run is ${run.record.state}.`,
      report: { runId: run.record.id },
    }))
  return [...ofWindow, ...ofRuns].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, MOST_SHOWN)
}
