// The runs a filter means where nobody says which of the hidden ones are wanted: trashed and archived ones only where the
// filter speaks of them.
import type { RunFilter } from './evaluate'
import type { FilterRun } from './run-values'
import { filterMentions } from './tree'

/** The runs that a filter lets pass, in their order. */
export function selectRuns<Run extends FilterRun>(
  runs: readonly Run[],
  { tree, matches }: Extract<RunFilter, { ok: true }>,
): Run[] {
  const [hasTrash, hasArchive] = [filterMentions(tree, 'trashed'), filterMentions(tree, 'archived')]
  return runs.filter((run) => {
    const { trashed, archived } = run.summary.annotations
    return (hasTrash || !trashed) && (hasArchive || !archived) && matches(run)
  })
}
