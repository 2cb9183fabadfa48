// Time left of the queue, by hand.
import { expect, test } from 'vitest'
import type { RunConfig } from '../../../src/shared/config/schema'
import type { RunSummary } from '../../../src/shared/workbench-api'
import { queueTime } from '../../../src/renderer/features/queue/queue-time'
import { runConfig } from '../../helpers/run-config'

const config = runConfig({ stages: [{ kind: 'pretrain', steps: 100 }] })
const run = (id: string, state: string, study: string, more: object = {}, step?: number): RunSummary =>
  ({
    record: { id, study, state, ...more },
    last: {},
    ...(step === undefined ? {} : { progress: { stage: 0, step, time: step, sequences: 0, tokens: 0 } }),
  }) as unknown as RunSummary
const configs = (...ids: string[]): Map<string, RunConfig> => new Map(ids.map((id) => [id, config]))

test('waiting runs take what finished runs of their study took, shared out among those side by side', () => {
  const done = [30, 50, 1000].map((seconds, index) => run(`d${index}`, 'finished', 'a', { seconds }))
  const waiting = ['q1', 'q2', 'q3'].map((id) => run(id, 'queued', 'a'))
  expect(queueTime([...done, ...waiting], new Map())).toEqual({ seconds: 150, unknown: 0 })
  // Two in training with 50 and 20 s left: (50 + 20 + 3 x 50) / 2.
  const active = [run('r1', 'running', 'a', {}, 50), run('r2', 'running', 'a', {}, 80)]
  expect(queueTime([...done, ...active, ...waiting], configs('r1', 'r2'))?.seconds).toBe(110)
})

test('where none of a study is finished its run in training says; a study nobody has run is named as unknown', () => {
  const active = run('r', 'running', 'a', {}, 25)
  const waiting = [run('q1', 'queued', 'a'), run('q2', 'queued', 'other')]
  // 75 s left, and 100 s for the one after it.
  expect(queueTime([active, ...waiting], configs('r'))).toEqual({ seconds: 175, unknown: 1 })
  expect(queueTime(waiting, new Map())).toBeUndefined()
})
