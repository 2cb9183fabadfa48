// One run's experiment: model, stages and evaluation behind a small interface that the trainer drives step by step.
// It knows no files, processes or clock (seconds come from `clock`), and every draw is keyed by (seed, purpose, stage, step).
import type { Engine, HostArray, Program } from '../engine/types'
import { assert } from '../shared/assert'
import {
  isRejection,
  type RunConfig,
  type StageConfig,
  type TransformerConfig,
} from '../shared/config/schema'
import { AfterwordError } from '../shared/errors'
import { createEvaluation } from './evaluation'
import { createLanguageModel } from './model/language-model'
import { packArrays, unpackArrays, type ParameterSpec } from './model/parameters'
import { optimizerState } from './optimizer'
import { timedParts, wholeOf, type Parts } from './parts'
import { createLinearExperiment } from './linear/linear-experiment'
import { createEvaluateRecipe } from './recipes/evaluate'
import { createPolicyGradient } from './recipes/policy-gradient'
import { createPretrain } from './recipes/pretrain'
import type { Recipe, RecipeOptions } from './recipes/recipe'
import { createRejectionSampling } from './recipes/rejection-sampling'
import { createSft } from './recipes/sft'
import { createTask } from '../shared/tasks/create-task'
import type { Split, Task, TaskData } from '../shared/tasks/task'

/** A sampled answer with what is known about it. */
export interface Completion {
  promptId: string
  prompt: string
  completion: string
  /** Token ids, end token included where it was produced. */
  tokens: number[]
  /** Natural-log probability of each token under the policy that produced it (greedy: under the model at temperature 1). */
  logprobs: number[]
  /** Entropy of the distribution each token was drawn from, nats; where it was drawn from one. */
  entropies?: number[]
  /** Divergence of each token from the reference, nats, by the estimator of the stage's penalty; where it has one. */
  kls?: number[]
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
export interface EvaluationResult extends Evaluated {
  /** What its parts took. */
  seconds: number
}

/** What one evaluation found out. */
export interface Evaluated {
  /** Metrics of shared/run/metrics.ts: eval/…. */
  values: Record<string, number>
  /** Up to `sampleLimit`, greedy and sampled ones of the same prompts. */
  completions: Completion[]
  /** One a problem, where the evaluation has several samples a problem: rows of evaluations/<stage>-<step>.jsonl. */
  problems?: ProblemResult[]
}

/** What an evaluation found of one problem. */
export interface ProblemResult {
  problemId: string
  /** For tasks with splits and levels. */
  split?: Split
  level?: number
  /** Text, without padding. */
  prompt: string
  /** Samples, and how many of them were right. */
  n: number
  c: number
  /** Answer tokens of each sample, end token not counted. */
  lengths: number[]
  /** How often the samples gave each final answer, '' for none. */
  votes: Record<string, number>
  /** Text of the right final answer. */
  answer: string
  /** Whether the greedy answer was right. */
  greedy: boolean
}

/** Named float arrays, as a checkpoint holds them. */
export interface NamedArrays {
  [name: string]: { shape: number[]; values: Float32Array }
}

/** A run's model and optimizer, and what can be done to them. */
export interface Experiment {
  /** Trained scalars. */
  readonly parameters: number
  /**
   * Declares the stage's program and starts it with fresh optimizer moments, from the weights that the stage's `from` names.
   * `weightsOf` gives the weights of a reference (shared/config/weights.ts); without it fresh ones stand in, which is enough
   * to measure speed.
   */
  beginStage(stage: number, weightsOf?: (reference: string) => NamedArrays): Promise<void>
  /** One optimizer step (STaR: one round); `step` counts from 1. A function of (state, seed, stage, step) alone. */
  step(stage: number, step: number): StepResult
  /** Evaluates on fresh inputs keyed by (seed, stage, step); state stays as it is. */
  evaluate(stage: number, step: number): EvaluationResult
  /** The same in parts of some thousand completions, which may be given up between two of them. */
  evaluateInParts(stage: number, step: number): Parts<EvaluationResult>
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
  /** Rows of the task's data set, where it has one. */
  data?: TaskData
  /** Seconds, from any start. */
  clock: () => number
  /** Completions a result carries at most; `log.samples` of the config where not given. */
  sampleLimit?: number
}

/** Flat parameters and moments on the host, and what else the stage's program keeps, by name. */
interface RestingState {
  parameters: Float32Array
  moment1: Float32Array
  moment2: Float32Array
  extra: Readonly<Record<string, Float32Array>>
}

/** Name of the optimizer array that counts updates in the stage: Adam's bias correction needs it after a resume. */
const updatesName = 'updates'

/** Makes a run's experiment with freshly initialised weights (keyed by the config's seed). */
export function createExperiment(options: ExperimentOptions): Experiment {
  const { config } = options
  const task = createTask(config.task, options.data)
  const { model } = config
  return model.kind === 'linear'
    ? createLinearExperiment(options, model, task)
    : createTransformerExperiment(options, model, task)
}

function createTransformerExperiment(
  { engine, config, clock, sampleLimit = config.log.samples }: ExperimentOptions,
  modelConfig: TransformerConfig,
  task: Task,
): Experiment {
  const { seed } = config
  const model = createLanguageModel(modelConfig, task)
  const evaluation = createEvaluation({ task, model, seed, ...config.evaluate, sampleLimit })
  const fresh = (parameters: Float32Array): RestingState => ({
    parameters,
    moment1: new Float32Array(model.size),
    moment2: new Float32Array(model.size),
    extra: {},
  })
  // The state's copy while no program holds it: before the first stage and between two.
  let resting = fresh(model.initialise(seed))
  let updates = 0
  let current: { stage: number; recipe: Recipe; program: Program } | undefined

  const readFlat = (): RestingState => {
    if (!current) return resting
    const arrays = current.program.readState()
    return {
      parameters: floats(arrays, 'parameters'),
      moment1: floats(arrays, 'moment1'),
      moment2: floats(arrays, 'moment2'),
      extra: mapValues(current.recipe.state ?? {}, (_, name) => floats(arrays, name)),
    }
  }
  const running = (stage: number) => {
    assert(current?.stage === stage, `stage ${stage} has begun`)
    return current
  }
  const startOf = (from: string, weightsOf: (reference: string) => Float32Array): Float32Array => {
    if (from === 'previous') return readFlat().parameters
    return from === 'fresh' ? model.initialise(seed) : weightsOf(from)
  }

  const evaluateInParts = (stage: number, step: number): Parts<EvaluationResult> => {
    const { recipe, program } = running(stage)
    return timedParts(recipe.evaluate?.(program) ?? evaluation.run(program, stage, step), clock)
  }

  return {
    parameters: model.size,
    async beginStage(stage, weightsOf) {
      const stageConfig = config.stages[stage]
      if (!stageConfig) throw new AfterwordError('internal', `no stage ${stage}`)
      const of = (reference: string) =>
        weightsOf ? packNamed(model.specs, reference, weightsOf(reference)) : model.initialise(seed)
      const start = startOf(stageConfig.from, of)
      const weights = { start, of }
      const recipe = createRecipe(stageConfig, { task, model, seed, stage, clock, sampleLimit, weights })
      const extra = recipe.state ?? {}
      resting = { ...fresh(start), extra: mapValues(extra, ({ initial }) => initial) }
      updates = 0
      current?.program.dispose()
      current = undefined
      const program = await engine.program({
        state: { ...optimizerState(model.size), ...mapValues(extra, ({ spec }) => spec) },
        functions: { ...recipe.functions, ...(recipe.evaluate ? {} : evaluation.functions) },
        precision: config.precision,
      })
      program.writeState(flatState(resting))
      current = { stage, recipe, program }
    },
    step(stage, step) {
      const { recipe, program } = running(stage)
      return recipe.step({ program, step, countUpdate: () => ++updates })
    },
    evaluate: (stage, step) => wholeOf(evaluateInParts(stage, step)),
    evaluateInParts,
    readState() {
      const { parameters, moment1, moment2, extra } = readFlat()
      return {
        model: unpackArrays(model.specs, parameters),
        optimizer: {
          ...unpackArrays(model.specs, moment1, 'moment1.'),
          ...unpackArrays(model.specs, moment2, 'moment2.'),
          ...mapValues(extra, (values) => ({ shape: [values.length], values })),
          [updatesName]: { shape: [1], values: Float32Array.of(updates) },
        },
      }
    },
    writeState(state) {
      const before = readFlat()
      resting = { ...before, parameters: packArrays(model.specs, state.model) }
      const { optimizer } = state
      if (optimizer) {
        resting.moment1 = packArrays(model.specs, optimizer, 'moment1.')
        resting.moment2 = packArrays(model.specs, optimizer, 'moment2.')
        resting.extra = mapValues(before.extra, ({ length }, name) => flatArray(optimizer, name, length))
        updates = flatArray(optimizer, updatesName, 1)[0] as number
      }
      current?.program.writeState(flatState(resting))
    },
    liveTensors: () => engine.liveTensors(),
    dispose() {
      current?.program.dispose()
      current = undefined
    },
  }
}

function createRecipe(stage: StageConfig, options: RecipeOptions): Recipe {
  switch (stage.kind) {
    case 'pretrain':
      return createPretrain(stage, options)
    case 'sft':
      return createSft(stage, options)
    case 'evaluate':
      return createEvaluateRecipe(stage, options)
    case 'rl':
      return isRejection(stage)
        ? createRejectionSampling(stage, options)
        : createPolicyGradient(stage, options)
  }
}

/** The flat vector of weights that a config names. Throws naming the reference where they are another model's. */
function packNamed(specs: readonly ParameterSpec[], reference: string, arrays: NamedArrays): Float32Array {
  try {
    return packArrays(specs, arrays)
  } catch (error) {
    if (!(error instanceof AfterwordError)) throw error
    throw new AfterwordError(error.code, `${reference}: ${error.message}`, { cause: error })
  }
}

const flatState = ({ extra, ...state }: RestingState) => ({ ...state, ...extra })

/** A saved array of one dimension. Throws where it is missing or of another length. */
function flatArray(arrays: NamedArrays, name: string, length: number): Float32Array {
  const found = arrays[name]?.values
  if (found?.length !== length)
    throw new AfterwordError(
      'invalid-input',
      found === undefined
        ? `optimizer state lacks ${name}`
        : `optimizer state ${name} has ${found.length} numbers, expected ${length}`,
    )
  return found
}

function mapValues<V, W>(
  values: Readonly<Record<string, V>>,
  change: (value: V, name: string) => W,
): Record<string, W> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]))
}

function floats(arrays: Readonly<Record<string, HostArray>>, name: string): Float32Array {
  const values = arrays[name]?.values
  assert(values instanceof Float32Array, `state ${name} is float32`)
  return values
}
