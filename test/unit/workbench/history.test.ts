// workbench.json as a cache that may be lost.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { annotationsSchema, type RunRecord } from '../../../src/shared/run/record'
import { History, type HistoryRun } from '../../../src/workbench/history'
import { tempFolder } from '../../helpers/temp-folder'

const record: RunRecord = {
  version: 1,
  id: 'one',
  study: 'study',
  point: { seed: 1 },
  state: 'finished',
  created: '2026-11-21T09:00:00.000Z',
  engineRequest: 'auto',
}
const run: HistoryRun = {
  folder: '/elsewhere/one',
  record,
  annotations: annotationsSchema.parse({ star: true }),
  last: { 'train/loss': NaN, 'eval/accuracy': 0.5 },
  best: { 'eval/accuracy': 0.75 },
  progress: { stage: 0, step: 3, time: 1.5, sequences: 12, tokens: 60 },
  offset: 321,
}

test('what is saved is read again, values that are not finite and the queue included', async () => {
  const folder = tempFolder()
  const { history } = await History.open(folder, true)
  await history.save([run], ['b', 'a'])
  const reopened = await History.open(folder, true)
  expect(reopened.notices).toEqual([])
  expect(reopened.history.run('one')).toEqual(run)
  expect(reopened.history.queue).toEqual(['b', 'a'])
})

test.each([
  ['cut off', '{"version": 1, "runs": {'],
  ['of another shape', '{"version": 1, "runs": [], "queue": []}'],
  ['empty', ''],
])('a file that is %s is put aside whole, with a notice that names it', async (_name, content) => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'workbench.json'), content)
  const { history, notices } = await History.open(folder, true)
  expect(history.queue).toEqual([])
  const kept = readdirSync(folder).filter((name) => /^workbench\.damaged-.*\.json$/.test(name))
  expect(kept).toHaveLength(1)
  expect(readFileSync(join(folder, kept[0] ?? ''), 'utf8')).toBe(content)
  expect(notices).toHaveLength(1)
  expect(notices[0]).toContain(kept[0])
  expect(existsSync(join(folder, 'workbench.json'))).toBe(false)
})

test('a process that does not hold the lock leaves a damaged file where it is', async () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'workbench.json'), 'damaged')
  const { notices } = await History.open(folder, false)
  expect(notices).toEqual([])
  expect(readdirSync(folder)).toEqual(['workbench.json'])
})
