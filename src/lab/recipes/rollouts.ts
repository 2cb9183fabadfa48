// What the RL recipes share: fresh prompts, sampled and scored completions in groups, and the numbers logged of them.
import { createStream } from '../../engine/random'
import type { Program } from '../../engine/types'
import type { RlStage } from '../../shared/config/schema'
import { countTokens, describeCompletion } from '../completions'
import type { Completion } from '../experiment'
import type { Sampled, Sampler } from '../sampler'
import { createSampler } from '../sampler'
import { answerLengthOf } from '../../shared/tasks/task'
import { groupsOf, mean, populationStd } from '../weights'
import type { RecipeOptions } from './recipe'

/** The rollouts of one step, group by group. */
export interface ScoredRollouts {
  readonly sampled: readonly Sampled[]
  readonly rewards: readonly number[]
}

/** The sampler of a stage. */
export function createStageSampler(stage: RlStage, { task, model }: RecipeOptions): Sampler {
  const { prompts, group, temperature } = stage
  return createSampler({ name: 'rollout', task, model, prompts, group, temperature })
}

/** Samples the step's prompts and scores the completions: 1 for a right one, else `wrongReward`. */
export function rollOutAndScore(
  program: Program,
  sampler: Sampler,
  stage: RlStage,
  wrongReward: number,
  options: RecipeOptions,
  step: number,
): ScoredRollouts {
  const { task, seed } = options
  const key = { seed, stage: options.stage, step }
  const prompts = task.drawPrompts(createStream({ ...key, purpose: 'prompts' }), stage.prompts)
  const noise = createStream({ ...key, purpose: 'rollout' })
  const sampled = sampler.sample(program, prompts, noise)
  const rewards = sampled.map(({ prompt, output }) =>
    task.isRight(prompt, output, stage.reward) ? 1 : wrongReward,
  )
  return { sampled, rewards }
}

/** rl/… values that every RL recipe logs. */
export function rolloutValues(
  stage: RlStage,
  { sampled, rewards }: ScoredRollouts,
  { task }: RecipeOptions,
): Record<string, number> {
  const spreads = groupsOf(rewards, stage.group).map(populationStd)
  const tokens = sampled.reduce((sum, { output }) => sum + output.length, 0)
  return {
    'rl/reward': mean(rewards),
    // A group of one has no spread.
    ...(stage.group === 1
      ? {}
      : {
          'rl/reward_std': mean(spreads),
          'rl/frac_reward_zero_std': spreads.filter((spread) => spread === 0).length / spreads.length,
        }),
    'rl/entropy': sampled.reduce((sum, { entropy }) => sum + entropy, 0) / tokens,
    'rl/mean_length': mean(sampled.map(({ output }) => answerLengthOf(task, output))),
  }
}

/** The first whole groups that fit the sample limit; one group where even that does not. */
export function recordedCompletions(
  stage: RlStage,
  { sampled, rewards }: ScoredRollouts,
  advantages: readonly number[] | undefined,
  options: RecipeOptions,
  step: number,
): Completion[] {
  const { sampleLimit, task } = options
  const groups = sampleLimit === 0 ? 0 : Math.max(1, Math.floor(sampleLimit / stage.group))
  return sampled.slice(0, groups * stage.group).map((one, index) => {
    const advantage = advantages?.[index]
    return describeCompletion(task, one, {
      promptId: `${options.stage}-${step}-${one.promptIndex}`,
      reward: rewards[index] as number,
      ...(advantage === undefined ? {} : { advantage }),
      greedy: false,
    })
  })
}

/** Sequences and tokens of a step's rollouts. */
export function rolloutCounts({ sampled }: ScoredRollouts, { task }: RecipeOptions) {
  return { sequences: sampled.length, tokens: countTokens(task, sampled) }
}
