// The rows of the run table in order: runs, or groups of seeds with the runs of those that are open. Pure.
import type { FilterRun } from '../../../shared/run-filter/run-values'
import { groupBySeed, groupSortKey, type RunsGroup } from './run-groups'
import { sortRows, type RunColumn } from './run-columns'

/** A row; `isInGroup`: under the row of its group. */
export type TableRow =
  | { readonly kind: 'run'; readonly id: string; readonly run: FilterRun; readonly isInGroup: boolean }
  | {
      readonly kind: 'group'
      readonly id: string
      readonly group: RunsGroup
      readonly isOpen: boolean
    }

/** How rows are arranged. */
interface Arrangement {
  /** The column to sort by; none: newest first, as they come. */
  readonly sort: { readonly column: RunColumn; readonly isDescending: boolean } | undefined
  readonly isGrouped: boolean
  /** Keys of the groups whose runs are shown. */
  readonly openGroups: ReadonlySet<string>
}

/** The rows of some runs. A group of one is a run. */
export function tableRows(
  runs: readonly FilterRun[],
  { sort, isGrouped, openGroups }: Arrangement,
): TableRow[] {
  const inOrder = (list: readonly FilterRun[]) => {
    if (sort === undefined) return list
    return sortRows(list, sort.column.sortBy, sort.isDescending)
  }
  const runRow = (run: FilterRun, isInGroup: boolean): TableRow => ({
    kind: 'run',
    id: run.summary.record.id,
    run,
    isInGroup,
  })
  if (!isGrouped) return inOrder(runs).map((run) => runRow(run, false))
  const groups = groupBySeed(runs)
  const keyOf = (group: RunsGroup) => sort && groupSortKey(group, sort.column)
  const sorted = sort === undefined ? groups : sortRows(groups, keyOf, sort.isDescending)
  return sorted.flatMap((group): TableRow[] => {
    const [first] = group.runs
    if (first !== undefined && group.runs.length === 1) return [runRow(first, false)]
    const isOpen = openGroups.has(group.key)
    const head: TableRow = { kind: 'group', id: group.key, group, isOpen }
    return isOpen ? [head, ...inOrder(group.runs).map((run) => runRow(run, true))] : [head]
  })
}

/** The runs a row stands for. */
export function runsOf(row: TableRow): readonly FilterRun[] {
  return row.kind === 'run' ? [row.run] : row.group.runs
}
