// One run's experiment: model, stages and evaluation behind a small interface that the trainer drives step by step.
// It knows no files, processes or clock (seconds come from `clock`), and every draw is keyed by (seed, purpose, stage, step).
import type { Engine, HostArray, Program } from '../engine/types'
import { assert, assertNever } from '../shared/assert'
import type { RunConfig, StageConfig } from '../shared/config/schema'
import { AfterwordError } from '../shared/errors'
import { createEvaluation } from './evaluation'
import { createLanguageModel } from './model/language-model'
import { packArrays, unpackArrays } from './model/parameters'
import { optimizerState } from './optimizer'
import { createPolicyGradient } from './recipes/policy-gradient'
import { createPretrain } from './recipes/pretrain'
import type { Recipe, RecipeOptions } from './recipes/recipe'
import { createStar } from './recipes/star'
import { createTask } from './tasks/create-task'

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

/** Flat parameters and moments on the host. */
interface RestingState {
  parameters: Float32Array
  moment1: Float32Array
  moment2: Float32Array
}

/** Name of the optimizer array that counts updates in the stage: Adam's bias correction needs it after a resume. */
const updatesName = 'updates'

/** Makes a run's experiment with freshly initialised weights (keyed by the config's seed). */
export function createExperiment(options: ExperimentOptions): Experiment {
  const { engine, config, clock } = options
  const { seed } = config
  const sampleLimit = options.sampleLimit ?? config.log.samples
  const task = createTask(config.task)
  const model = createLanguageModel(config.model, task)
  const evaluation = createEvaluation({
    task,
    model,
    seed,
    samples: config.evaluate.samples,
    clock,
    sampleLimit,
  })
  const freshMoments = () => ({
    moment1: new Float32Array(model.size),
    moment2: new Float32Array(model.size),
  })
  // The state's copy while no program holds it: before the first stage and between two.
  let resting: RestingState = { parameters: model.initialise(seed), ...freshMoments() }
  let updates = 0
  let current: { stage: number; recipe: Recipe; program: Program } | undefined

  const readFlat = (): RestingState => {
    if (!current) return resting
    const arrays = current.program.readState()
    return {
      parameters: floats(arrays, 'parameters'),
      moment1: floats(arrays, 'moment1'),
      moment2: floats(arrays, 'moment2'),
    }
  }
  const running = (stage: number) => {
    assert(current?.stage === stage, `stage ${stage} has begun`)
    return current
  }

  return {
    parameters: model.size,
    async beginStage(stage) {
      const stageConfig = config.stages[stage]
      if (!stageConfig) throw new AfterwordError('internal', `no stage ${stage}`)
      const recipe = createRecipe(stageConfig, { task, model, seed, stage, clock, sampleLimit })
      resting = { parameters: readFlat().parameters, ...freshMoments() }
      updates = 0
      current?.program.dispose()
      current = undefined
      const program = await engine.program({
        state: optimizerState(model.size),
        functions: { ...recipe.functions, ...evaluation.functions },
        precision: config.precision,
      })
      program.writeState({ ...resting })
      current = { stage, recipe, program }
    },
    step(stage, step) {
      const { recipe, program } = running(stage)
      return recipe.step({ program, step, countUpdate: () => ++updates })
    },
    evaluate: (stage, step) => evaluation.run(running(stage).program, stage, step),
    readState() {
      const { parameters, moment1, moment2 } = readFlat()
      return {
        model: unpackArrays(model.specs, parameters),
        optimizer: {
          ...unpackArrays(model.specs, moment1, 'moment1.'),
          ...unpackArrays(model.specs, moment2, 'moment2.'),
          [updatesName]: { shape: [1], values: Float32Array.of(updates) },
        },
      }
    },
    writeState(state) {
      resting = readFlat()
      resting.parameters = packArrays(model.specs, state.model)
      if (state.optimizer) {
        const count = state.optimizer[updatesName]?.values[0]
        if (count === undefined)
          throw new AfterwordError('invalid-input', `optimizer state lacks ${updatesName}`)
        resting.moment1 = packArrays(model.specs, state.optimizer, 'moment1.')
        resting.moment2 = packArrays(model.specs, state.optimizer, 'moment2.')
        updates = count
      }
      current?.program.writeState({ ...resting })
    },
    liveTensors: () => engine.liveTensors(),
    dispose() {
      current?.program.dispose()
      current = undefined
    },
  }
}

function createRecipe(stage: StageConfig, options: RecipeOptions): Recipe {
  if (stage.kind === 'pretrain') return createPretrain(stage, options)
  switch (stage.algorithm) {
    case 'grpo':
    case 'grpo-original':
    case 'reinforce':
      return createPolicyGradient(stage, options)
    case 'star':
      return createStar(stage, options)
    default:
      return assertNever(stage)
  }
}

function floats(arrays: Readonly<Record<string, HostArray>>, name: string): Float32Array {
  const values = arrays[name]?.values
  assert(values instanceof Float32Array, `state ${name} is float32`)
  return values
}
