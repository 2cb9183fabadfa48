// Matrix products, convolutions, pools, normalisations, images and Fourier transforms.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D, Tensor5D } from '@tensorflow/tfjs-core'
import { parts } from './elementwise'
import { any, float, integers, of } from './case'
import type { KernelTable } from './case'

const image = float([2, 5, 4, 2])
const filter = float([3, 2, 2, 3])
const conv = (
  x: Tensor,
  w: Tensor,
  pad: 'same' | 'valid' = 'same',
  strides: number | [number, number] = 1,
): Tensor => tf.conv2d(x as Tensor4D, w as Tensor4D, strides, pad)
const depthwise = (x: Tensor, w: Tensor): Tensor =>
  tf.depthwiseConv2d(x as Tensor4D, w as Tensor4D, 1, 'same')
const volume = float([1, 4, 4, 3, 2])
const conv3d = (x: Tensor, w: Tensor): Tensor => tf.conv3d(x as Tensor5D, w as Tensor5D, 1, 'same')
const dilation = (x: Tensor, w: Tensor): Tensor => tf.dilation2d(x as Tensor4D, w as Tensor3D, 1, 'same')
/** The gradient of `op` by one of its two inputs. */
const by = (input: 0 | 1, op: (a: Tensor, b: Tensor) => Tensor) => (a: Tensor, b: Tensor) =>
  tf.grads(op)([a, b])[input] as Tensor
const partial = "tfjs' CPU backend divides the gradient of a partial window by the size of a whole one"
const boxes = {
  shape: [4, 4],
  range: [0, 0],
  values: [0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, 2, 1, 3, 0.2, 0.1, 0.7, 0.8],
  dtype: 'float32',
} as const

export const products: KernelTable = {
  AvgPool: [
    of([image], (x) => tf.avgPool(x as Tensor4D, 2, 2, 'same'), {
      name: 'partial windows',
      noGradient: partial,
    }),
    of([image], (x) => tf.avgPool(x as Tensor4D, [3, 2], 1, 'valid'), { name: 'valid' }),
  ],
  AvgPool3D: [
    of([volume], (x) => tf.avgPool3d(x as Tensor5D, 2, 1, 'valid')),
    of([volume], (x) => tf.avgPool3d(x as Tensor5D, 2, 1, 'same'), {
      name: 'partial windows',
      noGradient: partial,
    }),
  ],
  AvgPool3DGrad: [of([volume], (x) => tf.grad((v) => tf.avgPool3d(v as Tensor5D, 2, 1, 'valid'))(x))],
  AvgPoolGrad: [of([image], (x) => tf.grad((v) => tf.avgPool(v as Tensor4D, 2, 1, 'valid'))(x))],
  BatchMatMul: [
    of([any([3, 4]), any([4, 2])], (a, b) => tf.matMul(a, b)),
    of([any([2, 4, 3]), any([2, 5, 4])], (a, b) => tf.matMul(a, b, true, true), {
      name: 'batched, transposed',
    }),
    of([float([2, 3, 2, 4]), float([4, 3])], (a, b) => tf.matMul(a, b), {
      name: 'broadcast',
      noGradient: 'tfjs defines none that broadcasts',
    }),
  ],
  Conv2D: [
    of([image, filter], (x, w) => conv(x, w)),
    of([image, filter], (x, w) => conv(x, w, 'valid', [2, 1]), { name: 'valid, strides' }),
    of([image, filter], (x, w) => tf.conv2d(x as Tensor4D, w as Tensor4D, 1, 'same', 'NHWC', 2), {
      name: 'dilated',
      noGradient: 'tfjs defines none for dilations',
    }),
  ],
  Conv2DBackpropFilter: [
    of(
      [image, filter],
      by(1, (x, w) => conv(x, w, 'same', 2)),
    ),
  ],
  Conv2DBackpropInput: [
    of(
      [image, filter],
      by(0, (x, w) => conv(x, w, 'same', 2)),
      { noGradient: 'it does not depend on the image' },
    ),
    of(
      [float([1, 2, 2, 3]), float([2, 2, 4, 3])],
      (x, w) => tf.conv2dTranspose(x as Tensor4D, w as Tensor4D, [1, 4, 4, 4], 2, 'same'),
      { name: 'transposed convolution' },
    ),
  ],
  Conv3D: [of([volume, float([2, 2, 2, 2, 3])], conv3d)],
  Conv3DBackpropFilterV2: [of([volume, float([2, 2, 2, 2, 3])], by(1, conv3d))],
  Conv3DBackpropInputV2: [of([volume, float([2, 2, 2, 2, 3])], by(0, conv3d))],
  CropAndResize: [
    of([image, boxes, integers([4], [0, 1, 1, 0])], (x, box, which) =>
      tf.image.cropAndResize(x as Tensor4D, box as Tensor2D, which as Tensor1D, [3, 2], 'bilinear', 0.5),
    ),
  ],
  DepthwiseConv2dNative: [of([image, float([3, 2, 2, 2])], depthwise)],
  DepthwiseConv2dNativeBackpropFilter: [of([image, float([3, 2, 2, 2])], by(1, depthwise))],
  DepthwiseConv2dNativeBackpropInput: [of([image, float([3, 2, 2, 2])], by(0, depthwise))],
  Dilation2D: [of([image, float([2, 2, 2])], dilation)],
  Dilation2DBackpropFilter: [of([image, float([2, 2, 2])], by(1, dilation))],
  Dilation2DBackpropInput: [of([image, float([2, 2, 2])], by(0, dilation))],
  Einsum: [
    of([any([3, 4]), any([4, 2])], (a, b) => tf.einsum('ij,jk->ik', a, b)),
    of([float([2, 3, 4]), float([2, 5, 4])], (a, b) => tf.einsum('bqd,bkd->bqk', a, b), {
      name: 'attention',
    }),
  ],
  FFT: [of([float([2, 8]), float([2, 8])], (re, im) => parts(tf.spectral.fft(tf.complex(re, im))))],
  FusedBatchNorm: [
    of([image, float([2]), float([2], 0.5, 2), float([2]), float([2])], (x, mean, variance, offset, scale) =>
      tf.batchNorm4d(
        x as Tensor4D,
        mean as Tensor1D,
        variance as Tensor1D,
        offset as Tensor1D,
        scale as Tensor1D,
        0.001,
      ),
    ),
  ],
  FusedConv2D: (['relu', 'linear', 'elu'] as const).map((activation) =>
    of(
      [image, filter, float([3])],
      (x, w, bias) =>
        tf.fused.conv2d({
          x: x as Tensor4D,
          filter: w as Tensor4D,
          strides: 1,
          pad: 'same',
          bias,
          activation,
        }),
      { name: activation },
    ),
  ),
  FusedDepthwiseConv2D: [
    of([image, float([3, 2, 2, 2]), float([4])], (x, w, bias) =>
      tf.fused.depthwiseConv2d({
        x: x as Tensor4D,
        filter: w as Tensor4D,
        strides: 1,
        pad: 'same',
        bias,
        activation: 'relu',
      }),
    ),
  ],
  IFFT: [of([float([2, 8]), float([2, 8])], (re, im) => parts(tf.spectral.ifft(tf.complex(re, im))))],
  LRN: [of([float([1, 2, 3, 5])], (x) => tf.localResponseNormalization(x as Tensor4D, 2, 1, 0.5, 0.5))],
  LRNGrad: [
    of([float([1, 2, 3, 5])], (x) =>
      tf.grad((v) => tf.localResponseNormalization(v as Tensor4D, 2, 1, 0.5, 0.5))(x),
    ),
  ],
  MaxPool: [
    of([image], (x) => tf.maxPool(x as Tensor4D, 2, 2, 'same')),
    of([image], (x) => tf.maxPool(x as Tensor4D, [3, 2], 1, 'valid'), { name: 'valid' }),
  ],
  MaxPool3D: [of([volume], (x) => tf.maxPool3d(x as Tensor5D, 2, 1, 'same'))],
  MaxPool3DGrad: [of([volume], (x) => tf.grad((v) => tf.maxPool3d(v as Tensor5D, 2, 1, 'same'))(x))],
  MaxPoolGrad: [of([image], (x) => tf.grad((v) => tf.maxPool(v as Tensor4D, 2, 2, 'same'))(x))],
  NonMaxSuppressionV4: [
    of(
      [boxes, { shape: [4], range: [0, 0], values: [0.9, 0.75, 0.6, 0.95], dtype: 'float32' }],
      (box, scores) => {
        const { selectedIndices, validOutputs } = tf.image.nonMaxSuppressionPadded(
          box as Tensor2D,
          scores as Tensor1D,
          3,
          0.5,
          0,
          true,
        )
        return [selectedIndices as Tensor, validOutputs as Tensor]
      },
    ),
  ],
  // Square images: the gradient of tfjs' CPU backend takes height for width.
  ResizeBilinear: [
    of([any([1, 4, 4, 2])], (x) => tf.image.resizeBilinear(x as Tensor4D, [5, 6])),
    of([any([1, 4, 4, 2])], (x) => tf.image.resizeBilinear(x as Tensor4D, [2, 7], true), {
      name: 'aligned corners',
    }),
  ],
  ResizeBilinearGrad: [
    of([float([1, 4, 4, 2])], (x) => tf.grad((v) => tf.image.resizeBilinear(v as Tensor4D, [5, 6]))(x)),
  ],
  ResizeNearestNeighbor: [
    of([any([1, 3, 4, 2])], (x) => tf.image.resizeNearestNeighbor(x as Tensor4D, [5, 6])),
  ],
  ResizeNearestNeighborGrad: [
    of([float([1, 3, 4, 2])], (x) =>
      tf.grad((v) => tf.image.resizeNearestNeighbor(v as Tensor4D, [5, 6]))(x),
    ),
  ],
  _FusedMatMul: (['relu', 'linear', 'elu'] as const).map((activation) =>
    of(
      [float([3, 4]), float([4, 2]), float([2])],
      (a, b, bias) => tf.fused.matMul({ a, b, bias, activation }),
      { name: activation },
    ),
  ),
}
