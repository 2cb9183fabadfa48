// What a person away from the screen hears of.
import { expect, test } from 'vitest'
import type { RunState } from '../../../src/shared/run/record'
import type { RunSummary } from '../../../src/shared/workbench-api'
import { Endings } from '../../../src/workbench/endings'

const run = (id: string, state: RunState, study = 'grid'): RunSummary =>
  ({ record: { id, study, state, exitReason: 'NaN in the loss.' } }) as RunSummary

test('a study is told of once, when its last run ends, with what became of its runs', () => {
  const endings = new Endings([run('a', 'running'), run('b', 'queued'), run('old', 'finished', 'other')])
  expect(endings.hear([run('a', 'finished')], [run('a', 'finished'), run('b', 'queued')])).toEqual([])
  expect(endings.hear([run('b', 'running')], [run('a', 'finished'), run('b', 'running')])).toEqual([])
  expect(endings.hear([run('b', 'failed')], [run('a', 'finished'), run('b', 'failed')])).toEqual([
    { title: 'grid is done', body: '1 run finished, 1 failed', runId: 'b' },
  ])
  expect(endings.hear([run('b', 'failed')], [run('b', 'failed')])).toEqual([])
})

test('a run that fails is told of at once where others go on', () => {
  const endings = new Endings([run('a', 'running'), run('b', 'running')])
  expect(endings.hear([run('a', 'failed')], [run('a', 'failed'), run('b', 'running')])).toEqual([
    { title: 'A run of grid failed', body: 'NaN in the loss.', runId: 'a' },
  ])
})

test('what a person stopped, and what was over before, is no news', () => {
  const endings = new Endings([run('a', 'running'), run('old', 'failed')])
  expect(endings.hear([run('a', 'stopped')], [run('a', 'stopped')])).toEqual([])
  expect(endings.hear([run('old', 'failed')], [run('old', 'failed')])).toEqual([])
})

test('a run that came and went between two looks is told of, and so is one that is run again', () => {
  const endings = new Endings([])
  expect(endings.hear([run('a', 'finished')], [run('a', 'finished')])).toHaveLength(1)
  endings.hear([run('a', 'queued')], [run('a', 'queued')])
  expect(endings.hear([run('a', 'interrupted')], [run('a', 'interrupted')])).toMatchObject([
    { body: '1 run interrupted' },
  ])
})
