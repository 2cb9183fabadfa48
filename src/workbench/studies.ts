// Studies as YAML files: the built-in ones (read-only, in subfolders: id parity/threshold) and the workspace's own. The text
// is kept as the person wrote it, comments included; a study that cannot be run is listed with the reason.
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../run-folder/replace-file'
import { formatProblems, parseStudyText } from '../shared/config/parse'
import { AfterwordError, messageOf } from '../shared/errors'
import type { StudySummary } from '../shared/workbench-api'
import { slugOf } from './run-id'

const EXTENSION = /\.ya?ml$/

/** The studies of a workspace folder and of a folder of built-in ones. */
export class Studies {
  /** What was last read of a file, by its path: parsing every point of a grid takes a while. */
  private readonly known = new Map<string, KnownStudy>()

  constructor(
    private readonly folder: string,
    private readonly builtIn: string | undefined,
  ) {}

  /** Built-in studies first, each group by name. */
  async list(): Promise<StudySummary[]> {
    const builtIn = this.builtIn === undefined ? [] : await allStudyFiles(this.builtIn)
    const own = await studyFiles(this.folder)
    const read = (files: readonly StudyPath[], source: StudySummary['source']) =>
      Promise.all(files.map((file) => this.read(file, source)))
    return [...(await read(builtIn, 'built-in')), ...(await read(own, 'workspace'))]
  }

  private async read({ id, path }: StudyPath, source: StudySummary['source']): Promise<StudySummary> {
    const { mtimeMs, size, ino } = await stat(path)
    const known = this.known.get(path)
    if (known?.mtimeMs === mtimeMs && known.size === size && known.ino === ino) return known.summary
    const summary = await summarize(path, id, source)
    this.known.set(path, { mtimeMs, size, ino, summary })
    return summary
  }

  /** Writes the file of an id, <id>.yaml where there is none. A text that does not parse is kept too: nothing a person typed is refused. */
  async save(request: { id?: string; text: string }): Promise<StudySummary> {
    const id = request.id ?? (await this.newId(request.text))
    const path = await this.pathOf(id)
    try {
      await mkdir(this.folder, { recursive: true })
      await replaceFile(path, request.text)
    } catch (cause) {
      throw new AfterwordError('workspace', `The study cannot be written to ${path}: ${messageOf(cause)}`, {
        cause,
      })
    }
    return summarize(path, id, 'workspace')
  }

  /** Removes a study of the workspace; its runs stay. */
  async delete(request: { id: string }): Promise<void> {
    const path = await this.pathOf(request.id)
    await rm(path).catch((cause: unknown) => {
      throw new AfterwordError('not-found', `No study "${request.id}" in the workspace (${path})`, { cause })
    })
  }

  /** A person's own file may end in .yml. */
  private async pathOf(id: string): Promise<string> {
    const plain = join(this.folder, `${checkedId(id)}.yaml`)
    return (await studyFiles(this.folder)).find((file) => file.id === id)?.path ?? plain
  }

  private async newId(text: string): Promise<string> {
    const parsed = parseStudyText(text)
    const slug = slugOf(parsed.ok ? parsed.value.study.name : nameLine(text), 'study')
    const taken = new Set((await studyFiles(this.folder)).map(({ id }) => id))
    let id = slug
    for (let number = 2; taken.has(id); number++) id = `${slug}-${number}`
    return id
  }
}

/** The `name:` line of a text that does not parse. */
function nameLine(text: string): string {
  return /^name:\s*(.+)$/m.exec(text)?.[1] ?? ''
}

/** Ids become file names, so nothing that could leave the folder is let through. */
function checkedId(id: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id)) return id
  throw new AfterwordError('invalid-input', `study id "${id}": letters, digits, dots and dashes only`)
}

interface StudyPath {
  id: string
  path: string
}

interface KnownStudy {
  mtimeMs: number
  size: number
  ino: number
  summary: StudySummary
}

/** The studies of a folder and, behind them, of its subfolders, whose names begin their ids. */
async function allStudyFiles(folder: string): Promise<StudyPath[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const inner = await Promise.all(
    names.sort().map(async (name) => {
      const files = await studyFiles(join(folder, name))
      return files.map(({ id, path }) => ({ id: `${name}/${id}`, path }))
    }),
  )
  return [...(await studyFiles(folder)), ...inner.flat()]
}

async function studyFiles(folder: string): Promise<StudyPath[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new AfterwordError('workspace', `The studies in ${folder} cannot be read: ${error.message}`, {
      cause: error,
    })
  })
  return names
    .filter((name) => EXTENSION.test(name) && !name.startsWith('.'))
    .map((name) => ({ id: name.replace(EXTENSION, ''), path: join(folder, name) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

async function summarize(path: string, id: string, source: StudySummary['source']): Promise<StudySummary> {
  const [text, { mtime }] = await Promise.all([readFile(path, 'utf8'), stat(path)])
  const parsed = parseStudyText(text)
  const common = { id, source, text, modified: mtime.toISOString() }
  if (parsed.ok) {
    const { name, description, about } = parsed.value.study
    return { ...common, name, description, claim: about?.claim ?? '' }
  }
  return {
    ...common,
    name: nameLine(text) || id,
    description: '',
    claim: '',
    problem: formatProblems(`${id}.yaml`, parsed.problems),
  }
}
