// What every token of a batch is worth: the choices of a policy-gradient stage put together from advantages.ts. A KL penalty in
// the reward is taken off token by token for a critic, and as the sequence's sum for the other baselines.
import type { PolicyGradientStage } from '../../shared/config/schema'
import { advantagesOf, generalizedAdvantages, outcomeWeight, whitened } from '../advantages'
import type { Scores } from '../scoring'
import type { ScoredRollouts } from './rollouts'

/** A batch as advantages need it. */
export interface AdvantageBatch extends ScoredRollouts {
  readonly scores: readonly Scores[]
  readonly greedyRewards: readonly number[]
  /** Coefficient of the penalty in the reward; 0: none. */
  readonly klCoefficient: number
}

/** Advantages of each sequence's tokens and, with a critic, the returns it learns. */
export interface TokenAdvantages {
  readonly advantages: readonly (readonly number[])[]
  readonly returns: readonly (readonly number[])[]
}

/** Advantages of a batch of whole groups. */
export function tokenAdvantages(stage: PolicyGradientStage, batch: AdvantageBatch): TokenAdvantages {
  const { sampled, right, klCoefficient } = batch
  const lengths = sampled.map(({ output }) => output.length)
  const penalties = (index: number): number[] =>
    Array.from(batch.scores[index]?.divergences ?? [], (divergence) => klCoefficient * divergence)
  if (stage.baseline === 'critic') {
    const estimates = lengths.map((length, index) => {
      const costs = penalties(index)
      const rewards = Array.from({ length }, (_, t) => -(costs[t] ?? 0))
      rewards[length - 1] = (rewards[length - 1] ?? 0) + (batch.rewards[index] as number)
      return generalizedAdvantages(rewards, batch.scores[index]?.values ?? [], stage.critic)
    })
    const plain = estimates.map(({ advantages }) => advantages)
    const scaled = stage.scale === 'batch-std' ? whitened(plain) : plain
    return {
      advantages: scaled.map((advantages, index) => {
        const weight = outcomeWeight(right[index] as boolean, stage)
        return advantages.map((advantage) => weight * advantage)
      }),
      returns: estimates.map(({ returns }) => returns),
    }
  }
  const rewards = batch.rewards.map((reward, index) =>
    penalties(index).reduce((rest, penalty) => rest - penalty, reward),
  )
  const { greedyRewards } = batch
  const advantages = advantagesOf({ rewards, right, group: stage.group, greedyRewards }, stage)
  return {
    advantages: lengths.map((length, index) => new Array<number>(length).fill(advantages[index] as number)),
    returns: [],
  }
}
