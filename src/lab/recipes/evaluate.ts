// To be written.
import type { EvaluateStage } from '../../shared/config/schema'
import type { Recipe, RecipeOptions } from './recipe'

/** The recipe of an evaluate stage: no steps, one evaluation. */
export function createEvaluateRecipe(stage: EvaluateStage, options: RecipeOptions): Recipe {
  throw new Error(`stage ${options.stage}: ${stage.kind} is not written yet`)
}
