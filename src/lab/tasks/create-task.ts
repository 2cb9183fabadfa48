// The list of tasks: from a config's `task` to its implementation.
import type { TaskConfig } from '../../shared/config/schema'
import { createParityTask } from './parity'
import type { Task } from './task'

const creators: { [K in TaskConfig['kind']]: (config: Extract<TaskConfig, { kind: K }>) => Task } = {
  parity: createParityTask,
}

/** The task of a config. */
export function createTask(config: TaskConfig): Task {
  return creators[config.kind](config)
}
