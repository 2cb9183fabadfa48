// Data sets that the configs of a study name: finds and checks them before a run folder is written. Each file is read once.
import { resolve } from 'node:path'
import { readDataset, type DatasetFile } from '../run-folder/dataset'
import type { RunConfig } from '../shared/config/schema'
import { datasetLevelProblem } from '../shared/config/task-rules'
import { AfterwordError, messageOf } from '../shared/errors'
import { createTask } from '../shared/tasks/create-task'
import type { TaskData } from '../shared/tasks/task'

/** A config whose data set was found. */
export interface WithData {
  /** task.file is absolute, task.sha256 filled in. */
  readonly config: RunConfig
  readonly data: TaskData
  /** What is to stand in the run folder as dataset.jsonl; undefined where the task has no data set. */
  readonly content?: Buffer
}

/** Reads the data sets of configs; relative paths start at `folder`. */
export class Datasets {
  private readonly files = new Map<string, Promise<DatasetFile>>()

  constructor(private readonly folder: string) {}

  /** The data set of a config. Throws AfterwordError('invalid-input') naming file, line, field and rule. */
  async of(config: RunConfig): Promise<WithData> {
    const { task } = config
    if (task.kind !== 'dataset') return { config, data: {} }
    const path = resolve(this.folder, task.file)
    const key = JSON.stringify([path, task.tokens])
    const reading = this.files.get(key) ?? readDataset(path, task.tokens)
    this.files.set(key, reading)
    const { rows, content, sha256 } = await reading.catch((cause: unknown) => {
      throw new AfterwordError('invalid-input', `task.file: ${messageOf(cause)}`, { cause })
    })
    if (task.sha256 !== undefined && task.sha256 !== sha256)
      throw new AfterwordError(
        'invalid-input',
        `task.sha256: ${path} has other content: its SHA-256 is ${sha256}`,
      )
    const whole = { ...config, task: { ...task, file: path, sha256 } }
    const { cells } = createTask(whole.task, { rows })
    const problem = datasetLevelProblem(whole, cells)
    if (problem !== undefined)
      throw new AfterwordError('invalid-input', `${problem.path}: ${problem.message}`)
    return { config: whole, data: { rows }, content }
  }
}
