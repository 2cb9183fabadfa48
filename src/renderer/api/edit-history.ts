// Undo and redo of a value, whoever edits it: a stack of edits with the value before and after each. What is changed at one place
// without a pause is one edit. Pure; the clock is the caller's.

/** One edit. */
export interface Edit<Value> {
  /** The field's dotted path, or what else was edited; an edit without one is never joined with another. */
  readonly place: string | undefined
  readonly before: Value
  readonly after: Value
  /** Milliseconds. */
  readonly at: number
}
export interface EditHistory<Value> {
  /** Oldest first; the last one is undone first. */
  readonly past: readonly Edit<Value>[]
  /** The last one is redone first. */
  readonly future: readonly Edit<Value>[]
}

/** Edits of one place that are no further apart than this are one. */
const PAUSE_MS = 1000
/** Edits that are kept. */
const MOST_EDITS = 500

export const emptyHistory: EditHistory<never> = { past: [], future: [] }

/** The history with an edit more: what was undone is gone, and nothing is added where nothing changed. */
export function withEdit<Value>(history: EditHistory<Value>, edit: Edit<Value>): EditHistory<Value> {
  if (edit.before === edit.after) return history
  const { past, future } = history
  const last = past.at(-1)
  const isSame =
    future.length === 0 &&
    edit.place !== undefined &&
    last?.place === edit.place &&
    last.after === edit.before &&
    edit.at - last.at < PAUSE_MS
  if (!isSame) return { past: [...past, edit].slice(-MOST_EDITS), future: [] }
  const joined = { ...edit, before: last.before }
  return {
    past: joined.before === joined.after ? past.slice(0, -1) : [...past.slice(0, -1), joined],
    future: [],
  }
}

/** A history after a step, and the edit that the step went over. */
export interface Moved<Value> {
  readonly history: EditHistory<Value>
  readonly edit: Edit<Value>
}

/** The last edit taken back; undefined where there is none. */
export function undo<Value>({ past, future }: EditHistory<Value>): Moved<Value> | undefined {
  const edit = past.at(-1)
  return edit && { history: { past: past.slice(0, -1), future: [...future, edit] }, edit }
}

/** The edit that was undone last done again; undefined where there is none. */
export function redo<Value>({ past, future }: EditHistory<Value>): Moved<Value> | undefined {
  const edit = future.at(-1)
  // What is typed next is an edit of its own.
  return (
    edit && { history: { past: [...past, { ...edit, at: -Infinity }], future: future.slice(0, -1) }, edit }
  )
}
