// Native TensorFlow for `require('@tensorflow/tfjs-node-gpu')`: library (with CUDA's where there is a GPU), binding, link and
// one trial load, in that order. Where a piece cannot be had it says so and takes the next best: without CUDA or the GPU
// build the CPU, without TensorFlow tfjs' own CPU backend. It never throws.
import { rmSync } from 'node:fs'
import { bindingFolder, compileBinding, isBindingLinked, linkBinding } from './binding.mjs'
import { cudaFolder, fetchCuda, findCuda, isCudaReady, removeDamagedCuda } from './cuda.mjs'
import { wantedBuild, wantsCuda } from './gpus.mjs'
import { withLock } from './lock.mjs'
import { probeNative } from './probe-native.mjs'
import { pruneCache, rememberCheckout } from './prune.mjs'
import { noteUse, readStamp } from './stamp.mjs'
import { installSystemPieces, missingBuildTools } from './system.mjs'
import { fetchTensorflow, findTensorflow, tensorflowFolder } from './tensorflow.mjs'

/**
 * @typedef {import('./tensorflow.mjs').Missing} Missing
 * @typedef {import('./gpus.mjs').Build} Build
 * @typedef {{ ok: true, library: import('./tensorflow.mjs').Library, binding: string }} Native
 */

/**
 * Makes native TensorFlow loadable. Milliseconds where it already is.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Native | Missing>}
 */
export async function prepareNative(context) {
  const outcome = await prepare(context).catch(unexpected)
  if (!outcome.ok) {
    context.log.warn(`no native TensorFlow: ${outcome.reason}`)
    context.log.warn(`training will run on the much slower JavaScript backend. To mend it: ${outcome.advice}`)
  }
  return outcome
}

/**
 * Native TensorFlow of the wanted build as it stands.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Native | undefined>}
 */
async function findNative(context) {
  const build = await wantedBuild(context)
  const native = await findBuild(context, build)
  if (!native || native.library.build !== 'gpu' || !(await wantsCuda(context))) return native
  return (await isCudaReady(context, native.library)) ? native : undefined
}

/**
 * Native TensorFlow of one build, as it is linked, with or without CUDA.
 * @param {import('./context.mjs').Context} context
 * @param {Build} build
 * @returns {Promise<Native | undefined>}
 */
export async function findBuild(context, build) {
  const library = await findTensorflow(context, build)
  if (!library || !(await isBindingLinked(context, library))) return undefined
  const binding = bindingFolder(context, library)
  for (const folder of [library.folder, binding, ...(build === 'gpu' ? [cudaFolder(context)] : [])])
    noteUse(folder)
  return { ok: true, library, binding }
}

/**
 * Hashes every byte of the cached libraries of the wanted build and removes what is not what was fetched.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<boolean>} whether something damaged was removed
 */
export async function removeDamaged(context) {
  if (context.env.AFTERWORD_LIBTENSORFLOW) return false
  const build = await wantedBuild(context)
  const isCudaDamaged = build === 'gpu' && (await removeDamagedCuda(context))
  if (await findTensorflow(context, build, { isThorough: true })) return isCudaDamaged
  rmSync(tensorflowFolder(context, build), { recursive: true, force: true })
  return true
}

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Native | Missing>}
 */
async function prepare(context) {
  return (
    (await findNative(context)) ??
    (await withLock(context.cache, 'setup', context.log, () => makeNative(context)))
  )
}

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Native | Missing>}
 */
async function makeNative(context) {
  const ready = await findNative(context)
  if (ready) return ready
  const build = await wantedBuild(context)
  if (await needsTools(context, build)) await installSystemPieces(context, await missingBuildTools(context))
  let native = await linkAndTry(context, build)
  if (!native.ok && (await removeDamaged(context))) {
    context.log.warn('the cached TensorFlow was damaged and has been removed')
    native = await linkAndTry(context, build)
  }
  if (!native.ok && build === 'gpu') {
    context.log.warn(
      `no GPU build of TensorFlow, the CPU computes: ${native.reason}. To mend it: ${native.advice}`,
    )
    native = await linkAndTry(context, 'cpu')
  }
  pruneCache(context)
  return native
}

/**
 * Whether something has to be fetched or compiled: a cache that was copied from another machine may be whole.
 * @param {import('./context.mjs').Context} context
 * @param {Build} build
 * @returns {Promise<boolean>}
 */
async function needsTools(context, build) {
  const library = await findTensorflow(context, build)
  if (!library || !(await readStamp(bindingFolder(context, library)))) return true
  return library.build === 'gpu' && (await wantsCuda(context)) && (await findCuda(context)).missing.length > 0
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {Build} build
 * @returns {Promise<Native | Missing>}
 */
async function linkAndTry(context, build) {
  const library = await fetchTensorflow(context, build)
  if (!library.ok) return library
  if (library.build === 'gpu' && (await wantsCuda(context))) {
    const cuda = await fetchCuda(context, library)
    if (!cuda.ok)
      context.log.warn(`CUDA's libraries are not complete: ${cuda.reason}. To mend it: ${cuda.advice}`)
  }
  const linked = await findBuild(context, build)
  if (linked) return linked
  const binding = await compileBinding(context, library)
  if (!binding.ok) return binding
  linkBinding(context, binding.folder)
  rememberCheckout(context)
  const probe = await probeNative(context)
  if ('error' in probe)
    return { ok: false, reason: `it does not load: ${probe.error}`, advice: 'npx afterword doctor --fix' }
  context.log.note(`TensorFlow ${probe.tensorflow} is ready${probe.isGpu ? ', on the GPU' : ''}`)
  if (build === 'gpu' && !probe.isGpu) context.log.warn(await whyCpu(context))
  return { ok: true, library, binding: binding.folder }
}

/**
 * Why the GPU build computes on the CPU.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<string>}
 */
export async function whyCpu(context) {
  const { gpus, problem } = await context.gpus()
  const consequence = 'the GPU build of TensorFlow computes on the CPU'
  if (gpus.length > 0)
    return `TensorFlow does not use the GPU that nvidia-smi lists, so ${consequence}: "npx afterword doctor" says what is missing`
  return `there is no NVIDIA GPU here (${problem ?? 'nvidia-smi is not installed'}), so ${consequence}`
}

/**
 * A full disk, an unwritable cache, a variable that says nothing known: reported like a missing piece.
 * @param {Error} error
 * @returns {Missing}
 */
function unexpected(error) {
  return { ok: false, reason: error.message, advice: 'mend that, or set AFTERWORD_CACHE to another folder' }
}
