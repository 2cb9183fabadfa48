// checkpoints/<stage>-<step>/: weights, optimizer and counters. A checkpoint appears whole or not at all, and one that was
// damaged later is passed over by listing. Which ones to write and keep is the caller's decision.
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AfterwordError, messageOf } from '../shared/errors'
import { checkpointFiles, checkpointName, parseCheckpointName, runFiles } from '../shared/run/folder'
import { checkpointStateSchema, type CheckpointState } from '../shared/run/record'
import { isMissing, readJson } from './json-file'
import { syncFolder, writeSynced } from './replace-file'
import {
  checkSafetensorsHeader,
  decodeSafetensors,
  encodeSafetensors,
  safetensorsHeaderBytes,
  type TensorData,
} from './safetensors'

/** Everything a run continues from. */
export interface Checkpoint {
  state: CheckpointState
  model: Record<string, TensorData>
  optimizer: Record<string, TensorData>
}

/** A whole checkpoint in a run folder: its name `<stage>-<step>` and state.json. */
export interface CheckpointEntry {
  name: string
  folder: string
  state: CheckpointState
}

/**
 * Writes checkpoints/<stage>-<step> of a run folder: a temporary folder, synced, then renamed; one of that name is
 * replaced. Throws AfterwordError('workspace').
 */
export async function writeCheckpoint(runFolder: string, checkpoint: Checkpoint): Promise<CheckpointEntry> {
  const { state, model, optimizer } = checkpoint
  const name = checkpointName(state.stage, state.step)
  const parent = join(runFolder, runFiles.checkpoints)
  const folder = join(parent, name)
  const temporary = join(parent, `.${name}.${process.pid}.tmp`)
  try {
    await rm(temporary, { recursive: true, force: true })
    await mkdir(temporary, { recursive: true })
    await writeSynced(join(temporary, checkpointFiles.model), encodeSafetensors(model))
    await writeSynced(join(temporary, checkpointFiles.optimizer), encodeSafetensors(optimizer))
    await writeSynced(join(temporary, checkpointFiles.state), `${JSON.stringify(state, null, 2)}\n`)
    await syncFolder(temporary)
    await rm(folder, { recursive: true, force: true })
    await rename(temporary, folder)
    await syncFolder(parent)
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined)
    throw new AfterwordError('workspace', `${folder}: cannot be written: ${messageOf(cause)}`, { cause })
  }
  return { name, folder, state }
}

/** The whole checkpoints of a run folder, by stage and step; half-written and damaged ones are left out. */
export async function listCheckpoints(runFolder: string): Promise<CheckpointEntry[]> {
  const parent = join(runFolder, runFiles.checkpoints)
  const names = await readdir(parent).catch((cause: unknown) => {
    if (isMissing(cause)) return []
    throw new AfterwordError('workspace', `${parent}: cannot be read: ${messageOf(cause)}`, { cause })
  })
  const entries = await Promise.all(names.map((name) => readWhole(join(parent, name), name)))
  return entries
    .filter((entry) => entry !== undefined)
    .sort((a, b) => a.state.stage - b.state.stage || a.state.step - b.state.step)
}

/** The whole checkpoint with the highest stage and step. */
export async function latestCheckpoint(runFolder: string): Promise<CheckpointEntry | undefined> {
  return (await listCheckpoints(runFolder)).at(-1)
}

/** Reads a checkpoint. Throws AfterwordError: 'not-found', or 'invalid-input' naming the damaged file and the rule. */
export async function readCheckpoint(runFolder: string, name: string): Promise<Checkpoint> {
  const folder = join(runFolder, runFiles.checkpoints, name)
  const state = await readJson(join(folder, checkpointFiles.state), checkpointStateSchema)
  return {
    state,
    model: await readTensors(join(folder, checkpointFiles.model)),
    optimizer: await readTensors(join(folder, checkpointFiles.optimizer)),
  }
}

/** Reads a safetensors file. Throws as readCheckpoint. */
export async function readTensors(path: string): Promise<Record<string, TensorData>> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    const code = isMissing(cause) ? 'not-found' : 'workspace'
    throw new AfterwordError(code, `${path}: ${code === 'not-found' ? 'no such file' : messageOf(cause)}`, {
      cause,
    })
  })
  return decodeSafetensors(bytes, path)
}

/** Deletes all but the latest `keep` of the checkpoints that are not `permanent`. */
export async function pruneCheckpoints(
  runFolder: string,
  keep: number,
  permanent: (state: CheckpointState) => boolean,
): Promise<void> {
  const periodic = (await listCheckpoints(runFolder)).filter(({ state }) => !permanent(state))
  const surplus = periodic.slice(0, Math.max(0, periodic.length - keep))
  await Promise.all(surplus.map(({ folder }) => rm(folder, { recursive: true, force: true })))
}

/** Removes what a process that was killed while it wrote a checkpoint left behind. */
export async function removeUnfinishedCheckpoints(runFolder: string): Promise<void> {
  const parent = join(runFolder, runFiles.checkpoints)
  const names = await readdir(parent).catch(() => [])
  const unfinished = names.filter((name) => name.startsWith('.') && name.endsWith('.tmp'))
  await Promise.all(unfinished.map((name) => rm(join(parent, name), { recursive: true, force: true })))
}

async function readWhole(folder: string, name: string): Promise<CheckpointEntry | undefined> {
  const position = parseCheckpointName(name)
  if (position === undefined) return undefined
  try {
    const state = await readJson(join(folder, checkpointFiles.state), checkpointStateSchema)
    if (state.stage !== position.stage || state.step !== position.step) return undefined
    await checkTensors(join(folder, checkpointFiles.model))
    await checkTensors(join(folder, checkpointFiles.optimizer))
    return { name, folder, state }
  } catch {
    return undefined
  }
}

/** Compares a file's size with its header, without reading its data. */
async function checkTensors(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const prefix = await readStart(file, Math.min(8, size))
    const headerBytes = safetensorsHeaderBytes(prefix)
    const start = headerBytes <= size ? await readStart(file, headerBytes) : prefix
    checkSafetensorsHeader(start, size, path)
  } finally {
    await file.close()
  }
}

async function readStart(file: Awaited<ReturnType<typeof open>>, count: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(count)
  const { bytesRead } = await file.read(buffer, 0, count, 0)
  return buffer.subarray(0, bytesRead)
}
