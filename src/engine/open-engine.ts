// Chooses and opens an engine: `auto` takes native TensorFlow where it loads, else TensorFlow.js' own CPU backend.
// Thread counts are environment variables that native TensorFlow reads once, when it loads.
import { availableParallelism, cpus } from 'node:os'
import * as tf from '@tensorflow/tfjs-core'
import { AfterwordError, messageOf } from '../shared/errors'
import type { EngineName, EngineRequest } from '../shared/run/record'
import { createCompiledEngine } from './compiled/compiled-engine'
import { createEagerEngine } from './eager-engine'
import { loadNative } from './native'
import type { Engine } from './types'

/** An engine with what a run's record says about it. */
export interface OpenedEngine {
  engine: Engine
  name: EngineName
  /** Why this engine: a sentence. */
  reason: string
  device: string
  /** Threads a kernel may use. */
  threads: number
  versions: Record<string, string>
}

/** Variables by which TensorFlow's own kernels and oneDNN's are told their number of threads. */
const threadVariables = ['TF_NUM_INTRAOP_THREADS', 'OMP_NUM_THREADS'] as const

/**
 * Opens the engine asked for. `threads` is used where the environment says nothing yet. Throws AfterwordError
 * 'native-missing' where native TensorFlow does not load and an engine that needs it was asked for.
 */
export async function openEngine(
  request: EngineRequest,
  options: { threads?: number },
): Promise<OpenedEngine> {
  // Checks of every op's arguments stay; tfjs' hints for newcomers go.
  tf.enableProdMode()
  if (request === 'js') return openJs('the command or the settings asked for js')
  const name = request === 'auto' ? 'graph' : request
  const reason =
    request === 'auto'
      ? 'native TensorFlow loads, and one graph call a step is the fastest engine that needs no compiling'
      : `the command or the settings asked for ${request}`
  try {
    return await openNative(name, reason, options.threads)
  } catch (cause) {
    if (request !== 'auto') {
      throw new AfterwordError(
        'native-missing',
        `engine "${request}" needs native TensorFlow, which does not load (${messageOf(cause)}): run "afterword doctor"`,
        { cause },
      )
    }
    return openJs(`native TensorFlow does not load (${messageOf(cause)}): run "afterword doctor"`)
  }
}

async function openNative(
  name: Exclude<EngineName, 'js'>,
  reason: string,
  threads: number | undefined,
): Promise<OpenedEngine> {
  if (threads !== undefined) {
    for (const variable of threadVariables) process.env[variable] ??= String(threads)
  }
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  const native = await loadNative()
  await tf.setBackend('tensorflow')
  return {
    engine: name === 'eager' ? createEagerEngine('eager', 'tensorflow') : createCompiledEngine(name, native),
    name,
    reason,
    device: native.usesGpu ? 'GPU' : cpuName(),
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

const cpuName = (): string => `CPU (${cpus()[0]?.model.trim() || 'unknown model'})`

const baseVersions = (): Record<string, string> => ({
  node: process.versions.node,
  'tfjs-core': tf.version_core,
})
