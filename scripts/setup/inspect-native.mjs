// Looks at native TensorFlow: library, CUDA, binding, GPUs, and whether they work together. Changes nothing but the time at
// which a cached library was last used.
import { join } from 'node:path'
import { BINDING_PACKAGE } from './binding.mjs'
import { packageVersion } from './context.mjs'
import { findCuda, isCudaReady } from './cuda.mjs'
import { wantedBuild, wantsCuda } from './gpus.mjs'
import { findBuild, whyCpu } from './native.mjs'
import { probeNative } from './probe-native.mjs'
import { run } from './process.mjs'
import { findTensorflow, TENSORFLOW_VERSION } from './tensorflow.mjs'

/**
 * @typedef {import('./inspect.mjs').Piece} Piece
 * @typedef {import('./tensorflow.mjs').Library} Library
 * @typedef {{ name: string, type: string, memoryBytes: number }} Device
 */

/** What completes whatever can be fetched or compiled. */
const FIX = 'npx afterword doctor --fix'

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<{ isUsable: boolean, pieces: Piece[], devices: Device[] }>} isUsable: a run started now would train on it
 */
export async function inspectNative(context) {
  const build = await wantedBuild(context)
  const library = await findTensorflow(context, build)
  // Where the GPU build cannot be had, the set-up has linked the other.
  const native = (await findBuild(context, build)) ?? (await findBuild(context, 'cpu'))
  const probe = native ? await probeNative(context) : undefined
  const loaded = probe && !('error' in probe) ? probe : undefined
  const pieces = [
    describeLibrary(build, library, loaded?.tensorflow),
    describeBinding(context, native, probe),
    await describeGpus(context, native?.library, loaded),
  ]
  if (library?.build === 'gpu') pieces.splice(1, 0, await describeCuda(context, library))
  const devices = loaded && native ? await listDevices(context, native.library) : []
  return { isUsable: loaded !== undefined, pieces, devices }
}

/**
 * @param {import('./gpus.mjs').Build} build
 * @param {Library | undefined} library
 * @param {string | undefined} loadedVersion
 * @returns {Piece}
 */
function describeLibrary(build, library, loadedVersion) {
  const name = 'TensorFlow'
  if (!library) {
    const note = `libtensorflow ${TENSORFLOW_VERSION} (${build.toUpperCase()} build) is not in the cache`
    return { name, state: 'warning', note, advice: FIX }
  }
  const version = loadedVersion ?? library.version
  const shown = library.build === 'own' ? version : `${version} (${library.build.toUpperCase()} build)`
  return { name, state: 'ok', version: shown, source: library.source, path: library.folder }
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {Library} library
 * @returns {Promise<Piece>}
 */
async function describeCuda(context, library) {
  const name = 'CUDA libraries'
  if (!(await wantsCuda(context))) {
    const source =
      context.env.AFTERWORD_CUDA === 'system' ? 'AFTERWORD_CUDA=system' : 'not fetched: there is no GPU'
    return { name, state: 'ok', version: "this system's own, where it has them", source }
  }
  const { folder, version, missing } = await findCuda(context)
  if (await isCudaReady(context, library)) return { name, state: 'ok', version, path: folder }
  const note =
    missing.length > 0 ? `missing: ${missing.join(', ')}` : 'they are not linked beside the library'
  return { name, state: 'warning', version, note, advice: FIX }
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {import('./native.mjs').Native | undefined} native
 * @param {import('./probe-native.mjs').Probe | { error: string } | undefined} probe
 * @returns {Piece}
 */
function describeBinding(context, native, probe) {
  const name = `binding of ${BINDING_PACKAGE.split('/')[1]}`
  if (!native || !probe) return { name, state: 'warning', note: 'it is not compiled and linked', advice: FIX }
  const version = packageVersion(context, BINDING_PACKAGE)
  const source = 'compiled on this machine'
  const piece = { name, source, path: native.binding, ...(version ? { version } : {}) }
  if ('error' in probe)
    return { ...piece, state: 'warning', note: `it does not load: ${probe.error}`, advice: FIX }
  return { ...piece, state: 'ok' }
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {Library | undefined} library
 * @param {import('./probe-native.mjs').Probe | undefined} probe
 * @returns {Promise<Piece>}
 */
async function describeGpus(context, library, probe) {
  const name = 'GPU'
  const { gpus, driver, problem } = await context.gpus()
  if (gpus.length === 0) {
    const version = `none (${problem ?? 'nvidia-smi is not installed'})`
    const note = library?.build === 'gpu' ? await whyCpu(context) : undefined
    if (problem !== undefined)
      return {
        name,
        state: 'warning',
        version,
        advice: 'mend the NVIDIA driver: nvidia-smi must list the GPU',
      }
    return { name, state: 'ok', version, ...(note ? { note } : {}) }
  }
  const shown = gpus.map((gpu) => `${gpu.index}: ${gpu.name}, ${Math.round(gpu.memoryMegabytes / 1024)} GiB`)
  const piece = { name, version: shown.join('; '), source: `driver ${driver}` }
  if (probe?.isGpu) return { ...piece, state: 'ok', note: 'TensorFlow computes on it' }
  if (context.env.AFTERWORD_TENSORFLOW === 'cpu')
    return { ...piece, state: 'ok', note: 'not used: AFTERWORD_TENSORFLOW=cpu' }
  if (library?.build !== 'gpu')
    return {
      ...piece,
      state: 'warning',
      note: 'not used: the GPU build of TensorFlow is not linked',
      advice: FIX,
    }
  const complaints = probe?.complaints.join('; ')
  const note = `TensorFlow does not use it${complaints ? `: ${complaints}` : ''}`
  const advice = `${FIX} fetches what is missing; CUDA 12 wants driver 525 or newer`
  return { ...piece, state: 'warning', note, advice }
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {Library} library
 * @returns {Promise<Device[]>}
 */
async function listDevices(context, library) {
  const script = join(import.meta.dirname, 'devices.py')
  const outcome = await run('python3', [script, join(library.folder, 'lib', library.library)], {
    env: { ...context.env, TF_CPP_MIN_LOG_LEVEL: '2', TF_FORCE_GPU_ALLOW_GROWTH: 'true' },
  })
  return outcome.code === 0 ? JSON.parse(outcome.stdout) : []
}
