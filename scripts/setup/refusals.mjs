// Remembers for a while that a download was refused, so that a machine behind a firewall does not wait for it at
// every start. `afterword doctor --fix` forgets them all.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Hours for which a refusal of this exact download is believed. */
const BELIEVED_HOURS = 24

/**
 * Why this download was refused lately; undefined where it is worth trying.
 * @param {import('./context.mjs').Context} context
 * @param {string} name which download, version included
 * @returns {string | undefined}
 */
export function recallRefusal(context, name) {
  const { time, reason } = readAll(context)[name] ?? {}
  return time !== undefined && Date.now() - time < BELIEVED_HOURS * 3600_000 ? reason : undefined
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {string} name
 * @param {string} reason
 */
export function rememberRefusal(context, name, reason) {
  mkdirSync(context.cache, { recursive: true })
  const all = { ...readAll(context), [name]: { time: Date.now(), reason } }
  writeFileSync(file(context), `${JSON.stringify(all, null, 2)}\n`)
}

/**
 * Every download is worth trying again.
 * @param {import('./context.mjs').Context} context
 */
export function forgetRefusals(context) {
  rmSync(file(context), { force: true })
}

/** @param {import('./context.mjs').Context} context */
const file = (context) => join(context.cache, 'refused-downloads.json')

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Record<string, { time: number, reason: string }>}
 */
function readAll(context) {
  try {
    return JSON.parse(readFileSync(file(context), 'utf8'))
  } catch {
    return {}
  }
}
