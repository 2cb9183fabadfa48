// A run's seconds: on from the checkpoint, pauses out.
import { expect, test } from 'vitest'
import { RunClock } from '../../../src/trainer/run-clock'

test('time goes on from the base, stands still in pauses and counts each pause once', () => {
  let now = 2
  const clock = new RunClock(100, () => now)
  expect(clock.seconds()).toBe(102)
  now = 3
  clock.pause()
  now = 13
  clock.pause()
  expect(clock.isPaused).toBe(true)
  expect(clock.seconds()).toBe(103)
  clock.resume()
  clock.resume()
  expect(clock.seconds()).toBe(103)
  now = 14.5
  expect(clock.seconds()).toBe(104.5)
})
