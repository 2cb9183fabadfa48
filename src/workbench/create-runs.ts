// Turns a parsed study into run folders in state queued, one a point of its sweep. Everything that can be wrong is checked
// before the first folder appears; a folder that cannot be written takes the ones before it away again.
import { existsSync } from 'node:fs'
import { copyFile, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { createRun } from '../run-folder/run-folder'
import type { ParsedStudy } from '../shared/config/parse'
import type { RunConfig } from '../shared/config/schema'
import { AfterwordError, messageOf } from '../shared/errors'
import { runFiles, workspaceFiles } from '../shared/run/folder'
import type { DeviceRequest, EngineRequest, ProcessIdentity, RunRecord } from '../shared/run/record'
import { resolveInitialWeights } from './initial-weights'
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
  findRun: (id: string) => { id: string; folder: string }
}

/** Writes the run folders and returns their paths, in the order of the sweep. */
export async function createRuns(request: CreateRunsRequest): Promise<string[]> {
  const { workspace, study, engine, device, launcher, out } = request
  if (out !== undefined && study.study.sweep !== undefined) {
    throw new AfterwordError('invalid-input', '--out is for a single run; this study has a sweep')
  }
  const target = out === undefined ? undefined : await emptyFolder(resolve(out))
  const prepared = await Promise.all(
    study.runs.map(async ({ point, config }) => ({
      point,
      ...(await resolveInitialWeights(config, request.findRun)),
    })),
  )
  const folders: string[] = []
  const now = Date.now()
  try {
    for (const [index, { point, config, file }] of prepared.entries()) {
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
      }
      const folder = target ?? join(workspace, workspaceFiles.runs, id)
      if (target === undefined) await writeRunFolder(folder, { config, record }, file)
      else await fillRunFolder(folder, { config, record }, file)
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

interface RunContent {
  config: RunConfig
  record: RunRecord
}

/** Writes a run folder under a hidden name and renames it: whoever watches the workspace sees it whole or not at all. */
async function writeRunFolder(folder: string, content: RunContent, weights?: string): Promise<void> {
  const temporary = join(dirname(folder), `.${basename(folder)}.tmp`)
  try {
    await fillRunFolder(temporary, content, weights)
    await rename(temporary, folder)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw error
  }
}

async function fillRunFolder(folder: string, content: RunContent, weights?: string): Promise<void> {
  await createRun(folder, content)
  if (weights !== undefined) await copyFile(weights, join(folder, runFiles.init))
}

/** Runs of one second are told apart by four digits, so a sweep may draw the same ones twice. */
function unusedId(workspace: string, study: string, created: Date): string {
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
