// One token further with a KV cache. Prompts are shared by G completions each: their keys and values are kept once a prompt,
// those of the answers once a completion. Letters as in transformer.ts, plus P prompts and R = P * G completions.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { ControlOps } from '../../engine/types'
import type { KeysAndValues, Network } from './transformer'
import { applyHead, embedTokens, finishBlock, projectHeads } from './transformer'

/** What stays the same while answers grow. */
export interface DecodeContext {
  readonly network: Network
  readonly prompts: readonly KeysAndValues[]
  readonly promptLength: number
  /** Slots of the answer cache. */
  readonly slots: number
  readonly group: number
}

/** Empty answer caches: keys and values of every block, each [H, R, slots, D], in one list. */
export function emptyCaches({ network, prompts, slots, group }: DecodeContext): Tensor[] {
  return prompts.flatMap(({ keys }) => {
    const prompts_P = keys.shape[1] as number
    const shape = [network.heads, prompts_P * group, slots, network.width / network.heads]
    return [tf.zeros(shape), tf.zeros(shape)]
  })
}

/** Next-token logits [R, V] after `tokens_R` was put in answer slot `index`, and the caches that then hold it. */
export function decodeStep(
  context: DecodeContext,
  ops: ControlOps,
  tokens_R: Tensor,
  index: Tensor,
  caches: readonly Tensor[],
): { logits: Tensor; caches: Tensor[] } {
  const { network, prompts, promptLength, slots, group } = context
  const { heads, width, blocks } = network
  const [R] = tokens_R.shape as [number]
  const P = R / group
  const D = width / heads
  const slot_A = tf.range(0, slots, 1, 'int32')
  const context_T = network.positionEmbedding.shape[0]
  const place = tf.oneHot(
    tf.reshape<tf.Rank.R1>(tf.add(index, tf.scalar(promptLength, 'int32')), [1]),
    context_T,
    1,
    0,
    'float32',
  )
  const mask_A = tf.mul(tf.cast(tf.greater(slot_A, index), 'float32'), -1e9)
  const next: Tensor[] = []
  let x_RW = tf.add(embedTokens(network, tokens_R), tf.matMul(place, network.positionEmbedding))
  blocks.forEach((block, layer) => {
    const [q, k, v] = projectHeads(network, block, x_RW, R, 1)
    const keys = ops.updateSlice(caches[2 * layer] as Tensor, k, index, 2)
    const values = ops.updateSlice(caches[2 * layer + 1] as Tensor, v, index, 2)
    next.push(keys, values)
    const prompt = prompts[layer] as KeysAndValues
    const promptScores = tf.reshape(
      tf.matMul(tf.reshape(q, [heads, P, group, D]), prompt.keys, false, true),
      [heads, R, 1, promptLength],
    )
    const answerScores = tf.add(tf.matMul(q, keys, false, true), mask_A)
    const weights = tf.softmax(tf.concat([promptScores, answerScores], 3))
    const [promptWeights, answerWeights] = tf.split(weights, [promptLength, slots], 3) as [Tensor, Tensor]
    const fromPrompt = tf.matMul(tf.reshape(promptWeights, [heads, P, group, promptLength]), prompt.values)
    const attended_HRD = tf.add(
      tf.reshape(fromPrompt, [heads, R, D]),
      tf.reshape(tf.matMul(answerWeights, values), [heads, R, D]),
    )
    x_RW = finishBlock(block, x_RW, tf.reshape(tf.transpose(attended_HRD, [1, 0, 2]), [R, width]))
  })
  return { logits: applyHead(network, x_RW), caches: next }
}
