// To be written.
import type { LinearConfig } from '../../shared/config/schema'
import type { Task } from '../../shared/tasks/task'
import type { Experiment, ExperimentOptions } from '../experiment'

/** The experiment of a linear autoregressive model. */
export function createLinearExperiment(
  { config }: ExperimentOptions,
  model: LinearConfig,
  task: Task,
): Experiment {
  throw new Error(`${config.name}: ${model.kind} is not written yet (${task.promptLength})`)
}
