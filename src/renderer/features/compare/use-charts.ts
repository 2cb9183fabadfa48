// The charts of the comparison on the page: one a metric, what each has drawn so far, and how many stand side by side.
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type { Chart } from '../../../shared/chart'
import type { Comparison } from '../../../shared/comparison'
import type { DrawnChart } from './use-drawn'

export interface CompareCharts {
  /** All, or the one that is shown alone. */
  readonly shown: ComputedRef<readonly { key: string; comparison: Comparison }[]>
  /** Whether there are others beside the one that may be shown alone. */
  readonly hasSeveral: ComputedRef<boolean>
  /** Key of the chart that is shown alone. */
  readonly alone: ShallowRef<string | undefined>
  /** By key. */
  readonly drawn: Readonly<ShallowRef<ReadonlyMap<string, { chart: Chart; comparison: Comparison }>>>
  /** Those that show what is asked for now; one below the edge of the page may show what was asked before. */
  readonly current: ComputedRef<readonly Chart[]>
  readonly progress: Readonly<ShallowRef<{ ready: number; total: number }>>
  readonly isReading: ComputedRef<boolean>
  /** Why runs are not drawn. */
  readonly problems: Readonly<ShallowRef<readonly string[]>>
  /** Charts in a row, in a place of this width. */
  readonly columns: ComputedRef<number>
  onDrawn(key: string, own: DrawnChart): void
}

const PANEL_WIDTH = 170
const CHART_WIDTH = 380

/** The charts of a comparison, in an element. */
export function useCharts(
  comparison: () => Comparison | undefined,
  room: Readonly<Ref<HTMLElement | null>>,
): CompareCharts {
  /** A chart each; parallel coordinates are one. */
  const charts = computed(() => {
    const now = comparison()
    if (!now) return []
    if (now.kind === 'parallel') return [{ key: 'parallel', comparison: now }]
    return now.metrics.map((metric) => ({ key: metric, comparison: single(metric, now) }))
  })
  /** A metric's part: the same object as long as it says the same, so that one chart's change draws that one only. */
  const singles = new Map<string, { text: string; comparison: Comparison }>()
  function single(metric: string, now: Comparison): Comparison {
    const own = { ...now, name: '', metrics: [metric] }
    const text = JSON.stringify({ ...own, runs: null })
    const known = singles.get(metric)
    if (known?.text === text) return known.comparison
    singles.set(metric, { text, comparison: own })
    return own
  }
  const alone = shallowRef<string>()
  const shown = computed(() => {
    const one = charts.value.filter(({ key }) => key === alone.value)
    return one.length > 0 ? one : charts.value
  })
  const drawn = shallowRef<ReadonlyMap<string, { chart: Chart; comparison: Comparison }>>(new Map())
  const progress = shallowRef({ ready: 0, total: 0 })
  const problems = shallowRef<readonly string[]>([])
  function onDrawn(key: string, own: DrawnChart) {
    const next = new Map(drawn.value)
    if (own.chart) next.set(key, { chart: own.chart, comparison: own.comparison })
    else next.delete(key)
    drawn.value = next
    progress.value = { ready: own.ready, total: own.total }
    problems.value = own.problems
  }
  /** Those that show what is asked for now; one below the edge of the page may show what was asked before. */
  const current = computed(() => {
    const all = shown.value.flatMap(({ key, comparison: asked }) => {
      const own = drawn.value.get(key)
      return own ? [{ chart: own.chart, isCurrent: own.comparison === asked }] : []
    })
    const fresh = all.filter(({ isCurrent }) => isCurrent)
    return (fresh.length > 0 ? fresh : all).map(({ chart }) => chart)
  })
  const isReading = computed(() => progress.value.ready < progress.value.total && drawn.value.size > 0)

  /** Charts side by side as far as they have room for their panels. */
  const width = shallowRef(900)
  const observer = new ResizeObserver(([entry]) => {
    // In the next frame: what follows from it changes sizes again.
    if (entry) requestAnimationFrame(() => (width.value = entry.contentRect.width))
  })
  watch(room, (element) => {
    observer.disconnect()
    if (element) observer.observe(element)
  })
  onScopeDispose(() => observer.disconnect())
  const columns = computed(() => {
    const panels = Math.max(1, ...current.value.map((chart) => ('panels' in chart ? chart.panels.length : 2)))
    const fitting = Math.floor(width.value / Math.max(CHART_WIDTH, panels * PANEL_WIDTH))
    const count = Math.max(1, shown.value.length)
    // As many rows as are needed, and no more charts in a row than fill them.
    return Math.ceil(count / Math.ceil(count / Math.max(1, Math.min(3, fitting))))
  })

  const hasSeveral = computed(() => charts.value.length > 1)
  return { shown, hasSeveral, alone, drawn, current, progress, isReading, problems, columns, onDrawn }
}
