// What the steps and evaluations of a linear model share: the heads in training, and streams keyed as everywhere else.
import { createStream, type RandomStream } from '../../engine/random'
import type { RunConfig } from '../../shared/config/schema'
import type { Task } from '../../shared/tasks/task'
import type { AveragedSgd } from './averaged-sgd'
import type { Heads, LinearSequence } from './heads'

/** A linear model's run. */
export interface LinearRun {
  readonly task: Task
  readonly config: RunConfig
  /** One a head; what they average to is the model. */
  readonly trained: readonly AveragedSgd[]
  /** Scratch space for one sequence. */
  readonly sequence: LinearSequence
  readonly clock: () => number
  readonly sampleLimit: number
}

/** Index of a stage and a step of it. */
export interface StageStep {
  readonly stage: number
  readonly step: number
}

/** A stream of the run, keyed by stage and step. */
export function streamOf({ config }: LinearRun, purpose: string, at: StageStep): RandomStream {
  return createStream({ seed: config.seed, purpose, ...at })
}

/** The model's heads; they change with every update. */
export function averagesOf({ trained }: LinearRun): Heads {
  return trained.map(({ average }) => average)
}
