// The npm packages: present in the versions package.json names, or installed now by the npm client.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastLines, run } from './process.mjs'

/**
 * Installs the npm packages where there are none.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<void>}
 */
export async function prepareDependencies(context) {
  if (hasDependencies(context)) return
  context.log.note('installing the npm packages')
  const outcome = await run('npm', ['install', '--loglevel=error'], {
    cwd: context.root,
    env: context.env,
    onTick: () => context.log.progress('npm install'),
  })
  if (outcome.code !== 0) throw new Error(`npm install failed: ${lastLines(outcome.stderr, 6)}`)
}

/**
 * Whether every package that package.json names is there in the version it names.
 * @param {import('./context.mjs').Context} context
 * @returns {boolean}
 */
export function hasDependencies(context) {
  const path = join(context.root, 'node_modules', '.package-lock.json')
  if (!existsSync(path)) return false
  const { packages } = JSON.parse(readFileSync(path, 'utf8'))
  const manifest = JSON.parse(readFileSync(join(context.root, 'package.json'), 'utf8'))
  const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
  return wanted.every(([name, version]) => packages[`node_modules/${name}`]?.version === version)
}
