// The workbench with real trainers: the queue, live summaries, killed and crashed trainers, trainers that outlive it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRecord } from '../../src/run-folder/run-folder'
import { parseSampleLines } from '../../src/shared/run/sample-lines'
import type { RunSummary } from '../../src/shared/workbench-api'
import { tempFolder } from '../helpers/temp-folder'
import { metricsOf, waitFor, waitForRows } from '../helpers/trainer'
import {
  longStudy,
  SLOW_STEPS,
  slowStudy,
  opened,
  queue,
  runOf,
  setQueueRunning,
  startAfterword,
  toyEngine,
  toyStudy,
  trainerCommand,
  waitForRun,
} from '../helpers/workbench'

const toy = ['--engine', toyEngine] as const

test('queued runs are trained one at a time, and the summary follows their rows', async () => {
  const workbench = await opened(tempFolder())
  const heard: RunSummary[] = []
  const times: number[] = []
  workbench.on('runs', (runs) => {
    times.push(Date.now())
    heard.push(...runs)
  })
  const runs = await queue(workbench, toyStudy({ sweep: { seed: [0, 1] } }))
  const [first = '', second = ''] = runs.map(({ record }) => record.id)
  await waitForRun(workbench, second, 'finished')

  const states = (id: string) =>
    heard.filter(({ record }) => record.id === id).map(({ record }) => record.state)
  expect(new Set(states(first))).toEqual(new Set(['queued', 'running', 'finished']))
  const firstEnd = heard.findIndex(({ record }) => record.id === first && record.state === 'finished')
  const secondStart = heard.findIndex(({ record }) => record.id === second && record.state === 'running')
  expect(secondStart).toBeGreaterThan(firstEnd)
  expect(Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? 0)))).toBeGreaterThan(200)

  const rows = await metricsOf(runs[0]?.folder ?? '')
  const summary = await runOf(workbench, first)
  expect(summary.progress).toMatchObject({ stage: 0, step: 12, sequences: 48 })
  const losses = rows.flatMap(({ values }) => values['train/loss'] ?? [])
  expect(summary.last['train/loss']).toBe(losses.at(-1))
  expect(summary.best['train/loss']).toBe(Math.min(...losses))
  const saved = JSON.parse(readFileSync(join(summary.folder, '../../workbench.json'), 'utf8')) as {
    runs: Record<string, { record: { state: string } }>
  }
  await waitFor('the history', () => Promise.resolve(saved.runs[first]?.record.state === 'finished'))
})

test('rows, samples and the log of a run can be read piece by piece', async () => {
  const workbench = await opened(tempFolder())
  const [run] = await queue(workbench, toyStudy())
  const runId = run?.record.id ?? ''
  await waitForRun(workbench, runId, 'finished')
  const all = await workbench.readMetrics({ runId, offset: 0 })
  expect(all.rows.map(({ step }) => step)).toEqual(Array.from({ length: 13 }, (_, step) => step))
  expect(await workbench.readMetrics({ runId, offset: all.nextOffset })).toEqual({
    rows: [],
    nextOffset: all.nextOffset,
    restarted: false,
  })
  expect((await workbench.readMetrics({ runId, offset: all.nextOffset + 1 })).restarted).toBe(true)
  expect((await workbench.readMetrics({ runId, offset: all.nextOffset - 1 })).rows).toEqual(all.rows)

  const steps = await workbench.listSampleSteps({ runId })
  expect(steps.map(({ stage, step }) => [stage, step])).toEqual([
    [0, 0],
    [0, 4],
    [0, 8],
    [0, 12],
  ])
  const lines = await workbench.readSamples({ runId, stage: 0, step: 8 })
  const samples = parseSampleLines(lines, { stage: 0, step: 8 })
  expect(samples.length).toBeGreaterThan(0)
  // Nothing but this step's lines cross.
  expect(lines.trimEnd().split('\n')).toHaveLength(samples.length)
  const log = await workbench.readLog({ runId, maxBytes: 200 })
  expect(log.length).toBeLessThanOrEqual(200)
  expect(readFileSync(join(run?.folder ?? '', 'trainer.log'), 'utf8').endsWith(log)).toBe(true)
})

test('a killed trainer is shown as interrupted with its last log lines, and the run can be resumed', async () => {
  const workbench = await opened(tempFolder())
  const [run] = await queue(workbench, slowStudy())
  const runId = run?.record.id ?? ''
  await waitForRows(run?.folder ?? '', 10)
  process.kill((await waitForRun(workbench, runId, 'running')).record.pid ?? 0, 'SIGKILL')
  const killed = await waitForRun(workbench, runId, 'interrupted')
  await waitFor('the record', async () => (await readRecord(killed.folder)).state === 'interrupted')
  const { exitReason = '' } = await readRecord(killed.folder)
  const [reason, ...lines] = exitReason.split('\n')
  expect(reason).toBe('The trainer was killed by SIGKILL.')
  expect(lines.length).toBeGreaterThan(0)
  expect(readFileSync(join(killed.folder, 'trainer.log'), 'utf8')).toContain(lines.join('\n'))

  await workbench.resume({ runId })
  const finished = await waitForRun(workbench, runId, 'finished')
  expect(finished.progress?.step).toBe(SLOW_STEPS)
  expect((await metricsOf(finished.folder)).map(({ step }) => step)).toEqual(
    Array.from({ length: SLOW_STEPS + 1 }, (_, i) => i),
  )
  await expect(workbench.resume({ runId })).rejects.toThrow(/is finished: only a stopped/)
})

test('a trainer that cannot start is a failed run with the reason', async () => {
  const folder = tempFolder()
  const script = join(folder, 'broken.js')
  writeFileSync(script, 'throw new Error("no library here")\n')
  const workbench = await opened(folder, { trainer: { execPath: process.execPath, script } })
  const [run] = await queue(workbench, toyStudy())
  const { record } = await waitForRun(workbench, run?.record.id ?? '', 'failed')
  expect(record.exitReason).toMatch(/^The trainer ended with exit code 1\.\n/)
  expect(readFileSync(join(run?.folder ?? '', 'trainer.log'), 'utf8')).toContain('no library here')

  const gone = await opened(tempFolder(), { trainer: { execPath: join(folder, 'no-node'), script } })
  const [other] = await queue(gone, toyStudy())
  const failed = await waitForRun(gone, other?.record.id ?? '', 'failed')
  expect(failed.record.exitReason).toMatch(/^The trainer could not be started: .*no-node/)
})

test('a trainer that outlives its window is found again, and the queue goes on after it', async () => {
  const folder = tempFolder()
  const first = await opened(folder)
  const [orphan] = await queue(first, longStudy())
  const [next] = await queue(first, toyStudy())
  const orphanId = orphan?.record.id ?? ''
  await waitForRows(orphan?.folder ?? '', 5)
  await first.close()
  const before = (await metricsOf(orphan?.folder ?? '')).length
  await waitForRows(orphan?.folder ?? '', before + 5)

  const second = await opened(folder)
  expect((await runOf(second, orphanId)).record.state).toBe('running')
  expect((await runOf(second, next?.record.id ?? '')).record.state).toBe('queued')
  const step = (await runOf(second, orphanId)).progress?.step ?? 0
  await waitFor('progress', async () => ((await runOf(second, orphanId)).progress?.step ?? 0) > step)
  await second.control({ runId: orphanId, command: 'stop' })
  await waitForRun(second, orphanId, 'stopped')
  await waitForRun(second, next?.record.id ?? '', 'finished')
})

test('a trainer that died while nobody watched is interrupted when the workspace is opened', async () => {
  const folder = tempFolder()
  const first = await opened(folder)
  const [run] = await queue(first, longStudy())
  await waitForRows(run?.folder ?? '', 5)
  const { pid = 0 } = (await waitForRun(first, run?.record.id ?? '', 'running')).record
  await first.close()
  process.kill(pid, 'SIGKILL')
  await waitFor('its end', async () => {
    const second = await opened(folder, { role: 'reader' })
    return (await runOf(second, run?.record.id ?? '')).record.state === 'interrupted'
  })
  expect((await readRecord(run?.folder ?? '')).state).toBe('running')
  await opened(folder)
  expect(await readRecord(run?.folder ?? '')).toMatchObject({ state: 'interrupted' })
})

test('pause, resume and stop reach the trainer', async () => {
  const workbench = await opened(tempFolder())
  const [run] = await queue(workbench, longStudy())
  const runId = run?.record.id ?? ''
  await waitForRun(workbench, runId, 'running')
  await workbench.control({ runId, command: 'pause' })
  await waitForRun(workbench, runId, 'paused')
  await workbench.control({ runId, command: 'resume' })
  await waitForRun(workbench, runId, 'running')
  await workbench.control({ runId, command: 'stop' })
  const stopped = await waitForRun(workbench, runId, 'stopped')
  expect(existsSync(join(stopped.folder, 'checkpoints', `0-${stopped.progress?.step}`))).toBe(true)
  await expect(workbench.control({ runId, command: 'pause' })).rejects.toThrow(
    /is stopped: there is no trainer to pause/,
  )
})

test('runs of a dead launcher are adopted by the holder, those of a living one are left to it', async () => {
  const folder = tempFolder()
  const study = join(folder, 'study.yaml')
  writeFileSync(study, longStudy({ sweep: { seed: [0, 1] } }))
  const command = startAfterword(folder, 'run', ...toy, study)
  const workbench = await opened(folder, { trainer: trainerCommand() })
  await waitFor('two runs', async () => (await workbench.listRuns()).length === 2)
  const [a = '', b = ''] = (await workbench.listRuns()).map(({ record }) => record.id)
  const { record, folder: runFolder } = await waitForRun(workbench, a, 'running')
  expect(record.launcher?.pid).toBe(command.pid)
  await waitForRows(runFolder, 3)
  expect((await runOf(workbench, b)).record.state).toBe('queued')

  command.kill('SIGKILL')
  await command.ended
  expect((await runOf(workbench, a)).record.state).toBe('running')
  await workbench.control({ runId: a, command: 'stop' })
  await waitForRun(workbench, a, 'stopped')
  await waitForRun(workbench, b, 'running')
  await setQueueRunning(workbench, false)
})
