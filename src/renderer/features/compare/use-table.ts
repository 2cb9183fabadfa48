// The figures of the results table: asked for metric by metric, so that charts that are looked at need not wait for all of them, and
// again when more runs have been read or a run has logged more.
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { isPanels } from '../../../charts/chart'
import { tableComparison, tableDifference } from '../../../charts/comparison/results-table'
import type { ChartSpec } from '../../../shared/chart'
import type { Comparison } from '../../../shared/comparison'
import { messageOf } from '../../../shared/errors'
import { onEvent, request } from '../../api/bridge'

/** What the table shows of a metric. */
interface Figures {
  bars: ChartSpec | undefined
  changes: ChartSpec | undefined
  isComplete: boolean
}
interface TableQuery {
  comparison: Comparison
  runIds: readonly string[]
}

/** Least time between two readings because of what was read or logged. */
const AGAIN_MS = 1500

/** Figures by metric, while `query` gives something. */
export function useTable(query: () => TableQuery | undefined): {
  figures: Readonly<ShallowRef<ReadonlyMap<string, Figures>>>
  problem: Readonly<ShallowRef<string>>
} {
  const figures = shallowRef<ReadonlyMap<string, Figures>>(new Map())
  const problem = shallowRef('')
  let round = 0
  /** More was read while figures were on their way: they may be from before. */
  let wasMoreRead = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const readAll = async () => {
    const asked = query()
    const own = ++round
    wasMoreRead = false
    if (!asked) return
    const { comparison, runIds } = asked
    const difference = tableDifference(comparison)
    for (const metric of comparison.metrics) {
      const draw = (which: Comparison['difference']) => {
        const wanted = { ...tableComparison(comparison, which), metrics: [metric] }
        return request('drawComparison', { comparison: wanted, runIds })
      }
      try {
        const bars = await draw('none')
        if (own !== round) return
        const changes = difference === 'none' ? undefined : await draw(difference)
        if (own !== round) return
        const panels = ({ charts: [chart] }: typeof bars) => (chart && isPanels(chart) ? chart : undefined)
        const isComplete = bars.ready === bars.total
        const found = { bars: panels(bars), changes: changes && panels(changes), isComplete }
        figures.value = new Map(figures.value).set(metric, found)
        problem.value = ''
      } catch (error) {
        if (own === round) problem.value = messageOf(error)
        return
      }
    }
    if (wasMoreRead && isPartial()) readSoon()
  }
  const isPartial = () => [...figures.value.values()].some(({ isComplete }) => !isComplete)
  const readSoon = () => {
    timer ??= setTimeout(() => {
      timer = undefined
      void readAll()
    }, AGAIN_MS)
  }
  watch(query, () => void readAll(), { immediate: true })
  const stops = [
    onEvent('columns', () => {
      wasMoreRead = true
      if (isPartial()) readSoon()
    }),
    onEvent('runs', (changed) => {
      const ids = query()?.runIds
      if (ids && changed.some(({ record }) => ids.includes(record.id))) readSoon()
    }),
  ]
  onScopeDispose(() => {
    round++
    clearTimeout(timer)
    for (const stop of stops) stop()
  })
  return { figures, problem }
}
