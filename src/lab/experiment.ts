// One run's experiment: model, stages and evaluation behind a small interface that the trainer drives step by step.
// It knows no files, processes or clock (seconds come from `clock`), and every draw is keyed by (seed, purpose, stage, step).
import type { Engine } from '../engine/types'
import type { RunConfig } from '../shared/config/schema'

/** A sampled answer with what is known about it. */
export interface Completion {
  promptId: string
  prompt: string
  completion: string
  /** Token ids, end token included where it was produced. */
  tokens: number[]
  /** Natural-log probability of each token under the policy that produced it (greedy: under the model at temperature 1). */
  logprobs: number[]
  reward: number
  advantage?: number
  /** Answer tokens, end token not counted. */
  length: number
  greedy: boolean
}

/** What one step gave. */
export interface StepResult {
  /** Metrics of shared/run/metrics.ts: train/… and, in RL, rl/…. */
  values: Record<string, number>
  /** Sequences trained on or sampled for training in this step, and their tokens (prompt, answer, end; no padding). */
  sequences: number
  tokens: number
  /** RL: up to `sampleLimit` completions, whole prompt groups; else empty. */
  completions: Completion[]
  /** Parts of the step: name -> seconds, logged as perf/<part>_seconds. */
  seconds: Record<string, number>
}

/** What one evaluation gave. */
export interface EvaluationResult {
  /** Metrics of shared/run/metrics.ts: eval/…. */
  values: Record<string, number>
  /** Up to `sampleLimit`, half greedy and half sampled, of the same prompts. */
  completions: Completion[]
  seconds: number
}

/** Named float arrays, as a checkpoint holds them. */
export interface NamedArrays {
  [name: string]: { shape: number[]; values: Float32Array }
}

/** A run's model and optimizer, and what can be done to them. */
export interface Experiment {
  /** Trained scalars. */
  readonly parameters: number
  /** Declares the stage's program and starts it with fresh optimizer moments; weights stay. */
  beginStage(stage: number): Promise<void>
  /** One optimizer step (STaR: one round); `step` counts from 1. A function of (state, seed, stage, step) alone. */
  step(stage: number, step: number): StepResult
  /** Evaluates on fresh inputs keyed by (seed, stage, step); state stays as it is. */
  evaluate(stage: number, step: number): EvaluationResult
  /** Copies of weights and optimizer state. */
  readState(): { model: NamedArrays; optimizer: NamedArrays }
  /** Overwrites weights and, where given, optimizer state (after `beginStage` when resuming). */
  writeState(state: { model: NamedArrays; optimizer?: NamedArrays }): void
  /** Tensors alive in the engine; flat over steps. */
  liveTensors(): number
  dispose(): void
}

/** What an experiment needs. */
export interface ExperimentOptions {
  engine: Engine
  config: RunConfig
  /** Seconds, from any start. */
  clock: () => number
  /** Completions a result carries at most; `log.samples` of the config where not given. */
  sampleLimit?: number
}

/** Makes a run's experiment with freshly initialised weights (keyed by the config's seed). */
export declare function createExperiment(options: ExperimentOptions): Experiment
