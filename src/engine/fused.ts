// A piece of a function that is worth compiling as one: elementwise work between two matrix products. The graph engine has
// XLA compile it into a few passes over memory; the other engines run it as it stands. It says where, not whether, pieces are.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { EngineError } from './errors'

/** Tensor operations that belong together. It may use any tensor from outside. */
export type Piece = () => readonly Tensor[]

/** How the function that is being recorded takes a piece; undefined where functions run op by op. */
let current: ((piece: Piece) => Tensor[]) | undefined

/**
 * Runs `piece` and gives its tensors. Throws EngineError 'misuse' where it is to be differentiated: a compiled piece has no
 * gradient of its own, so it belongs in the forward and the backward half of a tf.customGrad.
 */
export function fused(piece: Piece): Tensor[] {
  if (tf.engine().isTapeOn()) {
    throw new EngineError(
      'misuse',
      'fused has no gradient: use it in the forward and the backward half of a tf.customGrad',
    )
  }
  return current ? current(piece) : tf.tidy(() => [...piece()])
}

/** Hands pieces to `take` while `work` runs. */
export function takingPieces<Result>(take: typeof current, work: () => Result): Result {
  const before = current
  current = take
  try {
    return work()
  } finally {
    current = before
  }
}
