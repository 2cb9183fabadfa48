// What a sequence, or each of its tokens, is worth: advantages from rewards, groups with signal, generalised advantage
// estimates. Plain numbers, no tensors; how tokens are averaged is in weights.ts.
import type { PolicyGradientStage } from '../shared/config/schema'
import { assert } from '../shared/assert'
import { mean } from '../statistics/summary'
import { groupsOf, populationStd } from './weights'

/** Added to what advantages are divided by. */
const SCALE_EPS = 1e-6

/** The choices an advantage is made of. */
export type AdvantageChoices = Pick<PolicyGradientStage, 'baseline' | 'scale' | 'rightWeight' | 'wrongWeight'>

/** Rewards of the sequences of a step, which stand group by group. */
export interface Rewarded {
  readonly rewards: readonly number[]
  /** Whether each sequence's answer is right. */
  readonly right: readonly boolean[]
  /** Sequences a group. */
  readonly group: number
  /** Reward of the greedy answer to each group's prompt; needed by the greedy baseline only. */
  readonly greedyRewards?: readonly number[]
}

/**
 * Advantages of sequences, w (r - b) / s. Baseline b: 0, the mean reward of the batch, of the group (Shao et al. 2024, eq. 3),
 * of the others in the group (RLOO, Ahmadian et al. 2024; 0 in a group of 1), or of the greedy answer (ReMax, Li et al. 2024). Scale s: 1; the population standard deviation of the group's rewards (Shao et al.) or of all r - b of the batch
 * (REINFORCE++, Hu et al. 2025, over sequences here, over tokens there); or the mean reward of the group (MaxRL, Tajwar et al.
 * 2026); each + 1e-6. w: weight of right or of wrong answers. Advantages of a critic come from `generalizedAdvantages`.
 */
export function advantagesOf(rewarded: Rewarded, choices: AdvantageChoices): number[] {
  const { rewards, group } = rewarded
  const baselines = baselinesOf(rewarded, choices.baseline)
  const differences = rewards.map((reward, index) => reward - (baselines[index] as number))
  const scales = scalesOf(rewards, differences, group, choices.scale)
  return differences.map(
    (difference, index) =>
      (outcomeWeight(rewarded.right[index] as boolean, choices) * difference) / (scales[index] as number),
  )
}

/** What multiplies the advantage of a right or a wrong answer. */
export function outcomeWeight(
  right: boolean,
  { rightWeight, wrongWeight }: Pick<PolicyGradientStage, 'rightWeight' | 'wrongWeight'>,
): number {
  return right ? rightWeight : wrongWeight
}

/** For each group whether it holds right and wrong answers, so that its rewards differ. */
export function groupsWithSignal(right: readonly boolean[], group: number): boolean[] {
  return groupsOf(right, group).map((members) => members.includes(true) && members.includes(false))
}

/** Discount and decay of the generalised advantage estimate. */
export interface EstimateChoices {
  readonly discount: number
  readonly lambda: number
}

/**
 * Generalised advantage estimate of one sequence (Schulman et al. 2016, arXiv 1506.02438, eq. 16), and the returns its critic is
 * trained on: A_t = sum over l of (discount lambda)^l delta_{t+l} with delta_t = r_t + discount V_{t+1} - V_t, V after the last
 * token 0; returns A_t + V_t. One reward and one value a token; values beyond the rewards are not read.
 */
export function generalizedAdvantages(
  rewards: ArrayLike<number>,
  values: ArrayLike<number>,
  { discount, lambda }: EstimateChoices,
): { advantages: number[]; returns: number[] } {
  const advantages = new Array<number>(rewards.length)
  let next = { value: 0, advantage: 0 }
  for (let t = rewards.length - 1; t >= 0; t--) {
    const value = values[t] as number
    const error = (rewards[t] as number) + discount * next.value - value
    next = { value, advantage: error + discount * lambda * next.advantage }
    advantages[t] = next.advantage
  }
  return { advantages, returns: advantages.map((advantage, t) => advantage + (values[t] as number)) }
}

/** Advantages of all tokens of a batch less their mean, divided by their population standard deviation + 1e-6. */
export function whitened(advantages: readonly (readonly number[])[]): number[][] {
  const all = advantages.flat()
  const center = mean(all)
  const scale = populationStd(all) + SCALE_EPS
  return advantages.map((sequence) => sequence.map((advantage) => (advantage - center) / scale))
}

function baselinesOf(
  { rewards, group, greedyRewards }: Rewarded,
  baseline: AdvantageChoices['baseline'],
): number[] {
  switch (baseline) {
    case 'none':
      return rewards.map(() => 0)
    case 'batch-mean': {
      const batchMean = mean(rewards)
      return rewards.map(() => batchMean)
    }
    case 'group-mean':
      return ofGroups(rewards, group, (members) => members.map(() => mean(members)))
    case 'leave-one-out':
      return ofGroups(rewards, group, (members) => {
        const sum = members.reduce((total, reward) => total + reward, 0)
        return members.map((reward) => (members.length > 1 ? (sum - reward) / (members.length - 1) : 0))
      })
    case 'greedy':
      assert(greedyRewards?.length === rewards.length / group, 'one greedy reward a group')
      return greedyRewards.flatMap((reward) => new Array<number>(group).fill(reward))
    default:
      throw new Error(`internal: advantages of baseline ${baseline} are not of whole sequences`)
  }
}

function scalesOf(
  rewards: readonly number[],
  differences: readonly number[],
  group: number,
  scale: AdvantageChoices['scale'],
): number[] {
  switch (scale) {
    case 'none':
      return rewards.map(() => 1)
    case 'group-std':
      return ofGroups(rewards, group, (members) => members.map(() => populationStd(members) + SCALE_EPS))
    case 'batch-std': {
      const std = populationStd(differences) + SCALE_EPS
      return rewards.map(() => std)
    }
    case 'group-mean':
      return ofGroups(rewards, group, (members) => members.map(() => mean(members) + SCALE_EPS))
  }
}

const ofGroups = (
  values: readonly number[],
  group: number,
  of: (members: readonly number[]) => number[],
): number[] => groupsOf(values, group).flatMap(of)
