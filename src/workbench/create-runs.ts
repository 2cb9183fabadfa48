// Turns a parsed study into run folders in state queued, one a point of its sweep. Everything that can be wrong is checked
// before the first folder appears; a folder that cannot be written takes the ones before it away again.
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { readTaskData } from '../run-folder/dataset'
import { replaceFile } from '../run-folder/replace-file'
import { createRun } from '../run-folder/run-folder'
import type { ParsedStudy } from '../shared/config/parse'
import type { RunConfig } from '../shared/config/schema'
import { AfterwordError, messageOf } from '../shared/errors'
import { runFiles, workspaceFiles } from '../shared/run/folder'
import type { DeviceRequest, EngineRequest, ProcessIdentity, RunRecord } from '../shared/run/record'
import { createTask } from '../shared/tasks/create-task'
import { resolveBorrowedWeights, type Lender } from './borrowed-weights'
import { Datasets } from './datasets'
import { writePointer } from './run-pointer'
import { makeFolder } from './workspace'
import { newRunId } from './run-id'

/** What to write. */
export interface CreateRunsRequest {
  workspace: string
  study: ParsedStudy
  engine: EngineRequest
  device: DeviceRequest
  /** The process that will start the runs. */
  launcher: ProcessIdentity
  /** Folder of the one run, outside the workspace's runs; not with a sweep. */
  out?: string
  /** Where relative paths of data sets start. */
  dataFolder: string
  findRun: (id: string) => { id: string; folder: string }
}

/** Writes the run folders and returns their paths, in the order of the sweep. */
export async function createRuns(request: CreateRunsRequest): Promise<string[]> {
  const { workspace, study, engine, device, launcher, out } = request
  const grid = ['arms', 'random', 'sweep'] as const
  const part = grid.find((name) => study.study[name] !== undefined)
  if (out !== undefined && part !== undefined) {
    throw new AfterwordError(
      'invalid-input',
      `--out is for a single run; this study has ${part === 'arms' ? 'arms' : part === 'random' ? 'random draws' : 'a sweep'}`,
    )
  }
  const target = out === undefined ? undefined : await emptyFolder(resolve(out))
  const lender: Lender = {
    findRun: request.findRun,
    taskOf: async ({ task }, folder) => createTask(task, await readTaskData(folder, task)),
  }
  const datasets = new Datasets(request.dataFolder)
  const prepared: (Omit<RunContent, 'record'> & Pick<ParsedStudy['runs'][number], 'point'>)[] = []
  for (const { point, config: given } of study.runs) {
    // Others are heard between two tasks of a large data set.
    await setImmediate()
    const { config, task, content } = await datasets.of(given)
    prepared.push({ point, dataset: content, ...(await resolveBorrowedWeights(config, task, lender)) })
  }
  const folders: string[] = []
  const now = Date.now()
  try {
    for (const [index, { point, ...content }] of prepared.entries()) {
      // One millisecond apart: the order of creation is the order of the sweep.
      const created = new Date(now + index)
      const id = unusedId(workspace, study.study.name, created)
      const record: RunRecord = {
        version: 1,
        id,
        study: study.study.name,
        point: point as RunRecord['point'],
        state: 'queued',
        created: created.toISOString(),
        launcher,
        engineRequest: engine,
        deviceRequest: device,
        workspace,
        ...(study.study.origin === undefined ? {} : { origin: study.study.origin }),
      }
      const folder = target ?? join(workspace, workspaceFiles.runs, id)
      if (target === undefined) await writeRunFolder(folder, { ...content, record })
      else await fillRunFolder(folder, { ...content, record })
      folders.push(folder)
      if (target !== undefined) await writePointer(workspace, id, folder)
    }
  } catch (error) {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })))
    if (error instanceof AfterwordError) throw error
    throw new AfterwordError('workspace', `The run cannot be written: ${messageOf(error)}`, { cause: error })
  }
  return folders
}

/** What a run folder begins with. */
export interface RunContent {
  config: RunConfig
  record: RunRecord
  /** Copied in: from a path to a name in the run folder. */
  files: readonly { from: string; to: string }[]
  /** Content of dataset.jsonl, where the task has a data set. */
  dataset: Buffer | undefined
}

/** Writes a run folder under a hidden name and renames it: whoever watches the workspace sees it whole or not at all. */
export async function writeRunFolder(folder: string, content: RunContent): Promise<void> {
  const temporary = join(dirname(folder), `.${basename(folder)}.tmp`)
  try {
    await fillRunFolder(temporary, content)
    await rename(temporary, folder)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw error
  }
}

/** The record comes last: a folder that has one is whole. */
async function fillRunFolder(folder: string, content: RunContent): Promise<void> {
  for (const { from, to } of content.files) {
    await mkdir(dirname(join(folder, to)), { recursive: true })
    await copyFile(from, join(folder, to))
  }
  if (content.dataset !== undefined) {
    await mkdir(folder, { recursive: true })
    await replaceFile(join(folder, runFiles.dataset), content.dataset)
  }
  await createRun(folder, content)
}

/** Runs of one second are told apart by four digits, so a sweep may draw the same ones twice. */
export function unusedId(workspace: string, study: string, created: Date): string {
  for (;;) {
    const id = newRunId(study, created)
    if (!existsSync(join(workspace, workspaceFiles.runs, id))) return id
  }
}

/** A folder of --out: not there yet or empty, because a run never mixes with other files. */
async function emptyFolder(path: string): Promise<string> {
  try {
    await makeFolder(path)
    if ((await readdir(path)).length === 0) return path
  } catch (cause) {
    throw new AfterwordError('invalid-input', `--out ${path}: ${messageOf(cause)}`, { cause })
  }
  throw new AfterwordError('invalid-input', `--out ${path}: the folder is not empty`)
}
