// One policy-gradient update of a minibatch on the host: what the program is given, what it gives back, and the metrics of all
// updates of a step.
import type { Program } from '../../engine/types'
import type { PolicyGradientStage } from '../../shared/config/schema'
import type { Task } from '../../shared/tasks/task'
import { mean } from '../../statistics/summary'
import { packSequences } from '../completions'
import type { SurrogateChoices } from '../objectives'
import type { Sampled } from '../sampler'
import { sequenceWeights, sumOf } from '../weights'
import { scalarOf } from './recipe'
import { samplerKl, type SamplerDifferences } from './sampler-differences'

/** A sequence as an update takes it: with the log-probabilities of who sampled it, and advantages, one a token of the output. */
export interface Weighed {
  readonly sampled: Sampled
  readonly advantages: readonly number[]
}

/** Numbers of one update; sums run over its tokens. */
export interface UpdateNumbers extends SamplerDifferences {
  readonly loss: number
  readonly policyLoss: number
  readonly gradientNorm: number
  /** Averaged as the loss is; undefined where there is no bonus. */
  readonly entropy: number | undefined
  readonly clippedLow: number
  readonly clippedHigh: number
  /** Log of each sequence's importance weight, p(trainer) / p(sampler). */
  readonly logWeights: readonly number[]
  /** Divergence from the reference, nats, one a token of each sequence; empty where it is no term of the loss. */
  readonly divergences: readonly ArrayLike<number>[]
}

/** Updates the policy with at most `rows` sequences; `adam` as `adamValues` gives it. */
export function updatePolicy(
  program: Program,
  stage: PolicyGradientStage,
  task: Task,
  batch: readonly Weighed[],
  rows: number,
  given: { readonly klCoefficient: number | undefined; readonly adam: Float32Array },
): UpdateNumbers {
  const { answerLength } = task
  const lengths = batch.map(({ sampled }) => sampled.output.length)
  const oldLogprobs = new Float32Array(rows * answerLength)
  const advantages = new Float32Array(rows * answerLength)
  batch.forEach((one, row) => {
    oldLogprobs.set(one.sampled.logprobs, row * answerLength)
    advantages.set(one.advantages, row * answerLength)
  })
  const { klCoefficient, adam } = given
  const outputs = program.call('train', {
    ...packSequences(
      task,
      batch.map(({ sampled }) => sampled),
      rows,
    ),
    weights: sequenceWeights(lengths, rows, answerLength, stage.aggregation),
    oldLogprobs,
    advantages,
    adam,
    ...(klCoefficient === undefined ? {} : { klCoefficient: Float32Array.of(klCoefficient) }),
  })
  const [logprobs, divergences] = [outputs['logprobs']?.values ?? [], outputs['divergences']?.values]
  const sums = { differences: 0, squaredDifferences: 0, clippedLow: 0, clippedHigh: 0 }
  const logWeights = lengths.map((length, row) => {
    const before = sums.differences
    for (let at = row * answerLength; at < row * answerLength + length; at++) {
      const difference = (oldLogprobs[at] as number) - (logprobs[at] as number)
      sums.differences += difference
      sums.squaredDifferences += difference ** 2
      const side = clippedSide(Math.exp(-difference), advantages[at] as number, stage)
      if (side === 'low') sums.clippedLow++
      if (side === 'high') sums.clippedHigh++
    }
    return before - sums.differences
  })
  const loss = scalarOf(outputs, 'loss')
  return {
    loss,
    policyLoss: 'policyLoss' in outputs ? scalarOf(outputs, 'policyLoss') : loss,
    gradientNorm: scalarOf(outputs, 'gradientNorm'),
    entropy: 'entropy' in outputs ? scalarOf(outputs, 'entropy') : undefined,
    tokens: lengths.reduce((sum, length) => sum + length, 0),
    ...sums,
    logWeights,
    divergences: divergences
      ? lengths.map((length, row) => divergences.subarray(row * answerLength, row * answerLength + length))
      : [],
  }
}

/** Metrics of a step's updates; none where there was no update. */
export function updateValues(
  updates: readonly UpdateNumbers[],
  { clip, surrogate, entropyBonus }: PolicyGradientStage,
): Record<string, number> {
  if (updates.length === 0) return {}
  const total = (pick: (one: UpdateNumbers) => number) => sumOf(updates.map(pick))
  const tokens = total((one) => one.tokens)
  const low = total(({ clippedLow }) => clippedLow) / tokens
  const high = total(({ clippedHigh }) => clippedHigh) / tokens
  const entropies = updates.flatMap(({ entropy }) => (entropy === undefined ? [] : [entropy]))
  return {
    'train/loss': mean(updates.map(({ loss }) => loss)),
    'train/grad_norm': mean(updates.map(({ gradientNorm }) => gradientNorm)),
    'rl/policy_loss': mean(updates.map(({ policyLoss }) => policyLoss)),
    ...samplerKl(updates),
    'rl/importance_ess': effectiveShare(updates.flatMap(({ logWeights }) => logWeights)),
    ...(clip === null || surrogate !== 'ratio'
      ? {}
      : { 'rl/clip_ratio': low + high, 'rl/clip_ratio/low_mean': low, 'rl/clip_ratio/high_mean': high }),
    ...(entropies.length === 0 ? {} : { 'rl/entropy_bonus': entropyBonus * mean(entropies) }),
  }
}

/** Kish's effective sample size over the number of samples, (sum w)^2 / (n sum w^2), from log w. */
export function effectiveShare(logWeights: readonly number[]): number {
  const most = logWeights.reduce((a, b) => Math.max(a, b), -Infinity)
  const weights = logWeights.map((value) => Math.exp(value - most))
  return sumOf(weights) ** 2 / (weights.length * sumOf(weights.map((weight) => weight ** 2)))
}

/** On which side the clipped branch of the surrogate was the smaller one, so that the token has no gradient. */
export function clippedSide(
  ratio: number,
  advantage: number,
  { surrogate, clip, clipHigh }: SurrogateChoices,
): 'low' | 'high' | undefined {
  if (clip === null || surrogate !== 'ratio') return undefined
  if (advantage > 0 && ratio > 1 + (clipHigh ?? clip)) return 'high'
  return advantage < 0 && ratio < 1 - clip ? 'low' : undefined
}
