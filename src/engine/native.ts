// The one door to native TensorFlow: loads the binding of tfjs-node-gpu on demand, once. It does not install or mend it.
import util from 'node:util'
import { findBackend } from '@tensorflow/tfjs-core'
import type * as tf from '@tensorflow/tfjs-core'

/** What is known about the loaded library. */
export interface NativeTensorFlow {
  tensorflow: string
  tfjsNode: string
  usesGpu: boolean
  binding: TFJSBinding
  NodeBackend: new (binding: TFJSBinding, packageName: string) => NodeBackend
}

/** Names tfjs-node 4.22 still takes from node:util, which Node 23 removed. */
const removedFunctions: Record<string, (value: unknown) => boolean> = {
  isNullOrUndefined: (value) => value === null || value === undefined,
  isArray: Array.isArray,
  isString: (value) => typeof value === 'string',
  isNumber: (value) => typeof value === 'number',
  isObject: (value) => value !== null && typeof value === 'object',
  isFunction: (value) => typeof value === 'function',
}

/** An attribute of an op, as the binding takes it. */
export interface TFEOpAttr {
  name: string
  type: number
  value: boolean | number | object | string | number[]
}

/** The parts of tfjs-node's native binding that are used here. */
export interface TFJSBinding {
  /** `onHost`: the tensor does not go to the GPU (a mend of scripts/setup/binding-mends.mjs; without it, it does). */
  createTensor(
    shape: number[],
    dtype: number,
    values: tf.backend_util.BackendValues,
    onHost?: boolean,
  ): number
  deleteTensor(id: number): void
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array
  loadSavedModel(folder: string, tags: string): number
  deleteSavedModel(id: number): void
  runSavedModel(
    id: number,
    inputs: number[],
    inputNames: string,
    outputNames: string,
  ): { id: number; shape: number[]; dtype: number }[]
  getNumOfTensors(): number
  TF_Version: string
  TF_INT64: number
  TF_ATTR_STRING: number
  TF_ATTR_INT: number
  TF_ATTR_FLOAT: number
  TF_ATTR_BOOL: number
  TF_ATTR_TYPE: number
  TF_ATTR_SHAPE: number
}

/** tfjs-node's kernel backend: each of its kernels ends in one of the two execute methods. */
interface NodeBackend extends tf.KernelBackend {
  isUsingGpuDevice: boolean
  binding: TFJSBinding
  executeSingleOutput(op: string, attributes: TFEOpAttr[], inputs: tf.TensorInfo[]): tf.Tensor
  executeMultipleOutputs(
    op: string,
    attributes: TFEOpAttr[],
    inputs: tf.TensorInfo[],
    count: number,
  ): tf.Tensor[]
  read(dataId: object): Promise<tf.backend_util.BackendValues>
  readSync(dataId: object): tf.backend_util.BackendValues
  write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object
  disposeData(dataId: object, force?: boolean): boolean
}

/**
 * Loads native TensorFlow and registers its tfjs backend "tensorflow". Thread counts and TF_CPP_MIN_LOG_LEVEL must stand
 * in the environment before the first call. Rejects with the loader's own error where the binding does not load.
 */
export async function loadNative(): Promise<NativeTensorFlow> {
  const names = util as unknown as Record<string, unknown>
  for (const [name, replacement] of Object.entries(removedFunctions)) names[name] ??= replacement
  const library = await import('@tensorflow/tfjs-node-gpu')
  // By name: another engine's backend may be tfjs' current one.
  const backend = findBackend('tensorflow') as unknown as NodeBackend
  return {
    tensorflow: backend.binding.TF_Version,
    tfjsNode: library.version['tfjs-node'],
    usesGpu: backend.isUsingGpuDevice,
    binding: backend.binding,
    NodeBackend: backend.constructor as NativeTensorFlow['NodeBackend'],
  }
}
