// A comparison's chart as the workbench draws it: asked for again when settings, runs or what is seen change, when more runs
// have been read, and when a run that trains has logged more; one request at a time, the chart before stays until the next is there.
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import type { Chart } from '../../../shared/chart'
import type { Comparison } from '../../../shared/comparison'
import { messageOf } from '../../../shared/errors'
import type { DrawnComparison } from '../../../shared/workbench-api'
import { onEvent, request } from '../../api/bridge'

/** What is to be drawn. */
export interface DrawQuery {
  readonly comparison: Comparison
  readonly runIds: readonly string[]
  /** Pixels of the chart. */
  readonly width?: number
  readonly ranges?: readonly (readonly [number, number] | null)[]
}
/** What was drawn, and for what. */
export interface Drawn extends DrawnComparison {
  readonly query: DrawQuery
}

/** A chart of the page when all of it is seen: of which comparison it is, and of how many of its runs. */
export interface DrawnChart {
  readonly chart: Chart | undefined
  readonly comparison: Comparison
  readonly ready: number
  readonly total: number
  readonly problems: readonly string[]
}

/** Least time between two drawings because of what was read or logged. */
const REDRAW_MS = 800

/** Draws while `query` gives something; `onError` is told of nothing: errors are shown where the chart would be. */
export function useDrawn(query: () => DrawQuery | undefined): {
  drawn: Readonly<ShallowRef<Drawn | undefined>>
  problem: Readonly<ShallowRef<string>>
  isDrawing: Readonly<ShallowRef<boolean>>
} {
  const drawn = shallowRef<Drawn>()
  const problem = shallowRef('')
  const isDrawing = shallowRef(false)
  let isStale = false
  /** More was read while a drawing was on its way: it may be from before, and nothing else may be told any more. */
  let wasMoreRead = false
  let isStopped = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const draw = async (): Promise<void> => {
    const asked = query()
    if (asked === undefined || isStopped) return
    if (isDrawing.value) {
      isStale = true
      return
    }
    isDrawing.value = true
    isStale = false
    wasMoreRead = false
    try {
      const { comparison, runIds, width, ranges } = asked
      const result = await request('drawComparison', {
        comparison,
        runIds,
        ...(width === undefined ? {} : { width }),
        ...(ranges ? { ranges } : {}),
      })
      drawn.value = { ...result, query: asked }
      problem.value = ''
    } catch (error) {
      // What is no longer asked for may have failed for what has been changed since.
      if (!isStale) problem.value = messageOf(error)
    } finally {
      isDrawing.value = false
    }
    if (isStale) await draw()
    else if (wasMoreRead && isPartial()) drawSoon()
  }
  const isPartial = () => drawn.value !== undefined && drawn.value.ready < drawn.value.total
  const drawSoon = () => {
    timer ??= setTimeout(() => {
      timer = undefined
      void draw()
    }, REDRAW_MS)
  }
  watch(query, () => void draw(), { immediate: true })
  const stops = [
    onEvent('columns', () => {
      if (isDrawing.value) wasMoreRead = true
      else if (isPartial()) drawSoon()
    }),
    onEvent('runs', (changed) => {
      const ids = query()?.runIds
      if (ids && changed.some(({ record }) => ids.includes(record.id))) drawSoon()
    }),
  ]
  onScopeDispose(() => {
    isStopped = true
    clearTimeout(timer)
    for (const stop of stops) stop()
  })
  return { drawn, problem, isDrawing }
}
