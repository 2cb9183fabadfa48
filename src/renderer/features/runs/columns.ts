// Columns of the run table: the fixed ones and one for each chosen metric. Cells are plain elements, because a table of
// thousands of rows redraws them while scrolling.
import { h } from 'vue'
import type { TableColumn } from '@nuxt/ui'
import { metricInfo } from '../../../shared/run/metrics'
import type { RunSummary } from '../../../shared/workbench-api'
import { formatDuration, formatPoint, formatValue, formatWhen } from '../../ui/format'
import { runSeconds } from '../../ui/run-view'

/** Metrics shown until the person chooses. */
export const defaultMetrics: readonly string[] = [
  'eval/greedy_accuracy',
  'eval/median_length',
  'eval/accuracy',
  'rl/reward',
]

type Column = TableColumn<RunSummary>
const basic = 'basic' as const
const numeric = { class: { th: 'text-right', td: 'text-right tabular' } }

/** Columns for the chosen metrics; `now` is for "5 min ago". */
export function runColumns(chosen: readonly string[], now: () => number): Column[] {
  return [
    { id: 'select', enableSorting: false, size: 36, meta: { style: { th: { width: '36px' } } } },
    {
      id: 'star',
      accessorFn: (run) => (run.annotations.star ? 1 : 0),
      size: 32,
      enableSorting: false,
      meta: { style: { th: { width: '32px' } } },
    },
    {
      id: 'state',
      accessorFn: (run) => run.record.state,
      sortingFn: basic,
      meta: { style: { th: { width: '116px' } } },
    },
    { id: 'study', accessorFn: (run) => run.record.study, sortingFn: basic },
    { id: 'point', accessorFn: (run) => formatPoint(run.record.point), sortingFn: 'alphanumeric' as const },
    ...chosen.map(metricColumn),
    {
      id: 'duration',
      accessorFn: (run) => runSeconds(run),
      sortingFn: basic,
      sortUndefined: 'last' as const,
      cell: ({ row }) => formatDuration(runSeconds(row.original)),
      meta: { ...numeric, style: { th: { width: '104px' } } },
    },
    {
      id: 'created',
      accessorFn: (run) => run.record.created,
      sortingFn: basic,
      cell: ({ row }) =>
        h('span', { title: row.original.record.created }, formatWhen(row.original.record.created, now())),
      meta: { ...numeric, style: { th: { width: '116px' } } },
    },
  ]
}

function metricColumn(name: string): Column {
  return {
    id: name,
    accessorFn: (run) => run.last[name],
    sortingFn: basic,
    sortUndefined: 'last',
    cell: ({ row }) => formatValue(row.original.last[name]),
    meta: { ...numeric, style: { th: { width: '118px' } } },
  }
}

/** Heading of a column. */
export function columnTitle(id: string): string {
  return fixedTitles[id] ?? metricInfo(id).title
}

const fixedTitles: Readonly<Record<string, string>> = {
  state: 'State',
  study: 'Study',
  point: 'Point',
  duration: 'Duration',
  created: 'Created',
}
