// The menu of metrics: every name once, under the heading of its first part, with how to read it.
import { expect, test } from 'vitest'
import { metricItems } from '../../../src/renderer/ui/metric-items'
import { metrics } from '../../../src/shared/run/metrics'

test('headings come in the order they are read, names within them by number, those of levels last', () => {
  const names = [
    'perf/step_seconds',
    'eval/train/level-2/accuracy',
    'eval/pass@16',
    'rl/reward',
    'eval/pass@2',
    'own',
  ]
  expect(metricItems(names).map((group) => group.map(({ label, value }) => value || label))).toEqual([
    ['Evaluation', 'eval/pass@2', 'eval/pass@16', 'eval/train/level-2/accuracy'],
    ['RL', 'rl/reward'],
    ['Speed', 'perf/step_seconds'],
    ['own', 'own'],
  ])
})

test('every metric that is logged says how to read it', () => {
  const items = metricItems([...Object.keys(metrics), 'eval/maj@8', 'theory/eval/accuracy']).flat()
  const unexplained = items.filter(({ type, description }) => type === 'item' && !description)
  expect(unexplained).toEqual([])
  expect(items.filter(({ type }) => type === 'item')).toHaveLength(Object.keys(metrics).length + 2)
})
