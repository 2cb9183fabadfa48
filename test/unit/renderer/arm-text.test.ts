import { expect, test } from 'vitest'
import { settingsFromText, settingsText } from '../../../src/renderer/features/editor/arm-text'

test('what an arm sets is one field a line, whole stages too, and comes back as it was', () => {
  const arm = {
    'stages.1.clip': 0.2,
    'stages.1.refreshEvery': null,
    'stages.2': { kind: 'rl', algorithm: 'star', steps: 3 },
  }
  const text = settingsText(arm)
  expect(text).toBe(
    'stages.1.clip: 0.2\nstages.1.refreshEvery: null\nstages.2: {kind: rl, algorithm: star, steps: 3}',
  )
  expect(settingsFromText(text)).toEqual(arm)
})

test('nothing is an arm that sets nothing; half a line is no arm', () => {
  expect(settingsText({})).toBe('')
  expect(settingsFromText('')).toEqual({})
  expect(settingsFromText('stages.1.clip')).toBeUndefined()
  expect(settingsFromText('a: [')).toBeUndefined()
})
