// The run of the same study before each run, to say what changed. Pure.
import type { RunSummary } from '../../../shared/workbench-api'

/** By run id: the run of the same study that was made before it; none for a study's first. `runs`: newest first. */
export function previousRuns(runs: readonly RunSummary[]): ReadonlyMap<string, RunSummary> {
  const previous = new Map<string, RunSummary>()
  const later = new Map<string, RunSummary>()
  for (const run of runs) {
    const { study, id } = run.record
    const after = later.get(study)
    if (after) previous.set(after.record.id, run)
    if (after?.record.id !== id) later.set(study, run)
  }
  return previous
}
