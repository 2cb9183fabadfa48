// The small documents of a run folder, and who is alive.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { identityOf, isAlive } from '../../../src/run-folder/process-identity'
import { replaceFile } from '../../../src/run-folder/replace-file'
import {
  createRun,
  hasLiveTrainer,
  isRunFolder,
  readAnnotations,
  readConfig,
  readControl,
  readRecord,
  writeAnnotations,
  writeControl,
  writeRecord,
} from '../../../src/run-folder/run-folder'
import type { RunRecord } from '../../../src/shared/run/record'
import { runConfig } from '../../helpers/run-config'
import { tempFolder } from '../../helpers/temp-folder'

const record: RunRecord = {
  version: 1,
  id: 'a-run',
  study: 'a study',
  point: { seed: 3, 'task.longFraction': 0.4 },
  state: 'queued',
  created: '2026-01-01T00:00:00.000Z',
  engineRequest: 'auto',
}

test('what is written into a run folder is read back', async () => {
  const folder = join(tempFolder(), 'deep', 'run')
  expect(await isRunFolder(folder)).toBe(false)
  await createRun(folder, { config: runConfig(), record })
  expect(await isRunFolder(folder)).toBe(true)
  expect(await readConfig(folder)).toEqual(runConfig())
  expect(await readRecord(folder)).toEqual(record)
  expect(await readControl(folder)).toBeUndefined()
  await writeControl(folder, 'pause')
  expect(await readControl(folder)).toMatchObject({ command: 'pause' })
  expect((await readAnnotations(folder)).tags).toEqual([])
  await writeAnnotations(folder, { tags: ['x'], notes: 'n', star: true, archived: false, trashed: false })
  expect(await readAnnotations(folder)).toMatchObject({ tags: ['x'], star: true })
  await writeRecord(folder, { ...record, state: 'running' })
  expect((await readRecord(folder)).state).toBe('running')
  expect(readdirSync(folder).sort()).toEqual(['annotations.json', 'config.json', 'control.json', 'run.json'])
})

test('a folder that holds a run is not written over', async () => {
  const folder = tempFolder()
  await createRun(folder, { config: runConfig(), record })
  await expect(createRun(folder, { config: runConfig(), record })).rejects.toThrow(
    `${folder}: holds a run already`,
  )
})

test('damaged documents are named with field and rule', async () => {
  const folder = tempFolder()
  await createRun(folder, { config: runConfig(), record })
  writeFileSync(join(folder, 'run.json'), '{"version": 1,')
  await expect(readRecord(folder)).rejects.toThrow(`${join(folder, 'run.json')}: not valid JSON: `)
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...record, state: 'asleep' }))
  await expect(readRecord(folder)).rejects.toThrow(`${join(folder, 'run.json')}: field state: `)
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...runConfig(), seed: 1.5 }))
  await expect(readConfig(folder)).rejects.toThrow(`${join(folder, 'config.json')}: field seed: `)
  await expect(readConfig(join(folder, 'elsewhere'))).rejects.toThrow('no such file')
})

test('a file that cannot be replaced keeps its content, and no temporary file stays', async () => {
  const folder = tempFolder()
  const path = join(folder, 'a')
  await replaceFile(path, 'old')
  await replaceFile(path, 'new')
  expect(readFileSync(path, 'utf8')).toBe('new')
  await expect(replaceFile(folder, 'x')).rejects.toThrow(`${folder}: cannot be written: `)
  await expect(replaceFile(join(path, 'b'), 'x')).rejects.toThrow(`${join(path, 'b')}: cannot be written: `)
  expect(readdirSync(folder)).toEqual(['a'])
})

test('a process is alive while it runs, and a later one with its pid is another', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  await once(child, 'spawn')
  const identity = identityOf(child.pid ?? 0)
  if (identity === undefined) throw new Error('the child has no identity')
  expect(identity.host).toBe(hostname())
  expect(isAlive(identity)).toBe(true)
  expect(isAlive({ ...identity, start: '1' })).toBe(false)
  const { pid, start: processStart, host } = identity
  expect(hasLiveTrainer({ ...record, pid, processStart, host })).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(isAlive(identity)).toBe(false)
  expect(identityOf(child.pid ?? 0)).toBeUndefined()
  expect(hasLiveTrainer({ ...record, pid, processStart, host })).toBe(false)
  expect(hasLiveTrainer(record)).toBe(false)
})

test('a process on another host is believed', () => {
  expect(isAlive({ pid: 1, start: '0', host: 'elsewhere' })).toBe(true)
})
