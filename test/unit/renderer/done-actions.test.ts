// What was done in the history is taken back in its order, each once, and stays where taking it back failed.
import { expect, test } from 'vitest'
import { keepDone, lastDone } from '../../../src/renderer/features/runs/done-actions'

test('the last action is taken back first, each once', async () => {
  const taken: string[] = []
  const action = (title: string) =>
    keepDone(title, () => {
      taken.push(title)
      return Promise.resolve()
    })
  const [archive, trash, star] = [action('archive'), action('trash'), action('star')]
  await trash.undo()
  await trash.undo()
  expect(lastDone()).toBe(star)
  await lastDone()?.undo()
  expect(lastDone()).toBe(archive)
  await lastDone()?.undo()
  expect(taken).toEqual(['trash', 'star', 'archive'])
  expect(lastDone()).toBeUndefined()
})

test('what could not be taken back can be tried again', async () => {
  let isFull = true
  const action = keepDone('tags', () => (isFull ? Promise.reject(new Error('no space')) : Promise.resolve()))
  await expect(action.undo()).rejects.toThrow('no space')
  expect(lastDone()).toBe(action)
  isFull = false
  await action.undo()
  expect(lastDone()).toBeUndefined()
})
