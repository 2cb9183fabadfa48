// CUDA's libraries for the GPU build of TensorFlow, in the user's cache: the wheels its extra `and-cuda` lists, each fetched,
// verified, unpacked to `nvidia/<part>` and stamped by itself, so that an interrupted set-up goes on with the next one.
// TensorFlow finds them by its run path, and XLA its assembler and libdevice in nvidia/cuda_nvcc, through one link beside it.
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { rememberRefusal } from './refusals.mjs'
import { readStamp, writeStamp } from './stamp.mjs'
import { fetchAdvice, findObstacle } from './tensorflow.mjs'
import { fetchWheel, unpackWheel } from './wheel.mjs'

/** CUDA's and cuDNN's versions: the newest that TensorFlow 2.21 allows. They want driver 525 or newer. */
const CUDA_VERSION = '12.9'
const CUDNN_VERSION = '9.28'

/** What the largest download and everything unpacked take at most, in bytes. */
const NEEDED_SPACE = 7e9

// prettier-ignore
/** @type {readonly (readonly [part: string, version: string, platform: string, sha256: string, megabytes: number])[]} */
const PARTS = [
  ['cuda_runtime', '12.9.79', 'manylinux2014_x86_64.manylinux_2_17_x86_64', '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3', 3],
  ['cuda_cupti', '12.9.79', 'manylinux_2_25_x86_64', '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f', 11],
  ['nvjitlink', '12.9.86', 'manylinux2010_x86_64.manylinux_2_12_x86_64', 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9', 40],
  ['cuda_nvcc', '12.9.86', 'manylinux2010_x86_64.manylinux_2_12_x86_64', '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0', 41],
  ['curand', '10.3.10.19', 'manylinux_2_27_x86_64', '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e', 68],
  ['cuda_nvrtc', '12.9.86', 'manylinux2010_x86_64.manylinux_2_12_x86_64', '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4', 90],
  ['cufft', '11.4.1.4', 'manylinux2014_x86_64.manylinux_2_17_x86_64', 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28', 201],
  ['cusolver', '11.7.5.82', 'manylinux_2_27_x86_64', '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88', 338],
  ['nccl', '2.32.3', 'manylinux_2_27_x86_64', 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c', 352],
  ['cusparse', '12.5.10.65', 'manylinux2014_x86_64.manylinux_2_17_x86_64', '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78', 366],
  ['cublas', '12.9.3.13', 'manylinux_2_27_x86_64', 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72', 581],
  ['cudnn', '9.28.0.42', 'manylinux_2_27_x86_64', '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375', 717],
]

/** Folders of a part that TensorFlow loads or XLA calls; headers stay behind. */
const WANTED = ['lib', 'bin', 'nvvm']

/** @typedef {{ folder: string, version: string, missing: readonly string[] }} Cuda */

/**
 * Where the parts are kept, as `nvidia/<part>`.
 * @param {import('./context.mjs').Context} context
 * @returns {string}
 */
export function cudaFolder(context) {
  return join(context.cache, `cuda-${CUDA_VERSION}-cudnn-${CUDNN_VERSION}-${context.platform}`)
}

/**
 * CUDA's libraries as they stand: which parts are missing or damaged.
 * @param {import('./context.mjs').Context} context
 * @param {{ isThorough?: boolean }} [options] isThorough hashes every byte
 * @returns {Promise<Cuda>}
 */
export async function findCuda(context, options) {
  const folder = cudaFolder(context)
  const missing = []
  for (const [part] of PARTS)
    if (!(await readStamp(join(folder, 'nvidia', part), options))) missing.push(part)
  return { folder, version: `${CUDA_VERSION}, cuDNN ${CUDNN_VERSION}`, missing }
}

/**
 * CUDA's libraries, linked beside the library; the missing parts are fetched first. Call it under the cache's lock.
 * @param {import('./context.mjs').Context} context
 * @param {import('./tensorflow.mjs').Library} library
 * @returns {Promise<{ ok: true } | import('./tensorflow.mjs').Missing>}
 */
export async function fetchCuda(context, library) {
  const { folder, missing } = await findCuda(context)
  if (missing.length > 0) {
    const refusal = `cuda-${CUDA_VERSION} ${context.env.AFTERWORD_PIP_INDEX ?? ''}`.trim()
    const obstacle = findObstacle(context, refusal, NEEDED_SPACE)
    if (obstacle) return obstacle
    const parts = PARTS.filter(([part]) => missing.includes(part))
    const megabytes = parts.reduce((sum, part) => sum + part[4], 0)
    context.log.note(`CUDA ${CUDA_VERSION} for TensorFlow: ${parts.length} packages, ${megabytes} MB in all`)
    for (const part of parts) {
      const failure = await fetchPart(context, part, folder)
      if (failure === undefined) continue
      if (!failure.isBegun) rememberRefusal(context, refusal, failure.reason)
      return { ok: false, reason: failure.reason, advice: fetchAdvice }
    }
  }
  // The parts have stamps of their own; this one says when they were last used.
  if (missing.length > 0) await writeStamp(folder, { version: CUDA_VERSION, source: 'wheels', files: [] })
  linkCuda(library, folder)
  return { ok: true }
}

/**
 * Whether the library finds CUDA's libraries in this cache.
 * @param {import('./context.mjs').Context} context
 * @param {import('./tensorflow.mjs').Library} library
 * @returns {Promise<boolean>}
 */
export async function isCudaReady(context, library) {
  const { missing } = await findCuda(context)
  return missing.length === 0 && existsSync(join(library.folder, 'nvidia', 'cuda_runtime'))
}

/**
 * Hashes every byte of the cached parts and removes those that are not what was fetched.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<boolean>} whether something damaged was removed
 */
export async function removeDamagedCuda(context) {
  const { folder, missing } = await findCuda(context, { isThorough: true })
  const damaged = missing.filter((part) => existsSync(join(folder, 'nvidia', part)))
  for (const part of damaged) rmSync(join(folder, 'nvidia', part), { recursive: true })
  return damaged.length > 0
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {(typeof PARTS)[number]} description
 * @param {string} folder
 * @returns {Promise<{ reason: string, isBegun: boolean } | undefined>} why it failed
 */
async function fetchPart(context, [part, version, platform, sha256, megabytes], folder) {
  const project = `nvidia-${part.replace('_', '-')}-cu12`
  const file = `${project.replaceAll('-', '_')}-${version}-py3-none-${platform}.whl`
  const wheel = { project, version, file, sha256, megabytes, platforms: platform.split('.') }
  const outcome = await fetchWheel(context, wheel)
  if (!('path' in outcome)) return { ...outcome, reason: `${project}: ${outcome.reason}` }
  const place = join(folder, 'nvidia', part)
  const partial = join(folder, `${part}.partial`)
  rmSync(partial, { recursive: true, force: true })
  context.log.note(`unpacking ${project}`)
  const rules = Object.fromEntries(WANTED.map((name) => [`nvidia/${part}/${name}/`, `${name}/`]))
  const reason = await unpackWheel(context, outcome.path, partial, rules)
  if (reason !== undefined) return { reason: `${project}: ${reason}`, isBegun: true }
  const entries = readdirSync(partial, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(partial, join(entry.parentPath, entry.name)))
  await writeStamp(partial, { version, source: `wheel ${file}`, files })
  rmSync(place, { recursive: true, force: true })
  mkdirSync(join(folder, 'nvidia'), { recursive: true })
  renameSync(partial, place)
  rmSync(outcome.path)
  return undefined
}

/**
 * A relative link, so that a cache that is copied elsewhere stays whole.
 * @param {import('./tensorflow.mjs').Library} library
 * @param {string} folder
 */
function linkCuda(library, folder) {
  const link = join(library.folder, 'nvidia')
  if (lstatSync(link, { throwIfNoEntry: false })) rmSync(link, { recursive: true })
  symlinkSync(relative(library.folder, join(folder, 'nvidia')), link, 'dir')
}
