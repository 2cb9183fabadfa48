// To be written.
import type { TaskConfig } from '../config/schema'
import type { Task } from './task'

/** The task for a config. */
export function createHiddenMethodTask(config: Extract<TaskConfig, { kind: 'hidden-method' }>): Task {
  throw new Error(`${config.kind} is not written yet`)
}
