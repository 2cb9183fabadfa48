// A value with its past and future: every change can be taken back and made again. Quick changes of one thing (a slider that is
// dragged) are one step.
import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'

/** A value that can go back. */
export interface Undoable<Value> {
  readonly value: Readonly<ShallowRef<Value>>
  readonly canUndo: ComputedRef<boolean>
  readonly canRedo: ComputedRef<boolean>
  /** `what`: changes of the same thing within a second are one step. */
  set(next: Value, what?: string): void
  undo(): void
  redo(): void
  /** Begins anew: nothing before can be come back to. */
  reset(next: Value): void
}

const MERGE_MS = 1000
const MOST_STEPS = 200

/** Starts at a value; `now` is the clock. */
export function useUndo<Value>(first: Value, now: () => number = () => performance.now()): Undoable<Value> {
  const value = shallowRef(first) as ShallowRef<Value>
  const past = shallowRef<readonly Value[]>([])
  const future = shallowRef<readonly Value[]>([])
  let last: { what: string; time: number } | undefined
  return {
    value,
    canUndo: computed(() => past.value.length > 0),
    canRedo: computed(() => future.value.length > 0),
    set(next, what) {
      const isMerged = what !== undefined && last?.what === what && now() - last.time < MERGE_MS
      if (!isMerged) past.value = [...past.value, value.value].slice(-MOST_STEPS)
      last = what === undefined ? undefined : { what, time: now() }
      future.value = []
      value.value = next
    },
    undo() {
      const before = past.value.at(-1)
      if (past.value.length === 0) return
      past.value = past.value.slice(0, -1)
      future.value = [value.value, ...future.value]
      value.value = before as Value
      last = undefined
    },
    redo() {
      if (future.value.length === 0) return
      const [next] = future.value
      future.value = future.value.slice(1)
      past.value = [...past.value, value.value]
      value.value = next as Value
      last = undefined
    },
    reset(next) {
      past.value = []
      future.value = []
      last = undefined
      value.value = next
    },
  }
}
