// The sample study of a new workspace, and a run once more from its first step. No trainer is started.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { metricsRowSchema } from '../../../src/shared/run/rows'
import { parseSampleLines } from '../../../src/shared/run/sample-lines'
import { readAnnotations, readConfig, readRecord } from '../../../src/run-folder/run-folder'
import { parseStudyText } from '../../../src/shared/config/parse'
import { comparisonSchema } from '../../../src/shared/comparison'
import type { OpenOptions } from '../../../src/workbench/workbench'
import { tempFolder } from '../../helpers/temp-folder'
import { opened, queue, runOf, setQueueRunning, toyStudy } from '../../helpers/workbench'

const sample = resolve(import.meta.dirname, '../../../resources/sample')
const trainer: OpenOptions['trainer'] = { execPath: process.execPath, script: '/there/is/none.js' }
const open = (folder: string) => opened(folder, { trainer, sample })
const folders = readdirSync(join(sample, 'runs')).map((id) => join(sample, 'runs', id))

test('the sample is small, whole, finished, and says nothing of the machine it was made on', async () => {
  const files = readdirSync(sample, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  const bytes = files.map(({ parentPath, name }) => statSync(join(parentPath, name)).size)
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3_000_000)
  for (const { parentPath, name } of files)
    expect(readFileSync(join(parentPath, name), 'utf8')).not.toMatch(
      /\/(home|root|tmp|Users|work)\/|[A-Z]:\\/,
    )
  const study = parseStudyText(readFileSync(join(sample, 'study.yaml'), 'utf8'))
  if (!study.ok) throw new Error(study.problems.map(({ message }) => message).join())
  const points: unknown[] = []
  for (const folder of folders) {
    const record = await readRecord(folder)
    expect(record).toMatchObject({ state: 'finished', study: 'sample/rl-after-ntp' })
    expect(record).not.toHaveProperty('workspace')
    const run = study.value.runs.find(({ point }) => JSON.stringify(point) === JSON.stringify(record.point))
    expect(await readConfig(folder)).toEqual(run?.config)
    points.push(record.point)
    expect(await readAnnotations(folder)).toMatchObject({ tags: ['sample'], trashed: false })
    const rows = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trimEnd().split('\n')
    const parsed = rows.map((line) => metricsRowSchema.parse(JSON.parse(line)))
    // What the description says of the study holds for every run of it.
    const last = parsed.at(-1)?.values ?? {}
    if (record.point['arm'] === 'GRPO') expect(last).toMatchObject({ 'eval/median_length': 18 })
    else expect(last['eval/greedy_accuracy']).toBeLessThan(0.6)
    if (record.point['arm'] === 'GRPO') expect(last['eval/greedy_accuracy']).toBeGreaterThan(0.9)
    const index = readFileSync(join(folder, 'samples.index.jsonl'), 'utf8').trimEnd().split('\n')
    const text = readFileSync(join(folder, 'samples.jsonl'))
    const entries = index.map((line) => JSON.parse(line) as { stage: number; step: number; offset: number })
    for (const [place, { stage, step, offset }] of entries.entries()) {
      const lines = text.subarray(offset, entries[place + 1]?.offset).toString('utf8')
      const samples = parseSampleLines(lines, { stage, step })
      expect(samples.length).toBeGreaterThan(0)
    }
  }
  expect(points).toHaveLength(study.value.runs.length)
  for (const name of readdirSync(join(sample, 'charts')))
    comparisonSchema.parse(JSON.parse(readFileSync(join(sample, 'charts', name), 'utf8')))
})

test('a new workspace begins with it, one that was used does not', async () => {
  const fresh = join(tempFolder(), 'workspace')
  const workbench = await open(fresh)
  const runs = await workbench.listRuns()
  expect(runs).toHaveLength(folders.length)
  expect(runs.every(({ record }) => record.workspace === fresh && record.state === 'finished')).toBe(true)
  expect((await workbench.listCharts()).map(({ problem }) => problem)).toEqual([undefined])
  const used = join(tempFolder(), 'workspace')
  mkdirSync(used)
  writeFileSync(join(used, 'settings.json'), '{}')
  expect(await (await open(used)).listRuns()).toEqual([])
})

test('it goes to the trash and comes back, and takes nothing of a person along', async () => {
  const folder = join(tempFolder(), 'workspace')
  const workbench = await open(folder)
  await setQueueRunning(workbench, false)
  const [own] = await queue(workbench, toyStudy())
  const id = own?.record.id ?? ''
  await workbench.annotate({
    runId: id,
    change: { tags: ['sample'] },
  })
  const kept = async () =>
    (await workbench.listRuns())
      .filter(({ annotations }) => !annotations.trashed)
      .map(({ record }) => record.id)
  await workbench.setSample({ isThere: false })
  expect(await kept()).toEqual([id])
  expect(await workbench.listCharts()).toEqual([])
  await workbench.setSample({ isThere: true })
  expect(await kept()).toHaveLength(folders.length + 1)
  expect(await workbench.listCharts()).toHaveLength(1)
})

test('a chart of it that was changed stays', async () => {
  const folder = join(tempFolder(), 'workspace')
  const workbench = await open(folder)
  const [chart] = await workbench.listCharts()
  if (chart?.comparison === undefined) throw new Error('no chart')
  await workbench.saveChart({ id: chart.id, comparison: { ...chart.comparison, name: 'Mine now' } })
  await workbench.setSample({ isThere: false })
  await workbench.setSample({ isThere: true })
  expect((await workbench.listCharts()).map(({ comparison }) => comparison?.name)).toEqual(['Mine now'])
})

test('a run once more has the same config and data and none of the rows', async () => {
  const folder = join(tempFolder(), 'workspace')
  const workbench = await open(folder)
  await setQueueRunning(workbench, false)
  const [own] = await queue(workbench, toyStudy({ sweep: { seed: [3] } }))
  if (own === undefined) throw new Error('nothing was queued')
  writeFileSync(join(own.folder, 'dataset.jsonl'), '{"prompt":"1","answer":"1"}\n')
  mkdirSync(join(own.folder, 'weights'))
  writeFileSync(join(own.folder, 'weights', 'other-0-1.safetensors'), 'weights')
  cpSync(
    join(sample, 'runs', readdirSync(join(sample, 'runs'))[0] ?? '', 'metrics.jsonl'),
    join(own.folder, 'metrics.jsonl'),
  )
  const again = await workbench.runAgain({ runId: own.record.id })
  expect(again.record.id).not.toBe(own.record.id)
  expect(again.record).toMatchObject({ state: 'queued', study: 'toy', point: { seed: 3 } })
  expect(await readConfig(again.folder)).toEqual(await readConfig(own.folder))
  expect(readFileSync(join(again.folder, 'dataset.jsonl'), 'utf8')).toBe('{"prompt":"1","answer":"1"}\n')
  expect(readFileSync(join(again.folder, 'weights', 'other-0-1.safetensors'), 'utf8')).toBe('weights')
  expect(existsSync(join(again.folder, 'metrics.jsonl'))).toBe(false)
  expect((await runOf(workbench, own.record.id)).record.state).toBe('queued')
})

test("a person's own run of the sample study goes by a name of its own, so that no group has both", async () => {
  const workbench = await open(join(tempFolder(), 'workspace'))
  await setQueueRunning(workbench, false)
  const [first] = await workbench.listRuns()
  const again = await workbench.runAgain({ runId: first?.record.id ?? '' })
  expect(again.record.study).toBe('rl-after-ntp')
  expect(again.annotations.tags).toEqual([])
})
