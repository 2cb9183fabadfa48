// Names of runs.
import { expect, test } from 'vitest'
import { newRunId, slugOf } from '../../../src/workbench/run-id'

test('a run id tells study and time, and is a plain file name', () => {
  const id = newRunId('Parité: NTP, then GRPO!', new Date('2026-11-21T09:08:07.654Z'))
  expect(id).toMatch(/^parite-ntp-then-grpo-20261121-090807-[0-9a-f]{4}$/)
})

test('ids of one study sort by time', () => {
  const times = ['2026-01-31T23:59:59Z', '2026-02-01T00:00:00Z', '2026-11-01T00:00:00Z']
  const ids = times.map((time) => newRunId('study', new Date(time)))
  expect([...ids].sort()).toEqual(ids)
})

test('a name without a letter still gives a slug, a long one a short one', () => {
  expect(slugOf('πλ', 'run')).toBe('run')
  expect(slugOf(`${'long name '.repeat(20)}`, 'run').length).toBeLessThanOrEqual(48)
})
