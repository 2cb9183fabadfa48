// A stamp beside something that was fetched or compiled: what it is, where it came from, and the size, time and
// hash of the files that matter. Reading it back tells cheaply whether they are still what they were. Its own time says when the
// folder was last used.
import { createHash } from 'node:crypto'
import { createReadStream, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {{ size: number, mtimeMs: number, sha256: string }} FileMark
 * @typedef {{ version: string, source: string, needs?: readonly string[], files: Record<string, FileMark> }} Stamp needs:
 * folders of the cache that this one does not work without
 */

const STAMP_FILE = 'afterword-stamp.json'

/**
 * Writes the stamp of a folder; the last thing done to it, so that a folder with a stamp is complete.
 * @param {string} folder
 * @param {{ version: string, source: string, needs?: readonly string[], files: readonly string[] }} what paths are
 * relative to the folder
 * @returns {Promise<Stamp>}
 */
export async function writeStamp(folder, { version, source, needs = [], files }) {
  /** @type {Stamp} */
  const stamp = { version, source, needs, files: {} }
  for (const name of files) {
    const { size, mtimeMs } = statSync(join(folder, name))
    stamp.files[name] = { size, mtimeMs, sha256: await hashFile(join(folder, name)) }
  }
  writeFileSync(join(folder, STAMP_FILE), `${JSON.stringify(stamp, null, 2)}\n`)
  return stamp
}

/**
 * The stamp of a folder whose files are all as stamped; undefined where the folder is missing, incomplete or
 * damaged. A file whose time changed is hashed again, and so is every file where `isThorough`.
 * @param {string} folder
 * @param {{ isThorough?: boolean }} [options]
 * @returns {Promise<Stamp | undefined>}
 */
export async function readStamp(folder, { isThorough = false } = {}) {
  const stamp = parseStamp(folder)
  if (!stamp) return undefined
  let isTouched = false
  for (const [name, mark] of Object.entries(stamp.files)) {
    const now = statSync(join(folder, name), { throwIfNoEntry: false })
    if (now?.size !== mark.size) return undefined
    if (!isThorough && now.mtimeMs === mark.mtimeMs) continue
    if ((await hashFile(join(folder, name))) !== mark.sha256) return undefined
    isTouched ||= now.mtimeMs !== mark.mtimeMs
    mark.mtimeMs = now.mtimeMs
  }
  if (isTouched) restamp(folder, stamp)
  return stamp
}

/** Days between two notes that a folder is used. */
const NOTED_DAYS = 1
const DAY_MS = 24 * 3600_000

/**
 * Notes that a stamped folder is used now.
 * @param {string} folder
 */
export function noteUse(folder) {
  if (unusedDays(folder) < NOTED_DAYS) return
  try {
    utimesSync(join(folder, STAMP_FILE), new Date(), new Date())
  } catch {
    // A shared cache that this user may only read: whoever may write it prunes it.
    return
  }
}

/**
 * Days since a stamped folder was last used; 0 for a folder without a stamp.
 * @param {string} folder
 * @returns {number}
 */
export function unusedDays(folder) {
  const stamp = statSync(join(folder, STAMP_FILE), { throwIfNoEntry: false })
  return stamp ? (Date.now() - stamp.mtimeMs) / DAY_MS : 0
}

/**
 * Folders of the cache that a stamped folder says it needs, by name.
 * @param {string} folder
 * @returns {readonly string[]}
 */
export function needsOf(folder) {
  return parseStamp(folder)?.needs ?? []
}

/**
 * @param {string} path
 * @param {string} [algorithm]
 * @returns {Promise<string>} in hexadecimal
 */
export async function hashFile(path, algorithm = 'sha256') {
  const hash = createHash(algorithm)
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk)
  return hash.digest('hex')
}

/**
 * @param {string} folder
 * @param {Stamp} stamp
 */
function restamp(folder, stamp) {
  try {
    writeFileSync(join(folder, STAMP_FILE), `${JSON.stringify(stamp, null, 2)}\n`)
  } catch {
    // A shared cache that this user may only read: the files are hashed again the next time.
    return
  }
}

/**
 * @param {string} folder
 * @returns {Stamp | undefined}
 */
function parseStamp(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, STAMP_FILE), 'utf8'))
  } catch {
    return undefined
  }
}
