// Kernels of tfjs-node that cannot be recorded as they are: a few are written again, some are refused with what to do instead.
// All others are recorded by what they execute.
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors'
import type { TFEOpAttr, TFJSBinding } from '../native'

const countsByValue = 'gives as many results as the values say, and a program has fixed shapes'

/** Kernels a recorded function may not use: what is wrong with them, and what to do instead. */
const refusedKernels: Readonly<Record<string, string>> = {
  Multinomial:
    "draws from TensorFlow's own random state, which no seed of the program fixes: hand uniform numbers in as an input and search the cumulative probabilities",
  NonMaxSuppressionV3: `${countsByValue}: use tf.image.nonMaxSuppressionPadded with padToMaxOutputSize`,
  NonMaxSuppressionV5: `${countsByValue}: use tf.image.nonMaxSuppressionPadded with padToMaxOutputSize`,
  Unique: `${countsByValue}: order by tf.topk and compare neighbours`,
}

/** What a kernel of tfjs-node needs of its backend. */
interface ExecutingBackend {
  readonly binding: TFJSBinding
  executeSingleOutput(op: string, attributes: TFEOpAttr[], inputs: tf.TensorInfo[]): tf.Tensor
}

/** The kernel to register for recording in place of tfjs-node's. */
export function recordingKernel(kernel: tf.KernelConfig): tf.KernelConfig {
  const { kernelName, kernelFunc } = kernel
  const refusal = refusedKernels[kernelName]
  if (refusal !== undefined) return { ...kernel, kernelFunc: () => refuse(kernelName, refusal) }
  const rewritten = rewrittenKernels[kernelName]
  if (rewritten) return { ...kernel, kernelFunc: (call) => tf.tidy(() => rewritten(call)) }
  if (kernelName !== tf.NonMaxSuppressionV4) return kernel
  return {
    ...kernel,
    kernelFunc: (call) =>
      call.attrs?.['padToMaxOutputSize'] === true
        ? kernelFunc(call)
        : refuse(kernelName, `${countsByValue}: set padToMaxOutputSize`),
  }
}

/**
 * The operation to execute while `op` is recorded. State and inputs are zeros then, integers do not divide by zero, and only the
 * shape and type of what comes out matter.
 */
export function standIn(op: string, inputs: readonly tf.TensorInfo[]): string {
  return (op === 'FloorDiv' || op === 'FloorMod') && inputs[0]?.dtype === 'int32' ? 'Maximum' : op
}

function refuse(kernelName: string, reason: string): never {
  throw new EngineError('misuse', `${kernelName} cannot be part of a program: it ${reason}`)
}

/** Kernels written again. Types of inputs are left out of the attributes: they follow from the inputs. */
const rewrittenKernels: Readonly<Record<string, (call: Parameters<tf.KernelFunc>[0]) => tf.Tensor>> = {
  /** tfjs-node's disposes of an int32 input. */
  [tf.Exp]: ({ inputs, backend }) => {
    const { x } = inputs as Record<'x', tf.Tensor>
    const floats = x.dtype === 'int32' ? tf.cast(x, 'float32') : x
    return (backend as ExecutingBackend).executeSingleOutput('Exp', [], [floats])
  },
  /** tfjs-node's reads the indices back to check them. Here TensorFlow's kernel checks (XLA clamps). */
  [tf.GatherV2]: ({ inputs, attrs, backend }) => {
    const { x, indices } = inputs as Record<'x' | 'indices', tf.Tensor>
    const { axis, batchDims } = attrs as unknown as tf.GatherV2Attrs
    // Checks ranks and batch dimensions.
    tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, batchDims)
    const { binding } = backend as ExecutingBackend
    const attributes = [{ name: 'batch_dims', type: binding.TF_ATTR_INT, value: batchDims }]
    const axisTensor = tf.scalar(axis, 'int32')
    return (backend as ExecutingBackend).executeSingleOutput('GatherV2', attributes, [x, indices, axisTensor])
  },
  /** TensorFlow 2.21 rounds int32 to zeros, and XLA not at all. */
  [tf.Round]: ({ inputs, backend }) => {
    const { x } = inputs as Record<'x', tf.Tensor>
    return (backend as ExecutingBackend).executeSingleOutput(
      x.dtype === 'int32' ? 'Identity' : 'Round',
      [],
      [x],
    )
  },
  /** tfjs-node's wants indices sorted and unique, which the zeros of a recording are not. */
  [tf.SparseToDense]: ({ inputs, attrs, backend }) => {
    const { sparseIndices, sparseValues, defaultValue } = inputs as Record<
      'sparseIndices' | 'sparseValues' | 'defaultValue',
      tf.Tensor
    >
    const { outputShape } = attrs as unknown as tf.SparseToDenseAttrs
    const { binding } = backend as ExecutingBackend
    return (backend as ExecutingBackend).executeSingleOutput(
      'SparseToDense',
      [{ name: 'validate_indices', type: binding.TF_ATTR_BOOL, value: false }],
      [sparseIndices, tf.tensor1d(outputShape, 'int32'), sparseValues, defaultValue],
    )
  },
}
