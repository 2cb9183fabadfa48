// The runs of a comparison: which they are now, what was logged, in which fields they differ, and their stages.
import { computed, shallowRef, watch } from 'vue'
import type { Comparison } from '../../../shared/comparison'
import { stageTitleAt } from '../../../shared/config/describe'
import { runConfigSchema } from '../../../shared/config/schema'
import { readFilter } from '../../../shared/run-filter/evaluate'
import type { FilterRun } from '../../../shared/run-filter/run-values'
import { selectRuns } from '../../../shared/run-filter/select-runs'
import { useAppState } from '../../api/app-state'
import { useNow } from '../../ui/use-now'
import { useFilterRuns } from '../runs/use-filter-runs'
import { comparedFields } from './compared-fields'

/** Configs whose stages are looked at for their titles. */
const LOOKED_AT = 20

/** Follows the runs that `comparison` names. */
export function useComparedRuns(comparison: () => Comparison | undefined, onError: (error: unknown) => void) {
  const { runs: known, runList, trashList } = useAppState()
  const now = useNow()
  const all = computed(() => [...runList.value, ...trashList.value])
  const { runs, catalog, configOf, isReading, wantSteps } = useFilterRuns(() => all.value, onError)
  const byId = computed(() => new Map(runs.value.map((run) => [run.summary.record.id, run])))

  const isWriting = shallowRef(false)
  const filter = computed(() => {
    const wanted = comparison()?.runs
    return wanted && 'filter' in wanted
      ? readFilter(wanted.filter, { catalog: catalog.value, now: now.value })
      : undefined
  })
  watch(filter, (read) => read?.ok && wantSteps(read.stepFields), { immediate: true })
  /** While a filter is being written, or cannot be read, those of the one before stay. */
  const compared = shallowRef<readonly FilterRun[]>([])
  watch(
    [filter, runs, isWriting, comparison],
    () => {
      const wanted = comparison()?.runs
      if (wanted === undefined) compared.value = []
      else if ('ids' in wanted) compared.value = inOrder(wanted.ids.flatMap((id) => byId.value.get(id) ?? []))
      else if (filter.value?.ok && !isWriting.value)
        compared.value = inOrder(
          selectRuns(runs.value, filter.value).filter(({ summary }) => summary.record.state !== 'queued'),
        )
    },
    // After the filter's box has said that it is being written.
    { immediate: true, flush: 'post' },
  )
  const summaries = computed(() => compared.value.map(({ summary }) => summary))
  /** The same array as long as it names the same runs: what they log does not make it another one. */
  const ids = shallowRef<readonly string[]>([])
  watch(
    summaries,
    (list) => {
      const next = list.map(({ record }) => record.id)
      if (next.join() !== ids.value.join()) ids.value = next
    },
    { immediate: true },
  )
  /** Changes with the runs, and once their configs are read: not with every value that one of them logs. */
  const settled = computed(() => {
    void isReading.value
    return ids.value.flatMap((id) => byId.value.get(id) ?? [])
  })
  const fieldsText = computed(() => JSON.stringify(comparedFields(settled.value)))
  const fields = computed(() => JSON.parse(fieldsText.value) as ReturnType<typeof comparedFields>)
  const loggedText = computed(() =>
    [...new Set(summaries.value.flatMap(({ last }) => Object.keys(last)))].sort().join('\n'),
  )
  const logged = computed(() => new Set(loggedText.value.split('\n').filter(Boolean)))
  const stages = computed(() => {
    const configs = new Map(settled.value.flatMap((run) => (run.config ? [[run.config, run]] : [])))
    const parsed = [...configs.values()].slice(0, LOOKED_AT).flatMap(({ summary }) => {
      const read = runConfigSchema.safeParse(configOf(summary.record.id))
      return read.success ? [read.data.stages] : []
    })
    const count = Math.max(0, ...parsed.map(({ length }) => length))
    return Array.from({ length: count }, (_, index) => {
      const titles = parsed.flatMap((own) => (index < own.length ? [stageTitleAt(own, index)] : []))
      return { value: index, label: `${index + 1}. ${[...new Set(titles)].slice(0, 3).join(' / ')}` }
    })
  })
  /** The metrics that some runs have logged. */
  function loggedBy(wanted: Comparison['runs']): ReadonlySet<string> {
    const named =
      'ids' in wanted ? wanted.ids.flatMap((id) => known.value.get(id) ?? []) : matching(wanted.filter)
    const list = named.length > 0 ? named : runList.value
    return new Set(list.flatMap(({ last }) => Object.keys(last)))
  }
  function matching(text: string) {
    const read = readFilter(text, { catalog: catalog.value, now: now.value })
    return read.ok ? selectRuns(runs.value, read).map(({ summary }) => summary) : []
  }
  const problem = computed(() => (filter.value && !filter.value.ok ? filter.value.problem : undefined))
  return {
    runs,
    catalog,
    configOf,
    isReading,
    isWriting,
    problem,
    summaries,
    ids,
    fields,
    logged,
    stages,
    loggedBy,
  }
}

/** Oldest first: the order of their studies' grids, which groups and colours follow. */
function inOrder(runs: readonly FilterRun[]): FilterRun[] {
  const keyOf = ({ summary: { record } }: FilterRun) => `${record.created} ${record.id}`
  return [...runs].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}
