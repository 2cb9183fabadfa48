// Chooses and opens an engine: `auto` takes native TensorFlow where it loads, else TensorFlow.js' own CPU backend.
// Thread counts are environment variables that native TensorFlow reads once, when it loads.
import { availableParallelism } from 'node:os'
import * as tf from '@tensorflow/tfjs-core'
import { createCompiledEngine } from './compiled/compiled-engine'
import { chooseDevice, cpuName, cpuNote, deviceName, missingDevice } from './device'
import { createEagerEngine } from './eager-engine'
import { EngineError, messageOf } from './errors'
import { loadNative } from './native'
import type { NativeTensorFlow } from './native'
import type { DeviceRequest, Engine, EngineName, EngineRequest } from './types'

/** An engine with what a run's record says about it. */
export interface OpenedEngine {
  engine: Engine
  name: EngineName
  /** Why this engine: a sentence. */
  reason: string
  /** Such as `CPU (model)` and `GPU 1 (model)`, by nvidia-smi's numbers. */
  device: string
  /** Why the CPU where a GPU might be expected: a sentence. */
  deviceNote?: string
  /** Threads a kernel may use. */
  threads: number
  versions: Record<string, string>
}

/** Variables by which TensorFlow's own kernels and oneDNN's are told their number of threads. */
const threadVariables = ['TF_NUM_INTRAOP_THREADS', 'OMP_NUM_THREADS'] as const

/** How an engine is opened. */
export interface OpenOptions {
  /** Threads a kernel may use; used where the environment says nothing yet. */
  readonly threads?: number
  /**
   * Default: auto, the first GPU where the library finds one. Native TensorFlow places all programs of a process on one
   * device: the first call that loads it decides.
   */
  readonly device?: DeviceRequest
}

/**
 * Opens the engine asked for. Throws EngineError 'native-missing' where native TensorFlow does not load and an engine that
 * needs it was asked for, and 'no-device' where there is no such GPU.
 */
export async function openEngine(request: EngineRequest, options: OpenOptions): Promise<OpenedEngine> {
  // Checks of every op's arguments stay; tfjs' hints for newcomers go.
  tf.enableProdMode()
  const { device = 'auto' } = options
  if (request === 'js') {
    if (device.startsWith('gpu'))
      throw new EngineError(
        'no-device',
        `engine "js" runs on the CPU: device "${device}" needs eager, graph or xla`,
      )
    return openJs('the command or the settings asked for js')
  }
  const name = request === 'auto' ? 'graph' : request
  const reason =
    request === 'auto'
      ? 'native TensorFlow loads, and graph needs the least compiling of the engines that make one call a step'
      : `the command or the settings asked for ${request}`
  chooseDevice(device)
  setEnvironment(options.threads)
  let native: NativeTensorFlow
  try {
    native = await loadNative()
  } catch (cause) {
    if (request !== 'auto' || device.startsWith('gpu')) {
      throw new EngineError(
        'native-missing',
        `engine "${request}" needs native TensorFlow, which does not load (${messageOf(cause)}): run "afterword doctor"`,
        { cause },
      )
    }
    return openJs(`native TensorFlow does not load (${messageOf(cause)}): run "afterword doctor"`)
  }
  if (device.startsWith('gpu') && !native.usesGpu) throw await missingDevice(device)
  const note = await cpuNote(device, native.usesGpu)
  return { ...(await openNative(name, reason, native)), ...(note === undefined ? {} : { deviceNote: note }) }
}

/** What native TensorFlow reads from the environment once, when it loads. */
function setEnvironment(threads: number | undefined): void {
  if (threads !== undefined) {
    for (const variable of threadVariables) process.env[variable] ??= String(threads)
  }
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
}

async function openNative(
  name: Exclude<EngineName, 'js'>,
  reason: string,
  native: NativeTensorFlow,
): Promise<OpenedEngine> {
  await tf.setBackend('tensorflow')
  return {
    engine: name === 'eager' ? createEagerEngine('eager', 'tensorflow') : createCompiledEngine(name, native),
    name,
    reason,
    device: await deviceName(native.usesGpu),
    threads: Number(process.env[threadVariables[0]]) || availableParallelism(),
    versions: { ...baseVersions(), tensorflow: native.tensorflow, 'tfjs-node': native.tfjsNode },
  }
}

async function openJs(reason: string): Promise<OpenedEngine> {
  // The whole of tfjs, because its core registers no gradients by itself; the backend "cpu" comes with it.
  await import('@tensorflow/tfjs')
  await tf.setBackend('cpu')
  return {
    engine: createEagerEngine('js', 'cpu'),
    name: 'js',
    reason,
    device: cpuName(),
    threads: 1,
    versions: baseVersions(),
  }
}

const baseVersions = (): Record<string, string> => ({
  node: process.versions.node,
  'tfjs-core': tf.version_core,
})
