// A value on the screen with its past and future: every change can be taken back and made again.
import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import { emptyHistory, redo, undo, withEdit, type EditHistory, type Moved } from '../api/edit-history'

/** A value that can go back. */
export interface Undoable<Value> {
  readonly value: Readonly<ShallowRef<Value>>
  readonly canUndo: ComputedRef<boolean>
  readonly canRedo: ComputedRef<boolean>
  /** `what`: changes of the same thing without a pause are one step. */
  set(next: Value, what?: string): void
  undo(): void
  redo(): void
  /** Begins anew: nothing before can be come back to. */
  reset(next: Value): void
}

/** Starts at a value; `now` is the clock. */
export function useUndo<Value>(first: Value, now: () => number = () => performance.now()): Undoable<Value> {
  const value = shallowRef(first) as ShallowRef<Value>
  const history = shallowRef<EditHistory<Value>>(emptyHistory)
  function step(moved: Moved<Value> | undefined, end: 'before' | 'after') {
    if (!moved) return
    history.value = moved.history
    value.value = moved.edit[end]
  }
  return {
    value,
    canUndo: computed(() => history.value.past.length > 0),
    canRedo: computed(() => history.value.future.length > 0),
    set(next, what) {
      history.value = withEdit(history.value, { place: what, before: value.value, after: next, at: now() })
      value.value = next
    },
    undo: () => step(undo(history.value), 'before'),
    redo: () => step(redo(history.value), 'after'),
    reset(next) {
      history.value = emptyHistory
      value.value = next
    },
  }
}
