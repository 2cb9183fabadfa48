// Tasks of the configs of a study, with the data sets that they name, found and checked before a run folder is written. Each file
// is read once, and each task made once: a large data set takes seconds.
import { resolve } from 'node:path'
import { readDataset, type DatasetFile } from '../run-folder/dataset'
import type { RunConfig, TaskConfig } from '../shared/config/schema'
import { datasetLevelProblem } from '../shared/config/task-rules'
import { AfterwordError, messageOf } from '../shared/errors'
import { createTask } from '../shared/tasks/create-task'
import type { Task, TaskData } from '../shared/tasks/task'

/** A config whose data set was found. */
interface WithTask {
  /** task.file is absolute, task.sha256 filled in. */
  readonly config: RunConfig
  readonly task: Task
  /** What is to stand in the run folder as dataset.jsonl; undefined where the task has no data set. */
  readonly content?: Buffer
}

/** Reads the data sets of configs; relative paths start at `folder`. */
export class Datasets {
  private readonly files = new Map<string, Promise<DatasetFile>>()
  private readonly tasks = new Map<string, Task>()

  constructor(private readonly folder: string) {}

  /** The task of a config, and its data set. Throws AfterwordError('invalid-input') naming file, line, field and rule. */
  async of(config: RunConfig): Promise<WithTask> {
    const { task } = config
    if (task.kind !== 'dataset') return { config, task: this.taskOf(task, {}) }
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
    const made = this.taskOf(whole.task, { rows })
    const problem = datasetLevelProblem(whole, made.cells)
    if (problem !== undefined)
      throw new AfterwordError('invalid-input', `${problem.path}: ${problem.message}`)
    return { config: whole, task: made, content }
  }

  private taskOf(config: TaskConfig, data: TaskData): Task {
    const key = JSON.stringify(config)
    const task = this.tasks.get(key) ?? createTask(config, data)
    this.tasks.set(key, task)
    return task
  }
}
