// Sampling whole answers: prompts in one pass, then one loop over answer positions with a KV cache, ended as soon as every
// answer has ended. One uniform number a token picks it by inverse CDF, so the noise is an input.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { ControlOps, FunctionDefinition, FunctionResult, NamedTensors } from '../../engine/types'
import type { DecodeContext } from './decode'
import { decodeStep, emptyCaches, growCaches } from './decode'
import type { LeftPadding, Network } from './transformer'
import { forward } from './transformer'

/** Shape and manner of a rollout. R = prompts * group completions, those of a prompt side by side. */
export interface RolloutOptions {
  readonly prompts: number
  readonly group: number
  readonly promptLength: number
  /** Longest answer, end token included. */
  readonly answerLength: number
  readonly temperature: number
  readonly endToken: number
  readonly padToken: number
  /** Where prompts may be shorter than promptLength. */
  readonly padding?: LeftPadding | undefined
}

/** Names of a rollout's outputs, each [answerLength, R]: position by position, completions of a prompt side by side. */
export type RolloutOutput = 'tokens' | 'logprobs' | 'entropies'

/**
 * Declares the rollout function: inputs prompts [P, promptLength], uniforms [answerLength, R] and greedy [R] (1: take the most
 * probable token, 0: sample).
 */
export function rolloutFunction(
  options: RolloutOptions,
  networkOf: (state: NamedTensors) => Network,
): FunctionDefinition {
  const { prompts, group, promptLength, answerLength } = options
  return {
    inputs: {
      prompts: { shape: [prompts, promptLength], dtype: 'int32' },
      uniforms: { shape: [answerLength, prompts * group], dtype: 'float32' },
      greedy: { shape: [prompts * group], dtype: 'int32' },
    },
    run: (state, inputs, ops) => rollOut(options, networkOf(state), inputs, ops),
  }
}

function rollOut(
  options: RolloutOptions,
  network: Network,
  inputs: NamedTensors,
  ops: ControlOps,
): FunctionResult {
  const { group, promptLength, answerLength, padToken, padding } = options
  const prompts = inputs['prompts'] as Tensor
  const uniforms_AR = inputs['uniforms'] as Tensor
  const R = options.prompts * group
  const prefilled = forward(network, prompts, 1, padding)
  const context: DecodeContext = {
    network,
    prompts: prefilled,
    promptLength,
    group,
  }
  const V = prefilled.logits.shape[1] as number
  const firstLogits = tf.reshape(tf.tile(tf.expandDims(prefilled.logits, 1), [1, group, 1]), [R, V])
  const isGreedy_R = tf.cast(inputs['greedy'] as Tensor, 'bool')
  const zero = tf.scalar(0, 'int32')
  const one = tf.scalar(1, 'int32')
  const pick = (logits: Tensor, index: Tensor, isAlive: Tensor): Picked => {
    // No product with a one-hot row: at lower precision that would round the noise.
    const uniforms_R1 = tf.reshape(tf.gather(uniforms_AR, index as tf.Scalar), [R, 1])
    return pickTokens(options, logits, uniforms_R1, isGreedy_R, isAlive)
  }
  const write = (array: Tensor, row: Tensor, index: Tensor) =>
    ops.updateSlice(array, tf.expandDims(row, 0), index, 0)

  const first = pick(firstLogits, zero, tf.ones([R], 'bool'))
  const turn = (
    index: Tensor,
    token: Tensor,
    isAlive: Tensor,
    [tokens, logprobs, entropies]: readonly [Tensor, Tensor, Tensor],
    caches: readonly Tensor[],
  ): Tensor[] => {
    const decoded = decodeStep(context, ops, token, tf.sub(index, one), caches)
    const picked = pick(decoded.logits, index, isAlive)
    return [
      tf.add(index, one),
      picked.tokens,
      picked.isAlive,
      write(tokens, picked.tokens, index),
      write(logprobs, picked.logprobs, index),
      write(entropies, picked.entropies, index),
      ...decoded.caches,
    ]
  }
  let variables = [
    one,
    first.tokens,
    first.isAlive,
    write(tf.fill([answerLength, R], padToken, 'int32'), first.tokens, zero),
    write(tf.zeros([answerLength, R]), first.logprobs, zero),
    write(tf.zeros([answerLength, R]), first.entropies, zero),
  ] as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
  const lengths = cacheLengths(answerLength - 1)
  let caches = emptyCaches(context, lengths[0] ?? 0)
  for (const slots of lengths) {
    const grown = ops.whileLoop(
      (index, _token, isAlive) =>
        tf.logicalAnd(tf.lessEqual(index, tf.scalar(slots, 'int32')), tf.any(isAlive)),
      (index, token, isAlive, tokens, logprobs, entropies, ...held) =>
        turn(index, token, isAlive, [tokens, logprobs, entropies] as [Tensor, Tensor, Tensor], held),
      [...variables, ...growCaches(caches, slots)],
      { maxIterations: slots },
    )
    variables = grown.slice(0, 6) as typeof variables
    caches = grown.slice(6)
  }
  const [, , , tokens, logprobs, entropies] = variables
  return { outputs: { tokens, logprobs, entropies } satisfies Record<RolloutOutput, Tensor> }
}

/** Slots of the first loop's cache; each further loop has twice as many. */
const firstCacheSlots = 32

/**
 * Cache lengths of the loops, one after the other, for `slots` answer slots in all: attention reads the whole cache at every
 * token, so one that grows reads less of what is not yet written.
 */
export function cacheLengths(slots: number): number[] {
  if (slots === 0) return []
  const lengths: number[] = []
  for (let length = firstCacheSlots; length < slots; length *= 2) lengths.push(length)
  return [...lengths, slots]
}

/** One position of every completion: [R] each. Ended completions get the pad token, log-probability 0 and entropy 0. */
interface Picked {
  tokens: Tensor
  logprobs: Tensor
  entropies: Tensor
  isAlive: Tensor
}

function pickTokens(
  { temperature, endToken, padToken }: RolloutOptions,
  logits: Tensor,
  uniforms_R1: Tensor,
  isGreedy_R: Tensor,
  isAlive: Tensor,
): Picked {
  const V = logits.shape[1] as number
  const logprobs_RV = tf.logSoftmax(temperature === 1 ? logits : tf.mul(logits, 1 / temperature))
  const probabilities_RV = tf.exp(logprobs_RV)
  // The token is the number of cumulated probabilities at or below the uniform number; rounding may leave the last below 1.
  const below = tf.sum(tf.cast(tf.lessEqual(tf.cumsum(probabilities_RV, 1), uniforms_R1), 'int32'), 1)
  const sampled = tf.minimum(below, tf.scalar(V - 1, 'int32'))
  const chosen = tf.where(isGreedy_R, tf.cast(tf.argMax(logits, 1), 'int32'), sampled)
  const tokens = tf.where(isAlive, chosen, tf.fill(chosen.shape, padToken, 'int32'))
  const alive = tf.cast(isAlive, 'float32')
  const oneHot_RV = tf.oneHot(chosen, V, 1, 0, 'float32')
  return {
    tokens,
    logprobs: tf.mul(tf.sum(tf.mul(logprobs_RV, oneHot_RV), 1), alive),
    entropies: tf.mul(tf.sum(tf.mul(logprobs_RV, probabilities_RV), 1), tf.neg(alive)),
    isAlive: tf.logicalAnd(isAlive, tf.notEqual(tokens, tf.scalar(endToken, 'int32'))),
  }
}
