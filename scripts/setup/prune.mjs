// Takes out of the cache what nobody needs any more: bindings and libraries that no known checkout is linked to and nobody
// has used for a month, and downloads that broke off that long ago. Says what it removed.
import { existsSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { linkedBinding } from './binding.mjs'
import { needsOf, unusedDays } from './stamp.mjs'

/** Days without use after which something is removed. */
const KEPT_DAYS = 30
const DAY_MS = 24 * 3600_000

/** Folders of the cache that this looks after. */
const PRUNED = /^(binding|tensorflow|cuda)-/

/**
 * Remembers that a checkout is linked to this cache.
 * @param {import('./context.mjs').Context} context
 */
export function rememberCheckout(context) {
  const checkouts = readCheckouts(context)
  if (!checkouts.includes(context.root)) writeCheckouts(context, [...checkouts, context.root])
}

/**
 * Removes what is unused. Call it under the cache's lock.
 * @param {import('./context.mjs').Context} context
 * @returns {string[]} names of what was removed
 */
export function pruneCache(context) {
  const inCache = (/** @type {string} */ folder) => dirname(folder) === context.cache
  const linked = readCheckouts(context).map((root) => ({ root, folder: linkedBinding(root) }))
  const known = linked.filter(({ folder }) => folder !== undefined && inCache(folder))
  writeCheckouts(
    context,
    known.map(({ root }) => root),
  )
  const needed = new Set()
  const need = (/** @type {string} */ name) => {
    if (needed.has(name)) return
    needed.add(name)
    needsOf(join(context.cache, name)).forEach(need)
    const cuda = join(context.cache, name, 'nvidia')
    if (existsSync(cuda)) need(basename(dirname(realpathSync(cuda))))
  }
  for (const { folder } of known) if (folder !== undefined) need(basename(folder))
  const removed = readdirSync(context.cache).filter(
    (name) => PRUNED.test(name) && !needed.has(name) && unusedDays(join(context.cache, name)) > KEPT_DAYS,
  )
  for (const name of removed) rmSync(join(context.cache, name), { recursive: true })
  const downloads = join(context.cache, 'downloads')
  const stale = (existsSync(downloads) ? readdirSync(downloads) : []).filter(
    (name) => Date.now() - statSync(join(downloads, name)).mtimeMs > KEPT_DAYS * DAY_MS,
  )
  for (const name of stale) rmSync(join(downloads, name), { recursive: true })
  const all = [...removed, ...stale.map((name) => `downloads${sep}${name}`)]
  if (all.length > 0)
    context.log.note(
      `removed from ${context.cache}, unused for ${KEPT_DAYS} days and more: ${all.join(', ')}`,
    )
  return all
}

/** @param {import('./context.mjs').Context} context */
const file = (context) => join(context.cache, 'checkouts.json')

/**
 * @param {import('./context.mjs').Context} context
 * @returns {string[]}
 */
function readCheckouts(context) {
  try {
    return JSON.parse(readFileSync(file(context), 'utf8'))
  } catch {
    return []
  }
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {string[]} checkouts
 */
function writeCheckouts(context, checkouts) {
  writeFileSync(file(context), `${JSON.stringify(checkouts, null, 2)}\n`)
}
