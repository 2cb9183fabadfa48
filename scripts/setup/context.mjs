// What every part of the set-up needs to know: where the project and the user's cache are, which versions belong
// together, which AFTERWORD_* variables are set, which GPUs there are. Changes nothing.
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { listGpus } from './gpus.mjs'
import { createLog } from './log.mjs'

/**
 * @typedef {object} Context
 * @property {string} root the project folder (holds package.json and node_modules)
 * @property {NodeJS.ProcessEnv} env
 * @property {string} cache the user's cache folder for everything that is fetched or compiled
 * @property {boolean} isOffline AFTERWORD_OFFLINE: nothing is downloaded, the cache is all there is
 * @property {string} platform such as `linux-x64`
 * @property {import('./log.mjs').Log} log
 * @property {() => Promise<import('./gpus.mjs').Gpus>} gpus this machine's GPUs; nvidia-smi is asked once, on the first call
 */

/**
 * Reads the surroundings once.
 * @param {{ env?: NodeJS.ProcessEnv, root?: string, log?: import('./log.mjs').Log }} [options]
 * @returns {Context}
 */
export function createContext({ env = process.env, root = projectRoot, log = createLog() } = {}) {
  /** @type {Promise<import('./gpus.mjs').Gpus> | undefined} */
  let gpus
  return {
    root,
    env,
    cache: cacheFolder(env),
    isOffline: isSet(env.AFTERWORD_OFFLINE),
    platform: `${process.platform}-${process.arch}`,
    log,
    gpus: () => (gpus ??= listGpus(env)),
  }
}

/** The folder that holds package.json. */
const projectRoot = resolve(import.meta.dirname, '..', '..')

/**
 * `AFTERWORD_CACHE`, else `$XDG_CACHE_HOME/afterword`, else `~/.cache/afterword`.
 * @param {NodeJS.ProcessEnv} env
 * @returns {string}
 */
export function cacheFolder(env) {
  if (env.AFTERWORD_CACHE) return resolve(env.AFTERWORD_CACHE)
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'afterword')
}

/**
 * Whether a variable is switched on (set, and neither empty nor 0 nor false).
 * @param {string | undefined} value
 * @returns {boolean}
 */
export function isSet(value) {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase())
}

/**
 * The version of an installed npm package, undefined where it is not installed.
 * @param {Context} context
 * @param {string} name
 * @returns {string | undefined}
 */
export function packageVersion(context, name) {
  try {
    const text = readFileSync(join(context.root, 'node_modules', name, 'package.json'), 'utf8')
    return JSON.parse(text).version
  } catch {
    return undefined
  }
}
