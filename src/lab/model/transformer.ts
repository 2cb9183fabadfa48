// Decoder-only transformer in tfjs-core ops: pre-norm, learned positions, GELU, untied head without bias (GPT-2 without its
// tied head). Letters: N rows, B sequences, T positions, A answer positions, H heads, D head size, W width, V vocabulary.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { TransformerConfig } from '../../shared/config/schema'
import { addBiased, attend, biasGelu, normalize, splitHeads } from './kernels'

/** A linear layer: y = x weight + bias. */
interface Linear {
  readonly weight: Tensor
  readonly bias: Tensor
}

/** One block's layers, with the norms' scale and shift folded into the layer behind them. */
export interface Block {
  readonly attentionIn: Linear
  readonly attentionOut: Linear
  readonly mlpIn: Linear
  readonly mlpOut: Linear
}

/** The network's tensors, ready for use within one function call. */
export interface Network {
  readonly heads: number
  readonly width: number
  readonly tokenEmbedding: Tensor
  readonly positionEmbedding: Tensor
  readonly blocks: readonly Block[]
  readonly head: Linear
}

/** Large enough that exp() of a masked score is 0. */
const masked = -1e9

/** Puts the parameters (by name, see parameters.ts) together. Differentiable. */
export function createNetwork(model: TransformerConfig, parameter: (name: string) => Tensor): Network {
  const { heads, layers, width } = model
  const layer = (name: string): Linear => ({
    weight: parameter(`${name}.weight`),
    bias: parameter(`${name}.bias`),
  })
  // (x scale + shift) weight + bias = x (scale weight) + (shift weight + bias): two tiny products for two passes over x.
  const foldNorm = (norm: string, { weight, bias }: { weight: Tensor; bias?: Tensor }): Linear => {
    const scale_W1 = tf.reshape(parameter(`${norm}.scale`), [width, 1])
    const shift_1W = tf.reshape(parameter(`${norm}.shift`), [1, width])
    const shifted = tf.reshape(tf.matMul(shift_1W, weight), [-1])
    return { weight: tf.mul(weight, scale_W1), bias: bias ? tf.add(shifted, bias) : shifted }
  }
  // Queries are scaled by 1/sqrt(D) here, once, in place of every score.
  const queryScale = tf.concat([tf.fill([width], Math.sqrt(heads / width)), tf.ones([2 * width])])
  const blocks = Array.from({ length: layers }, (_, index): Block => {
    const name = `block.${index}`
    const attentionIn = foldNorm(`${name}.attention_norm`, layer(`${name}.attention_in`))
    return {
      attentionIn: {
        weight: tf.mul(attentionIn.weight, queryScale),
        bias: tf.mul(attentionIn.bias, queryScale),
      },
      attentionOut: layer(`${name}.attention_out`),
      mlpIn: foldNorm(`${name}.mlp_norm`, layer(`${name}.mlp_in`)),
      mlpOut: layer(`${name}.mlp_out`),
    }
  })
  return {
    heads,
    width,
    tokenEmbedding: parameter('token_embedding'),
    positionEmbedding: parameter('position_embedding'),
    blocks,
    head: foldNorm('final_norm', { weight: parameter('head') }),
  }
}

/** Embeddings of tokens (int32, any shape of N elements) as rows [N, W]; positions are added by the caller. */
export function embedTokens(network: Network, tokens: Tensor): Tensor {
  const vocabulary = network.tokenEmbedding.shape[0]
  // A product with one-hot rows: cheap for a small vocabulary, and its gradient needs no scatter.
  const oneHot_NV = tf.oneHot(tf.reshape<tf.Rank.R1>(tokens, [tokens.size]), vocabulary, 1, 0, 'float32')
  return tf.matMul(oneHot_NV, network.tokenEmbedding)
}

/** Queries, keys and values, each [H, B, T, D], from the residual stream's rows [B*T, W]. */
export function projectHeads(
  network: Network,
  block: Block,
  x_NW: Tensor,
  B: number,
  T: number,
): [Tensor, Tensor, Tensor] {
  const { heads, width } = network
  const { weight, bias } = block.attentionIn
  const rows = tf.matMul(normalize(x_NW), weight)
  return splitHeads(rows, bias, { B, T, H: heads, D: width / heads })
}

/** The block's second half for rows [N, W]: attention's output (rows) projected and added, then the feed-forward part. */
export function finishBlock(block: Block, x_NW: Tensor, attended_NW: Tensor): Tensor {
  const { attentionOut, mlpIn, mlpOut } = block
  const middle = addBiased(x_NW, tf.matMul(attended_NW, attentionOut.weight), attentionOut.bias)
  const hidden = biasGelu(tf.matMul(normalize(middle), mlpIn.weight), mlpIn.bias)
  return addBiased(middle, tf.matMul(hidden, mlpOut.weight), mlpOut.bias)
}

/** Logits [N, V] of rows [N, W]. */
export function applyHead(network: Network, x_NW: Tensor): Tensor {
  const { weight, bias } = network.head
  return tf.add(tf.matMul(normalize(x_NW), weight), bias)
}

/** Prompts shorter than the longest stand at the end of the prompt's columns, so that all answers begin in one column. */
export interface LeftPadding {
  /** Columns of the prompt. */
  readonly promptLength: number
  readonly padToken: number
}

/** Pad tokens before each prompt [B], int32, of sequences [B, promptLength or more]. */
function countPads(tokens_BT: Tensor, { promptLength, padToken }: LeftPadding): Tensor {
  const prompts = tf.slice(tokens_BT, [0, 0], [tokens_BT.shape[0], promptLength])
  return tf.sum(tf.cast(tf.equal(prompts, tf.scalar(padToken, 'int32')), 'int32'), 1)
}

/** Position embeddings [N, W] at positions_N (int32). A padded column's position is below 0: its row is zeros. */
export function embedPositions({ positionEmbedding }: Network, positions_N: Tensor): Tensor {
  const context = positionEmbedding.shape[0]
  return tf.matMul(tf.oneHot(positions_N as tf.Tensor1D, context, 1, 0, 'float32'), positionEmbedding)
}

/** Added to scores [B, queries, keys]: hides the first pads_B of `keys` columns. [B, 1, keys]. */
export function hidePads(pads_B: Tensor, keys: number): Tensor {
  const isPad = tf.less(tf.range(0, keys, 1, 'int32'), tf.expandDims(pads_B, 1))
  return tf.expandDims(tf.mul(tf.cast(isPad, 'float32'), masked), 1)
}

/** Added to scores [queries, keys]: query i stands at position `first` + i and sees keys up to its own position. */
function causalMask(queries: number, keys: number, first: number): Tensor {
  const values = new Float32Array(queries * keys)
  for (let query = 0; query < queries; query++) {
    values.fill(masked, query * keys + Math.min(keys, first + query + 1), (query + 1) * keys)
  }
  return tf.tensor2d(values, [queries, keys])
}

/** Keys and values of one block, each [H, B, T, D]. */
export interface KeysAndValues {
  readonly keys: Tensor
  readonly values: Tensor
}

/** Logits at the last positions of sequences, with every block's keys and values. */
export interface ForwardResult {
  /** [B * A, V], row by row of B: the last A positions. */
  readonly logits: Tensor
  readonly keysAndValues: readonly KeysAndValues[]
  /** Pad tokens before each sequence [B], where sequences may have them. */
  readonly pads: Tensor | undefined
}

/**
 * Runs whole sequences, tokens_BT int32, and gives logits at their last `answers` positions only: the last block computes
 * nothing for positions whose logits nobody asks for.
 */
export function forward(
  network: Network,
  tokens_BT: Tensor,
  answers: number,
  padding?: LeftPadding,
): ForwardResult {
  const [B, T] = tokens_BT.shape as [number, number]
  const { heads, width, blocks } = network
  const pads = padding && countPads(tokens_BT, padding)
  const positions = pads
    ? tf.reshape(embedPositions(network, positionsAfter(pads, T)), [B, T, width])
    : tf.slice(network.positionEmbedding, [0, 0], [T, width])
  const embedded = tf.reshape(embedTokens(network, tokens_BT), [B, T, width])
  let x_NW: Tensor = tf.reshape(tf.add(embedded, positions), [B * T, width])
  const hidden = pads && hidePads(pads, T)
  const keysAndValues: KeysAndValues[] = []
  blocks.forEach((block, layer) => {
    const [q, keys, values] = projectHeads(network, block, x_NW, B, T)
    keysAndValues.push({ keys, values })
    const isLast = layer === blocks.length - 1
    const Q = isLast ? answers : T
    const q_HBQD = isLast ? tf.slice(q, [0, 0, T - Q, 0], [heads, B, Q, width / heads]) : q
    const mask = causalMask(Q, T, T - Q)
    const attended_HBQD = attend(q_HBQD, keys, values, hidden ? tf.add(mask, hidden) : mask)
    const attended_NW = tf.reshape(tf.transpose(attended_HBQD, [1, 2, 0, 3]), [B * Q, width])
    const residual_NW = isLast
      ? tf.reshape(tf.slice(tf.reshape(x_NW, [B, T, width]), [0, T - Q, 0], [B, Q, width]), [B * Q, width])
      : x_NW
    x_NW = finishBlock(block, residual_NW, attended_NW)
  })
  return { logits: applyHead(network, x_NW), keysAndValues, pads }
}

/** Position [B * T] of every column: its distance from the first token that is no pad. */
function positionsAfter(pads_B: Tensor, T: number): Tensor {
  return tf.reshape(tf.sub(tf.range(0, T, 1, 'int32'), tf.expandDims(pads_B, 1)), [-1])
}
