// Policy gradient: grpo (Shao et al. 2024, arXiv 2402.03300, eq. 3, without KL and with token sums), grpo-original (with 1/T)
// and reinforce are presets of the same choices: reward of a wrong answer, baseline, scale, aggregation, clip, updates a batch.
import { createStream } from '../../engine/random'
import { AfterwordError } from '../../shared/errors'
import type { PolicyGradientStage } from '../../shared/config/schema'
import { packOutputs, packPrompts } from '../completions'
import { joinSequences } from '../model/language-model'
import { adamValues, learningRateAt } from '../optimizer'
import { policyUpdate } from '../updates'
import { advantagesOf, groupsOf, mean, sequenceWeights } from '../weights'
import type { Recipe, RecipeOptions, StepContext } from './recipe'
import { scalarOf } from './recipe'
import type { ScoredRollouts } from './rollouts'
import {
  createStageSampler,
  recordedCompletions,
  rollOutAndScore,
  rolloutCounts,
  rolloutValues,
} from './rollouts'

/** The recipe of a grpo, grpo-original or reinforce stage. */
export function createPolicyGradient(stage: PolicyGradientStage, options: RecipeOptions): Recipe {
  const { task, model, clock } = options
  const { optimizer, temperature, clip } = stage
  const sequences = stage.prompts * stage.group
  if (stage.updatesPerBatch > sequences) {
    throw new AfterwordError(
      'invalid-input',
      `stages[${options.stage}].updatesPerBatch is ${stage.updatesPerBatch}: at most prompts x group = ${sequences}`,
    )
  }
  const rows = Math.ceil(sequences / stage.updatesPerBatch)
  const sampler = createStageSampler(stage, options)
  return {
    functions: {
      ...sampler.functions,
      train: policyUpdate({ task, model, optimizer, rows, temperature, clip }),
    },
    step(context) {
      const begin = clock()
      const scored = rollOutAndScore(
        context.program,
        sampler,
        stage,
        stage.wrongReward,
        options,
        context.step,
      )
      const advantages = advantagesOf(scored.rewards, stage.group, stage)
      const rolled = clock()
      const rate = learningRateAt(optimizer, context.step, stage.steps)
      const updates = groupsOf(updateOrder(stage, options, context.step), rows).map((members) =>
        update(stage, options, context, scored, advantages, members, rows, rate),
      )
      const tokens = updates.reduce((sum, one) => sum + one.tokens, 0)
      const total = (pick: (one: UpdateNumbers) => number) => updates.reduce((sum, one) => sum + pick(one), 0)
      return {
        values: {
          'train/loss': mean(updates.map(({ loss }) => loss)),
          'train/grad_norm': mean(updates.map(({ gradientNorm }) => gradientNorm)),
          'train/learning_rate': rate,
          ...rolloutValues(stage, scored, options),
          'rl/kl': total(({ divergence }) => divergence) / tokens,
          ...(clip === null ? {} : { 'rl/clip_ratio': total(({ clipped }) => clipped) / tokens }),
        },
        ...rolloutCounts(scored, options),
        completions: recordedCompletions(stage, scored, advantages, options, context.step),
        seconds: { rollout: rolled - begin, update: clock() - rolled },
      }
    },
  }
}

/** Order of the sequences over the updates of a step: shuffled where there are several. */
function updateOrder(
  stage: PolicyGradientStage,
  { seed, stage: index }: RecipeOptions,
  step: number,
): number[] {
  const count = stage.prompts * stage.group
  if (stage.updatesPerBatch === 1) return Array.from({ length: count }, (_, row) => row)
  return Array.from(createStream({ seed, purpose: 'shuffle', stage: index, step }).permutation(count))
}

/** Numbers of one update: sums over its tokens of log p(sampler) - log p(trainer), and of clipped tokens. */
interface UpdateNumbers {
  readonly loss: number
  readonly gradientNorm: number
  readonly tokens: number
  readonly divergence: number
  readonly clipped: number
}

function update(
  stage: PolicyGradientStage,
  { task }: RecipeOptions,
  { program, countUpdate }: StepContext,
  { sampled }: ScoredRollouts,
  advantages: readonly number[],
  members: readonly number[],
  rows: number,
  rate: number,
): UpdateNumbers {
  const { answerLength } = task
  const chosen = members.map((member) => sampled[member]).filter((one) => one !== undefined)
  const lengths = chosen.map(({ output }) => output.length)
  const oldLogprobs = new Float32Array(rows * answerLength)
  const tokenAdvantages = new Float32Array(rows * answerLength)
  chosen.forEach(({ logprobs }, row) => {
    const advantage = advantages[members[row] as number] as number
    oldLogprobs.set(logprobs, row * answerLength)
    tokenAdvantages.fill(advantage, row * answerLength, row * answerLength + logprobs.length)
  })
  const answers = packOutputs(
    task,
    chosen.map(({ output }) => output),
    rows,
  )
  const outputs = program.call('train', {
    sequences: joinSequences(task, packPrompts(task, chosen), answers, rows),
    answers,
    weights: sequenceWeights(lengths, rows, answerLength, stage.aggregation),
    oldLogprobs,
    advantages: tokenAdvantages,
    adam: adamValues(stage.optimizer, rate, countUpdate()),
  })
  const logprobs = outputs['logprobs']?.values ?? []
  let divergence = 0
  let clipped = 0
  lengths.forEach((length, row) => {
    for (let at = row * answerLength; at < row * answerLength + length; at++) {
      const difference = (oldLogprobs[at] as number) - (logprobs[at] as number)
      divergence += difference
      if (isClipped(Math.exp(-difference), tokenAdvantages[at] as number, stage.clip)) clipped++
    }
  })
  return {
    loss: scalarOf(outputs, 'loss'),
    gradientNorm: scalarOf(outputs, 'gradientNorm'),
    tokens: lengths.reduce((sum, length) => sum + length, 0),
    divergence,
    clipped,
  }
}

/** Whether the clipped branch of the surrogate was the smaller one, so that the token has no gradient. */
function isClipped(ratio: number, advantage: number, clip: number | null): boolean {
  if (clip === null) return false
  return advantage > 0 ? ratio > 1 + clip : advantage < 0 && ratio < 1 - clip
}
