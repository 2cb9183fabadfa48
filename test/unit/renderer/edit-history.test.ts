// Undo and redo over edits of a text.
import { expect, test } from 'vitest'
import { emptyHistory, redo, undo, withEdit, type EditHistory } from '../../../src/renderer/api/edit-history'
import { changedSpan } from '../../../src/renderer/features/editor/changed-span'

const edits = (...texts: [place: string, before: string, after: string, at: number][]) =>
  texts.reduce<EditHistory<string>>(
    (history, [place, before, after, at]) => withEdit(history, { place, before, after, at }),
    emptyHistory,
  )

test('what is typed into one place without a pause is one edit; a pause or another place begins a new one', () => {
  const history = edits(
    ['a', '', '1', 0],
    ['a', '1', '12', 300],
    ['a', '12', '123', 5000],
    ['b', '123', '1234', 5100],
  )
  expect(history.past.map(({ before, after }) => [before, after])).toEqual([
    ['', '12'],
    ['12', '123'],
    ['123', '1234'],
  ])
})

test('all edits undone and redone give the first and the last text, in order', () => {
  let history = edits(['a', 'x', 'y', 0], ['b', 'y', 'z', 10], ['a', 'z', 'w', 20])
  const seen: string[] = []
  for (let step = undo(history); step; step = undo(history)) {
    seen.push(step.edit.before)
    history = step.history
  }
  expect(seen).toEqual(['z', 'y', 'x'])
  for (let step = redo(history); step; step = redo(history)) {
    seen.push(step.edit.after)
    history = step.history
  }
  expect(seen.slice(3)).toEqual(['y', 'z', 'w'])
  expect(redo(history)).toBeUndefined()
})

test('an edit after undoing forgets what was undone, and is never joined with what is left', () => {
  const undone = undo(edits(['a', 'x', 'y', 0], ['a', 'y', 'z', 5000]))
  if (!undone) throw new Error('there is something to undo')
  const history = withEdit(undone.history, { place: 'a', before: 'y', after: 'q', at: 5001 })
  expect(history.past.map(({ after }) => after)).toEqual(['y', 'q'])
  expect(history.future).toEqual([])
})

test('typing that ends where it began leaves nothing behind', () => {
  expect(edits(['a', 'x', 'xy', 0], ['a', 'xy', 'x', 10]).past).toEqual([])
  expect(edits(['a', 'x', 'x', 0])).toEqual(emptyHistory)
})

test('the span that differs is where one text has other characters', () => {
  expect(changedSpan('seed: 0\nname: x', 'seed: 12\nname: x')).toEqual({ start: 6, end: 8 })
  expect(changedSpan('aaa', 'aa')).toEqual({ start: 2, end: 2 })
  expect(changedSpan('same', 'same')).toEqual({ start: 4, end: 4 })
})
