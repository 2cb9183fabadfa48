// What the run page says of a run's engine.
import { expect, test } from 'vitest'
import { engineChanges, engineFacts } from '../../../src/renderer/features/run/engine-facts'
import type { RunRecord } from '../../../src/shared/run/record'

const record: RunRecord = {
  version: 1,
  id: 'run',
  study: 'parity',
  point: {},
  state: 'finished',
  created: '2026-11-21T10:00:00.000Z',
  engineRequest: 'auto',
}
const segment = (step: number, engine: 'graph' | 'xla') =>
  ({ stage: 1, step, engine, threads: 2, device: 'CPU' }) as const

test('the engine stands with its reason, and the time to get ready with its parts', () => {
  const preparation = { recordSeconds: 0.5, loadSeconds: 0.25, compileSeconds: 12 }
  expect(engineFacts({ ...record, engine: 'xla', engineReason: 'measured: xla 10 ms', preparation })).toEqual(
    [
      { term: 'Engine', value: 'xla', help: 'Measured: xla 10 ms' },
      {
        term: 'Ready in',
        value: '13 s',
        help: 'Recorded in 0.5 s, loaded in 0.3 s, compiled in 12 s: once a stage, and no part of the step times.',
      },
    ],
  )
})

test('an engine that compiles nothing has no time to get ready', () => {
  const preparation = { recordSeconds: 0, loadSeconds: 0, compileSeconds: 0 }
  expect(engineFacts({ ...record, engine: 'js', preparation }).map(({ term }) => term)).toEqual(['Engine'])
})

test('a run that changed its engine says where, one that did not says nothing', () => {
  expect(engineChanges(record)).toBeUndefined()
  expect(engineChanges({ ...record, engineHistory: [segment(0, 'graph')] })).toBeUndefined()
  expect(engineChanges({ ...record, engineHistory: [segment(0, 'graph'), segment(12, 'xla')] })).toBe(
    'Computed on graph (CPU, 2 threads), then xla (CPU, 2 threads) from stage 1, step 12 on: the numbers may differ in the last bits from those of a run that stayed on one.',
  )
})
