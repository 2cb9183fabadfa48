// Names of metrics that are made by number of attempts, split and level.
import { expect, test } from 'vitest'
import { cellMetric, metricInfo } from '../../../src/shared/run/metrics'

test('a metric of one split and level reads as the one it is of, with the place in front', () => {
  const name = cellMetric('eval/greedy_accuracy', 'heldout', 3)
  expect(name).toBe('eval/heldout/level-3/greedy_accuracy')
  const [of, info] = [metricInfo('eval/greedy_accuracy'), metricInfo(name)]
  expect(info).toMatchObject({ better: of.better, range: of.range, title: `${of.title}, held-out level 3` })
  expect(info.help).toContain(of.help)
  expect(metricInfo(cellMetric('eval/pass@16', 'train', 1)).title).toBe('pass@16, train level 1')
})

test('pass@k and maj@k of any k are shares that are better when higher', () => {
  for (const name of ['eval/pass@3', 'eval/maj@1024', 'theory/eval/pass@8'])
    expect(metricInfo(name)).toMatchObject({ better: 'higher', range: [0, 1] })
  expect(metricInfo('eval/pass@3').help).toContain('at least one of 3 samples')
  expect(metricInfo('eval/pass@x')).toEqual({ title: 'eval/pass@x', help: '' })
})
