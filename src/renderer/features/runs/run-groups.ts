// Runs that differ in their seed alone, as one row: mean and standard error of numbers, common values of the rest. Pure.
import type { FilterRun, Scalar } from '../../../shared/run-filter/run-values'
import { mean, standardError } from '../../../statistics/summary'
import { formatDuration, formatPoint, formatValue } from '../../ui/format'
import type { RunColumn } from './run-columns'

/** Runs of one study whose configs are equal but for the seed. */
export interface RunsGroup {
  readonly key: string
  readonly runs: readonly FilterRun[]
}

/** A point of a grid for all its seeds. */
export function withoutSeed(point: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(point).filter(([path]) => path !== 'seed'))
}

/** Groups in the order of their first runs. A run whose config is not known goes by its point. */
export function groupBySeed(runs: readonly FilterRun[]): RunsGroup[] {
  const groups = new Map<string, FilterRun[]>()
  const numbers = new Map<unknown, number>()
  for (const run of runs) {
    const { study, point } = run.summary.record
    const number = numbers.get(run.config) ?? numbers.size
    if (run.config) numbers.set(run.config, number)
    const key = JSON.stringify([study, run.config ? number : withoutSeed(point)])
    const group = groups.get(key)
    if (group) group.push(run)
    else groups.set(key, [run])
  }
  return [...groups].map(([key, members]) => ({ key, runs: members }))
}

/** What a group is sorted by in a column: the mean of numbers, else what its first run has. */
export function groupSortKey({ runs }: RunsGroup, { field, sortBy }: RunColumn): Scalar | undefined {
  const [first] = runs
  if (field?.kind !== 'number') return first && sortBy(first)
  const finite = runs.flatMap((run) => field.read(run)).filter(Number.isFinite)
  return finite.length === 0 ? undefined : mean(finite.map(Number))
}

/** A cell of a group's row. */
export interface GroupCell {
  readonly text: string
  /** How the text came about, for a tooltip. */
  readonly help: string
}

/** What a group has in a column: `0.912 ± 0.013` of numbers, the value all have, or how many of each. */
export function groupCell({ runs }: RunsGroup, column: RunColumn): GroupCell {
  if (column.id === 'point') {
    const text = formatPoint(withoutSeed(runs[0]?.summary.record.point ?? {}))
    return { text, help: text }
  }
  const { field } = column
  if (field?.kind === 'number') {
    const values = runs.flatMap((run) => field.read(run)).filter((value) => typeof value === 'number')
    const isPartial = values.length > 0 && values.length < runs.length
    if (isPartial || new Set(values).size > 1) return numberCell(values, runs.length, column)
  }
  const newest = runs[0]
  if (field?.kind === 'time' && newest)
    return { text: column.text(newest), help: `The newest of ${runs.length} runs` }
  const counts = new Map<string, number>()
  for (const run of runs) {
    const text = column.text(run)
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  const entries = [...counts].sort((a, b) => b[1] - a[1])
  const all = entries.map(([text, count]) => `${count} ${text === '' ? 'without' : text}`).join(', ')
  const text =
    counts.size === 1 ? (entries[0]?.[0] ?? '') : field?.kind === 'choice' ? all : `${counts.size} values`
  return { text, help: counts.size === 1 ? text : all }
}

function numberCell(values: readonly number[], size: number, column: RunColumn): GroupCell {
  const finite = values.filter(Number.isFinite)
  const centre = mean(finite)
  const isTime = column.id === 'seconds'
  if (finite.length < 2) {
    const text = isTime ? formatDuration(finite[0]) : formatValue(finite[0] ?? NaN)
    return { text: `${text} (n ${finite.length})`, help: `${finite.length} of ${size} runs` }
  }
  const error = standardError(finite)
  const isPartial = finite.length < size
  if (isTime)
    return { text: formatDuration(centre), help: `Mean of ${finite.length} runs, ± ${formatDuration(error)}` }
  return {
    text: `${withError(centre, error)}${isPartial ? ` (n ${finite.length})` : ''}`,
    help: `${column.title}: mean ± standard error over ${finite.length} of ${size} runs`,
  }
}

/** Decimals a cell has room for; a minus takes the place of one. */
const MOST_DECIMALS = 3

/** `0.91 ± 0.13`: two digits of the error as far as there is room, and no more of the mean. */
function withError(centre: number, error: number): string {
  const most = centre < 0 ? MOST_DECIMALS - 1 : MOST_DECIMALS
  if (error < 10 ** -most) return `${formatValue(centre)} ± ${formatValue(error)}`
  const digits = Math.min(most, Math.max(0, 1 - Math.floor(Math.log10(error))))
  const text = (value: number) =>
    value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return `${text(centre)} ± ${text(error)}`
}
