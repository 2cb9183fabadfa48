// Replaces a whole file so that a reader, at any moment and after a crash, sees the old content or the new one, never a
// mixture. It does not lock: of two writers at once the last rename wins.
import { randomBytes } from 'node:crypto'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AfterwordError, messageOf } from '../shared/errors'
import { identityOf } from './process-identity'

/**
 * Writes `content` to a temporary file in the same folder, syncs it to disk and renames it to `path`. Throws
 * AfterwordError('workspace') naming the file where it cannot be written; the old content is then untouched.
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(
    dirname(path),
    `.${basename(path)}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`,
  )
  try {
    await writeSynced(temporary, content)
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw new AfterwordError('workspace', `${path}: cannot be written: ${messageOf(cause)}`, { cause })
  }
}

/** What was written since may be another host's, whose processes cannot be looked at from here. */
const YOUNG_MS = 10 * 60_000

/** Removes the temporary files of a folder whose writer was killed. Never throws: what cannot be removed stays. */
export async function sweepTemporary(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const [, writer] = /^\..+\.(\d+)-[0-9a-f]{8}\.tmp$/.exec(name) ?? []
    if (writer === undefined || identityOf(Number(writer)) !== undefined) continue
    const path = join(folder, name)
    const found = await stat(path).catch(() => undefined)
    if (found && Date.now() - found.mtimeMs > YOUNG_MS) await rm(path, { force: true }).catch(() => undefined)
  }
}

/** Writes a new file and syncs it to disk. Throws the system's error, also where the file exists. */
export async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes a folder's renames durable where the system lets a folder be opened (Windows does not, and needs no such thing). */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
