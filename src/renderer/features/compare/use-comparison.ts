// The comparison on the page: where it comes from (the address, a saved chart, what was left unsaved), every change of it, back
// and forth, and what of it is saved.
import { computed, watch, type ComputedRef } from 'vue'
import type { Comparison } from '../../../shared/comparison'
import type { SavedChart } from '../../../shared/workbench-api'
import { useAppState } from '../../api/app-state'
import { request } from '../../api/bridge'
import type { Route } from '../../api/route'
import { useAct } from '../../ui/use-act'
import { useUndo, type Undoable } from '../../ui/use-undo'
import { isSame, newComparison } from './comparison-edit'
import { readDraft, writeDraft } from './drafts'

export type CompareRoute = Extract<Route, { screen: 'compare' | 'chart' }>

export interface ComparisonState {
  /** Undefined: nothing is compared yet. */
  readonly history: Undoable<Comparison | undefined>
  readonly saved: ComputedRef<SavedChart | undefined>
  readonly isChanged: ComputedRef<boolean>
  /** Begins a new comparison where the address names other runs; `metricsOf` says what it shows. */
  readonly follow: (metricsOf: (runs: Comparison['runs']) => readonly string[]) => void
  /** Writes the saved chart, or a new one where there is none or `asNew`. */
  readonly save: (comparison: Comparison, asNew?: boolean) => Promise<void>
  readonly remove: (chart: SavedChart) => Promise<void>
}

/** What is on the page of an address. */
export function useComparison(route: () => CompareRoute): ComparisonState {
  const { charts, refreshCharts, go, workspace } = useAppState()
  const folder = workspace.value?.folder ?? ''
  const { say } = useAct()
  const first = route()
  const id = first.screen === 'chart' ? first.id : ''
  const saved = computed(() => charts.value.find((chart) => chart.id === id))
  const history = useUndo<Comparison | undefined>(readDraft(folder, id) ?? saved.value?.comparison)

  const isChanged = computed(() => {
    const now = history.value.value
    return now !== undefined && !isSame(now, saved.value?.comparison)
  })
  watch(
    [history.value, saved],
    ([now]) => writeDraft(folder, id, id !== '' && !isChanged.value ? undefined : now),
    {
      immediate: true,
    },
  )
  return {
    history,
    saved,
    isChanged,
    follow(metricsOf) {
      watch(
        route,
        (asked) => {
          if (asked.screen === 'chart') return
          const { ids, filter, metric } = asked
          if (ids.length === 0 && filter === undefined) return
          const runs = filter === undefined ? { ids: [...ids] } : { filter }
          const metrics = metric === undefined ? undefined : [metric]
          const now = history.value.value
          const isKept =
            now !== undefined &&
            JSON.stringify(now.runs) === JSON.stringify(runs) &&
            (metric === undefined || now.metrics.includes(metric))
          if (isKept) return
          const next = newComparison(runs, metrics ?? metricsOf(runs))
          if (now === undefined) history.reset(next)
          else history.set(next)
        },
        { immediate: true },
      )
    },
    async save(comparison, asNew = false) {
      const isNew = asNew || id === ''
      const chart = await request('saveChart', { ...(isNew ? {} : { id }), comparison })
      await refreshCharts()
      if (!isNew) history.set(comparison)
      else {
        // What is saved now is no longer a draft of its own.
        writeDraft(folder, id, undefined)
        go({ screen: 'chart', id: chart.id })
      }
      say(isNew ? `Saved as ${comparison.name}` : 'Saved')
    },
    async remove({ id: gone, comparison }) {
      await request('deleteChart', { id: gone })
      writeDraft(folder, gone, undefined)
      await refreshCharts()
      go({ screen: 'compare', ids: [] })
      const undo = comparison
        ? async () => {
            await request('saveChart', { id: gone, comparison })
            await refreshCharts()
            go({ screen: 'chart', id: gone })
          }
        : undefined
      say(`Deleted ${comparison?.name ?? gone}`, undefined, undo)
    },
  }
}
