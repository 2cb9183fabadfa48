// What the recipes that sample share: scored completions in groups, the numbers logged of them, and their records.
import type { RlStage } from '../../shared/config/schema'
import type { Task } from '../../shared/tasks/task'
import { answerLengthOf } from '../../shared/tasks/task'
import { mean } from '../../statistics/summary'
import { countTokens, describeCompletion } from '../completions'
import type { Completion } from '../experiment'
import type { Sampled } from '../sampler'
import { groupsOf, populationStd, sumOf } from '../weights'
import type { RecipeOptions } from './recipe'

/** Completions of one step, group by group, with what they earned. */
export interface ScoredRollouts {
  readonly sampled: readonly Sampled[]
  readonly right: readonly boolean[]
  readonly rewards: readonly number[]
}

/** Scores completions: 1 for a right one, else `wrongReward`. */
export function scoreRollouts(
  sampled: readonly Sampled[],
  kind: RlStage['reward'],
  wrongReward: number,
  task: Task,
): ScoredRollouts {
  const right = sampled.map(({ prompt, output }) => task.isRight(prompt, output, kind))
  return { sampled, right, rewards: right.map((isRight) => (isRight ? 1 : wrongReward)) }
}

/** rl/… values of completions, whatever is done with them. What there is nothing of is left out. */
export function rolloutValues(
  { sampled, right, rewards }: ScoredRollouts,
  group: number,
  task: Task,
): Record<string, number> {
  const tokens = sampled.reduce((sum, { output }) => sum + output.length, 0)
  const lengths = sampled.map(({ output }) => answerLengthOf(task, output))
  const isEnded = sampled.map(({ output }) => output.at(-1) === task.endToken)
  const isLong = sampled.map(({ output }) => task.isLong(output))
  const share = (counted: readonly unknown[], of: readonly unknown[]) => counted.length / of.length
  const lengthWhere = (name: string, holds: (index: number) => boolean) => {
    const chosen = lengths.filter((_, index) => holds(index))
    return chosen.length === 0 ? {} : { [name]: mean(chosen) }
  }
  return {
    'rl/reward': mean(rewards),
    ...groupValues(rewards, right, group),
    'rl/entropy': sumOf(sampled.map(({ entropies }) => sumOf(entropies))) / tokens,
    'rl/mean_length': mean(lengths),
    'rl/min_length': lengths.reduce((least, length) => Math.min(least, length), Infinity),
    'rl/max_length': lengths.reduce((most, length) => Math.max(most, length), 0),
    ...lengthWhere('rl/mean_terminated_length', (index) => isEnded[index] === true),
    ...lengthWhere('rl/mean_length_right', (index) => right[index] === true),
    ...lengthWhere('rl/mean_length_wrong', (index) => right[index] === false),
    ...lengthWhere('rl/mean_length_long', (index) => isLong[index] === true),
    ...lengthWhere('rl/mean_length_short', (index) => isLong[index] === false && lengths[index] !== 0),
    'rl/long_fraction': share(isLong.filter(Boolean), sampled),
    'rl/truncated_fraction': 1 - share(isEnded.filter(Boolean), sampled),
  }
}

/** What groups say; nothing where a group is one completion, which has no spread. */
function groupValues(
  rewards: readonly number[],
  right: readonly boolean[],
  group: number,
): Record<string, number> {
  if (group === 1) return {}
  const spreads = groupsOf(rewards, group).map(populationStd)
  const groups = groupsOf(right, group)
  const shareOf = (holds: (members: readonly boolean[]) => boolean) =>
    groups.filter(holds).length / groups.length
  return {
    'rl/reward_std': mean(spreads),
    'rl/frac_reward_zero_std': spreads.filter((spread) => spread === 0).length / spreads.length,
    'rl/frac_all_right': shareOf((members) => !members.includes(false)),
    'rl/frac_all_wrong': shareOf((members) => !members.includes(true)),
  }
}

/** What is known of a completion, by its index, beside what it earned; `kls`: divergence from the reference, one a token. */
interface KnownOf {
  readonly advantage?: (index: number) => number | undefined
  readonly kls?: (index: number) => ArrayLike<number> | undefined
}

/** The first whole groups that fit the sample limit; one group where even that does not. */
export function recordedCompletions(
  { sampled, rewards }: ScoredRollouts,
  group: number,
  step: number,
  { stage, sampleLimit, task }: Pick<RecipeOptions, 'stage' | 'sampleLimit' | 'task'>,
  known: KnownOf = {},
): Completion[] {
  const groups = sampleLimit === 0 ? 0 : Math.max(1, Math.floor(sampleLimit / group))
  return sampled.slice(0, groups * group).map((one, index) => {
    const advantage = known.advantage?.(index)
    const kls = known.kls?.(index)
    return describeCompletion(task, one, {
      promptId: `${stage}-${step}-${Math.floor(index / group)}`,
      reward: rewards[index] as number,
      ...(advantage === undefined ? {} : { advantage }),
      ...(kls === undefined ? {} : { kls }),
      greedy: false,
    })
  })
}

/** Sequences and tokens of completions. */
export function rolloutCounts(
  sampled: readonly Sampled[],
  task: Task,
): { sequences: number; tokens: number } {
  return { sequences: sampled.length, tokens: countTokens(task, sampled) }
}
