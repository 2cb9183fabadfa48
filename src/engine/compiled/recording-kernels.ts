// Kernels of tfjs-node that cannot be recorded as they are: one is written again, some are refused with what to do instead. All
// others are recorded by what they execute.
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
  switch (kernelName) {
    case tf.GatherV2:
      return { ...kernel, kernelFunc: gather }
    case tf.NonMaxSuppressionV4:
      return {
        ...kernel,
        kernelFunc: (call) =>
          call.attrs?.['padToMaxOutputSize'] === true
            ? kernelFunc(call)
            : refuse(kernelName, `${countsByValue}: set padToMaxOutputSize`),
      }
    default:
      return kernel
  }
}

function refuse(kernelName: string, reason: string): never {
  throw new EngineError('misuse', `${kernelName} cannot be part of a program: it ${reason}`)
}

/** tfjs-node's own reads the indices back to check them. Here TensorFlow's kernel checks (XLA clamps). */
const gather: tf.KernelFunc = ({ inputs, attrs, backend }) => {
  const { x, indices } = inputs as Record<'x' | 'indices', tf.Tensor>
  const { axis, batchDims } = attrs as unknown as tf.GatherV2Attrs
  // Checks ranks and batch dimensions.
  tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, batchDims)
  const executing = backend as ExecutingBackend
  const axisTensor = tf.scalar(axis, 'int32')
  const attributes = [{ name: 'batch_dims', type: executing.binding.TF_ATTR_INT, value: batchDims }]
  const gathered = executing.executeSingleOutput('GatherV2', attributes, [x, indices, axisTensor])
  axisTensor.dispose()
  return gathered
}
