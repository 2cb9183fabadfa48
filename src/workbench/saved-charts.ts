// The saved charts of a workspace: charts/<id>.json, a comparison each, indented for people. A file that is no comparison is
// listed with the reason and left as it is.
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isMissing, readJson, writeJson } from '../run-folder/json-file'
import { comparisonSchema, type Comparison } from '../shared/comparison'
import { AfterwordError, messageOf } from '../shared/errors'
import type { SavedChart } from '../shared/workbench-api'
import { slugOf } from './run-id'

const EXTENSION = '.json'

/** The charts in a folder. */
export class SavedCharts {
  constructor(private readonly folder: string) {}

  /** By name; without a name by id. */
  async list(): Promise<SavedChart[]> {
    const charts = await Promise.all((await this.ids()).map((id) => this.read(id)))
    const nameOf = ({ id, comparison }: SavedChart) => comparison?.name || id
    return charts.sort((a, b) => nameOf(a).localeCompare(nameOf(b)) || (a.id < b.id ? -1 : 1))
  }

  /** Writes <id>.json; without an id a new one is made from the name. Throws workspace where it cannot be written. */
  async save({ id, comparison }: { id?: string; comparison: Comparison }): Promise<SavedChart> {
    const own = id === undefined ? await this.newId(comparison.name) : checkedId(id)
    const path = this.path(own)
    await mkdir(this.folder, { recursive: true }).catch((cause: unknown) => {
      throw new AfterwordError('workspace', `${path}: cannot be written: ${messageOf(cause)}`, { cause })
    })
    await writeJson(path, comparisonSchema.parse(comparison))
    return this.read(own)
  }

  /** Throws not-found where there is no such chart. */
  async delete({ id }: { id: string }): Promise<void> {
    await rm(this.path(checkedId(id))).catch((cause: unknown) => {
      throw new AfterwordError('not-found', `no saved chart "${id}" (${this.path(id)})`, { cause })
    })
  }

  private async read(id: string): Promise<SavedChart> {
    const path = this.path(id)
    const modified = (await stat(path)).mtime.toISOString()
    try {
      return { id, modified, comparison: await readJson(path, comparisonSchema) }
    } catch (error) {
      return { id, modified, problem: messageOf(error) }
    }
  }

  private async ids(): Promise<string[]> {
    const names = await readdir(this.folder).catch((error: unknown) => {
      if (isMissing(error)) return []
      throw new AfterwordError('workspace', `${this.folder}: cannot be read: ${messageOf(error)}`)
    })
    return names
      .filter((name) => name.endsWith(EXTENSION) && !name.startsWith('.'))
      .map((name) => basename(name, EXTENSION))
  }

  private async newId(name: string): Promise<string> {
    const slug = slugOf(name, 'chart')
    const taken = new Set(await this.ids())
    let id = slug
    for (let number = 2; taken.has(id); number++) id = `${slug}-${number}`
    return id
  }

  private path(id: string): string {
    return join(this.folder, `${id}${EXTENSION}`)
  }
}

/** Ids become file names, so nothing that could leave the folder is let through. */
function checkedId(id: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id)) return id
  throw new AfterwordError('invalid-input', `chart id "${id}": letters, digits, dots and dashes only`)
}
