// One token further with a KV cache. Prompts are shared by G completions each: their keys and values are kept once a prompt,
// those of the answers once a completion. Letters as in transformer.ts, plus P prompts, R = P * G completions and S slots.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { ControlOps } from '../../engine/types'
import type { ForwardResult, KeysAndValues, Network } from './transformer'
import { applyHead, embedPositions, embedTokens, finishBlock, hidePads, projectHeads } from './transformer'

/** What stays the same while answers grow. */
export interface DecodeContext {
  readonly network: Network
  readonly prompts: ForwardResult
  readonly promptLength: number
  readonly group: number
}

/** Empty answer caches: keys and values of every block, each [H, R, slots, D], in one list. */
export function emptyCaches({ prompts, group }: DecodeContext, slots: number): Tensor[] {
  return prompts.keysAndValues.flatMap(({ keys }) => {
    const [heads, P, , D] = keys.shape as [number, number, number, number]
    const shape = [heads, P * group, slots, D]
    return [tf.zeros(shape), tf.zeros(shape)]
  })
}

/** The caches with room for `slots` slots. */
export function growCaches(caches: readonly Tensor[], slots: number): Tensor[] {
  return caches.map((cache) => {
    const [heads, R, S, D] = cache.shape as [number, number, number, number]
    return S === slots ? cache : tf.concat([cache, tf.zeros([heads, R, slots - S, D])], 2)
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
  const { network, prompts, promptLength, group } = context
  const { heads, width, blocks } = network
  const [R] = tokens_R.shape as [number]
  const S = caches[0]?.shape[2] as number
  const P = R / group
  const D = width / heads
  const isEmpty_S = tf.greater(tf.range(0, S, 1, 'int32'), index)
  const mask_S = tf.mul(tf.cast(isEmpty_S, 'float32'), -1e9)
  const hidden = prompts.pads && hidePads(prompts.pads, promptLength)
  const next: Tensor[] = []
  let x_RW = tf.add(embedTokens(network, tokens_R), embedPositions(network, positions(context, index)))
  blocks.forEach((block, layer) => {
    const [q, k, v] = projectHeads(network, block, x_RW, R, 1)
    const keys = ops.updateSlice(caches[2 * layer] as Tensor, k, index, 2)
    const values = ops.updateSlice(caches[2 * layer + 1] as Tensor, v, index, 2)
    next.push(keys, values)
    const prompt = prompts.keysAndValues[layer] as KeysAndValues
    const q_HPGD = tf.reshape(q, [heads, P, group, D])
    const toPrompt = tf.matMul(q_HPGD, prompt.keys, false, true)
    const promptScores = tf.reshape(hidden ? tf.add(toPrompt, hidden) : toPrompt, [heads, R, 1, promptLength])
    const answerScores = tf.add(tf.matMul(q, keys, false, true), mask_S)
    const weights = tf.softmax(tf.concat([promptScores, answerScores], 3))
    const [promptWeights, answerWeights] = tf.split(weights, [promptLength, S], 3) as [Tensor, Tensor]
    const fromPrompt = tf.matMul(tf.reshape(promptWeights, [heads, P, group, promptLength]), prompt.values)
    const attended_HRD = tf.add(
      tf.reshape(fromPrompt, [heads, R, D]),
      tf.reshape(tf.matMul(answerWeights, values), [heads, R, D]),
    )
    x_RW = finishBlock(block, x_RW, tf.reshape(tf.transpose(attended_HRD, [1, 0, 2]), [R, width]))
  })
  return { logits: applyHead(network, x_RW), caches: next }
}

/** Positions of the tokens in answer slot `index`: one for all [1], or one a completion [R] where prompts differ in length. */
function positions({ prompts: { pads }, promptLength, group }: DecodeContext, index: Tensor): Tensor {
  const last = tf.reshape(tf.add(index, tf.scalar(promptLength, 'int32')), [1])
  return pads ? tf.sub(last, tf.reshape(tf.tile(tf.expandDims(pads, 1), [1, group]), [-1])) : last
}
