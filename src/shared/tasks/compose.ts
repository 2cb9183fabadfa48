// To be written.
import type { TaskConfig } from '../config/schema'
import type { Task } from './task'

/** The task for a config. */
export function createComposeTask(config: Extract<TaskConfig, { kind: 'compose' }>): Task {
  throw new Error(`${config.kind} is not written yet`)
}
