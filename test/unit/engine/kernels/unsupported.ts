// What no program, or not every engine, can run, and where engines differ from tfjs' CPU backend: each with its reason. The
// test runs all of it, so an entry that is no longer true is noticed.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { ElementType, EngineName } from '../../../../src/engine/types'
import { any, float, of } from './case'
import type { KernelCase } from './case'

const boxes = float([4, 4], 0, 1)
const scores = float([4], 0, 1)
const countsByValue = 'gives as many results as the values say, and a program has fixed shapes'

/** Kernels that no recorded function may use: a case, and part of the error that says why. */
export const unsupportedKernels: Readonly<
  Record<string, { readonly use: KernelCase; readonly why: string }>
> = {
  Multinomial: {
    use: of([float([2, 3])], (x) => tf.multinomial(x as Tensor2D, 4, 1)),
    why: "draws from TensorFlow's own random state",
  },
  NonMaxSuppressionV3: {
    use: of([boxes, scores], (x, y) => tf.image.nonMaxSuppression(x as Tensor2D, y as Tensor1D, 3)),
    why: countsByValue,
  },
  NonMaxSuppressionV4: {
    use: of(
      [boxes, scores],
      (x, y) =>
        tf.image.nonMaxSuppressionPadded(x as Tensor2D, y as Tensor1D, 3)['validOutputs'] as tf.Tensor,
    ),
    why: `${countsByValue}: set padToMaxOutputSize`,
  },
  NonMaxSuppressionV5: {
    use: of(
      [boxes, scores],
      (x, y) =>
        tf.image.nonMaxSuppressionWithScore(x as Tensor2D, y as Tensor1D, 3)['selectedScores'] as tf.Tensor,
    ),
    why: countsByValue,
  },
  StaticRegexReplace: {
    use: of([], () => tf.string.staticRegexReplace(tf.tensor(['a']), 'a', 'b')),
    why: 'a string tensor cannot be part of a program',
  },
  Unique: { use: of([any([5])], (x) => tf.unique(x).values), why: countsByValue },
}

/** Uses of a kernel that some engines refuse, or answer otherwise. */
export interface Exception {
  readonly kernel: string
  /** Default: all. */
  readonly dtypes?: readonly ElementType[]
  /** Names of cases. Default: all. */
  readonly cases?: readonly string[]
  readonly engines: readonly Exclude<EngineName, 'js'>[]
  readonly why: string
}

/** Answered otherwise: with other values, or with equal values of another element type. */
export interface Difference extends Exception {
  readonly by: 'values' | 'dtype'
}

/** Refused with an error. */
export const refused: readonly Exception[] = [
  { kernel: 'CropAndResize', engines: ['xla'], why: 'XLA has no such operation' },
  { kernel: 'Dilation2D', engines: ['xla'], why: 'XLA has no such operation' },
  { kernel: 'Dilation2DBackpropFilter', engines: ['xla'], why: 'XLA has no such operation' },
  { kernel: 'Dilation2DBackpropInput', engines: ['xla'], why: 'XLA has no such operation' },
]

const native = ['eager', 'graph', 'xla'] as const

/** What is answered otherwise. */
export const different: readonly Difference[] = [
  {
    kernel: 'ClipByValue',
    dtypes: ['bool'],
    engines: native,
    by: 'values',
    why: "tfjs-node clips bool as int32, between whole bounds, tfjs' CPU backend as the numbers 0 and 1",
  },
  {
    kernel: 'FloorDiv',
    dtypes: ['float32'],
    engines: native,
    by: 'dtype',
    why: "TensorFlow divides float32 to float32, tfjs' CPU backend gives int32",
  },
  {
    kernel: 'Round',
    dtypes: ['int32'],
    engines: ['eager'],
    by: 'values',
    why: 'TensorFlow 2.21 rounds int32 to zeros',
  },
  {
    kernel: 'UnsortedSegmentSum',
    dtypes: ['int32'],
    engines: native,
    by: 'dtype',
    why: "TensorFlow sums int32 to int32, tfjs' CPU backend gives float32",
  },
]
