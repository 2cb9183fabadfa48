// A run belongs to one trainer, also where two looked at it before either claimed it.
import { expect, test } from 'vitest'
import { readRecord } from '../../../src/run-folder/run-folder'
import { RunState } from '../../../src/trainer/run-state'
import { runConfig } from '../../helpers/run-config'
import { queuedRun } from '../../helpers/trainer'

test('a run that was claimed since it was opened cannot be claimed again', async () => {
  const folder = await queuedRun(runConfig())
  const [first, second] = [await RunState.open(folder), await RunState.open(folder)]
  await first.claim()
  const claimed = await readRecord(folder)
  expect(claimed).toMatchObject({ state: 'running', pid: process.pid })
  await expect(second.claim()).rejects.toMatchObject({ code: 'busy' })
  await expect(RunState.open(folder)).rejects.toMatchObject({ code: 'busy' })
  expect(await readRecord(folder)).toEqual(claimed)
})
