// Kernels that reduce, scan, sort or normalise along axes.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { any, bools, float, integers, of } from './case'
import type { KernelCase, KernelTable } from './case'

const reduction = (
  op: (x: Tensor, axis?: number | number[], keep?: boolean) => Tensor,
  kept: Partial<KernelCase> = {},
): KernelCase[] => [
  of([any([2, 3, 4])], (x) => op(x, [0, 2]), { name: 'two axes' }),
  of([any([2, 3, 4])], (x) => op(x, -2, true), { ...kept, name: 'kept axis' }),
  of([any([2, 3])], (x) => op(x), { name: 'all' }),
]
const logical = (op: (x: Tensor, axis?: number | number[]) => Tensor): KernelCase[] => [
  of([bools([2, 3])], (x) => op(x, 1)),
  of([bools([5])], (x) => op(x), { name: 'all' }),
]

export const reductions: KernelTable = {
  All: logical(tf.all),
  Any: logical(tf.any),
  ArgMax: [
    of([any([3, 4])], (x) => tf.argMax(x, 1)),
    of([any([3, 4])], (x) => tf.argMax(x, 0), { name: 'first axis' }),
  ],
  ArgMin: [of([any([3, 4])], (x) => tf.argMin(x, 1))],
  Bincount: [
    of([integers([6], [1, 1, 0, 3, 1, 4]), float([6])], (x, weights) =>
      tf.bincount(x as tf.Tensor1D, weights as tf.Tensor1D, 5),
    ),
  ],
  Cumprod: [
    of([any([2, 4])], (x) => tf.cumprod(x, 1)),
    of([any([2, 4])], (x) => tf.cumprod(x, 1, true, true), { name: 'exclusive, reversed' }),
  ],
  Cumsum: [
    of([any([2, 4])], (x) => tf.cumsum(x, 1)),
    of([any([2, 4])], (x) => tf.cumsum(x, 1, true, true), { name: 'exclusive, reversed' }),
    of([any([4, 2])], (x) => tf.cumsum(x, 0), {
      name: 'first axis',
      noGradient: "tfjs' gradient comes out transposed",
    }),
  ],
  Max: reduction(tf.max),
  Mean: reduction(tf.mean),
  Min: reduction(tf.min),
  Prod: reduction(tf.prod, { noGradient: "tfjs' gradient takes no negative axis" }),
  Softmax: [
    of([any([3, 5])], (x) => tf.softmax(x)),
    of([any([2, 2, 3], -20, 20)], (x) => tf.softmax(x), { name: 'wide' }),
  ],
  Sum: reduction(tf.sum),
  TopK: [
    of([any([2, 6])], (x) => {
      const { values, indices } = tf.topk(x, 3)
      return [values, indices]
    }),
  ],
  UnsortedSegmentSum: [
    of([any([4, 3]), integers([4], [2, 0, 2, 1])], (x, ids) =>
      tf.unsortedSegmentSum(x, ids as tf.Tensor1D, 4),
    ),
  ],
}
