// What is written after annotations were edited, and what takes it back.
import { expect, test } from 'vitest'
import {
  changesBetween,
  inverse,
  withNote,
  withTag,
  withoutTag,
} from '../../../src/renderer/features/runs/annotations'

const none = { tags: [], notes: '', star: false, archived: false, trashed: false }
const before = { a: { ...none, tags: ['x'], star: true }, b: { ...none, notes: 'odd' } }

test('only what was edited is written, of the runs in which it is another', () => {
  expect(changesBetween(before, before)).toEqual({})
  expect(changesBetween(before, withTag(before, 'x'))).toEqual({ b: { tags: ['x'] } })
  const edited = withNote(withoutTag(before, 'x'), 'odd')
  expect(changesBetween(before, edited)).toEqual({ a: { tags: [], notes: 'odd' } })
})

test('taking back writes the fields of the change and no others', () => {
  const changes = { a: { tags: [], notes: 'odd' }, b: { archived: true } }
  expect(inverse(before, changes)).toEqual({ a: { tags: ['x'], notes: '' }, b: { archived: false } })
})
