// Next-token updates on chosen completions, as the recipes that filter samples make them, and what is logged of them.
import type { Program } from '../../engine/types'
import type { SftStage } from '../../shared/config/schema'
import type { Task } from '../../shared/tasks/task'
import { mean } from '../../statistics/summary'
import { packSequences } from '../completions'
import type { Sampled } from '../sampler'
import { sequenceWeights, sumOf } from '../weights'
import { scalarOf } from './recipe'
import { samplerKl, type SamplerDifferences } from './sampler-differences'

/** What one update gave; differences from the sampler are 0 where the task wrote the answers. */
export interface FineTuned extends SamplerDifferences {
  /** Negative log-likelihood before the update, summed over all tokens, in nats. */
  readonly nats: number
  readonly gradientNorm: number
  readonly sequences: number
}

/** One update by the function `train` (updates.ts) of `rows` sequences; rows without a completion weigh nothing. */
export function fineTune(
  program: Program,
  task: Task,
  members: readonly Sampled[],
  rows: number,
  aggregation: SftStage['aggregation'],
  adam: Float32Array,
): FineTuned {
  const lengths = members.map(({ output }) => output.length)
  const tokens = sumOf(lengths)
  const outputs = program.call('train', {
    ...packSequences(task, members, rows),
    weights: sequenceWeights(lengths, rows, task.answerLength, aggregation),
    adam,
  })
  const logprobs = outputs['logprobs']?.values ?? []
  const natsOf = (length: number, row: number) =>
    -sumOf(logprobs.slice(row * task.answerLength, row * task.answerLength + length))
  const differences = members.flatMap(({ logprobs: sampler }, row) =>
    sampler.map((logprob, at) => logprob - (logprobs[row * task.answerLength + at] as number)),
  )
  return {
    // With the token mean the loss is this already, to the last bit as it always was.
    nats: aggregation === 'token-mean' ? scalarOf(outputs, 'loss') * tokens : sumOf(lengths.map(natsOf)),
    gradientNorm: scalarOf(outputs, 'gradientNorm'),
    sequences: members.length,
    tokens,
    differences: sumOf(differences),
    squaredDifferences: sumOf(differences.map((difference) => difference ** 2)),
  }
}

/** Values of a step's updates, on samples the distance from their sampler among them; none where it made none. */
export function fineTuningValues(
  updates: readonly FineTuned[],
  { isSampled }: { isSampled: boolean },
): Record<string, number> {
  if (updates.length === 0) return {}
  const total = (pick: (one: FineTuned) => number) => sumOf(updates.map(pick))
  const nats = total((one) => one.nats)
  return {
    'train/loss': nats / total((one) => one.tokens),
    'train/loss_per_sequence': nats / total((one) => one.sequences),
    'train/grad_norm': mean(updates.map(({ gradientNorm }) => gradientNorm)),
    ...(isSampled ? samplerKl(updates) : {}),
  }
}
