// Where a run's numbers come from: version and commit of this program, hash of what draws its data.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TaskConfig } from '../shared/config/schema'

/** To be raised when a task draws other data than before for the same config and seed. */
const GENERATOR_VERSION = 1
const GIT_TIMEOUT_MS = 2000

/**
 * SHA-256 of the task's config (a data set's own hash in it, its path not) and the generator's version: equal hashes and equal
 * seeds draw equal data.
 */
export function dataHash(task: TaskConfig): string {
  const sorted = Object.entries({ ...task, file: undefined }).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify({ generator: GENERATOR_VERSION, task: sorted }))
    .digest('hex')
}

/** This program's version as run.json lists versions; none where its folder has no package.json. */
export function versionsOf(programFolder: string): Record<string, string> {
  const version = programVersion(programFolder)
  return version === undefined ? {} : { afterword: version }
}

/** The program's version from the package.json of its folder; undefined where there is none. */
function programVersion(programFolder: string): string | undefined {
  const path = join(programFolder, 'package.json')
  if (!existsSync(path)) return undefined
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version?: unknown }
  return typeof version === 'string' ? version : undefined
}

/** Commit of the program's checkout, "-dirty" behind it where files differ; undefined outside a checkout or without git. */
export async function gitCommit(programFolder: string): Promise<string | undefined> {
  if (!existsSync(join(programFolder, '.git'))) return undefined
  const args = ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*']
  // Without optional locks it takes none, and disturbs nobody who works in the checkout.
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0' }
  const options = { cwd: programFolder, env, timeout: GIT_TIMEOUT_MS }
  return promisify(execFile)('git', args, options).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  )
}
