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
 * @typedef {{ ok: true, folder: string, version: string, source: string, library: string }} Library
 * @typedef {{ ok: false, reason: string, advice: string }} Missing
 */

/**
 * The wheels that hold the library, best first, by platform: those that were tried. A GPU build becomes a second
 * variant here: the first `tensorflow` wheel plus CUDA's wheels unpacked to `<folder>/nvidia/*`, where its run
 * path looks for them; `cpu` in the folder's name below tells the two apart.
 * @type {Record<string, readonly import('./wheel.mjs').Wheel[]>}
 */
const WHEELS = {
  'linux-x64': [
    {
      project: 'tensorflow-cpu',
      version: TENSORFLOW_VERSION,
      file: `tensorflow_cpu-${TENSORFLOW_VERSION}-cp311-cp311-manylinux_2_27_x86_64.whl`,
      sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
      megabytes: 274,
      platforms: ['manylinux_2_27_x86_64'],
    },
    {
      project: 'tensorflow',
      version: TENSORFLOW_VERSION,
      file: `tensorflow-${TENSORFLOW_VERSION}-cp311-cp311-manylinux_2_27_x86_64.whl`,
      sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
      megabytes: 572,
      platforms: ['manylinux_2_27_x86_64'],
    },
  ],
}

/** What a fetch, its unpacking and the finished library need at most at one time, in bytes. */
const NEEDED_SPACE = 2e9

/**
 * Where the fetched library is kept, whether or not it is there.
 * @param {import('./context.mjs').Context} context
 * @returns {string}
 */
export function tensorflowFolder(context) {
  return join(context.cache, `tensorflow-${TENSORFLOW_VERSION}-cpu-${context.platform}`)
}

/**
 * The library as it stands, without fetching anything.
 * @param {import('./context.mjs').Context} context
 * @param {{ isThorough?: boolean }} [options] isThorough hashes every byte of it
 * @returns {Promise<Library | undefined>}
 */
export async function findTensorflow(context, options) {
  if (context.env.AFTERWORD_LIBTENSORFLOW) return findOwn(resolve(context.env.AFTERWORD_LIBTENSORFLOW))
  const folder = tensorflowFolder(context)
  const stamp = await readStamp(folder, options)
  if (!stamp) return undefined
  const { version, source } = stamp
  return { ok: true, folder, version, source, library: 'libtensorflow_cc.so.2' }
}

/**
 * The library, fetched first where it is missing or damaged. Call it under the cache's lock.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Library | Missing>}
 */
export async function fetchTensorflow(context) {
  const found = await findTensorflow(context)
  if (found) return found
  if (context.env.AFTERWORD_LIBTENSORFLOW) return missingOwn(context.env.AFTERWORD_LIBTENSORFLOW)
  const wheels = WHEELS[context.platform]
  const obstacle = findObstacle(context)
  if (!wheels || obstacle) return obstacle ?? unknownPlatform(context)
  if (existsSync(tensorflowFolder(context))) {
    const folder = tensorflowFolder(context)
    context.log.warn(`the cached TensorFlow in ${folder} is incomplete or damaged: fetching it again`)
  }
  const reasons = []
  let isBegun = false
  for (const wheel of wheels) {
    const outcome = await fetchWheel(context, wheel)
    const reason = 'path' in outcome ? await unpack(context, wheel, outcome.path) : outcome.reason
    const library = reason === undefined ? await findTensorflow(context) : undefined
    if (library) return library
    context.log.warn(`${wheel.project} ${TENSORFLOW_VERSION}: ${reason}`)
    reasons.push(`${wheel.project}: ${reason}`)
    isBegun ||= 'isBegun' in outcome && outcome.isBegun
  }
  // What broke off half-way is continued at the next start; what never began is not asked for again today.
  if (!isBegun) rememberRefusal(context, refusalName(context), reasons.join('; '))
  return { ok: false, reason: reasons.join('; '), advice: fetchAdvice }
}

/**
 * What makes fetching pointless.
 * @param {import('./context.mjs').Context} context
 * @returns {Missing | undefined}
 */
function findObstacle(context) {
  if (context.isOffline) {
    return { ok: false, reason: 'it is not in the cache, and AFTERWORD_OFFLINE is set', advice: fetchAdvice }
  }
  const refused = recallRefusal(context, refusalName(context))
  if (refused) return { ok: false, reason: `${refused} (asked less than a day ago)`, advice: retryAdvice }
  const space = freeSpace(context.cache)
  if (space >= NEEDED_SPACE) return undefined
  const reason = `${context.cache} has ${formatBytes(space)} free, ${formatBytes(NEEDED_SPACE)} are needed`
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

const fetchAdvice =
  'connect once, or set AFTERWORD_PIP_INDEX to a package index that is allowed here, or AFTERWORD_LIBTENSORFLOW to a folder with lib/ and include/'
const retryAdvice = `npx afterword doctor --fix tries again now; or ${fetchAdvice}`

/** @param {import('./context.mjs').Context} context */
const refusalName = (context) =>
  `tensorflow-${TENSORFLOW_VERSION} ${context.env.AFTERWORD_PIP_INDEX ?? ''}`.trim()

/**
 * Unpacks into a folder of its own, stamps it and only then gives it its name.
 * @param {import('./context.mjs').Context} context
 * @param {import('./wheel.mjs').Wheel} wheel
 * @param {string} path
 * @returns {Promise<string | undefined>} why it failed
 */
async function unpack(context, wheel, path) {
  const folder = tensorflowFolder(context)
  const partial = `${folder}.partial`
  context.log.note('unpacking TensorFlow')
  rmSync(partial, { recursive: true, force: true })
  const reason = await unpackWheel(context, path, partial)
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
  return { ok: true, folder, version: 'own', source: 'AFTERWORD_LIBTENSORFLOW', library }
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
