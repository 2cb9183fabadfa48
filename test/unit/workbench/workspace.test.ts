// An opened workspace without any training: studies, queue, annotations, what a damaged or foreign file does.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeCheckpoint } from '../../../src/run-folder/checkpoints'
import { readConfig, readRecord, writeRecord } from '../../../src/run-folder/run-folder'
import type { RunSummary, SavedChart, StudySummary } from '../../../src/shared/workbench-api'
import { SavedCharts } from '../../../src/workbench/saved-charts'
import { openWorkbench, type OpenOptions, type Workbench } from '../../../src/workbench/workbench'
import { comparisonOf } from '../../helpers/compared-run'
import { tempFolder } from '../../helpers/temp-folder'
import { waitFor } from '../../helpers/trainer'
import { opened, queue, runOf, setQueueRunning, toyStudy } from '../../helpers/workbench'

/** No trainer is started in this file. */
const trainer: OpenOptions['trainer'] = { execPath: process.execPath, script: '/there/is/none.js' }

async function quiet(folder: string, options: Partial<OpenOptions> = {}): Promise<Workbench> {
  const workbench = await opened(folder, { trainer, ...options })
  if ((await workbench.workspace()).isHolder) await setQueueRunning(workbench, false)
  return workbench
}
const ids = (runs: readonly RunSummary[]) => runs.map(({ record }) => record.id)
const queueOf = async (workbench: Workbench) =>
  (await workbench.listRuns())
    .filter(({ queuePosition }) => queuePosition !== undefined)
    .sort((a, b) => (a.queuePosition ?? 0) - (b.queuePosition ?? 0))
    .map(({ record }) => record.id)

test('a sweep becomes one queued run a point, in the order of its grid', async () => {
  const workbench = await quiet(tempFolder())
  const runs = await queue(workbench, toyStudy({ sweep: { 'task.longFraction': [0.1, 0.4], seed: [0, 1] } }))
  expect(runs.map(({ record }) => record.point)).toEqual([
    { 'task.longFraction': 0.1, seed: 0 },
    { 'task.longFraction': 0.1, seed: 1 },
    { 'task.longFraction': 0.4, seed: 0 },
    { 'task.longFraction': 0.4, seed: 1 },
  ])
  expect(await queueOf(workbench)).toEqual(ids(runs))
  const config = await workbench.readConfig({ runId: ids(runs)[3] ?? '' })
  expect(config).toMatchObject({ task: { longFraction: 0.4 }, seed: 1 })
  expect(config).not.toHaveProperty('sweep')
})

test('an invalid study writes nothing and says file, field and rule', async () => {
  const folder = tempFolder()
  const workbench = await quiet(folder)
  const text = toyStudy({ model: { kind: 'transformer', layers: 1, width: 16, heads: 3 } })
  await expect(queue(workbench, text)).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringMatching(/toy\.yaml.*model\.heads.*model\.width/) as string,
  })
  expect(readdirSync(join(folder, 'runs'))).toEqual([])
})

test('runs of a higher priority start first, whatever their order, and what is moved among them takes on theirs', async () => {
  const folder = tempFolder()
  const workbench = await quiet(folder)
  const [a = '', b = '', c = '', d = ''] = ids(
    await queue(workbench, toyStudy({ sweep: { seed: [0, 1, 2, 3] } })),
  )
  await workbench.prioritise({ runIds: [c], priority: 'high' })
  await workbench.prioritise({ runIds: [a], priority: 'low' })
  expect(await queueOf(workbench)).toEqual([c, b, d, a])
  // What is queued later goes before what is low.
  const [later = ''] = ids(await queue(workbench, toyStudy({})))
  expect(await queueOf(workbench)).toEqual([c, b, d, later, a])
  const priorityOf = async (id: string) => (await runOf(workbench, id)).record.priority ?? 'normal'
  await workbench.moveQueued({ runId: d, position: 0 })
  expect(await queueOf(workbench)).toEqual([d, c, b, later, a])
  expect(await priorityOf(d)).toBe('high')
  await workbench.moveQueued({ runId: c, position: 2 })
  expect(await queueOf(workbench)).toEqual([d, b, c, later, a])
  expect(await priorityOf(c)).toBe('normal')
  await workbench.moveQueued({ runId: d, position: 99 })
  expect(await priorityOf(d)).toBe('low')
  await workbench.prioritise({ runIds: [a, d], priority: 'normal' })
  await workbench.close()

  const second = await quiet(folder)
  expect(await queueOf(second)).toEqual([b, c, later, a, d])
  await second.unqueue({ runId: a })
  await expect(second.prioritise({ runIds: [a], priority: 'high' })).rejects.toMatchObject({
    message: expect.stringMatching(/not in the queue/) as string,
  })
  await second.close()
})

test('random draws become runs of the drawn points, the same ones each time; a study says what it was made from', async () => {
  const folder = tempFolder()
  const workbench = await quiet(folder)
  const study = toyStudy({
    random: {
      count: 3,
      seed: 7,
      axes: {
        'stages.0.optimizer.learningRate': { min: 0.0001, max: 0.01, scale: 'log' },
        'task.bits': [4, 6],
      },
    },
    sweep: { seed: [0, 1] },
    origin: { study: 'toy of yesterday' },
  })
  const runs = await queue(workbench, study)
  expect(runs).toHaveLength(6)
  const rate = 'stages.0.optimizer.learningRate'
  const drawn = runs.map(({ record }) => [
    record.point[rate],
    record.point['task.bits'],
    record.point['seed'],
  ])
  const rates = [...new Set(drawn.map(([each]) => Number(each)))]
  expect(rates).toHaveLength(3)
  for (const each of rates) expect(each >= 0.0001 && each <= 0.01).toBe(true)
  for (const { record } of runs) {
    expect(record.origin).toEqual({ study: 'toy of yesterday' })
    const config = (await workbench.readConfig({ runId: record.id })) as {
      stages: { optimizer: { learningRate: number } }[]
      task: { bits: number }
      seed: number
    }
    expect([config.stages[0]?.optimizer.learningRate, config.task.bits, config.seed]).toEqual([
      record.point[rate],
      record.point['task.bits'],
      record.point['seed'],
    ])
  }
  const again = await queue(workbench, study)
  expect(again.map(({ record }) => record.point)).toEqual(runs.map(({ record }) => record.point))
  await workbench.close()
})

test('the order of the queue is kept over a restart', async () => {
  const folder = tempFolder()
  const first = await quiet(folder)
  const [a = '', b = '', c = ''] = ids(await queue(first, toyStudy({ sweep: { seed: [0, 1, 2] } })))
  await first.moveQueued({ runId: c, position: 0 })
  expect(await queueOf(first)).toEqual([c, a, b])
  await first.close()

  const second = await quiet(folder)
  expect(await queueOf(second)).toEqual([c, a, b])
  await second.unqueue({ runId: a })
  expect(await queueOf(second)).toEqual([c, b])
  expect((await runOf(second, a)).record).toMatchObject({
    state: 'stopped',
    exitReason: 'Taken out of the queue.',
  })
  await second.resume({ runId: a })
  expect(await queueOf(second)).toEqual([c, b, a])
})

test('a lost or damaged workbench.json is rebuilt from the run folders, and the damaged file kept', async () => {
  const folder = tempFolder()
  const first = await quiet(folder)
  const [run] = await queue(first, toyStudy())
  const runId = run?.record.id ?? ''
  await first.annotate({
    runId,
    change: { tags: ['good'], notes: 'as expected', star: true },
  })
  const before = await first.listRuns()
  await first.close()

  writeFileSync(join(folder, 'workbench.json'), '{"version": 1, "runs": {"a"')
  const second = await quiet(folder)
  expect(await second.listRuns()).toEqual(before)
  const { notices } = await second.workspace()
  const kept = readdirSync(folder).filter((name) => name.startsWith('workbench.damaged-'))
  expect(kept).toHaveLength(1)
  expect(notices).toEqual([expect.stringContaining(kept[0] ?? '')])
  await second.close()

  rmSync(join(folder, 'workbench.json'))
  const third = await quiet(folder)
  expect(await third.listRuns()).toEqual(before)
  expect((await third.workspace()).notices).toEqual([])
  const saved = JSON.parse(readFileSync(join(folder, 'workbench.json'), 'utf8')) as { runs: object }
  expect(Object.keys(saved.runs)).toEqual([runId])
})

test('a run folder whose run.json is damaged is named in a notice, and the others are there', async () => {
  const folder = tempFolder()
  const first = await quiet(folder)
  const [a = '', b = ''] = ids(await queue(first, toyStudy({ sweep: { seed: [0, 1] } })))
  await first.close()
  writeFileSync(join(folder, 'runs', a, 'run.json'), '{"version": 1')
  const second = await quiet(folder)
  expect(ids(await second.listRuns())).toEqual([b])
  expect((await second.workspace()).notices).toEqual([expect.stringContaining(join(a, 'run.json'))])
})

test('a second process on a workspace is not the holder: it says who is, and writes run folders only', async () => {
  const folder = tempFolder()
  const holder = await quiet(folder)
  const second = await quiet(folder)
  const info = await second.workspace()
  expect(info).toMatchObject({ isHolder: false, holder: { pid: process.pid } })

  const [run] = await queue(second, toyStudy())
  const runId = run?.record.id ?? ''
  await waitFor('the holder to see the run', async () => (await queueOf(holder)).includes(runId))
  await expect(second.moveQueued({ runId, position: 0 })).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining(String(process.pid)) as string,
  })
  const history = join(folder, 'workbench.json')
  await waitFor('the holder to save it', () =>
    Promise.resolve(existsSync(history) && readFileSync(history, 'utf8').includes(runId)),
  )
})

test('a second process takes over when the holder closes', async () => {
  const folder = tempFolder()
  const holder = await quiet(folder)
  const second = await quiet(folder)
  await holder.close()
  await waitFor('the lock', async () => (await second.workspace()).isHolder)
  await setQueueRunning(second, false)
})

test('run folders that appear and disappear are noticed', async () => {
  const folder = tempFolder()
  const workbench = await quiet(folder)
  const [run] = await queue(workbench, toyStudy())
  const runId = run?.record.id ?? ''
  const heard: string[][] = []
  workbench.on('runs', (runs) => heard.push(ids(runs)))
  const from = join(folder, 'runs', runId)
  cpSync(from, join(folder, 'copy'), { recursive: true })
  await writeRecord(join(folder, 'copy'), { ...(await readRecord(from)), id: 'copied-run' })
  renameSync(join(folder, 'copy'), join(folder, 'runs', 'copied-run'))
  await waitFor('the copy', () => Promise.resolve(heard.flat().includes('copied-run')))
  rmSync(from, { recursive: true })
  await waitFor('the loss', async () => !ids(await workbench.listRuns()).includes(runId))
})

test('studies are kept as they are written, comments and mistakes included', async () => {
  const folder = tempFolder()
  const builtInStudies = join(folder, 'built-in')
  mkdirSync(builtInStudies)
  writeFileSync(join(builtInStudies, 'toy.yaml'), toyStudy())
  const workbench = await quiet(folder, { builtInStudies })
  const heard: StudySummary[][] = []
  workbench.on('studies', (studies) => heard.push(studies))

  const text = '# mine\nname: My Study\ntask: { kind: parity, bitz: 4 }\nstages: []\n'
  const saved = await workbench.saveStudy({ text })
  expect(saved).toMatchObject({ id: 'my-study', source: 'workspace', name: 'My Study', text })
  expect(saved.problem).toContain('bits')
  expect(readFileSync(join(folder, 'studies', 'my-study.yaml'), 'utf8')).toBe(text)
  expect((await workbench.saveStudy({ text })).id).toBe('my-study-2')
  expect((await workbench.saveStudy({ id: 'my-study', text: toyStudy() })).problem).toBeUndefined()

  const listed = await workbench.listStudies()
  expect(listed.map(({ id, source }) => [source, id])).toEqual([
    ['built-in', 'toy'],
    ['workspace', 'my-study'],
    ['workspace', 'my-study-2'],
  ])
  await workbench.deleteStudy({ id: 'my-study-2' })
  await waitFor('the news', () => Promise.resolve(heard.at(-1)?.length === 2))
  await expect(workbench.saveStudy({ id: '../outside', text })).rejects.toMatchObject({
    code: 'invalid-input',
  })
})

test('charts that another process saves are news', async () => {
  const folder = tempFolder()
  const workbench = await quiet(folder)
  const heard: SavedChart[][] = []
  workbench.on('charts', (charts) => heard.push(charts))
  await new SavedCharts(join(folder, 'charts')).save({ comparison: comparisonOf({ name: 'Theirs' }) })
  await waitFor('the news', () => Promise.resolve(heard.at(-1)?.[0]?.id === 'theirs'))
})

test("a run can start from the weights of another one's checkpoint", async () => {
  const folder = tempFolder()
  const workbench = await quiet(folder)
  const [donor] = await queue(workbench, toyStudy({ name: 'donor' }))
  const run = donor?.record.id ?? ''
  const model = { weight: { shape: [2], values: Float32Array.of(1, 2) } }
  const state = {
    version: 1,
    stage: 0,
    step: 12,
    sequences: 48,
    tokens: 300,
    time: 1,
    engine: 'eager',
    threads: 1,
  } as const
  await writeCheckpoint(donor?.folder ?? '', { state, model, optimizer: {} })

  const [started] = await queue(workbench, toyStudy({ init: { run, checkpoint: '0-12' } }))
  const copied = readFileSync(join(started?.folder ?? '', 'init.safetensors'))
  expect(copied.equals(readFileSync(join(donor?.folder ?? '', 'checkpoints/0-12/model.safetensors')))).toBe(
    true,
  )
  expect((await readConfig(started?.folder ?? '')).init).toEqual({ run, checkpoint: '0-12' })

  const other = { kind: 'transformer', layers: 1, width: 32, heads: 2 }
  for (const [study, message] of [
    [{ init: { run, checkpoint: '0-99' } }, /init\.checkpoint.*no checkpoint 0-99.*it has 0-12/],
    [{ init: { run: 'nobody', checkpoint: '0-12' } }, /init\.run.*no run "nobody"/],
    [{ init: { run, checkpoint: '0-12' }, model: other }, /init\.run.*model\.width is 32 here and 16 there/],
  ] as const) {
    const before = readdirSync(join(folder, 'runs'))
    await expect(queue(workbench, toyStudy(study))).rejects.toThrow(message)
    expect(readdirSync(join(folder, 'runs'))).toEqual(before)
  }
})

test('a folder that cannot be a workspace is named, and nothing in it is touched', async () => {
  const folder = tempFolder()
  const file = join(folder, 'file')
  writeFileSync(file, 'precious')
  await expect(openWorkbench({ folder: file, trainer })).rejects.toMatchObject({
    code: 'workspace',
    message: expect.stringContaining(file) as string,
  })
  expect(readFileSync(file, 'utf8')).toBe('precious')
})

test('a reader leaves no trace', async () => {
  const folder = tempFolder()
  const workbench = await openWorkbench({ folder, role: 'reader', trainer })
  expect(await workbench.listRuns()).toEqual([])
  await workbench.close()
  expect(readdirSync(folder)).toEqual([])
  expect(existsSync(join(folder, 'workbench.lock'))).toBe(false)
})
