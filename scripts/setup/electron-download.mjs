// Run as a child with the project folder as argument: fetches the npm package electron's binary with that
// package's own downloader, printing progress. A process of its own so that a stalled connection can be given up.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isSet } from './context.mjs'
import { formatBytes } from './log.mjs'

/** A dependency of the package electron, not of ours. */
const DOWNLOADER = '@electron/get'

const root = process.argv[2] ?? '.'
const folder = join(root, 'node_modules', 'electron')
const require = createRequire(join(folder, 'package.json'))
const { downloadArtifact } = await import(pathToFileURL(require.resolve(DOWNLOADER)).href)

let last = 0
try {
  await downloadArtifact({
    version: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version,
    artifactName: 'electron',
    platform: process.platform,
    arch: process.arch,
    checksums: JSON.parse(readFileSync(join(folder, 'checksums.json'), 'utf8')),
    ...(process.env.electron_config_cache ? { cacheRoot: process.env.electron_config_cache } : {}),
    ...(isSet(process.env.AFTERWORD_OFFLINE) ? { downloader: { download: refuse } } : {}),
    downloadOptions: {
      quiet: true,
      /** @param {{ transferred: number, total: number | null }} progress */
      getProgressCallback: async ({ transferred, total }) => {
        if (Date.now() - last < 500) return
        last = Date.now()
        process.stdout.write(`Electron: ${formatBytes(transferred, total ?? undefined)}\n`)
      },
    },
  })
} catch (error) {
  process.stderr.write(`${describe(error)}\n`)
  process.exit(1)
}
process.stdout.write('Electron: unpacking\n')
require(join(folder, 'install.js'))

async function refuse() {
  throw new Error('it is not in the cache, and AFTERWORD_OFFLINE is set')
}

/** @param {unknown} error */
function describe(error) {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return `${error.message}${cause}`.split('\n')[0]
}
