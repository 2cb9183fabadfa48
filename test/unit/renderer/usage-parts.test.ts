// What a run uses, in words and as a course.
import { expect, test } from 'vitest'
import { usageParts } from '../../../src/renderer/features/queue/usage-parts'

test('what the last look tells is said, what it does not is left out', () => {
  expect(usageParts([])).toEqual([])
  const looks = [
    { runId: 'a', memory: 5e8 },
    { runId: 'a', memory: 6e8, cores: 1 },
    {
      runId: 'a',
      memory: 7e8,
      cores: 1.94,
      gpu: { utilization: 0.5, memory: 12e9, memoryTotal: 24e9 },
    },
  ]
  expect(usageParts(looks).map(({ text, course, most }) => ({ text, course, most }))).toEqual([
    { text: '1.9 cores', course: [1, 1.94], most: undefined },
    { text: '700 MB', course: [5e8, 6e8, 7e8], most: undefined },
    { text: 'GPU 50%, 12 GB of 24 GB', course: [0.5], most: 1 },
  ])
})
