// Looks at every piece of an installation and says what it found, without changing anything.
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { findCompiler } from './binding.mjs'
import { isBuilt } from './build.mjs'
import { hasDependencies } from './dependencies.mjs'
import { findElectron } from './electron.mjs'
import { inspectNative } from './inspect-native.mjs'
import { isSupportedNode, nodeRequirement } from './node-version.mjs'
import { run } from './process.mjs'
import {
  hasDisplay,
  installCommand,
  missingBuildTools,
  missingDisplayTools,
  missingElectronLibraries,
} from './system.mjs'

/**
 * @typedef {object} Piece
 * @property {string} name
 * @property {'ok' | 'warning' | 'missing'} state
 * @property {string} [version]
 * @property {string} [source] where it came from
 * @property {string} [path]
 * @property {string} [note] what is odd about it
 * @property {string} [advice] what to do about it
 *
 * @typedef {object} Report
 * @property {boolean} canTrain
 * @property {'tensorflow' | 'cpu' | null} backend what a run started now would train on
 * @property {string} platform
 * @property {number} threads
 * @property {string} cache
 * @property {Piece[]} pieces
 * @property {import('./inspect-native.mjs').Device[]} devices as native TensorFlow lists them
 * @property {readonly import('./gpus.mjs').Gpu[]} gpus as nvidia-smi lists them
 */

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Report>}
 */
export async function inspect(context) {
  const packages = inspectPackages(context)
  const native = await inspectNative(context)
  const canTrain = packages.state === 'ok'
  return {
    canTrain,
    backend: canTrain ? (native.isUsable ? 'tensorflow' : 'cpu') : null,
    platform: context.platform,
    threads: Number(context.env.TF_NUM_INTRAOP_THREADS) || availableParallelism(),
    cache: context.cache,
    pieces: [
      inspectNode(),
      packages,
      ...native.pieces,
      await inspectElectron(context),
      ...(await inspectTools(context, native.isUsable)),
      inspectBuild(context),
    ],
    devices: native.devices,
    gpus: (await context.gpus()).gpus,
  }
}

/** @returns {Piece} */
function inspectNode() {
  const version = process.versions.node
  const piece = { name: 'Node', version, source: process.execPath }
  return isSupportedNode(version)
    ? { ...piece, state: 'ok' }
    : { ...piece, state: 'missing', advice: nodeRequirement }
}

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Piece}
 */
function inspectPackages(context) {
  const path = join(context.root, 'node_modules')
  if (hasDependencies(context))
    return { name: 'npm packages', state: 'ok', version: 'as in package.json', path }
  const note = existsSync(path)
    ? 'some are missing, or of another version than package.json names'
    : 'none are installed'
  return { name: 'npm packages', state: 'missing', note, advice: 'npm install' }
}

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Piece>}
 */
async function inspectElectron(context) {
  const electron = await findElectron(context)
  if (!electron.ok)
    return { name: 'Electron', state: 'warning', note: electron.reason, advice: electron.advice }
  const { version, source, path } = electron
  const piece = { name: 'Electron', version, source, path }
  const missing = await missingElectronLibraries(context, path)
  const [first] = missing
  if (first)
    return {
      ...piece,
      state: 'warning',
      note: `missing: ${first.what}`,
      advice: installCommand(context.env, missing),
    }
  if (!electron.isOutdated) return { ...piece, state: 'ok' }
  const note = 'out of support: good for tests and closed networks'
  return {
    ...piece,
    state: 'warning',
    note,
    advice: 'set AFTERWORD_ELECTRON, or allow the download and run doctor --fix',
  }
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {boolean} isNativeUsable
 * @returns {Promise<Piece[]>} the tools that set-up and tests call
 */
async function inspectTools(context, isNativeUsable) {
  const python = await run('python3', ['--version'], { env: context.env })
  const compiler = await findCompiler(context)
  const missing = await missingBuildTools(context)
  /** @type {Piece[]} */
  const pieces = [
    python.code === 0
      ? { name: 'python3', state: 'ok', version: python.stdout.trim().replace('Python ', '') }
      : { name: 'python3', state: isNativeUsable ? 'ok' : 'warning', note: 'needed to fetch TensorFlow' },
    compiler
      ? { name: 'C++ compiler', state: 'ok', version: await versionLine(context, compiler) }
      : {
          name: 'C++ compiler',
          state: isNativeUsable ? 'ok' : 'warning',
          note: 'needed to compile the binding',
        },
  ]
  if (missing.length > 0 && !isNativeUsable) {
    const what = missing.map((piece) => piece.what).join(', ')
    pieces.push({
      name: 'set-up tools',
      state: 'warning',
      note: `missing: ${what}`,
      advice: installCommand(context.env, missing),
    })
  }
  if (hasDisplay(context.env)) return [...pieces, { name: 'screen', state: 'ok', version: 'found' }]
  const display = missingDisplayTools(context)
  const note = 'no DISPLAY: the window needs one; tests use xvfb-run'
  const advice = display.length > 0 ? { advice: installCommand(context.env, display) } : {}
  return [...pieces, { name: 'screen', state: 'warning', note, ...advice }]
}

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Piece}
 */
function inspectBuild(context) {
  if (isBuilt(context)) return { name: 'built app', state: 'ok', path: join(context.root, 'out') }
  return {
    name: 'built app',
    state: 'ok',
    version: 'built at the next start',
    note: 'out/ is missing or older than the sources',
  }
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {string} compiler
 */
async function versionLine(context, compiler) {
  const { stdout } = await run(compiler, ['--version'], { env: context.env })
  return stdout.split('\n')[0] ?? compiler
}
