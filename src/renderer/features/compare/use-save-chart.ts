// Saving the comparison on the page: what the dialog asks and suggests, and what can be done with a saved chart.
import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import type { Comparison } from '../../../shared/comparison'
import { writtenValue } from '../../../shared/run-filter/tree'
import { metricInfo } from '../../../shared/run/metrics'
import type { RunSummary } from '../../../shared/workbench-api'
import { useAct } from '../../ui/use-act'
import type { ComparisonState } from './use-comparison'

export interface SaveChart {
  /** What is asked in the dialog: the name of a new chart, or another one of the saved. */
  readonly asking: ShallowRef<'save' | 'rename' | undefined>
  readonly suggestedName: ComputedRef<string>
  /** A filter that finds the runs chosen one by one, and later ones of their studies; '' where there is none. */
  readonly followFilter: ComputedRef<string>
  readonly saveNamed: (name: string, runs: Comparison['runs']) => Promise<void>
  readonly saveNow: () => Promise<void>
  /** Of a saved chart. */
  readonly menu: ComputedRef<object[][]>
}

/** What saving needs to know of the page: its comparison and the runs in it. */
export function useSaveChart(
  { history, saved, isChanged, save, remove }: ComparisonState,
  summaries: () => readonly RunSummary[],
): SaveChart {
  const { act } = useAct()
  const comparison = history.value
  const asking = shallowRef<'save' | 'rename'>()
  const studies = computed(() => [...new Set(summaries().map(({ record }) => record.study))])
  const suggestedName = computed(() => {
    const now = comparison.value
    if (asking.value === 'rename' || now?.name) return now?.name ?? ''
    const [metric = ''] = now?.metrics ?? []
    const what = now && now.metrics.length === 1 ? metricInfo(metric).title.toLowerCase() : ''
    return [studies.value.slice(0, 2).join(' and '), what].filter(Boolean).join(': ')
  })
  const followFilter = computed(() => {
    const names = studies.value.map(writtenValue)
    if (names.length === 0 || !comparison.value || 'filter' in comparison.value.runs) return ''
    return names.length === 1 ? `study = ${names[0]}` : `study in (${names.join(', ')})`
  })
  async function saveNamed(name: string, runs: Comparison['runs']) {
    const now = comparison.value
    const how = asking.value
    asking.value = undefined
    if (!now) return
    if (how === 'save') return save({ ...now, name, runs }, true)
    // A new name alone: other changes stay unsaved.
    const kept = saved.value?.comparison
    history.set({ ...now, name })
    if (kept) await save({ ...kept, name }, false)
    if (kept) history.set({ ...now, name })
  }
  async function saveNow() {
    const now = comparison.value
    if (!now) return
    if (saved.value) await save(now)
    else asking.value = 'save'
  }
  const menu = computed(() => {
    const own = saved.value
    if (!own) return []
    const kept = own.comparison
    return [
      [
        { label: 'Rename', icon: 'i-lucide-pencil', onSelect: () => (asking.value = 'rename') },
        { label: 'Save as a new chart', icon: 'i-lucide-copy-plus', onSelect: () => (asking.value = 'save') },
        ...(isChanged.value && kept
          ? [
              {
                label: 'Back to what is saved',
                icon: 'i-lucide-rotate-ccw',
                onSelect: () => history.set(kept),
              },
            ]
          : []),
      ],
      [
        {
          label: 'Delete',
          icon: 'i-lucide-trash-2',
          color: 'error' as const,
          onSelect: () => act(() => remove(own)),
        },
      ],
    ]
  })

  return { asking, suggestedName, followFilter, saveNamed, saveNow, menu }
}
