// The list of tasks: from a config's `task` to its implementation.
import type { TaskConfig } from '../config/schema'
import { createComposeTask } from './compose'
import { createDatasetTask } from './dataset'
import { createHiddenMethodTask } from './hidden-method'
import { createParityTask } from './parity'
import type { Task, TaskData } from './task'

const creators: {
  [K in TaskConfig['kind']]: (config: Extract<TaskConfig, { kind: K }>, data: TaskData) => Task
} = {
  parity: createParityTask,
  compose: createComposeTask,
  'hidden-method': createHiddenMethodTask,
  dataset: createDatasetTask,
}

/** The task of a config. Throws AfterwordError where the config names a data set and `data` has no rows. */
export function createTask(config: TaskConfig, data: TaskData = {}): Task {
  // The compiler cannot see that the creator found under a kind takes configs of that kind.
  const create = creators[config.kind] as (config: TaskConfig, data: TaskData) => Task
  return create(config, data)
}
