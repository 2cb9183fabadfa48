// Which completions of a step are shown, in which order and in which groups. Pure; the rows come from samples.jsonl.
import type { SampleRow } from '../../../shared/run/rows'

/** A completion with its place in the file and what the view asks of it more than once. */
export interface Sample {
  /** Place among the rows of the step: its identity. */
  readonly index: number
  readonly row: SampleRow
  readonly isRight: boolean
  readonly isLong: boolean
  /** Log-probability of the whole completion, nats. */
  readonly logprob: number
}

/** The completions of one prompt, and what they came to. */
export interface SampleGroup {
  readonly promptId: string
  readonly prompt: string
  readonly samples: readonly Sample[]
  readonly right: number
  readonly meanReward: number
  /** Standard deviation of the rewards, with n in the denominator: what the advantages are divided by. */
  readonly rewardSpread: number
  readonly meanLength: number
}

/** What is shown; an empty text or undefined end keeps all. */
export interface SampleFilter {
  readonly kind: 'all' | 'sampled' | 'greedy'
  readonly outcome: 'all' | 'right' | 'wrong'
  readonly chain: 'all' | 'long' | 'short'
  /** Found in prompt or completion; several words must all be there. */
  readonly text: string
  readonly reward: Range
  readonly advantage: Range
  readonly length: Range
}

/** Ends that belong to it; undefined: open. */
export interface Range {
  readonly low?: number | undefined
  readonly high?: number | undefined
}

/** What everything passes. */
export const noFilter: SampleFilter = {
  kind: 'all',
  outcome: 'all',
  chain: 'all',
  text: '',
  reward: {},
  advantage: {},
  length: {},
}

export const sampleOrders = ['as drawn', 'reward', 'advantage', 'length', 'log-probability'] as const
/** Order of completions. */
export type SampleOrder = (typeof sampleOrders)[number]

export const groupOrders = ['as drawn', 'accuracy', 'spread', 'length'] as const
/** Order of prompts: by mean reward, standard deviation of the rewards, or mean length. */
export type GroupOrder = (typeof groupOrders)[number]

/** Completions of a step, in file order; `isLong` judges tokens, as the task does. */
export function samplesOf(
  rows: readonly SampleRow[],
  isLong: (row: SampleRow) => boolean = ({ length }) => length > 1,
): Sample[] {
  return rows.map((row, index) => ({
    index,
    row,
    isRight: row.reward > 0,
    isLong: isLong(row),
    logprob: sumOf(row.logprobs),
  }))
}

/** Those that pass. */
export function filterSamples(samples: readonly Sample[], filter: SampleFilter): Sample[] {
  const { kind, outcome, chain, reward, advantage, length } = filter
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  return samples.filter(({ row, isRight, isLong }) => {
    if (kind !== 'all' && row.greedy !== (kind === 'greedy')) return false
    if (outcome !== 'all' && isRight !== (outcome === 'right')) return false
    if (chain !== 'all' && isLong !== (chain === 'long')) return false
    if (!isWithin(row.reward, reward) || !isWithin(row.length, length)) return false
    if (!isWithin(row.advantage, advantage)) return false
    if (words.length === 0) return true
    const text = `${row.prompt} ${row.completion}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** A value that is not there lies within no range but the open one. */
function isWithin(value: number | undefined, { low, high }: Range): boolean {
  if (low === undefined && high === undefined) return true
  return value !== undefined && value >= (low ?? -Infinity) && value <= (high ?? Infinity)
}

/** In order, equal ones as drawn; a completion without an advantage counts as 0. */
export function sortSamples(
  samples: readonly Sample[],
  order: SampleOrder,
  isDescending: boolean,
): readonly Sample[] {
  if (order === 'as drawn') return samples
  const sign = isDescending ? -1 : 1
  return [...samples].sort((a, b) => sign * (keyOf(a, order) - keyOf(b, order)) || a.index - b.index)
}

function keyOf({ row, logprob }: Sample, order: Exclude<SampleOrder, 'as drawn'>): number {
  switch (order) {
    case 'reward':
      return row.reward
    case 'advantage':
      return row.advantage ?? 0
    case 'length':
      return row.length
    case 'log-probability':
      return logprob
  }
}

/** Samples by prompt, in the order in which prompts come first; the order of the samples stays. */
export function groupSamples(
  samples: readonly Sample[],
  order: GroupOrder,
  isDescending: boolean,
): SampleGroup[] {
  const members = new Map<string, Sample[]>()
  for (const sample of samples) {
    const group = members.get(sample.row.prompt_id)
    if (group) group.push(sample)
    else members.set(sample.row.prompt_id, [sample])
  }
  const groups = [...members].map(([promptId, own]) => groupOf(promptId, own))
  if (order === 'as drawn') return groups
  const sign = isDescending ? -1 : 1
  return groups.sort((a, b) => sign * (groupKey(a, order) - groupKey(b, order)))
}

function groupKey(group: SampleGroup, order: Exclude<GroupOrder, 'as drawn'>): number {
  if (order === 'accuracy') return group.meanReward
  return order === 'spread' ? group.rewardSpread : group.meanLength
}

function groupOf(promptId: string, samples: readonly Sample[]): SampleGroup {
  const { meanReward, meanLength, right } = summaryOf(samples)
  const squares = sumOf(samples.map(({ row }) => (row.reward - meanReward) ** 2))
  return {
    promptId,
    prompt: samples[0]?.row.prompt ?? '',
    samples,
    right,
    meanReward,
    rewardSpread: Math.sqrt(squares / samples.length),
    meanLength,
  }
}

/** What completions came to; NaN means of none. */
export function summaryOf(samples: readonly Sample[]): {
  right: number
  meanReward: number
  meanLength: number
} {
  const count = samples.length
  return {
    right: samples.filter(({ isRight }) => isRight).length,
    meanReward: sumOf(samples.map(({ row }) => row.reward)) / count,
    meanLength: sumOf(samples.map(({ row }) => row.length)) / count,
  }
}

/** The sum; 0 of nothing. */
export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

/** "1 completion", "64 completions". */
export function completionCount(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'completion' : 'completions'}`
}

/** The step of a list that is nearest to the one asked for: of its stage where that has one. */
export function nearestStep(
  steps: readonly { stage: number; step: number }[],
  asked: { stage: number; step: number },
): number {
  const distance = (at: { stage: number; step: number }) =>
    Math.abs(at.stage - asked.stage) * 1e9 + Math.abs(at.step - asked.step)
  let best = -1
  steps.forEach((at, index) => {
    const nearest = steps[best]
    if (nearest === undefined || distance(at) < distance(nearest)) best = index
  })
  return best
}

/**
 * The step to put beside the last one: the one that is looked at, or, where that is the last itself, the end of the stage before;
 * with one stage alone its first.
 */
export function besideLast<At extends { stage: number; step: number }>(
  steps: readonly At[],
  current: At,
): At {
  const last = steps.at(-1)
  if (!last || current.stage !== last.stage || current.step !== last.step) return current
  return steps.filter(({ stage }) => stage < last.stage).at(-1) ?? steps[0] ?? current
}
