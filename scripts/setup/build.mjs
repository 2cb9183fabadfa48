// The built app in out/: built where it is missing or older than what it is made from, by content, so that a
// checkout that brings the same files back does not build again.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { withLock } from './lock.mjs'
import { run } from './process.mjs'

const SOURCES = [
  'src',
  'resources',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
]
const PRODUCTS = [
  'main/index.js',
  'main/trainer.js',
  'main/cli.js',
  'main/drawing-thread.js',
  'main/chart-file-thread.js',
  'preload/index.js',
  'renderer/index.html',
]

/**
 * Builds the app where that is needed.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<void>}
 */
export async function prepareBuild(context) {
  if (isBuilt(context)) return
  await withLock(
    join(context.root, 'node_modules', '.cache', 'afterword'),
    'build',
    context.log,
    async () => {
      if (!isBuilt(context)) await build(context)
    },
  )
}

/**
 * Whether out/ holds what the sources say now.
 * @param {import('./context.mjs').Context} context
 * @returns {boolean}
 */
export function isBuilt(context) {
  const out = join(context.root, 'out')
  if (!PRODUCTS.every((name) => existsSync(join(out, name)))) return false
  try {
    return readFileSync(join(out, 'built-from'), 'utf8') === hashSources(context.root)
  } catch {
    return false
  }
}

/** @param {import('./context.mjs').Context} context */
async function build(context) {
  context.log.note('building the app (about 10 s)')
  // Taken before the build: a file that is changed while it runs leads to another build.
  const hash = hashSources(context.root)
  const program = join(context.root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const outcome = await run(process.execPath, [program, 'build'], {
    cwd: context.root,
    env: { ...context.env, NODE_ENV: 'production' },
    onTick: () => context.log.progress('building'),
  })
  if (outcome.code !== 0)
    throw new Error(`the build failed:\n${stripVTControlCharacters(outcome.stdout + outcome.stderr)}`)
  writeFileSync(join(context.root, 'out', 'built-from'), hash)
}

/** @param {string} root */
function hashSources(root) {
  const hash = createHash('sha256')
  for (const source of SOURCES) {
    const path = join(root, source)
    if (!existsSync(path)) continue
    for (const file of filesOf(path))
      hash
        .update(`${file.slice(root.length)}\0`)
        .update(readFileSync(file))
        .update('\0')
  }
  return hash.digest('hex')
}

/**
 * @param {string} path a file or a folder
 * @returns {string[]} the file, or every file under the folder, sorted
 */
function filesOf(path) {
  try {
    const entries = readdirSync(path, { withFileTypes: true, recursive: true })
    const files = entries.filter((entry) => entry.isFile())
    return files.map((entry) => join(entry.parentPath, entry.name)).sort()
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOTDIR') return [path]
    throw error
  }
}
