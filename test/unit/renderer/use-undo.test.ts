// Every change can be taken back and made again; quick changes of one thing are one.
import { expect, test } from 'vitest'
import { useUndo } from '../../../src/renderer/ui/use-undo'

test('changes are taken back in their order and made again, until another one is made', () => {
  const history = useUndo(0)
  for (const value of [1, 2, 3]) history.set(value)
  history.undo()
  history.undo()
  expect(history.value.value).toBe(1)
  history.redo()
  expect(history.value.value).toBe(2)
  history.set(9)
  expect(history.canRedo.value).toBe(false)
  for (let step = 0; step < 5; step++) history.undo()
  expect(history.value.value).toBe(0)
  expect(history.canUndo.value).toBe(false)
})

test('quick changes of one thing are one step, slow ones and those of other things are not', () => {
  let time = 0
  const history = useUndo('start', () => time)
  for (const text of ['s', 'st', 'stu']) {
    time += 100
    history.set(text, 'filter')
  }
  history.set('colour', 'colour')
  history.undo()
  expect(history.value.value).toBe('stu')
  history.undo()
  expect(history.value.value).toBe('start')
  history.set('a', 'filter')
  time += 5000
  history.set('b', 'filter')
  history.undo()
  expect(history.value.value).toBe('a')
})
