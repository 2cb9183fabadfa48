// What a policy-gradient step samples and what of it is trained on: groups without signal are kept, dropped, or drawn again.
import type { PolicyGradientStage } from '../../shared/config/schema'
import type { Task } from '../../shared/tasks/task'
import { groupsWithSignal } from '../advantages'
import type { Sampled } from '../sampler'
import type { ScoredRollouts } from './rollouts'
import { scoreRollouts } from './rollouts'
import type { Round } from './sample-source'

/** Rounds of the sampler a step draws at most (Yu et al. 2025, arXiv 2503.14476: dynamic sampling). */
const MOST_ROUNDS = 10

/** The samples of one step. */
export interface DrawnBatch {
  /** All that was sampled, group by group. */
  readonly all: ScoredRollouts
  /** The greedy answer to each group's prompt and its reward, where greedy answers were asked for. */
  readonly greedy: readonly Sampled[]
  readonly greedyRewards: readonly number[]
  /** Groups that are trained on, in order. */
  readonly groups: readonly number[]
}

/** Draws a step's samples. */
export function drawBatch(
  { prompts, group, reward, wrongReward, groupsWithoutSignal }: PolicyGradientStage,
  round: () => Round,
  task: Task,
): DrawnBatch {
  let sampled: readonly Sampled[] = []
  let greedy: readonly Sampled[] = []
  for (let rounds = 1; ; rounds++) {
    const drawn = round()
    sampled = [...sampled, ...drawn.sampled]
    greedy = [...greedy, ...drawn.greedy]
    const all = scoreRollouts(sampled, reward, wrongReward, task)
    const signal = groupsWithSignal(all.right, group)
    const withSignal = [...signal.keys()].filter((index) => signal[index])
    const isFull = groupsWithoutSignal !== 'resample' || withSignal.length >= prompts
    if (!isFull && rounds < MOST_ROUNDS) continue
    return {
      all,
      greedy,
      greedyRewards: scoreRollouts(greedy, reward, wrongReward, task).rewards,
      groups: groupsWithoutSignal === 'keep' ? [...signal.keys()] : withSignal.slice(0, prompts),
    }
  }
}

/** The members of groups, as indices of sequences. */
export function membersOf(groups: readonly number[], group: number): number[] {
  return groups.flatMap((index) => Array.from({ length: group }, (_, member) => index * group + member))
}
