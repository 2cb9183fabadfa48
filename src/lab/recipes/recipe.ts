// What a recipe is to the experiment: functions for the stage's program, and one step with them. Recipes keep no state.
import type { FunctionDefinition, HostArray, Program } from '../../engine/types'
import { assert } from '../../shared/assert'
import type { StepResult } from '../experiment'
import type { LanguageModel } from '../model/language-model'
import type { Task } from '../tasks/task'

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
}

/** What a step works on. */
export interface StepContext {
  readonly program: Program
  /** From 1 within the stage. */
  readonly step: number
  /** Counts an optimizer update and gives its number in the stage, from 1. */
  readonly countUpdate: () => number
}

/** A stage's way of training. */
export interface Recipe {
  readonly functions: Readonly<Record<string, FunctionDefinition>>
  step(context: StepContext): StepResult
}

/** The value of a scalar output. */
export function scalarOf(outputs: Readonly<Record<string, HostArray>>, name: string): number {
  const value = outputs[name]?.values[0]
  assert(value !== undefined, `output ${name} is a number`)
  return value
}
