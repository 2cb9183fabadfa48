// Files that a person names, in one folder of the workspace: an id is a file's name without its extension. A file appears whole or
// not at all; two that are saved under one name at once get two ids.
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from '../run-folder/json-file'
import { replaceFile } from '../run-folder/replace-file'
import { AfterwordError, messageOf } from '../shared/errors'
import { slugOf } from './run-id'

/** A file and its id. */
export interface NamedFile {
  id: string
  path: string
}

/** Ids become file names, so nothing that could leave the folder is let through. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/
const ID_RULE = 'begins with a letter or digit; letters, digits, dots, dashes and underscores follow'

/** The files of one kind in a folder; new ones get the first extension. */
export class NamedFiles {
  constructor(
    private readonly folder: string,
    private readonly kind: 'study' | 'chart',
    private readonly extensions: readonly [string, ...string[]],
  ) {}

  list(): Promise<NamedFile[]> {
    return namedFiles(this.folder, this.extensions)
  }

  /** Why the file of an id can be read but neither saved nor deleted; undefined where it can. */
  nameProblem(id: string): string | undefined {
    if (ID.test(id)) return undefined
    return `${id}${this.extensions[0]}: the name of a ${this.kind}'s file ${ID_RULE}. Rename the file to use it here.`
  }

  /**
   * Writes the file of an id; without one a new file with an id made of `name`. Throws workspace where it cannot be written, and
   * changed where the file is not of the time `modified`, where one is given.
   */
  async write(id: string | undefined, name: string, content: string, modified?: string): Promise<NamedFile> {
    const given = id === undefined ? undefined : await this.find(id)
    if (given !== undefined && modified !== undefined) await assertUnchanged(given.path, modified)
    try {
      await mkdir(this.folder, { recursive: true })
      const file = given ?? (await this.reserve(name))
      await replaceFile(file.path, content).catch(async (error: unknown) => {
        if (given === undefined) await rm(file.path, { force: true })
        throw error
      })
      return file
    } catch (cause) {
      if (cause instanceof AfterwordError) throw cause
      throw new AfterwordError('workspace', `${this.folder}: cannot be written: ${messageOf(cause)}`, {
        cause,
      })
    }
  }

  /** Throws not-found where there is no such file. */
  async delete(id: string): Promise<void> {
    const { path } = await this.find(id)
    await rm(path).catch((cause: unknown) => {
      throw isMissing(cause)
        ? new AfterwordError('not-found', `No ${this.kind} "${id}" in the workspace (${path})`, { cause })
        : new AfterwordError('workspace', `${path}: cannot be deleted: ${messageOf(cause)}`, { cause })
    })
  }

  /** Where the file of an id is, or will be: a person's own may have any of the extensions. */
  private async find(id: string): Promise<NamedFile> {
    if (!ID.test(id)) throw new AfterwordError('invalid-input', `${this.kind} id "${id}" ${ID_RULE}`)
    return (await this.list()).find((file) => file.id === id) ?? this.plain(id)
  }

  private plain(id: string): NamedFile {
    return { id, path: join(this.folder, `${id}${this.extensions[0]}`) }
  }

  /** An empty file of an id that nobody has. */
  private async reserve(name: string): Promise<NamedFile> {
    const slug = slugOf(name, this.kind)
    const taken = new Set((await this.list()).map(({ id }) => id))
    for (let number = 1; ; number++) {
      const file = this.plain(number === 1 ? slug : `${slug}-${number}`)
      if (taken.has(file.id)) continue
      try {
        await writeFile(file.path, '', { flag: 'wx' })
        return file
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      }
    }
  }
}

/** A file that is gone can be written anew. */
async function assertUnchanged(path: string, modified: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found !== undefined && found.mtime.toISOString() !== modified)
    throw new AfterwordError('changed', `${path} was written by another window or program since it was read`)
}

/** What was last read of files, by their paths; a file that has not changed is not read again. */
export class FileCache<T> {
  private readonly known = new Map<string, { stamp: string; value: T }>()

  async read(path: string, make: () => Promise<T>): Promise<T> {
    const { mtimeMs, size, ino } = await stat(path)
    const stamp = `${mtimeMs} ${size} ${ino}`
    const known = this.known.get(path)
    if (known?.stamp === stamp) return known.value
    const value = await make()
    this.known.set(path, { stamp, value })
    return value
  }
}

/** The files of a folder with one of these extensions, by id; none where there is no folder. */
export async function namedFiles(folder: string, extensions: readonly string[]): Promise<NamedFile[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    if (isMissing(cause)) return []
    throw new AfterwordError('workspace', `${folder}: cannot be read: ${messageOf(cause)}`, { cause })
  })
  return names
    .flatMap((name) => {
      const extension = extensions.find((end) => name.endsWith(end))
      if (extension === undefined || name.startsWith('.')) return []
      return [{ id: name.slice(0, -extension.length), path: join(folder, name) }]
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** What `read` says of each file, without those that are gone by then. */
export async function readEach<T>(
  files: readonly NamedFile[],
  read: (file: NamedFile) => Promise<T>,
): Promise<T[]> {
  const found = await Promise.all(
    files.map((file) =>
      read(file).then(
        (value) => [value],
        async (error: unknown) => {
          if ((await stat(file.path).catch(isMissing)) === true) return []
          throw error
        },
      ),
    ),
  )
  return found.flat()
}
