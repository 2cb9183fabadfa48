// An evaluate stage: a measurement without training, its only step is 0. The problems depend on the seed alone, so that every
// evaluate stage of every arm meets the same ones; the samples depend on the stage too.
import { createStream } from '../../engine/random'
import type { EvaluateStage } from '../../shared/config/schema'
import { powersOfTwo } from '../../statistics/pass-at-k'
import { cellStream, drawCell } from '../evaluation'
import { evaluationValues, keptCompletions, problemIds, problemResult } from '../evaluation-values'
import { createSurvey, keepWithin, type Question } from '../problems'
import type { Recipe, RecipeOptions } from './recipe'

/** The recipe of an evaluate stage: no steps, one evaluation. */
export function createEvaluateRecipe(stage: EvaluateStage, options: RecipeOptions): Recipe {
  const { task, model, seed, sampleLimit } = options
  const { problems, samples, temperature, reward } = stage
  const survey = createSurvey({ name: 'evaluate', task, model, problems, samples, temperature, reward })
  const ks = stage.k.length === 0 ? powersOfTwo(samples) : [...new Set(stage.k)].sort((a, b) => a - b)
  const problemKey = { seed, stage: 0, step: 0, purpose: 'problems' }
  const noiseKey = { seed, stage: options.stage, step: 0, purpose: 'evaluate-rollout' }
  return {
    functions: survey.functions,
    step() {
      throw new Error(`internal: stage ${options.stage} has no steps`)
    },
    *evaluate(program) {
      const { cells } = task
      const keep = keepWithin(Math.floor(sampleLimit / Math.max(1, cells.length)), problems, samples)
      const mixed = (): Question => ({
        prompts: task.drawPrompts(createStream(problemKey), problems),
        noise: createStream(noiseKey),
        keep,
      })
      const apart = cells.map((cell): Question => {
        const prompts = drawCell(task, cell, problems, problemKey)
        return { prompts, noise: cellStream(noiseKey, cell), keep, cell }
      })
      const tallies = yield* survey.ask(program, cells.length === 0 ? [mixed()] : apart)
      const idOf = problemIds('')
      const named = tallies.map((tally) => ({ tally, id: idOf(tally.cell) }))
      return {
        values: evaluationValues(task, tallies, tallies, ks),
        completions: named.flatMap(({ tally, id }) => keptCompletions(task, tally, id)),
        problems: named.map(({ tally, id }) => problemResult(task, tally, id)),
      }
    },
  }
}
