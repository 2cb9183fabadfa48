// The native half of @tensorflow/tfjs-node-gpu: compiled once from the C++ in its npm package against the cached
// TensorFlow, kept in the user's cache, and linked into node_modules. One compiler call, no node-gyp.
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { mendSource, mends } from './binding-mends.mjs'
import { packageVersion } from './context.mjs'
import { lastLines, run } from './process.mjs'
import { hashFile, readStamp, writeStamp } from './stamp.mjs'

/** The npm package whose binding this is. */
export const BINDING_PACKAGE = '@tensorflow/tfjs-node-gpu'

const BINARY = 'lib/napi-v8/tfjs_binding.node'

/** Beside the binary: which build of TensorFlow it is linked to. */
const BUILD_FILE = 'lib/napi-v8/build.json'

/** @typedef {{ ok: true, folder: string } | import('./tensorflow.mjs').Missing} BindingOutcome */

/**
 * The compiled binding for this library, compiled first where it is missing. Call it under the cache's lock.
 * @param {import('./context.mjs').Context} context
 * @param {import('./tensorflow.mjs').Library} library
 * @returns {Promise<BindingOutcome>}
 */
export async function compileBinding(context, library) {
  const folder = bindingFolder(context, library)
  if (await readStamp(folder)) return { ok: true, folder }
  const compiler = await findCompiler(context)
  if (!compiler) return { ok: false, reason: 'there is no C++ compiler', advice: 'install g++ (or set CXX)' }
  const packaged = join(context.root, 'node_modules', BINDING_PACKAGE)
  const headers = join(context.root, 'node_modules', 'node-api-headers', 'include')
  context.log.note('compiling the TensorFlow binding (about 15 s)')
  const partial = `${folder}.partial`
  rmSync(partial, { recursive: true, force: true })
  mkdirSync(dirname(join(partial, BINARY)), { recursive: true })
  const source = join(partial, 'source')
  copyMended(join(packaged, 'binding'), source)
  const libraries = join(library.folder, 'lib')
  const framework = ['libtensorflow_framework.so.2', 'libtensorflow_framework.so'].find((name) =>
    existsSync(join(libraries, name)),
  )
  const args = ['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8']
  for (const include of [headers, packaged, join(library.folder, 'include')]) args.push(`-I${include}`)
  args.push(join(source, 'tfjs_backend.cc'), join(source, 'tfjs_binding.cc'))
  args.push(`-L${libraries}`, `-l:${library.library}`, ...(framework ? [`-l:${framework}`] : []))
  // The relative path holds where the whole cache is copied elsewhere, the absolute one where the binding alone is.
  const fromBinary = relative(dirname(join(folder, BINARY)), libraries)
  args.push(`-Wl,-rpath,$ORIGIN/${fromBinary}:${libraries}`, '-o', join(partial, BINARY))
  const outcome = await run(compiler, args, {
    env: context.env,
    onTick: () => context.log.progress('compiling'),
  })
  if (outcome.code !== 0) {
    const reason = `${compiler} failed: ${lastLines(errorLines(outcome.stderr))}`
    return { ok: false, reason, advice: 'a C++17 compiler is needed (g++ 9 or newer); set CXX to choose one' }
  }
  rmSync(source, { recursive: true })
  writeFileSync(join(partial, BUILD_FILE), `${JSON.stringify({ build: library.build })}\n`)
  const tfjs = packageVersion(context, BINDING_PACKAGE)
  await writeStamp(partial, {
    version: `${tfjs} for ${library.version} (${library.build})`,
    source: `compiled with ${compiler}`,
    needs: library.build === 'own' ? [] : [basename(library.folder)],
    files: [BINARY, BUILD_FILE],
  })
  rmSync(folder, { recursive: true, force: true })
  renameSync(partial, folder)
  return { ok: true, folder }
}

/**
 * Copies the binding's C++ with its mends applied.
 * @param {string} from
 * @param {string} to
 */
function copyMended(from, to) {
  mkdirSync(to, { recursive: true })
  for (const file of readdirSync(from)) {
    if (!/\.(cc|h)$/.test(file)) continue
    writeFileSync(join(to, file), mendSource(file, readFileSync(join(from, file), 'utf8')))
  }
}

/**
 * Whether node_modules holds the binding for this library, whole.
 * @param {import('./context.mjs').Context} context
 * @param {import('./tensorflow.mjs').Library} library
 * @returns {Promise<boolean>}
 */
export async function isBindingLinked(context, library) {
  const folder = bindingFolder(context, library)
  if (!(await readStamp(folder))) return false
  const target = join(context.root, 'node_modules', BINDING_PACKAGE, BINARY)
  if (!existsSync(target)) return false
  if (realpathSync(target) === realpathSync(join(folder, BINARY))) return true
  const isCopy = statSync(target).size === statSync(join(folder, BINARY)).size
  return isCopy && (await hashFile(target)) === (await hashFile(join(folder, BINARY)))
}

/**
 * Puts the compiled binding where the package looks for it: a link, or a copy where links are not allowed.
 * @param {import('./context.mjs').Context} context
 * @param {string} folder from compileBinding
 */
export function linkBinding(context, folder) {
  const target = dirname(join(context.root, 'node_modules', BINDING_PACKAGE, BINARY))
  const source = dirname(join(folder, BINARY))
  mkdirSync(dirname(target), { recursive: true })
  if (lstatSync(target, { throwIfNoEntry: false })) rmSync(target, { recursive: true })
  try {
    symlinkSync(source, target, 'dir')
  } catch {
    cpSync(source, target, { recursive: true })
  }
}

/**
 * Where the binding for this library is kept. Its run path names the library, so the library's place (in the cache, or
 * anywhere) is part of the key; so are the mends it was compiled with.
 * @param {import('./context.mjs').Context} context
 * @param {import('./tensorflow.mjs').Library} library
 * @returns {string}
 */
export function bindingFolder(context, library) {
  const tfjs = packageVersion(context, BINDING_PACKAGE)
  const path = realpathSync(join(library.folder, 'lib', library.library))
  const place = library.build === 'own' ? path : basename(library.folder)
  const key = createHash('sha256')
    .update(`${place} ${statSync(path).size} ${JSON.stringify(mends)}`)
    .digest('hex')
    .slice(0, 10)
  const version = `${library.version}-${library.build}`
  return join(context.cache, `binding-${tfjs}-tensorflow-${version}-${context.platform}-${key}`)
}

/**
 * The folder of the cache whose binding a checkout's node_modules is linked to; undefined where there is none.
 * @param {string} root the checkout
 * @returns {string | undefined}
 */
export function linkedBinding(root) {
  try {
    return dirname(dirname(dirname(realpathSync(join(root, 'node_modules', BINDING_PACKAGE, BINARY)))))
  } catch {
    return undefined
  }
}

/**
 * The first C++ compiler that answers.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<string | undefined>}
 */
export async function findCompiler(context) {
  for (const name of [context.env.CXX, 'g++', 'c++', 'clang++']) {
    if (name && (await run(name, ['--version'], { env: context.env })).code === 0) return name
  }
  return undefined
}

/** @param {string} stderr */
function errorLines(stderr) {
  const errors = stderr.split('\n').filter((line) => /error|cannot find|undefined reference/i.test(line))
  return errors.length > 0 ? errors.slice(0, 3).join('\n') : stderr
}
