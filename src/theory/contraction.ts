// Whether a policy-gradient step makes long answers more or less frequent, from the stage's choices, accuracies and lengths
// (docs/science.md, section 9). Two kinds of answers, equally hard prompts, samples of the policy itself; numbers out.
import type { PolicyGradientStage } from '../shared/config/schema'

/** The choices that matter; learning rates, clipping (nothing at the first update) and KL are left out. */
export type WeightChoices = Pick<
  PolicyGradientStage,
  | 'wrongReward'
  | 'rightWeight'
  | 'wrongWeight'
  | 'baseline'
  | 'scale'
  | 'aggregation'
  | 'groupsWithoutSignal'
  | 'prompts'
  | 'group'
>

/** What is known of a policy's answers. */
export interface LengthOutcomes {
  /** Share of long answers, and the accuracy of each kind. */
  longFraction: number
  longAccuracy: number
  shortAccuracy: number
  /** Mean tokens of each kind, end token included. */
  longTokens: number
  shortTokens: number
  /** Accuracy of greedy answers, for the greedy baseline. */
  greedyAccuracy?: number
}

/** Both sides of the criterion. */
export interface LengthTendency {
  /** Mean weight of a long sequence's log-probability, divided by its tokens where the loss does so; the same of short ones. */
  long: number
  short: number
  tendency: 'lengthens' | 'contracts' | 'neither'
}

/** Added to what advantages are divided by. */
const SCALE_EPS = 1e-6
/** Sides closer than this are equal but for rounding. */
const TIE = 1e-9

/**
 * A step on the mean of w(r)/T log pi(y) moves the log-odds of long against short answers by E[w|long]/T_long -
 * E[w|short]/T_short, exactly so for a policy with one logit a kind. T is 1 for token sums and for the mean over all tokens
 * of a batch. The weight is the advantage: its expectation counts the other completions of the group (or batch) as
 * independent, right with the policy's mean accuracy, which is exact for prompts of equal difficulty. Undefined for a critic,
 * whose advantages are of tokens.
 */
export function lengthTendency(choices: WeightChoices, outcomes: LengthOutcomes): LengthTendency | undefined {
  const { baseline, aggregation } = choices
  if (baseline === 'critic') return undefined
  const { longFraction, longAccuracy, shortAccuracy } = outcomes
  const accuracy = longFraction * longAccuracy + (1 - longFraction) * shortAccuracy
  const greedyReward = rewardOf(choices, outcomes.greedyAccuracy ?? accuracy)
  const [right, wrong] = [true, false].map((isRight) => meanWeight(choices, isRight, accuracy, greedyReward))
  const weightOf = (share: number) => share * (right ?? 0) + (1 - share) * (wrong ?? 0)
  const isPerToken = aggregation === 'sequence-mean'
  const long = weightOf(longAccuracy) / (isPerToken ? outcomes.longTokens : 1)
  const short = weightOf(shortAccuracy) / (isPerToken ? outcomes.shortTokens : 1)
  const isTie = Math.abs(long - short) <= TIE * Math.max(1, Math.abs(long), Math.abs(short))
  return { long, short, tendency: isTie ? 'neither' : long > short ? 'lengthens' : 'contracts' }
}

/** Mean reward where a share of answers is right. */
const rewardOf = ({ wrongReward }: WeightChoices, accuracy: number): number =>
  accuracy + (1 - accuracy) * wrongReward

/**
 * Mean advantage of a right or wrong completion over what the others of its group do, dropped groups counted as 0. The spread
 * of a whole batch is taken at its expected number of right answers, being known to within 1 in its size.
 */
function meanWeight(
  choices: WeightChoices,
  isRight: boolean,
  accuracy: number,
  greedyReward: number,
): number {
  const { group, wrongReward, rightWeight, wrongWeight, groupsWithoutSignal } = choices
  const reward = isRight ? 1 : wrongReward
  const others = binomial(group - 1, accuracy)
  const own = isRight ? 1 : 0
  const mean = others.reduce((sum, chance, othersRight) => {
    const groupRight = othersRight + own
    if (groupsWithoutSignal !== 'keep' && (groupRight === 0 || groupRight === group)) return sum
    const difference = reward - baselineOf(choices, { groupRight, own, accuracy, greedyReward })
    return sum + (chance * difference) / scaleOf(choices, groupRight, accuracy)
  }, 0)
  return (isRight ? rightWeight : wrongWeight) * mean
}

interface GroupPoint {
  groupRight: number
  own: number
  accuracy: number
  greedyReward: number
}

function baselineOf(choices: WeightChoices, point: GroupPoint): number {
  const { baseline, group, prompts } = choices
  const { groupRight, own, accuracy, greedyReward } = point
  switch (baseline) {
    case 'none':
      return 0
    case 'greedy':
      return greedyReward
    case 'group-mean':
      return rewardOf(choices, groupRight / group)
    case 'leave-one-out':
      return group === 1 ? 0 : rewardOf(choices, (groupRight - own) / (group - 1))
    case 'batch-mean': {
      // The own group is known, the other groups are as good as the policy.
      const others = group * (prompts - 1)
      return rewardOf(choices, (groupRight + others * accuracy) / (group + others))
    }
    case 'critic':
      throw new Error('internal: a critic has no baseline of whole sequences')
  }
}

function scaleOf(choices: WeightChoices, groupRight: number, accuracy: number): number {
  const { scale, group, wrongReward } = choices
  const spread = (share: number) => (1 - wrongReward) * Math.sqrt(share * (1 - share)) + SCALE_EPS
  switch (scale) {
    case 'none':
      return 1
    case 'group-std':
      return spread(groupRight / group)
    case 'batch-std':
      return spread(accuracy)
    case 'group-mean':
      return rewardOf(choices, groupRight / group) + SCALE_EPS
  }
}

/** Chances of 0 to n right ones. */
function binomial(n: number, p: number): number[] {
  let row = [1]
  for (let i = 0; i < n; i++)
    row = Array.from({ length: i + 2 }, (_, k) => (row[k] ?? 0) * (1 - p) + (row[k - 1] ?? 0) * p)
  return row
}
