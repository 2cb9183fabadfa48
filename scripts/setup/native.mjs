// Native TensorFlow for `require('@tensorflow/tfjs-node-gpu')`: library, binding, link and one trial load, in that
// order. Where a piece cannot be had it says so and leaves Afterword to tfjs' own CPU backend; it never throws.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { bindingFolder, compileBinding, isBindingLinked, linkBinding } from './binding.mjs'
import { withLock } from './lock.mjs'
import { lastLines, run } from './process.mjs'
import { installSystemPieces, missingBuildTools } from './system.mjs'
import { fetchTensorflow, findTensorflow, tensorflowFolder } from './tensorflow.mjs'

/**
 * @typedef {import('./tensorflow.mjs').Missing} Missing
 * @typedef {{ ok: true, library: import('./tensorflow.mjs').Library, binding: string }} Native
 */

/**
 * Makes native TensorFlow loadable. Milliseconds where it already is.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Native | Missing>}
 */
export async function prepareNative(context) {
  const ready = await findNative(context)
  if (ready) return ready
  const outcome = await withLock(context.cache, 'setup', context.log, () => makeNative(context)).catch(
    unexpected,
  )
  if (!outcome.ok) {
    context.log.warn(`no native TensorFlow: ${outcome.reason}`)
    context.log.warn(`training will run on the much slower JavaScript backend. To mend it: ${outcome.advice}`)
  }
  return outcome
}

/**
 * Native TensorFlow as it stands.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Native | undefined>}
 */
export async function findNative(context) {
  const library = await findTensorflow(context)
  if (!library || !(await isBindingLinked(context, library))) return undefined
  return { ok: true, library, binding: bindingFolder(context, library) }
}

/**
 * Hashes every byte of the cached library and removes it where it is not what was fetched.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<boolean>} whether something damaged was removed
 */
export async function removeDamaged(context) {
  if (context.env.AFTERWORD_LIBTENSORFLOW || (await findTensorflow(context, { isThorough: true })))
    return false
  rmSync(tensorflowFolder(context), { recursive: true, force: true })
  return true
}

/**
 * What a child process that loads the binding reports.
 * @typedef {object} Probe
 * @property {string} tensorflow the version the library itself reports
 * @property {boolean} isGpu whether tfjs computes on a GPU
 */

/**
 * Loads the binding in a child process and multiplies two matrices.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Probe | { error: string }>}
 */
export async function probeNative(context) {
  const outcome = await run(process.execPath, [join(import.meta.dirname, 'probe.mjs')], {
    cwd: context.root,
    env: { ...context.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  })
  const line = outcome.stdout.split('\n').find((text) => text.startsWith('{'))
  if (outcome.code === 0 && line) return JSON.parse(line)
  return { error: lastLines(outcome.stderr, 2) || `the trial load ended with code ${outcome.code}` }
}

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Native | Missing>}
 */
async function makeNative(context) {
  const ready = await findNative(context)
  if (ready) return ready
  await installSystemPieces(context, await missingBuildTools(context))
  const first = await linkAndTry(context)
  if (first.ok || !(await removeDamaged(context))) return first
  context.log.warn('the cached TensorFlow was damaged and has been removed')
  return linkAndTry(context)
}

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Native | Missing>}
 */
async function linkAndTry(context) {
  const library = await fetchTensorflow(context)
  if (!library.ok) return library
  const binding = await compileBinding(context, library)
  if (!binding.ok) return binding
  linkBinding(context, binding.folder)
  const probe = await probeNative(context)
  if ('error' in probe)
    return { ok: false, reason: `it does not load: ${probe.error}`, advice: 'npx afterword doctor --fix' }
  context.log.note(`TensorFlow ${probe.tensorflow} is ready`)
  return { ok: true, library, binding: binding.folder }
}

/**
 * A full disk, an unwritable cache: reported like a missing piece.
 * @param {Error} error
 * @returns {Missing}
 */
function unexpected(error) {
  return { ok: false, reason: error.message, advice: 'mend that, or set AFTERWORD_CACHE to another folder' }
}
