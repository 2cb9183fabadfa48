// Undo and redo of a text, whoever edits it: a stack of edits with the text before and after each. What is typed into one
// place without a pause is one edit. Pure; the clock is the caller's.

/** One edit; `place` is the field's dotted path, or what else was edited. */
export interface Edit {
  readonly place: string
  readonly before: string
  readonly after: string
  /** Milliseconds. */
  readonly at: number
}
export interface TextHistory {
  /** Oldest first; the last one is undone first. */
  readonly past: readonly Edit[]
  /** The last one is redone first. */
  readonly future: readonly Edit[]
}

/** Edits of one place that are no further apart than this are one. */
const PAUSE_MS = 1000
/** Edits that are kept. */
const MOST_EDITS = 500

export const emptyHistory: TextHistory = { past: [], future: [] }

/** The history with an edit more: what was undone is gone, and nothing is added where nothing changed. */
export function withEdit({ past, future }: TextHistory, edit: Edit): TextHistory {
  if (edit.before === edit.after) return { past, future }
  const last = past.at(-1)
  const isSame =
    future.length === 0 &&
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

/** The history after the last edit is taken back, with that edit; undefined where there is none. */
export function undo({ past, future }: TextHistory): { history: TextHistory; edit: Edit } | undefined {
  const edit = past.at(-1)
  return edit && { history: { past: past.slice(0, -1), future: [...future, edit] }, edit }
}

/** The history after the edit that was undone last is done again; undefined where there is none. */
export function redo({ past, future }: TextHistory): { history: TextHistory; edit: Edit } | undefined {
  const edit = future.at(-1)
  // What is typed next is an edit of its own.
  return (
    edit && { history: { past: [...past, { ...edit, at: -Infinity }], future: future.slice(0, -1) }, edit }
  )
}

/** Where two texts differ: `start` to `end` of `to` stands where other characters of `from` were. */
export function changedSpan(from: string, to: string): { start: number; end: number } {
  const shorter = Math.min(from.length, to.length)
  let start = 0
  while (start < shorter && from[start] === to[start]) start++
  let same = 0
  while (same < shorter - start && from[from.length - 1 - same] === to[to.length - 1 - same]) same++
  return { start, end: to.length - same }
}
