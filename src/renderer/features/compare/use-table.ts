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

/** Settings whose figures can stand beside each other. */
const settingsOf = ({ comparison }: TableQuery): string =>
  JSON.stringify({ ...comparison, name: '', metrics: [] })

/**
 * Figures by metric, while `query` gives something. A round through the metrics is ended before it begins anew for what was logged
 * meanwhile; other settings begin one at once.
 */
export function useTable(query: () => TableQuery | undefined): {
  figures: Readonly<ShallowRef<ReadonlyMap<string, Figures>>>
  problem: Readonly<ShallowRef<string>>
  /** Whether figures are on their way that the settings or the runs of now ask for: those that are there may be of others. */
  isBusy: Readonly<ShallowRef<boolean>>
} {
  const figures = shallowRef<ReadonlyMap<string, Figures>>(new Map())
  const problem = shallowRef('')
  const isBusy = shallowRef(false)
  let round = 0
  let isReading = false
  /** Whose settings the figures are. */
  let shown = ''
  /** While figures were on their way more was read, or logged, or other runs were asked for: they may be from before. */
  let wasMoreRead = false
  let wasLogged = false
  let areRunsOther = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const readAll = async () => {
    const own = ++round
    clearTimeout(timer)
    timer = undefined
    wasMoreRead = wasLogged = areRunsOther = false
    const asked = query()
    isReading = asked !== undefined
    if (!asked) return
    const isDone = await readMetrics(asked, () => own === round)
    if (own !== round) return
    isReading = false
    if (areRunsOther) return void readAll()
    if (isDone) isBusy.value = false
    if (wasLogged || (wasMoreRead && isPartial())) readSoon()
  }
  /** Whether all were read, and nothing else was asked for meanwhile. */
  const readMetrics = async (asked: TableQuery, isAsked: () => boolean): Promise<boolean> => {
    const { comparison, runIds } = asked
    const difference = tableDifference(comparison)
    for (const metric of comparison.metrics) {
      const draw = (which: Comparison['difference']) => {
        const wanted = { ...tableComparison(comparison, which), metrics: [metric] }
        return request('drawComparison', { comparison: wanted, runIds })
      }
      try {
        const bars = await draw('none')
        if (!isAsked()) return false
        const changes = difference === 'none' ? undefined : await draw(difference)
        if (!isAsked()) return false
        const panels = ({ charts: [chart] }: typeof bars) => (chart && isPanels(chart) ? chart : undefined)
        const isComplete = bars.ready === bars.total
        const found = { bars: panels(bars), changes: changes && panels(changes), isComplete }
        const settings = settingsOf(asked)
        figures.value = new Map(settings === shown ? figures.value : []).set(metric, found)
        shown = settings
        problem.value = ''
      } catch (error) {
        if (isAsked()) problem.value = messageOf(error)
        return false
      }
    }
    return true
  }
  const isPartial = () => [...figures.value.values()].some(({ isComplete }) => !isComplete)
  const readSoon = () => {
    timer ??= setTimeout(() => void readAll(), AGAIN_MS)
  }
  watch(
    query,
    (now, before) => {
      const isSame = (part: (query: TableQuery) => unknown) =>
        now && before && JSON.stringify(part(now)) === JSON.stringify(part(before))
      const isSetAlike = isSame(({ comparison }) => ({ ...comparison, name: '' }))
      if (isSetAlike && isSame(({ runIds }) => runIds)) return
      isBusy.value = now !== undefined
      if (isSetAlike && isReading) areRunsOther = true
      else void readAll()
    },
    { immediate: true },
  )
  const stops = [
    onEvent('columns', () => {
      wasMoreRead = true
      if (isPartial() && !isReading) readSoon()
    }),
    onEvent('runs', (changed) => {
      const ids = query()?.runIds
      if (!ids || !changed.some(({ record }) => ids.includes(record.id))) return
      if (isReading) wasLogged = true
      else readSoon()
    }),
  ]
  onScopeDispose(() => {
    round++
    clearTimeout(timer)
    for (const stop of stops) stop()
  })
  return { figures, problem, isBusy }
}
