// Columns of the run table: fields of the filter language, the point of the grid, and what changed. Pure.
import { formatDuration, formatInteger, formatPoint, formatValue, formatWhen } from '../../ui/format'
import type { FieldCatalog, RunField } from '../../../shared/run-filter/fields'
import type { FilterRun, Scalar } from '../../../shared/run-filter/run-values'

/** A column: how it is headed, sorted and written. */
export interface RunColumn {
  readonly id: string
  readonly title: string
  readonly help: string
  readonly isNumeric: boolean
  /** Pixels. */
  readonly width: number
  /** The field behind it; none for the point and for what changed. */
  readonly field: RunField | undefined
  /** What a run is sorted by; undefined ones come last. */
  readonly sortBy: (run: FilterRun) => Scalar | undefined
  readonly text: (run: FilterRun) => string
}

/** Columns shown until the person chooses. */
export const defaultColumns: readonly string[] = [
  'state',
  'study',
  'point',
  'eval/greedy_accuracy.last',
  'eval/median_length.last',
  'eval/accuracy.last',
  'rl/reward.last',
  'seconds',
  'created',
]

/** Columns that are no fields. */
export const ownColumns = {
  point: { title: 'Point', help: "The run's values on the axes of its study." },
  changed: {
    title: 'What changed',
    help: 'Fields of the config that differ from the run of the same study before it.',
  },
} as const

/** What columns are made with: the time for "5 min ago", and the line of what changed. */
interface ColumnContext {
  readonly catalog: FieldCatalog
  readonly now: number
  readonly changeOf: (run: FilterRun) => string
}

/** The columns of some names; a name that means nothing any more is left out. */
export function runColumns(ids: readonly string[], context: ColumnContext): RunColumn[] {
  return ids.flatMap((id) => {
    if (id === 'point' || id === 'changed') return [ownColumn(id, context)]
    const found = context.catalog.find(id)
    return found.ok ? [fieldColumn(found.field, context)] : []
  })
}

function ownColumn(id: keyof typeof ownColumns, { changeOf }: ColumnContext): RunColumn {
  const text =
    id === 'point'
      ? ({ summary }: FilterRun) => formatPoint(summary.record.point)
      : (run: FilterRun) => changeOf(run)
  return {
    id,
    ...ownColumns[id],
    isNumeric: false,
    width: id === 'point' ? 156 : 240,
    field: undefined,
    sortBy: text,
    text,
  }
}

function fieldColumn(field: RunField, { catalog, now }: ColumnContext): RunColumn {
  const { name, kind, section, title, help } = field
  const isNumeric = kind === 'number' || kind === 'time'
  return {
    id: name,
    title: section === 'Config' ? catalog.shortName(field) : title,
    help: `${name}: ${help}`,
    isNumeric,
    width: widths[name] ?? 104,
    field,
    sortBy: (run) => field.read(run)[0],
    text: (run) =>
      field
        .read(run)
        .map((value) => valueText(field, value, now))
        .join(', '),
  }
}

const widths: Readonly<Record<string, number>> = {
  state: 100,
  study: 120,
  note: 200,
  seconds: 92,
  created: 122,
  tag: 140,
  arm: 160,
  id: 280,
}

/** A value of a field as a cell shows it. */
function valueText({ name, kind, section }: RunField, value: Scalar, now: number): string {
  if (kind === 'time') return formatWhen(String(value), now)
  if (typeof value !== 'number') return String(value)
  if (name === 'seconds') return formatDuration(value)
  if (section === 'Metrics') return formatValue(value)
  return section === 'Config' ? String(value) : formatInteger(value)
}

/** Rows in the order of a column; equal ones keep their order. */
export function sortRows<T>(
  rows: readonly T[],
  keyOf: (row: T) => Scalar | undefined,
  isDescending: boolean,
): T[] {
  const keyed = rows.map((row) => ({ row, key: keyOf(row) }))
  const sign = isDescending ? -1 : 1
  const isMissing = (key: Scalar | undefined) => key === undefined || key === '' || Number.isNaN(key)
  return keyed
    .sort((a, b) => {
      const [noA, noB] = [isMissing(a.key), isMissing(b.key)]
      if (noA || noB) return Number(noA) - Number(noB)
      return sign * compare(a.key, b.key)
    })
    .map(({ row }) => row)
}

const byText = new Intl.Collator('en', { numeric: true })

function compare(a: Scalar | undefined, b: Scalar | undefined): number {
  if (typeof a === 'string' && typeof b === 'string') return a === b ? 0 : byText.compare(a, b)
  return Number(a) - Number(b)
}
