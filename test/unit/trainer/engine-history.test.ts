// What run.json tells of the engines a run was computed on.
import { expect, test } from 'vitest'
import type { RunRecord } from '../../../src/shared/run/record'
import { continueHistory } from '../../../src/trainer/engine-history'

const record: RunRecord = {
  version: 1,
  id: 'run',
  study: 'parity',
  point: {},
  state: 'stopped',
  created: '2026-11-21T10:00:00.000Z',
  engineRequest: 'auto',
}
const on = (engine: 'graph' | 'xla' | 'eager', threads = 2) => ({ engine, threads, device: 'CPU' }) as const
const graph = { stage: 0, step: 0, ...on('graph') }

test('a run that begins has one entry, and one that goes on as it was has no more', () => {
  const history = continueHistory(record, { stage: 0, step: 0 }, on('graph'))
  expect(history).toEqual([graph])
  const resumed = continueHistory({ ...record, engineHistory: history }, { stage: 0, step: 31 }, on('graph'))
  expect(resumed).toEqual([graph])
})

test('another engine or thread count begins an entry at its first step', () => {
  const engineHistory = continueHistory(
    { ...record, engineHistory: [graph] },
    { stage: 0, step: 31 },
    on('xla'),
  )
  expect(engineHistory).toEqual([graph, { stage: 0, step: 31, ...on('xla') }])
  expect(continueHistory({ ...record, engineHistory }, { stage: 1, step: 0 }, on('xla', 4)).at(-1)).toEqual({
    ...{ stage: 1, step: 0 },
    ...on('xla', 4),
  })
})

test('entries of steps that are done again are gone', () => {
  const engineHistory = [graph, { stage: 0, step: 31, ...on('xla') }, { stage: 1, step: 4, ...on('eager') }]
  expect(continueHistory({ ...record, engineHistory }, { stage: 0, step: 21 }, on('graph'))).toEqual([graph])
  expect(continueHistory({ ...record, engineHistory }, { stage: 0, step: 31 }, on('eager'))).toEqual([
    graph,
    { stage: 0, step: 31, ...on('eager') },
  ])
})

test('a run without a history begins it with the engine of its checkpoint', () => {
  const history = continueHistory(record, { stage: 1, step: 0 }, on('xla'), { engine: 'graph', threads: 2 })
  expect(history).toEqual([graph, { stage: 1, step: 0, ...on('xla') }])
})
