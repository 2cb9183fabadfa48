// Supervised fine-tuning: next-token prediction on chosen answers, one update a step. The answers are the task's own right ones,
// or samples that pass a filter: of the policy (on-policy), of older copies of it (iterative, bootstrap) or of a teacher.
import type { SftStage } from '../../shared/config/schema'
import { mixtureAt } from '../mixture'
import { adamValues, learningRateAt } from '../optimizer'
import { nextTokenUpdate } from '../updates'
import { fineTune, fineTuningValues } from './fine-tuning'
import type { Recipe, RecipeOptions } from './recipe'
import { recordedCompletions, rolloutCounts, rolloutValues, scoreRollouts } from './rollouts'
import { createSampleSource } from './sample-source'

/** The recipe of an sft stage. A step whose samples are all filtered out makes no update. */
export function createSft(stage: SftStage, options: RecipeOptions): Recipe {
  const { task, model, clock } = options
  const { optimizer, group, aggregation } = stage
  const rows = stage.prompts * group
  const source = createSampleSource(stage, options)
  const isSampled = stage.sampler !== 'data'
  const levels = stage.levels === null ? {} : { levels: stage.levels }
  return {
    state: source.state,
    functions: { ...source.functions, train: nextTokenUpdate({ task, model, optimizer, rows }) },
    step({ program, step, countUpdate }) {
      const begin = clock()
      const mixture = mixtureAt(stage.mixture, step, stage.steps, levels)
      const { sampled } = source.open(program, step, mixture)()
      const scored = scoreRollouts(sampled, stage.reward, 0, task)
      const isFiltered = isSampled && stage.keep === 'right'
      const kept = isFiltered ? sampled.filter((_, index) => scored.right[index]) : sampled
      const drawn = clock()
      const rate = learningRateAt(optimizer, step, stage.steps)
      const updates =
        kept.length === 0
          ? []
          : [fineTune(program, task, kept, rows, aggregation, adamValues(optimizer, rate, countUpdate()))]
      const updated = clock()
      const staleness = stage.refreshEvery === 1 ? undefined : source.staleness(step)
      return {
        values: {
          ...fineTuningValues(updates, { isSampled }),
          'train/learning_rate': rate,
          ...(isSampled
            ? { ...rolloutValues(scored, group, task), 'rl/kept_fraction': kept.length / sampled.length }
            : {}),
          ...(staleness === undefined ? {} : { 'rl/staleness': staleness }),
        },
        ...rolloutCounts(sampled, task),
        completions: isSampled ? recordedCompletions(scored, group, step, options) : [],
        seconds: { [isSampled ? 'rollout' : 'data']: drawn - begin, update: updated - drawn },
      }
    },
  }
}
