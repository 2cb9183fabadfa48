// TensorFlow's own library (libtensorflow and its headers) in the user's cache: from the official wheel, fetched
// once, verified against a pinned hash, unpacked whole or not at all. Knows nothing of the Node binding.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { formatBytes } from './log.mjs'
import { recallRefusal, rememberRefusal } from './refusals.mjs'
import { readStamp, writeStamp } from './stamp.mjs'
import { fetchWheel, unpackWheel } from './wheel.mjs'

/** The TensorFlow that this version of Afterword is tested with. */
export const TENSORFLOW_VERSION = '2.21.0'

/**
 * @typedef {object} Library
 * @property {true} ok
 * @property {string} folder holds `lib/` and `include/`; CUDA's libraries are looked for in `nvidia/` beside them
 * @property {string} version
 * @property {string} source
 * @property {string} library the file in `lib/`
 * @property {import('./gpus.mjs').Build | 'own'} build `own`: AFTERWORD_LIBTENSORFLOW, of unknown make
 *
 * @typedef {{ ok: false, reason: string, advice: string }} Missing
 * @typedef {import('./gpus.mjs').Build} Build
 */

/** @type {import('./wheel.mjs').Wheel} */
const CPU_WHEEL = {
  project: 'tensorflow-cpu',
  version: TENSORFLOW_VERSION,
  file: `tensorflow_cpu-${TENSORFLOW_VERSION}-cp311-cp311-manylinux_2_27_x86_64.whl`,
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  megabytes: 274,
  platforms: ['manylinux_2_27_x86_64'],
}

/** @type {import('./wheel.mjs').Wheel} */
const GPU_WHEEL = {
  project: 'tensorflow',
  version: TENSORFLOW_VERSION,
  file: `tensorflow-${TENSORFLOW_VERSION}-cp311-cp311-manylinux_2_27_x86_64.whl`,
  sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
  megabytes: 572,
  platforms: ['manylinux_2_27_x86_64'],
}

/**
 * The wheels that hold the library, best first, by platform and build: those that were tried. The GPU build computes on a CPU
 * as well, so it stands in where the smaller one cannot be had.
 * @type {Record<string, Record<Build, readonly import('./wheel.mjs').Wheel[]>>}
 */
const WHEELS = { 'linux-x64': { cpu: [CPU_WHEEL, GPU_WHEEL], gpu: [GPU_WHEEL] } }

/** What a fetch, its unpacking and the finished library need at most at one time, in bytes. */
const NEEDED_SPACE = { cpu: 2e9, gpu: 2.2e9 }

/** Parts of the wheel, and where they go. */
const PARTS = {
  'tensorflow/libtensorflow_cc.so.2': 'lib/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2': 'lib/libtensorflow_framework.so.2',
  'tensorflow/include/': 'include/',
}

/**
 * Where the fetched library is kept, whether or not it is there.
 * @param {import('./context.mjs').Context} context
 * @param {Build} build
 * @returns {string}
 */
export function tensorflowFolder(context, build) {
  return join(context.cache, `tensorflow-${TENSORFLOW_VERSION}-${build}-${context.platform}`)
}

/**
 * The library as it stands, without fetching anything.
 * @param {import('./context.mjs').Context} context
 * @param {Build} build
 * @param {{ isThorough?: boolean }} [options] isThorough hashes every byte of it
 * @returns {Promise<Library | undefined>}
 */
export async function findTensorflow(context, build, options) {
  if (context.env.AFTERWORD_LIBTENSORFLOW) return findOwn(resolve(context.env.AFTERWORD_LIBTENSORFLOW))
  const folder = tensorflowFolder(context, build)
  const stamp = await readStamp(folder, options)
  if (!stamp) return undefined
  const { version, source } = stamp
  return { ok: true, folder, version, source, library: 'libtensorflow_cc.so.2', build }
}

/**
 * The library, fetched first where it is missing or damaged. Call it under the cache's lock.
 * @param {import('./context.mjs').Context} context
 * @param {Build} build
 * @returns {Promise<Library | Missing>}
 */
export async function fetchTensorflow(context, build) {
  const found = await findTensorflow(context, build)
  if (found) return found
  if (context.env.AFTERWORD_LIBTENSORFLOW) return missingOwn(context.env.AFTERWORD_LIBTENSORFLOW)
  const wheels = WHEELS[context.platform]?.[build]
  const refusal = refusalName(context, build)
  const obstacle = findObstacle(context, refusal, NEEDED_SPACE[build])
  if (!wheels || obstacle) return obstacle ?? unknownPlatform(context)
  const folder = tensorflowFolder(context, build)
  if (existsSync(folder))
    context.log.warn(`the cached TensorFlow in ${folder} is incomplete or damaged: fetching it again`)
  const reasons = []
  let isBegun = false
  for (const wheel of wheels) {
    const outcome = await fetchWheel(context, wheel)
    const reason = 'path' in outcome ? await unpack(context, wheel, outcome.path, folder) : outcome.reason
    const library = reason === undefined ? await findTensorflow(context, build) : undefined
    if (library) return library
    context.log.warn(`${wheel.project} ${TENSORFLOW_VERSION}: ${reason}`)
    reasons.push(`${wheel.project}: ${reason}`)
    isBegun ||= 'isBegun' in outcome && outcome.isBegun
  }
  // What broke off half-way is continued at the next start; what never began is not asked for again today.
  if (!isBegun) rememberRefusal(context, refusal, reasons.join('; '))
  return { ok: false, reason: reasons.join('; '), advice: fetchAdvice }
}

/**
 * What makes fetching pointless.
 * @param {import('./context.mjs').Context} context
 * @param {string} refusal what a refusal of this download is remembered under
 * @param {number} neededSpace in bytes
 * @returns {Missing | undefined}
 */
export function findObstacle(context, refusal, neededSpace) {
  if (context.isOffline) {
    return { ok: false, reason: 'it is not in the cache, and AFTERWORD_OFFLINE is set', advice: fetchAdvice }
  }
  const refused = recallRefusal(context, refusal)
  if (refused) return { ok: false, reason: `${refused} (asked less than a day ago)`, advice: retryAdvice }
  const space = freeSpace(context.cache)
  if (space >= neededSpace) return undefined
  const reason = `${context.cache} has ${formatBytes(space)} free, ${formatBytes(neededSpace)} are needed`
  return { ok: false, reason, advice: 'free some space, or set AFTERWORD_CACHE to a folder on a larger disk' }
}

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Missing}
 */
function unknownPlatform(context) {
  const advice = 'set AFTERWORD_LIBTENSORFLOW to a folder with lib/ and include/ of a libtensorflow 2.x'
  return { ok: false, reason: `no ready TensorFlow is known for ${context.platform}`, advice }
}

/** What to do where something cannot be fetched. */
export const fetchAdvice =
  'connect once, or set AFTERWORD_PIP_INDEX to a package index that is allowed here, or AFTERWORD_LIBTENSORFLOW to a folder with lib/ and include/'
const retryAdvice = `npx afterword doctor --fix tries again now; or ${fetchAdvice}`

/**
 * @param {import('./context.mjs').Context} context
 * @param {Build} build
 */
const refusalName = (context, build) =>
  `tensorflow-${TENSORFLOW_VERSION}-${build} ${context.env.AFTERWORD_PIP_INDEX ?? ''}`.trim()

/**
 * Unpacks into a folder of its own, stamps it and only then gives it its name.
 * @param {import('./context.mjs').Context} context
 * @param {import('./wheel.mjs').Wheel} wheel
 * @param {string} path
 * @param {string} folder
 * @returns {Promise<string | undefined>} why it failed
 */
async function unpack(context, wheel, path, folder) {
  const partial = `${folder}.partial`
  context.log.note('unpacking TensorFlow')
  rmSync(partial, { recursive: true, force: true })
  const reason = await unpackWheel(context, path, partial, PARTS)
  if (reason !== undefined) return reason
  const libraries = ['lib/libtensorflow_cc.so.2', 'lib/libtensorflow_framework.so.2']
  const absent = libraries.find((name) => !existsSync(join(partial, name)))
  if (absent) return `the wheel holds no ${absent}`
  const files = [...libraries, 'include/tensorflow/c/c_api.h', 'include/tensorflow/c/eager/c_api.h']
  await writeStamp(partial, { version: TENSORFLOW_VERSION, source: `wheel ${wheel.file}`, files })
  rmSync(folder, { recursive: true, force: true })
  renameSync(partial, folder)
  rmSync(path)
  return undefined
}

/**
 * AFTERWORD_LIBTENSORFLOW: taken as it is; only the loaded library itself knows its version.
 * @param {string} folder
 * @returns {Library | undefined}
 */
function findOwn(folder) {
  if (!existsSync(join(folder, 'include', 'tensorflow', 'c', 'c_api.h')) || !existsSync(join(folder, 'lib')))
    return undefined
  const names = readdirSync(join(folder, 'lib'))
  const library = ['libtensorflow_cc.so.2', 'libtensorflow.so.2', 'libtensorflow.so'].find((name) =>
    names.includes(name),
  )
  if (!library) return undefined
  return { ok: true, folder, version: 'own', source: 'AFTERWORD_LIBTENSORFLOW', library, build: 'own' }
}

/**
 * @param {string} folder
 * @returns {Missing}
 */
function missingOwn(folder) {
  const reason = `AFTERWORD_LIBTENSORFLOW=${folder} has no lib/libtensorflow_cc.so.2 with include/tensorflow/c/c_api.h`
  return { ok: false, reason, advice: 'correct or unset AFTERWORD_LIBTENSORFLOW' }
}

/** @param {string} folder */
function freeSpace(folder) {
  mkdirSync(folder, { recursive: true })
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}
