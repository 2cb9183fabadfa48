// Kernels that move, cut, join, fill and look up elements.
import * as tf from '@tensorflow/tfjs-core'
import { any, integers, of } from './case'
import type { KernelTable } from './case'

export const shapes: KernelTable = {
  BatchToSpaceND: [
    of([any([8, 1, 2, 1])], (x) =>
      tf.batchToSpaceND(
        x,
        [2, 2],
        [
          [0, 0],
          [1, 0],
        ],
      ),
    ),
  ],
  BroadcastArgs: [of([integers([3], [2, 1, 3]), integers([2], [4, 1])], (a, b) => tf.broadcastArgs(a, b))],
  Concat: [
    of([any([2, 3]), any([2, 2])], (a, b) => tf.concat([a, b], 1)),
    of([any([3]), any([2]), any([1])], (...xs) => tf.concat(xs), { name: 'three vectors' }),
  ],
  DepthToSpace: [of([any([1, 2, 2, 4])], (x) => tf.depthToSpace(x as tf.Tensor4D, 2, 'NHWC'))],
  Diag: [of([any([3])], (x) => tf.diag(x)), of([any([2, 2])], (x) => tf.diag(x), { name: 'matrix' })],
  ExpandDims: [
    of([any([2, 3])], (x) => tf.expandDims(x, 1)),
    of([any([3])], (x) => tf.expandDims(x, -1), { name: 'last' }),
  ],
  Fill: [of([], () => tf.fill([2, 3], 2.5)), of([], () => tf.fill([2, 3], 7, 'int32'), { name: 'int32' })],
  FlipLeftRight: [of([any([1, 2, 3, 2])], (x) => tf.image.flipLeftRight(x as tf.Tensor4D))],
  GatherNd: [of([any([3, 4]), integers([3, 2], [0, 1, 2, 3, 1, 0])], (x, at) => tf.gatherND(x, at))],
  GatherV2: [
    of([any([5, 3]), integers([4], [4, 0, 0, 2])], (x, at) => tf.gather(x, at)),
    of([any([3, 5]), integers([2, 2], [4, 0, 0, 2])], (x, at) => tf.gather(x, at, 1), {
      name: 'axis 1, matrix of indices',
    }),
    of([any([2, 3]), integers([2, 2], [2, 0, 1, 1])], (x, at) => tf.gather(x, at, 1, 1), {
      name: 'a batch dimension',
      noGradient: 'tfjs defines none for batchDims',
    }),
  ],
  LinSpace: [of([], () => tf.linspace(-1, 2, 7))],
  MirrorPad: (['reflect', 'symmetric'] as const).map((mode) =>
    of(
      [any([3, 4])],
      (x) =>
        tf.mirrorPad(
          x,
          [
            [1, 1],
            [2, 1],
          ],
          mode,
        ),
      { name: mode },
    ),
  ),
  OneHot: [
    of([integers([4], [2, 0, 1, 2])], (x) => tf.oneHot(x, 3, 1, 0)),
    of([integers([2, 2], [2, 0, 1, 2])], (x) => tf.oneHot(x, 3, 5, -1, 'float32'), {
      name: 'float32, own values',
    }),
  ],
  Pack: [of([any([2, 3]), any([2, 3])], (a, b) => tf.stack([a, b], 1))],
  PadV2: [
    of([any([2, 3])], (x) =>
      tf.pad(
        x,
        [
          [1, 0],
          [0, 2],
        ],
        1,
      ),
    ),
  ],
  Range: [
    of([], () => tf.range(1, 8, 2)),
    of([], () => tf.range(5, 0, -1, 'int32'), { name: 'int32, down' }),
  ],
  Reshape: [of([any([2, 6])], (x) => tf.reshape(x, [3, 4]))],
  Reverse: [of([any([2, 3, 2])], (x) => tf.reverse(x, [0, 2]))],
  ScatterNd: [
    of([integers([3, 1], [3, 0, 3]), any([3, 2])], (at, updates) => tf.scatterND(at, updates, [5, 2])),
  ],
  Slice: [
    of([any([3, 4])], (x) => tf.slice(x, [1, 0], [2, 3])),
    of([any([4, 2])], (x) => tf.slice(x, [2], [-1]), { name: 'to the end' }),
  ],
  SpaceToBatchND: [
    of([any([2, 2, 3, 1])], (x) =>
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [0, 0],
          [1, 0],
        ],
      ),
    ),
  ],
  SparseToDense: [
    of([any([3])], (x) => tf.sparseToDense(tf.tensor2d([0, 1, 2, 3, 4, 0], [3, 2], 'int32'), x, [5, 4])),
    of([integers([3], [0, 2, 4]), any([3])], (at, x) => tf.sparseToDense(at, x, [6]), {
      name: 'indices as an input',
    }),
  ],
  SplitV: [
    of([any([2, 6])], (x) => tf.split(x, [1, 3, 2], 1)),
    of([any([4, 2])], (x) => tf.split(x, 2), { name: 'equal parts' }),
  ],
  StridedSlice: [of([any([4, 5])], (x) => tf.stridedSlice(x, [3, 1], [0, 5], [-1, 2]))],
  TensorScatterUpdate: [
    of([any([4, 2]), integers([2, 1], [3, 1]), any([2, 2], 3, 5)], (x, at, updates) =>
      tf.tensorScatterUpdate(x, at, updates),
    ),
  ],
  Tile: [
    of([any([2, 3])], (x) => tf.tile(x, [2, 1])),
    of([any([1, 2, 1])], (x) => tf.tile(x, [3, 1, 2]), { name: 'rank 3' }),
  ],
  Transpose: [
    of([any([2, 3, 4])], (x) => tf.transpose(x, [2, 0, 1])),
    of([any([3, 4])], (x) => tf.transpose(x), { name: 'matrix' }),
  ],
  Unpack: [of([any([2, 3])], (x) => tf.unstack(x, 1))],
}
