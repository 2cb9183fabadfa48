// Data set files: a person's own, and the copy of it in a run folder (dataset.jsonl), which is what the run trains on.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TaskConfig } from '../shared/config/schema'
import { AfterwordError, messageOf } from '../shared/errors'
import { runFiles } from '../shared/run/folder'
import { parseDatasetRows, type DatasetRow, type TokenKind } from '../shared/tasks/dataset-rows'
import type { TaskData } from '../shared/tasks/task'
import { isMissing } from './json-file'

/** A data set file. */
export interface DatasetFile {
  readonly rows: readonly DatasetRow[]
  readonly content: Buffer
  /** Of the content. */
  readonly sha256: string
}

/** Reads and checks a data set. Throws AfterwordError('invalid-input') with file, line and rule. */
export async function readDataset(path: string, tokens: TokenKind): Promise<DatasetFile> {
  const content = await readFile(path).catch((cause: unknown) => {
    const why = isMissing(cause) ? 'no such file' : `cannot be read: ${messageOf(cause)}`
    throw new AfterwordError('invalid-input', `${path}: ${why}`, { cause })
  })
  return {
    rows: parseDatasetRows(content.toString('utf8').replace(/^\uFEFF/, ''), path, tokens),
    content,
    sha256: createHash('sha256').update(content).digest('hex'),
  }
}

/** What a run's task needs beside its config: for a data set the rows of the run's own copy, checked against task.sha256. */
export async function readTaskData(folder: string, task: TaskConfig): Promise<TaskData> {
  if (task.kind !== 'dataset') return {}
  const path = join(folder, runFiles.dataset)
  const { rows, sha256 } = await readDataset(path, task.tokens)
  if (task.sha256 !== undefined && task.sha256 !== sha256)
    throw new AfterwordError(
      'invalid-input',
      `${path}: is not the data set that the run was made with: its SHA-256 is ${sha256}, task.sha256 is ${task.sha256}`,
    )
  return { rows }
}
