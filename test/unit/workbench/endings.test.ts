// What a person away from the screen hears of.
import { expect, test } from 'vitest'
import type { RunState } from '../../../src/shared/run/record'
import type { RunSummary } from '../../../src/shared/workbench-api'
import { Endings } from '../../../src/workbench/endings'

const run = (id: string, state: RunState, study = 'grid'): RunSummary =>
  ({ record: { id, study, state, exitReason: 'NaN in the loss.' } }) as RunSummary

const now = (runs: RunSummary[]) => () => Promise.resolve(runs)

test('a study is told of once, when its last run ends, with what became of its runs', async () => {
  const endings = new Endings([run('a', 'running'), run('b', 'queued'), run('old', 'finished', 'other')])
  expect(await endings.hear([run('a', 'finished')], now([run('a', 'finished'), run('b', 'queued')]))).toEqual(
    [],
  )
  expect(await endings.hear([run('b', 'running')], now([run('a', 'finished'), run('b', 'running')]))).toEqual(
    [],
  )
  expect(await endings.hear([run('b', 'failed')], now([run('a', 'finished'), run('b', 'failed')]))).toEqual([
    { title: 'grid is done', body: '1 run finished, 1 failed', runId: 'b' },
  ])
  expect(await endings.hear([run('b', 'failed')], now([run('b', 'failed')]))).toEqual([])
})

test('a run that fails is told of at once where others go on', async () => {
  const endings = new Endings([run('a', 'running'), run('b', 'running')])
  expect(await endings.hear([run('a', 'failed')], now([run('a', 'failed'), run('b', 'running')]))).toEqual([
    { title: 'A run of grid failed', body: 'NaN in the loss.', runId: 'a' },
  ])
})

test('what a person stopped, and what was over before, is no news', async () => {
  const endings = new Endings([run('a', 'running'), run('old', 'failed')])
  expect(await endings.hear([run('a', 'stopped')], now([run('a', 'stopped')]))).toEqual([])
  expect(await endings.hear([run('old', 'failed')], now([run('old', 'failed')]))).toEqual([])
})

test('a run that came and went between two looks is told of, and so is one that is run again', async () => {
  const endings = new Endings([])
  expect(await endings.hear([run('a', 'finished')], now([run('a', 'finished')]))).toHaveLength(1)
  await endings.hear([run('a', 'queued')], now([run('a', 'queued')]))
  expect(await endings.hear([run('a', 'interrupted')], now([run('a', 'interrupted')]))).toMatchObject([
    { body: '1 run interrupted' },
  ])
})
