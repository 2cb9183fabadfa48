// Whether a completion is a long answer, as its task says.
import type { RunConfig } from '../../../shared/config/schema'
import type { SampleRow } from '../../../shared/run/rows'
import { createTask } from '../../../shared/tasks/create-task'

/** Of tasks that are known here by their config alone; a data set's answers are long from two tokens on. */
export function longJudge(config: RunConfig | undefined): (row: SampleRow) => boolean {
  if (config === undefined || config.task.kind === 'dataset') return ({ length }) => length > 1
  const task = createTask(config.task)
  return ({ tokens }) => task.isLong(tokens)
}
