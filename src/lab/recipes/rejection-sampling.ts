// STaR (Zelikman et al. 2022) as rejection sampling: a step is a round that samples, keeps the completions with reward 1 and
// fine-tunes on them with the next-token loss. It trains from the current weights and keeps the optimizer's moments.
import { createStream } from '../../engine/random'
import type { RejectionStage } from '../../shared/config/schema'
import { packOutputs, packPrompts } from '../completions'
import { joinSequences } from '../model/language-model'
import type { Sampled } from '../sampler'
import { adamValues, learningRateAt } from '../optimizer'
import { nextTokenUpdate } from '../updates'
import { groupsOf, mean, tokenMeanWeights } from '../weights'
import type { Recipe, RecipeOptions } from './recipe'
import { scalarOf } from './recipe'
import { recordedCompletions, rolloutCounts, rolloutValues, scoreRollouts } from './rollouts'
import { createSampleSource } from './sample-source'

/** The recipe of a star stage. The rate follows the rounds: all updates of a round share it. */
export function createRejectionSampling(stage: RejectionStage, options: RecipeOptions): Recipe {
  const { task, model, clock, seed } = options
  const { optimizer, batch: rows } = stage
  const source = createSampleSource(stage, options)
  return {
    state: source.state,
    functions: { ...source.functions, train: nextTokenUpdate({ task, model, optimizer, rows }) },
    step({ program, step, countUpdate }) {
      const begin = clock()
      const { sampled } = source.open(program, step)()
      const scored = scoreRollouts(sampled, stage.reward, 0, task)
      const kept = scored.sampled.filter((_, index) => scored.rewards[index] === 1)
      const rolled = clock()
      const rate = learningRateAt(optimizer, step, stage.steps)
      const updates = minibatches(stage, kept, { seed, stage: options.stage, step }).map((members) => {
        const answers = packOutputs(
          task,
          members.map(({ output }) => output),
          rows,
        )
        const lengths = members.map(({ output }) => output.length)
        const outputs = program.call('train', {
          sequences: joinSequences(task, packPrompts(task, members), answers, rows),
          answers,
          // A last minibatch with fewer sequences is padded with rows of weight 0.
          weights: tokenMeanWeights(lengths, rows, task.answerLength),
          adam: adamValues(optimizer, rate, countUpdate()),
        })
        return {
          loss: scalarOf(outputs, 'loss'),
          gradientNorm: scalarOf(outputs, 'gradientNorm'),
          sequences: members.length,
          tokens: lengths.reduce((sum, length) => sum + length, 0),
        }
      })
      const total = (pick: (one: (typeof updates)[number]) => number) =>
        updates.reduce((sum, one) => sum + pick(one), 0)
      const lossSum = total(({ loss, tokens }) => loss * tokens)
      return {
        values: {
          ...(updates.length === 0
            ? {}
            : {
                'train/loss': lossSum / total(({ tokens }) => tokens),
                'train/loss_per_sequence': lossSum / total(({ sequences }) => sequences),
                'train/grad_norm': mean(updates.map(({ gradientNorm }) => gradientNorm)),
              }),
          'train/learning_rate': rate,
          ...rolloutValues(scored, stage.group, task),
          'rl/kept_fraction': kept.length / scored.sampled.length,
        },
        ...rolloutCounts(sampled, task),
        completions: recordedCompletions(scored, stage.group, step, options),
        seconds: { rollout: rolled - begin, update: clock() - rolled },
      }
    },
  }
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
