// What a recipe is to the experiment: functions for the stage's program, and one step with them. Recipes keep no state of
// their own: what lasts from step to step is state of the program.
import type { ArraySpec, FunctionDefinition, HostArray, Program } from '../../engine/types'
import { assert } from '../../shared/assert'
import type { Evaluated, StepResult } from '../experiment'
import type { LanguageModel } from '../model/language-model'
import type { Parts } from '../parts'
import type { Task } from '../../shared/tasks/task'

/** What every recipe needs beside its own config. */
export interface RecipeOptions {
  readonly task: Task
  readonly model: LanguageModel
  readonly seed: number
  /** Index of the stage. */
  readonly stage: number
  readonly clock: () => number
  /** Completions a step's result carries at most. */
  readonly sampleLimit: number
  /** Flat weights: `start` is what the stage begins with, the others are named by the stage's references (config/weights.ts). */
  readonly weights: { readonly start: Float32Array; of(reference: string): Float32Array }
}

/** State of a stage's program beside weights and moments: a frozen copy of weights, a critic. It is saved with the optimizer. */
export interface ExtraState {
  readonly spec: ArraySpec
  readonly initial: Float32Array
}

/** What a step works on. */
interface StepContext {
  readonly program: Program
  /** From 1 within the stage. */
  readonly step: number
  /** Counts an optimizer update and gives its number in the stage, from 1. */
  readonly countUpdate: () => number
}

/** A stage's way of training. */
export interface Recipe {
  readonly functions: Readonly<Record<string, FunctionDefinition>>
  readonly state?: Readonly<Record<string, ExtraState>>
  step(context: StepContext): StepResult
  /** Takes the place of the run's own evaluation: an evaluate stage's. */
  evaluate?(program: Program): Parts<Evaluated>
}

/** The value of a scalar output. */
export function scalarOf(outputs: Readonly<Record<string, HostArray>>, name: string): number {
  const value = outputs[name]?.values[0]
  assert(value !== undefined, `output ${name} is a number`)
  return value
}
