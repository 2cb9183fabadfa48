// To be written.
import type { SftStage } from '../../shared/config/schema'
import type { Recipe, RecipeOptions } from './recipe'

/** The recipe of an sft stage. */
export function createSft(stage: SftStage, options: RecipeOptions): Recipe {
  throw new Error(`stage ${options.stage}: ${stage.kind} is not written yet`)
}
