// Rejection sampling: a step is a round that samples, keeps the completions with reward 1 and fine-tunes on them with the
// next-token loss, from the current weights and with the optimizer's moments. STaR (Zelikman et al. 2022, arXiv 2203.14465)
// samples from the current weights, RFT (Yuan et al. 2023, arXiv 2308.01825) from the first ones, equal answers once.
import { createStream } from '../../engine/random'
import type { RejectionStage } from '../../shared/config/schema'
import type { Sampled } from '../sampler'
import { adamValues, learningRateAt } from '../optimizer'
import { nextTokenUpdate } from '../updates'
import { groupsOf } from '../weights'
import { fineTune, fineTuningValues } from './fine-tuning'
import type { Recipe, RecipeOptions } from './recipe'
import { recordedCompletions, rolloutCounts, rolloutValues, scoreRollouts } from './rollouts'
import { createSampleSource } from './sample-source'

/** The recipe of a star or rft stage. The rate follows the rounds: all updates of a round share it. */
export function createRejectionSampling(stage: RejectionStage, options: RecipeOptions): Recipe {
  const { task, model, clock, seed } = options
  const { optimizer, group, batch: rows } = stage
  const source = createSampleSource(stage, options)
  return {
    state: source.state,
    functions: { ...source.functions, train: nextTokenUpdate({ task, model, optimizer, rows }) },
    step({ program, step, countUpdate }) {
      const begin = clock()
      const { sampled } = source.open(program, step)()
      const scored = scoreRollouts(sampled, stage.reward, 0, task)
      const right = sampled.filter((_, index) => scored.right[index])
      const kept = stage.distinct ? distinct(right) : right
      const rolled = clock()
      const rate = learningRateAt(optimizer, step, stage.steps)
      // A last minibatch with fewer sequences is padded with rows of weight 0.
      const updates = minibatches(stage, kept, { seed, stage: options.stage, step }).map((members) =>
        fineTune(program, task, members, rows, 'token-mean', adamValues(optimizer, rate, countUpdate())),
      )
      const updated = clock()
      const staleness = stage.refreshEvery === 1 ? undefined : source.staleness(step)
      return {
        values: {
          ...fineTuningValues(updates, { isSampled: stage.sampler !== 'data' }),
          'train/learning_rate': rate,
          ...rolloutValues(scored, group, task),
          'rl/kept_fraction': kept.length / sampled.length,
          ...(staleness === undefined ? {} : { 'rl/staleness': staleness }),
        },
        ...rolloutCounts(sampled, task),
        completions: recordedCompletions(scored, group, step, options),
        seconds: { rollout: rolled - begin, update: updated - rolled },
      }
    },
  }
}

/** The first of equal completions of one prompt. */
function distinct(sampled: readonly Sampled[]): Sampled[] {
  const seen = new Set<string>()
  return sampled.filter(({ promptIndex, output }) => {
    const key = `${promptIndex}: ${output.join(' ')}`
    return seen.size < seen.add(key).size
  })
}

/** `epochs` passes over the kept completions, each in a new order, in minibatches of `batch`. */
function minibatches(
  stage: RejectionStage,
  kept: readonly Sampled[],
  key: { seed: number; stage: number; step: number },
): Sampled[][] {
  const stream = createStream({ ...key, purpose: 'shuffle' })
  return Array.from({ length: stage.epochs }, () => {
    const order = Array.from(stream.permutation(kept.length), (index) => kept[index] as Sampled)
    return groupsOf(order, stage.batch)
  }).flat()
}
