// The metric rows of some runs, kept up to date while they train: one read a run at first, then only what was appended,
// and at most one new value per animation frame however many events arrive.
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import type { MetricsRow } from '../../shared/run/rows'
import { onEvent, request } from './bridge'

/** Rows by run id; the map is a new one whenever rows were added, the arrays of unchanged runs are the same. */
export type RowsByRun = ReadonlyMap<string, readonly MetricsRow[]>

interface Tail {
  rows: readonly MetricsRow[]
  offset: number
  isReading: boolean
  isStale: boolean
}

/** Follows the rows of the runs that `ids` names. */
export function useRunRows(
  ids: () => readonly string[],
  onError: (error: unknown) => void,
): { rows: Readonly<ShallowRef<RowsByRun>>; isLoading: Readonly<ShallowRef<boolean>> } {
  const rows = shallowRef<RowsByRun>(new Map())
  const isLoading = shallowRef(true)
  const tails = new Map<string, Tail>()
  let frame = 0

  const publish = () => {
    frame = 0
    rows.value = new Map([...tails].map(([id, tail]) => [id, tail.rows]))
  }
  const schedule = () => {
    frame ||= requestAnimationFrame(publish)
  }
  const read = async (id: string): Promise<void> => {
    const tail = tails.get(id)
    if (!tail) return
    if (tail.isReading) {
      tail.isStale = true
      return
    }
    tail.isReading = true
    try {
      const chunk = await request('readMetrics', { runId: id, offset: tail.offset })
      tail.offset = chunk.nextOffset
      if (chunk.restarted) tail.rows = chunk.rows
      else if (chunk.rows.length > 0) tail.rows = [...tail.rows, ...chunk.rows]
      if (chunk.rows.length > 0 || chunk.restarted) schedule()
    } finally {
      tail.isReading = false
    }
    if (tail.isStale) {
      tail.isStale = false
      await read(id)
    }
  }

  watch(
    ids,
    async (wanted) => {
      for (const id of tails.keys()) if (!wanted.includes(id)) tails.delete(id)
      const added = wanted.filter((id) => !tails.has(id))
      for (const id of added) tails.set(id, { rows: [], offset: 0, isReading: false, isStale: false })
      isLoading.value = added.length > 0
      try {
        await Promise.all(added.map(read))
      } catch (error) {
        onError(error)
      }
      isLoading.value = false
      schedule()
    },
    { immediate: true },
  )
  const stop = onEvent('runs', (changed) => {
    for (const { record } of changed) if (tails.has(record.id)) read(record.id).catch(onError)
  })
  onScopeDispose(() => {
    stop()
    cancelAnimationFrame(frame)
  })
  return { rows, isLoading }
}
