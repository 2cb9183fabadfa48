// What the operating system must bring: a C++ compiler and pip for the set-up, shared libraries for Electron, a
// virtual display for tests. Detects what is missing and names the one command that installs it; runs that
// command only as root with CI=true.
import { accessSync, constants } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { findCompiler } from './binding.mjs'
import { isSet } from './context.mjs'
import { lastLines, run } from './process.mjs'

/**
 * @typedef {object} SystemPiece
 * @property {string} what for people
 * @property {string} package its Debian package
 */

/** Debian's packages for everything Electron links against (a missing library stands for the whole list). */
const ELECTRON_PACKAGES = [
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libxss1',
  'libatk-bridge2.0-0',
  'libdrm2',
]

/**
 * What is missing to fetch and compile the binding.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<SystemPiece[]>}
 */
export async function missingBuildTools(context) {
  const pieces = []
  if ((await run('python3', ['--version'], { env: context.env })).code !== 0) {
    pieces.push({ what: 'python3', package: 'python3' })
  }
  if ((await run('python3', ['-m', 'pip', '--version'], { env: context.env })).code !== 0) {
    pieces.push({ what: 'pip for python3', package: 'python3-pip' })
  }
  if (!(await findCompiler(context))) pieces.push({ what: 'a C++ compiler', package: 'g++' })
  return pieces
}

/**
 * The shared libraries this Electron does not find.
 * @param {import('./context.mjs').Context} context
 * @param {string} binary
 * @returns {Promise<SystemPiece[]>}
 */
export async function missingElectronLibraries(context, binary) {
  if (process.platform !== 'linux') return []
  const { stdout } = await run('ldd', [binary], { env: context.env })
  const names = stdout.split('\n').filter((line) => line.includes('not found'))
  if (names.length === 0) return []
  const libraries = names.map((line) => line.trim().split(' ')[0])
  const others = libraries.length > 3 ? ` and ${libraries.length - 3} more` : ''
  const what = `${libraries.slice(0, 3).join(', ')}${others} for Electron`
  return ELECTRON_PACKAGES.map((name) => ({ what, package: name }))
}

/**
 * What a window without a screen needs; nothing where there is a display.
 * @param {import('./context.mjs').Context} context
 * @returns {SystemPiece[]}
 */
export function missingDisplayTools(context) {
  if (hasDisplay(context.env)) return []
  const tools = [
    { what: 'xvfb-run', package: 'xvfb' },
    { what: 'xauth', package: 'xauth' },
  ]
  return tools.filter((tool) => !findProgram(tool.what, context.env))
}

/**
 * Whether a window can be shown.
 * @param {NodeJS.ProcessEnv} env
 * @returns {boolean}
 */
export function hasDisplay(env) {
  return process.platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
}

/**
 * The full path of a program on PATH.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined}
 */
export function findProgram(name, env) {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return join(folder, name)
    } catch {
      continue
    }
  }
  return undefined
}

/**
 * Installs the pieces where that is allowed (root, CI=true, apt), and otherwise prints how to.
 * @param {import('./context.mjs').Context} context
 * @param {readonly SystemPiece[]} pieces
 * @returns {Promise<boolean>} whether nothing is missing any more
 */
export async function installSystemPieces(context, pieces) {
  if (pieces.length === 0) return true
  const what = [...new Set(pieces.map((piece) => piece.what))].join(', ')
  const apt = findProgram('apt-get', context.env)
  const isAllowed = process.getuid?.() === 0 && isSet(context.env.CI) && apt && !context.isOffline
  if (!isAllowed) {
    context.log.warn(`missing on this system: ${what}. Install with: ${installCommand(context.env, pieces)}`)
    return false
  }
  context.log.note(`installing ${what}`)
  const env = { ...context.env, DEBIAN_FRONTEND: 'noninteractive' }
  const onTick = () => context.log.progress('apt-get')
  const update = await run(apt, ['update', '-qq'], { env, onTick })
  if (update.code !== 0) context.log.warn(`apt-get update: ${lastLines(update.stderr, 1)}`)
  const packages = await currentNames(env, pieces)
  const outcome = await run(apt, ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
    env,
    onTick,
  })
  if (outcome.code !== 0)
    context.log.warn(`apt-get install ${packages.join(' ')}: ${lastLines(outcome.stderr, 2)}`)
  return outcome.code === 0
}

/**
 * One command a person can paste.
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly SystemPiece[]} pieces
 * @returns {string}
 */
export function installCommand(env, pieces) {
  const packages = [...new Set(pieces.map((piece) => piece.package))].join(' ')
  if (!findProgram('apt-get', env)) return `your package manager (Debian's names: ${packages})`
  return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages}`
}

/**
 * Debian 13 and Ubuntu 24.04 renamed some libraries (`libasound2` is `libasound2t64` there).
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly SystemPiece[]} pieces
 */
async function currentNames(env, pieces) {
  const names = []
  for (const name of new Set(pieces.map((piece) => piece.package))) {
    const renamed = await run('apt-cache', ['show', `${name}t64`], { env })
    names.push(renamed.code === 0 && renamed.stdout.includes('Package:') ? `${name}t64` : name)
  }
  return names
}

/**
 * What to do where a kernel keeps an ordinary user's Electron from building its sandbox (Ubuntu 24.04 and later).
 * @param {string} binary
 * @returns {string}
 */
export function sandboxAdvice(binary) {
  const sandbox = join(dirname(binary), 'chrome-sandbox')
  return `sudo chown root:root '${sandbox}' && sudo chmod 4755 '${sandbox}'`
}
