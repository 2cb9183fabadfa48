// A run folder's small documents: config.json, run.json, control.json, annotations.json. Typed, replaced atomically. Rows
// are in jsonl.ts, checkpoints in checkpoints.ts. It decides nothing: who may write what is docs/run-folder.md. Every
// function may throw an AfterwordError naming file, field and rule.
import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { runConfigSchema, type RunConfig } from '../shared/config/schema'
import { AfterwordError, messageOf } from '../shared/errors'
import { failureSchema, type Failure } from '../shared/run/failure'
import { runFiles } from '../shared/run/folder'
import {
  annotationsSchema,
  controlSchema,
  runRecordSchema,
  type Annotations,
  type Control,
  type RunRecord,
} from '../shared/run/record'
import { readJson, readJsonIfPresent, writeJson } from './json-file'
import { isAlive } from './process-identity'

/**
 * Makes a run of a folder (made where there is none): config.json first and run.json last, so that a folder with a run.json
 * is whole. Throws AfterwordError: 'invalid-input' where the folder holds a run, 'workspace' where it cannot be written.
 */
export async function createRun(
  folder: string,
  content: { config: RunConfig; record: RunRecord },
): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new AfterwordError('workspace', `${folder}: cannot be made: ${messageOf(cause)}`, { cause })
  })
  if (await isRunFolder(folder)) throw new AfterwordError('invalid-input', `${folder}: holds a run already`)
  await writeJson(join(folder, runFiles.config), content.config)
  await writeRecord(folder, content.record)
}

/** Whether there is a run.json in a folder. */
export async function isRunFolder(folder: string): Promise<boolean> {
  return access(join(folder, runFiles.record)).then(
    () => true,
    () => false,
  )
}

/** config.json. */
export function readConfig(folder: string): Promise<RunConfig> {
  return readJson(join(folder, runFiles.config), runConfigSchema)
}

/** run.json as it stands in the file; see hasLiveTrainer for whether `running` is still true. */
export function readRecord(folder: string): Promise<RunRecord> {
  return readJson(join(folder, runFiles.record), runRecordSchema)
}

/** Replaces run.json. */
export function writeRecord(folder: string, record: RunRecord): Promise<void> {
  return writeJson(join(folder, runFiles.record), record)
}

/** The last command; undefined where there was none. */
export function readControl(folder: string): Promise<Control | undefined> {
  return readJsonIfPresent(join(folder, runFiles.control), controlSchema)
}

/** Gives the trainer a command, stamped with this moment. */
export async function writeControl(folder: string, command: Control['command']): Promise<void> {
  const control: Control = { command, at: new Date().toISOString() }
  await writeJson(join(folder, runFiles.control), control)
}

/** The batch a run failed on; undefined where there is none. */
export function readFailure(folder: string): Promise<Failure | undefined> {
  return readJsonIfPresent(join(folder, runFiles.failure), failureSchema)
}

/** What a person said of the run; the defaults where nothing was said. */
export async function readAnnotations(folder: string): Promise<Annotations> {
  const annotations = await readJsonIfPresent(join(folder, runFiles.annotations), annotationsSchema)
  return annotations ?? annotationsSchema.parse({})
}

/** Replaces annotations.json. */
export function writeAnnotations(folder: string, annotations: Annotations): Promise<void> {
  return writeJson(join(folder, runFiles.annotations), annotations)
}

/** Whether the process that a record names as its trainer is alive. */
export function hasLiveTrainer({ pid, processStart, host }: RunRecord): boolean {
  if (pid === undefined || processStart === undefined || host === undefined) return false
  return isAlive({ pid, start: processStart, host })
}
