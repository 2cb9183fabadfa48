// tfjs' current backend: one a process, while engines of several backends may live in it.
import * as tf from '@tensorflow/tfjs-core'
import { assert } from './errors'

/** Makes a registered, synchronous backend tfjs' current one. */
export function useBackend(name: string): void {
  if (tf.getBackend() === name) return
  // Current when this returns; the promise says nothing more.
  void tf.setBackend(name)
  assert(tf.getBackend() === name, `tfjs backend "${name}" is registered`)
}
