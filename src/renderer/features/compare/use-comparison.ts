// The comparison on the page: where it comes from (the address, a saved chart, what was left unsaved), every change of it, back
// and forth, and what of it is saved.
import { computed, watch, type ComputedRef } from 'vue'
import type { Comparison } from '../../../shared/comparison'
import { AfterwordError } from '../../../shared/errors'
import type { SavedChart } from '../../../shared/workbench-api'
import { useAppState } from '../../api/app-state'
import { request } from '../../api/bridge'
import type { Route } from '../../api/route'
import { useAct } from '../../ui/use-act'
import type { Undoable } from '../../ui/use-undo'
import { openChartDraft } from './chart-draft'
import { newComparison } from './comparison-edit'
import { writeDraft } from './drafts'

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

const CHANGED =
  'Another window or program wrote the file since these edits were begun. Saving replaces it; Back to what is saved, in the menu beside it, takes it.'

/** What is on the page of an address. */
export function useComparison(route: () => CompareRoute): ComparisonState {
  const { charts, refreshCharts, go, workspace } = useAppState()
  const folder = workspace.value?.folder ?? ''
  const { say } = useAct()
  const first = route()
  const id = first.screen === 'chart' ? first.id : ''
  const saved = computed(() => charts.value.find((chart) => chart.id === id))
  const tell = () => say('This chart was changed elsewhere', CHANGED)
  const { history, isChanged, ...draft } = openChartDraft(folder, id, () => saved.value, tell)
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
      const modified = draft.base()
      const own = isNew ? {} : { id, ...(modified === undefined ? {} : { modified }) }
      const write = () => request('saveChart', { ...own, comparison })
      const chart = await (isNew ? write() : draft.saving(write)).catch(async (error: unknown) => {
        if (!(error instanceof AfterwordError) || error.code !== 'changed') throw error
        await refreshCharts()
        draft.accept()
        throw new AfterwordError('changed', `Not saved. ${CHANGED}`)
      })
      await refreshCharts()
      if (!isNew) history.set(comparison)
      else {
        // What is saved now is no longer a draft of its own.
        writeDraft(folder, id)
        go({ screen: 'chart', id: chart.id })
      }
      say(isNew ? `Saved as ${comparison.name}` : 'Saved')
    },
    async remove({ id: gone, comparison }) {
      await request('deleteChart', { id: gone })
      writeDraft(folder, gone)
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
