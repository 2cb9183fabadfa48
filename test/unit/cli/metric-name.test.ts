// The metric that a name on the command line means.
import { expect, test } from 'vitest'
import { metricNamed } from '../../../src/cli/metric-name'

const logged = [
  'eval/greedy_accuracy',
  'eval/level-1/greedy_accuracy',
  'eval/level-2/greedy_accuracy',
  'eval/level-1/solved',
  'eval/level-2/solved',
  'theory/greedy_accuracy',
  'train/loss',
]
const named = (name: string) => metricNamed(name, logged, '2 runs')

test.each([
  ['greedy_accuracy', 'eval/greedy_accuracy'],
  ['level-2/greedy_accuracy', 'eval/level-2/greedy_accuracy'],
  ['eval/level-1/solved', 'eval/level-1/solved'],
  ['loss', 'train/loss'],
])('%s is %s', (name, metric) => {
  expect(named(name)).toBe(metric)
})

test('what may be several, or none, is refused with what there is', () => {
  expect(() => named('solved')).toThrow('may be eval/level-1/solved or eval/level-2/solved')
  expect(() => named('los')).toThrow('no such metric in 2 runs; did you mean loss?')
  expect(() => metricNamed('loss', [], '1 run')).toThrow('nothing has been logged yet')
})
