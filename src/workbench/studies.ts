// Studies as YAML files: the built-in ones (read-only, in subfolders: id parity/threshold) and the workspace's own. The text
// is kept as the person wrote it, comments included; a study that cannot be run is listed with the reason.
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { formatProblems, parseStudyText } from '../shared/config/parse'
import type { StudySummary } from '../shared/workbench-api'
import { FileCache, NamedFiles, namedFiles, readEach, type NamedFile } from './named-files'

const EXTENSIONS = ['.yaml', '.yml'] as const

/** The studies of a workspace folder and of a folder of built-in ones. */
export class Studies {
  /** Parsing every point of a grid takes a while. */
  private readonly known = new FileCache<StudySummary>()
  private readonly files: NamedFiles

  constructor(
    folder: string,
    private readonly builtIn: string | undefined,
  ) {
    this.files = new NamedFiles(folder, 'study', EXTENSIONS)
  }

  /** Built-in studies first, each group by name. */
  async list(): Promise<StudySummary[]> {
    const builtIn = this.builtIn === undefined ? [] : await allStudyFiles(this.builtIn)
    const own = await this.files.list()
    const read = (files: readonly NamedFile[], source: StudySummary['source']) =>
      readEach(files, (file) => this.known.read(file.path, () => this.summarize(file, source)))
    return [...(await read(builtIn, 'built-in')), ...(await read(own, 'workspace'))]
  }

  /** Writes the file of an id, <id>.yaml where there is none. A text that does not parse is kept too: nothing a person typed is refused. */
  async save({ id, text }: { id?: string; text: string }): Promise<StudySummary> {
    return this.summarize(await this.files.write(id, nameIn(text), text), 'workspace')
  }

  /** Removes a study of the workspace; its runs stay. */
  delete({ id }: { id: string }): Promise<void> {
    return this.files.delete(id)
  }

  private async summarize({ id, path }: NamedFile, source: StudySummary['source']): Promise<StudySummary> {
    const [text, { mtime }] = await Promise.all([readFile(path, 'utf8'), stat(path)])
    const parsed = parseStudyText(text)
    const common = { id, source, text, modified: mtime.toISOString() }
    const misnamed = source === 'workspace' ? this.files.nameProblem(id) : undefined
    const wrong = parsed.ok ? undefined : formatProblems(basename(path), parsed.problems)
    const problem = misnamed ?? wrong
    const said = parsed.ok ? parsed.value.study : undefined
    return {
      ...common,
      name: said?.name ?? (nameLine(text) || id),
      description: said?.description ?? '',
      claim: said?.about?.claim ?? '',
      ...(problem === undefined ? {} : { problem }),
    }
  }
}

function nameIn(text: string): string {
  const parsed = parseStudyText(text)
  return parsed.ok ? parsed.value.study.name : nameLine(text)
}

/** The `name:` line of a text that does not parse. */
function nameLine(text: string): string {
  return /^name:\s*(.+)$/m.exec(text)?.[1] ?? ''
}

/** The studies of a folder and, behind them, of its subfolders, whose names begin their ids. */
async function allStudyFiles(folder: string): Promise<NamedFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const inner = await Promise.all(
    names.sort().map(async (name) => {
      const files = await namedFiles(join(folder, name), EXTENSIONS)
      return files.map(({ id, path }) => ({ id: `${name}/${id}`, path }))
    }),
  )
  return [...(await namedFiles(folder, EXTENSIONS)), ...inner.flat()]
}
