// A lock file for work that two processes must not do at once. A holder that died is recognised by its pid and
// start time (by age, where it ran on another machine with the same home folder) and its lock is taken over.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A holder on another host refreshes its lock this often, and counts as dead after three misses. */
const REFRESH_SECONDS = 20

/**
 * Does the work while holding `<folder>/<name>.lock`; waits for another holder first.
 * @template T
 * @param {string} folder
 * @param {string} name
 * @param {import('./log.mjs').Log} log
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(folder, name, log, work) {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}.lock`)
  const started = Date.now()
  let isAnnounced = false
  while (!tryTake(path)) {
    const holder = readHolder(path)
    if (holder && isDead(path, holder)) {
      takeAway(path, holder.text)
      continue
    }
    if (!isAnnounced)
      log.note(`another set-up${holder ? ` (pid ${holder.pid})` : ''} is at work, waiting for it`)
    isAnnounced = true
    log.progress(`still waiting (${Math.round((Date.now() - started) / 1000)} s)`)
    await sleep(300)
  }
  const timer = setInterval(() => utimesSync(path, new Date(), new Date()), REFRESH_SECONDS * 1000)
  timer.unref()
  const release = () => rmSync(path, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    process.off('exit', release)
    release()
  }
}

/** @param {string} path */
function tryTake(path) {
  try {
    const holder = { pid: process.pid, start: processStart(process.pid), host: hostname() }
    writeFileSync(path, JSON.stringify(holder), { flag: 'wx' })
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  }
}

/** @typedef {{ pid: number, start: string | null, host: string, text: string }} Holder */

/**
 * @param {string} path
 * @returns {Holder | undefined} undefined where the lock is gone, or is just being written
 */
function readHolder(path) {
  try {
    const text = readFileSync(path, 'utf8')
    const age = Date.now() - statSync(path).mtimeMs
    if (text === '') return age > 5000 ? { pid: 0, start: null, host: hostname(), text } : undefined
    return { ...JSON.parse(text), text }
  } catch {
    return undefined
  }
}

/**
 * @param {string} path
 * @param {Holder} holder
 */
function isDead(path, holder) {
  if (holder.host === hostname()) {
    if (!holder.pid) return true
    try {
      process.kill(holder.pid, 0)
    } catch (error) {
      return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH'
    }
    return holder.start !== null && holder.start !== processStart(holder.pid)
  }
  try {
    return Date.now() - statSync(path).mtimeMs > 3 * REFRESH_SECONDS * 1000
  } catch {
    return false
  }
}

/**
 * Removes a dead holder's lock. The rename makes one of several waiters win, and the text shows whether it was
 * still the dead holder's.
 * @param {string} path
 * @param {string} text
 */
function takeAway(path, text) {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
    if (readFileSync(aside, 'utf8') === text) rmSync(aside)
    else renameSync(aside, path)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error
  }
}

/**
 * A process' start time in clock ticks since boot (field 22 of /proc/<pid>/stat); null where there is no /proc.
 * @param {number} pid
 * @returns {string | null}
 */
function processStart(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}
