// Routes survive the way through the address and back.
import { expect, test } from 'vitest'
import { formatRoute, parseRoute, type Route } from '../../../src/renderer/api/route'

const routes: readonly Route[] = [
  { screen: 'studies' },
  { screen: 'editor', source: 'workspace', id: 'a study/with, signs' },
  { screen: 'editor', source: 'new', id: '' },
  { screen: 'queue' },
  { screen: 'runs', filter: '' },
  { screen: 'runs', filter: '', isTrash: true },
  { screen: 'runs', filter: 'study = "parity/threshold" and seed < 3' },
  { screen: 'run', id: 'r1', tab: 'samples' },
  { screen: 'run', id: 'r1', tab: 'samples', at: { stage: 1, step: 40 } },
  { screen: 'side-by-side', left: { runId: 'r1', at: { stage: 0, step: 0 } }, right: { runId: 'r2' } },
  { screen: 'compare', ids: ['r1', 'r2'] },
  { screen: 'compare', ids: ['r1'], metric: 'eval/greedy_accuracy' },
  { screen: 'compare', ids: [], filter: 'study = "parity/threshold"' },
  { screen: 'compare', ids: [] },
  { screen: 'chart', id: 'seeds-of-parity' },
  { screen: 'settings' },
]

test.each(routes)('$screen comes back from its address', (route) => {
  expect(parseRoute(formatRoute(route))).toEqual(route)
})

test('an unknown address is the list of studies, an unknown tab the charts', () => {
  expect(parseRoute('#/nowhere/1')).toEqual({ screen: 'studies' })
  expect(parseRoute('#/run/r1/nothing')).toEqual({ screen: 'run', id: 'r1', tab: 'charts' })
})
