// To be written.
import type { TaskConfig } from '../config/schema'
import type { Task, TaskData } from './task'

/** The task for a config and the rows of its file. */
export function createDatasetTask(config: Extract<TaskConfig, { kind: 'dataset' }>, data: TaskData): Task {
  throw new Error(`${config.kind} is not written yet: ${data.rows?.length ?? 0} rows`)
}
