// One wheel of the Python package index: fetched (continuing where an interrupted download stopped), checked against
// its pinned hash, and the wanted part of it unpacked. python3 does the work; nothing here knows what a wheel is for.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { formatBytes } from './log.mjs'
import { lastLines, run } from './process.mjs'
import { hashFile } from './stamp.mjs'

/**
 * @typedef {object} Wheel
 * @property {string} project its name on the index
 * @property {string} version
 * @property {string} file
 * @property {string} sha256
 * @property {number} megabytes
 * @property {readonly string[]} platforms pip's names of the platform it is for
 */

/** Seconds without a byte after which a download is given up. */
const SILENCE_SECONDS = 90

const WHEEL_TOOL = join(import.meta.dirname, 'wheel.py')

/**
 * @param {import('./context.mjs').Context} context
 * @param {Wheel} wheel
 * @returns {Promise<{ path: string } | { reason: string, isBegun: boolean }>} a wheel with the pinned hash, or why
 * there is none and whether a part of it is kept for the next try
 */
export async function fetchWheel(context, wheel) {
  const path = join(context.cache, 'downloads', wheel.file)
  const partial = `${path}.${wheel.sha256.slice(0, 12)}.partial`
  mkdirSync(join(context.cache, 'downloads'), { recursive: true })
  if (existsSync(path) && (await hashFile(path)) === wheel.sha256) return { path }
  const begun = existsSync(partial) ? `, continuing after ${formatBytes(statSync(partial).size)}` : ''
  context.log.note(
    `fetching ${wheel.project} ${wheel.version} (${wheel.megabytes} MB, once for this user)${begun}`,
  )
  const direct = await run(
    'python3',
    [WHEEL_TOOL, 'fetch', wheel.project, wheel.file, wheel.sha256, partial],
    {
      env: context.env,
      silenceSeconds: SILENCE_SECONDS,
      onLine: (line) => showProgress(context, line),
    },
  )
  if (direct.code === 0) {
    if ((await hashFile(partial)) === wheel.sha256) {
      renameSync(partial, path)
      return { path }
    }
    rmSync(partial)
    context.log.warn('the fetched file is not what was expected and was thrown away')
  }
  const second = await pipDownload(context, wheel, path)
  if (second === undefined) return { path }
  return { reason: `${lastLines(direct.stderr, 1)}; ${second}`, isBegun: existsSync(partial) }
}

/**
 * What pip can reach and a plain request cannot: indexes with a login, folders of wheels, odd proxies.
 * @param {import('./context.mjs').Context} context
 * @param {Wheel} wheel
 * @param {string} path where the verified wheel goes
 * @returns {Promise<string | undefined>} why it failed
 */
async function pipDownload(context, wheel, path) {
  const folder = join(context.cache, 'downloads', 'pip')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'temporary'), { recursive: true })
  const index = context.env.AFTERWORD_PIP_INDEX
  const args = [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--only-binary=:all:',
    '--no-cache-dir',
    '--python-version',
    '3.11',
  ]
  for (const platform of wheel.platforms) args.push('--platform', platform)
  if (index) args.push('--index-url', index)
  args.push('--dest', join(folder, 'done'), `${wheel.project}==${wheel.version}`)
  const outcome = await run('python3', args, {
    env: { ...context.env, TMPDIR: join(folder, 'temporary') },
    onTick: () => context.log.progress(formatBytes(folderSize(folder), wheel.megabytes * 1e6)),
  })
  const fetched = join(folder, 'done', wheel.file)
  try {
    if (outcome.code !== 0 || !existsSync(fetched))
      return lastLines(outcome.stderr, 1) || 'pip found no such wheel'
    if ((await hashFile(fetched)) !== wheel.sha256)
      return 'pip fetched a file with another hash than expected'
    renameSync(fetched, path)
    return undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Unpacks a part of a wheel into a folder.
 * @param {import('./context.mjs').Context} context
 * @param {string} path
 * @param {string} folder
 * @param {Readonly<Record<string, string>>} parts beginnings of paths in the wheel -> what replaces them in the folder
 * @returns {Promise<string | undefined>} why it failed
 */
export async function unpackWheel(context, path, folder, parts) {
  const onLine = (/** @type {string} */ line) => showProgress(context, line)
  const rules = Object.entries(parts).map(([from, to]) => `${from}=${to}`)
  const outcome = await run('python3', [WHEEL_TOOL, 'unpack', path, folder, ...rules], {
    env: context.env,
    onLine,
  })
  return outcome.code === 0 ? undefined : lastLines(outcome.stderr, 1)
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {string} line
 */
function showProgress(context, line) {
  const [, done, total] = /^progress (\d+) (\d+)$/.exec(line) ?? []
  if (done !== undefined) context.log.progress(formatBytes(Number(done), Number(total)))
}

/** @param {string} folder */
function folderSize(folder) {
  let size = 0
  for (const entry of readdirSync(folder, { recursive: true })) {
    size += statSync(join(folder, String(entry)), { throwIfNoEntry: false })?.size ?? 0
  }
  return size
}
