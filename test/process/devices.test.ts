// Runs on devices: what the command line refuses, and two runs side by side where nvidia-smi lists two GPUs. A small program
// named nvidia-smi stands in for the driver's; TensorFlow, which finds no GPU, computes on the CPU and says so.
import { readdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRecord } from '../../src/run-folder/run-folder'
import { nvidiaSmi } from '../helpers/nvidia-smi'
import { tempFolder } from '../helpers/temp-folder'
import { metricsOf, queuedRun, train } from '../helpers/trainer'
import { runConfig } from '../helpers/run-config'
import {
  afterword,
  opened,
  queue,
  startAfterword,
  toyStudy,
  waitForRun,
  withEnvironment,
} from '../helpers/workbench'

function studyFile(changes: Record<string, unknown> = {}): string {
  const path = join(tempFolder(), 'study.yaml')
  writeFileSync(path, toyStudy(changes))
  return path
}

test('a device that does not exist is refused with those that do, and nothing is written', async () => {
  const workspace = tempFolder()
  withEnvironment(nvidiaSmi('0, GPU-a, NVIDIA H200'))
  const result = await afterword(workspace, 'run', studyFile(), '--device', 'gpu:3')
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain(
    'device "gpu:3" is not there: this machine has cpu, gpu:0 (NVIDIA H200). Ask for one of these, or for auto',
  )
  expect(readdirSync(join(workspace, 'runs'))).toEqual([])
  const unknown = await afterword(workspace, 'run', studyFile(), '--device', 'gpu:one')
  expect(unknown).toMatchObject({ code: 2 })
  expect(unknown.stderr).toContain('--device gpu:one: must be auto, cpu, gpu or gpu:N')
})

test('a run whose GPU is gone when it starts fails with a sentence that names it', async () => {
  withEnvironment({ ...nvidiaSmi(), CUDA_VISIBLE_DEVICES: undefined })
  const folder = await queuedRun(runConfig(), 'eager')
  const record = await readRecord(folder)
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...record, deviceRequest: 'gpu:1' }))
  expect(await train(folder)).toBe(1)
  expect((await readRecord(folder)).exitReason).toBe(
    'device "gpu:1" is not there: nvidia-smi lists no GPU. Ask for device "cpu" or "auto"',
  )
})

test('with two slots the CPU trains two runs side by side, each on its share of the cores', async () => {
  const workspace = tempFolder()
  withEnvironment({ ...nvidiaSmi(), AFTERWORD_THREADS: undefined })
  const study = studyFile({
    stages: [{ kind: 'pretrain', steps: 300, batch: 4 }],
    evaluate: { every: 300, samples: 16 },
    sweep: { seed: [0, 1, 2] },
  })
  const result = await afterword(workspace, 'run', study, '--engine', 'eager', '--slots', '2', '--json')
  expect(result.code).toBe(0)
  const { runs } = JSON.parse(result.stdout) as { runs: { folder: string }[] }
  const [first, second, third] = await Promise.all(runs.map(({ folder }) => readRecord(folder)))
  expect(Date.parse(second?.started ?? '')).toBeLessThan(Date.parse(first?.ended ?? ''))
  const earliest = Math.min(Date.parse(first?.ended ?? ''), Date.parse(second?.ended ?? ''))
  expect(Date.parse(third?.started ?? '')).toBeGreaterThanOrEqual(earliest)
  expect(first?.threads).toBe(Math.max(1, Math.floor(availableParallelism() / 2)))
})

test('a number of slots that makes no sense is refused', async () => {
  const result = await afterword(tempFolder(), 'run', studyFile(), '--slots', '0')
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain('--slots 0: must be a whole number from 1 to 64')
})

test('the queue of a window fills every GPU and starts the next run where one becomes free', async () => {
  withEnvironment(nvidiaSmi('0, GPU-a, NVIDIA H200', '1, GPU-b, NVIDIA H200'))
  const workbench = await opened(tempFolder())
  expect((await workbench.workspace()).gpus).toEqual(['NVIDIA H200', 'NVIDIA H200'])
  const queued = await queue(workbench, toyStudy({ sweep: { seed: [0, 1, 2] } }))
  const runs = await Promise.all(queued.map(({ record }) => waitForRun(workbench, record.id, 'finished')))
  const [first, second, third] = runs.map(({ record }) => record)
  expect([first?.place, second?.place]).toEqual(['gpu:0', 'gpu:1'])
  expect(Date.parse(second?.started ?? '')).toBeLessThan(Date.parse(first?.ended ?? ''))
  const freed = third?.place === first?.place ? first : second
  expect(Date.parse(third?.started ?? '')).toBeGreaterThan(Date.parse(freed?.ended ?? ''))
})

test('two GPUs train two runs side by side, and arms still share the base that one of them computes', async () => {
  const workspace = tempFolder()
  withEnvironment(nvidiaSmi('0, GPU-a, NVIDIA H200', '1, GPU-b, NVIDIA H200'))
  const stages = [
    { kind: 'pretrain', steps: 12, batch: 4 },
    { kind: 'pretrain', steps: 400, batch: 4 },
  ]
  const study = studyFile({
    stages,
    evaluate: { every: 200, samples: 16 },
    sweep: { 'stages.1.batch': [4, 5] },
  })
  const result = await startAfterword(workspace, 'run', study, '--engine', 'eager', '--json').ended
  expect(result.code).toBe(0)
  const { runs } = JSON.parse(result.stdout) as { runs: { folder: string }[] }
  const records = await Promise.all(runs.map(({ folder }) => readRecord(folder)))
  expect(records.map(({ place }) => place).sort()).toEqual(['gpu:0', 'gpu:1'])
  for (const record of records) {
    expect(record.device).toMatch(/^CPU/)
    expect(record.deviceNote).toContain('the GPU that is here')
  }
  const first = records.find(({ forkedFrom }) => forkedFrom === undefined)
  const second = records.find(({ forkedFrom }) => forkedFrom !== undefined)
  expect(second?.forkedFrom).toEqual({ run: first?.id, checkpoint: '0-12' })
  expect(Date.parse(second?.started ?? '')).toBeLessThan(Date.parse(first?.ended ?? ''))
  const bases = await Promise.all(
    runs.map(async ({ folder }) => (await metricsOf(folder)).filter(({ stage }) => stage === 0)),
  )
  expect(bases[1]).toEqual(bases[0])
})
