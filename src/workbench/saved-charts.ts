// The saved charts of a workspace: charts/<id>.json, a comparison each, indented for people. A file that is no comparison is
// listed with the reason and left as it is.
import { stat } from 'node:fs/promises'
import { readJson } from '../run-folder/json-file'
import { comparisonSchema, type Comparison } from '../shared/comparison'
import { AfterwordError, messageOf } from '../shared/errors'
import type { SavedChart } from '../shared/workbench-api'
import { FileCache, NamedFiles, readEach, type NamedFile } from './named-files'

/** The charts in a folder. */
export class SavedCharts {
  private readonly files: NamedFiles
  private readonly known = new FileCache<SavedChart>()

  constructor(folder: string) {
    this.files = new NamedFiles(folder, 'chart', ['.json'])
  }

  /** By name; without a name by id. */
  async list(): Promise<SavedChart[]> {
    const charts = await readEach(await this.files.list(), (file) =>
      this.known.read(file.path, () => this.read(file)),
    )
    const nameOf = ({ id, comparison }: SavedChart) => comparison?.name || id
    return charts.sort((a, b) => nameOf(a).localeCompare(nameOf(b)) || (a.id < b.id ? -1 : 1))
  }

  /**
   * Writes <id>.json; without an id a new one is made from the name. Throws workspace where it cannot be written, changed where
   * `modified` is not of the file that is there.
   */
  async save(request: { id?: string; comparison: Comparison; modified?: string }): Promise<SavedChart> {
    const { id, comparison, modified } = request
    const text = `${JSON.stringify(comparisonSchema.parse(comparison), null, 2)}\n`
    return this.read(await this.files.write(id, comparison.name, text, modified))
  }

  /** Throws not-found where there is no such chart. */
  delete({ id }: { id: string }): Promise<void> {
    return this.files.delete(id)
  }

  private async read({ id, path }: NamedFile): Promise<SavedChart> {
    const modified = (await stat(path)).mtime.toISOString()
    const problem = this.files.nameProblem(id)
    if (problem !== undefined) return { id, modified, problem }
    try {
      return { id, modified, comparison: await readJson(path, comparisonSchema) }
    } catch (error) {
      // Gone since: the list leaves it out.
      if (error instanceof AfterwordError && error.code === 'not-found') throw error
      return { id, modified, problem: messageOf(error) }
    }
  }
}
