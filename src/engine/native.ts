// The one door to native TensorFlow: loads the binding of tfjs-node-gpu on demand, once. It does not install or mend it.
import util from 'node:util'

/** What is known about the loaded library. */
export interface NativeTensorFlow {
  tensorflow: string
  tfjsNode: string
  usesGpu: boolean
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

/** What tfjs-node's backend says about itself beyond its typings. */
interface NodeBackend {
  isUsingGpuDevice: boolean
  binding: { TF_Version: string }
}

/**
 * Loads native TensorFlow and registers its tfjs backend "tensorflow". Thread counts and TF_CPP_MIN_LOG_LEVEL must stand
 * in the environment before the first call. Rejects with the loader's own error where the binding does not load.
 */
export async function loadNative(): Promise<NativeTensorFlow> {
  const names = util as unknown as Record<string, unknown>
  for (const [name, replacement] of Object.entries(removedFunctions)) names[name] ??= replacement
  const library = await import('@tensorflow/tfjs-node-gpu')
  const backend = library.backend() as unknown as NodeBackend
  return {
    tensorflow: backend.binding.TF_Version,
    tfjsNode: library.version['tfjs-node'],
    usesGpu: backend.isUsingGpuDevice,
  }
}
