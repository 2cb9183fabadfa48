// Control flow and slice writes as the op-by-op engines do them: the host looks at the loop condition and at the index.
// A compiling engine records one While and one dynamic update slice instead.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { EngineError } from './errors'
import type { ControlOps } from './types'

function whileLoop(
  condition: (...variables: Tensor[]) => Tensor,
  body: (...variables: Tensor[]) => Tensor[],
  variables: readonly Tensor[],
  options: { readonly maxIterations: number },
): Tensor[] {
  const initial = new Set(variables)
  let current = [...variables]
  for (let turn = 0; turn < options.maxIterations; turn++) {
    const goesOn = tf.tidy(() => condition(...current).dataSync()[0] !== 0)
    if (!goesOn) break
    // Clones: a body may hand on a tensor from outside, which is not the loop's to free.
    const next = tf.tidy(() => body(...current).map((tensor) => tf.clone(tensor)))
    checkLoopVariables(current, next)
    for (const tensor of current) {
      if (!initial.has(tensor)) tensor.dispose()
    }
    current = next
  }
  return current
}

const describeTensors = (tensors: readonly Tensor[]) =>
  tensors.map((t) => `${t.dtype}[${t.shape.join(', ')}]`)

/** A compiled loop has fixed types, so a body that changes one is an error in every engine. */
export function checkLoopVariables(current: readonly Tensor[], next: readonly Tensor[]): void {
  const before = describeTensors(current)
  const after = describeTensors(next)
  if (before.length !== after.length) {
    throw new EngineError(
      'misuse',
      `whileLoop: ${before.length} variables but the body gives ${after.length}: give one new value for each`,
    )
  }
  const position = before.findIndex((text, index) => text !== after[index])
  if (position === -1) return
  throw new EngineError(
    'misuse',
    `whileLoop: variable ${position} is ${before[position]} but the body gives ${after[position]}: shapes and types stay the same from turn to turn`,
  )
}

/** Both branches of a compiled cond give the same types. */
export function checkBranches(whenTrue: readonly Tensor[], whenFalse: readonly Tensor[]): void {
  const [ours, theirs] = [describeTensors(whenTrue), describeTensors(whenFalse)]
  if (ours.join() === theirs.join()) return
  throw new EngineError(
    'misuse',
    `cond: one branch gives ${ours.join(', ') || 'nothing'}, the other ${theirs.join(', ') || 'nothing'}: both give equal shapes and types`,
  )
}

function cond(predicate: Tensor, whenTrue: () => Tensor[], whenFalse: () => Tensor[]): Tensor[] {
  return tf.tidy(() => (predicate.dataSync()[0] ? whenTrue() : whenFalse()))
}

function updateSlice(array: Tensor, update: Tensor, index: Tensor, axis: number): Tensor {
  const length = array.shape[axis] as number
  const width = update.shape[axis] as number
  const wanted = index.dataSync()[0] as number
  // Out of range positions are clamped, as XLA's DynamicUpdateSlice does.
  const start = Math.max(0, Math.min(wanted, length - width))
  const part = (from: number, to: number): Tensor => {
    const begin = array.shape.map(() => 0)
    const size = [...array.shape]
    begin[axis] = from
    size[axis] = to - from
    return tf.slice(array, begin, size)
  }
  const pieces: Tensor[] = [update]
  if (start > 0) pieces.unshift(part(0, start))
  if (start + width < length) pieces.push(part(start + width, length))
  return pieces.length === 1 ? update : tf.tidy(() => tf.concat(pieces, axis))
}

/**
 * The same control ops, refusing to be differentiated: a compiled one is a single operation without a gradient, and dropping
 * its part of a gradient silently would be wrong, so no engine lets a gradient through.
 */
export function refuseGradients(ops: ControlOps): ControlOps {
  const check = (name: keyof ControlOps): void => {
    if (!tf.engine().isTapeOn()) return
    throw new EngineError(
      'misuse',
      `${name} has no gradient: call it outside the function that is differentiated, differentiate inside its body, or give the gradient with tf.customGrad`,
    )
  }
  return {
    whileLoop(...rest) {
      check('whileLoop')
      return ops.whileLoop(...rest)
    },
    cond(...rest) {
      check('cond')
      return ops.cond(...rest)
    },
    updateSlice(...rest) {
      check('updateSlice')
      return ops.updateSlice(...rest)
    },
  }
}

/** The control ops of the engines that run op by op. */
export const eagerControlOps: ControlOps = refuseGradients({ whileLoop, cond, updateSlice })
