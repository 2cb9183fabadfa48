// The column cache of a workspace (cache/columns/<run id>.bin): rows of metrics.jsonl as columns, read once and from then on only
// what was appended. Deleting it loses nothing. It serves one thread; nothing here watches files.
import { closeSync, mkdirSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RunCurves } from '../../charts/curves'
import { runFiles } from '../../shared/run/folder'
import { ColumnFile, writeColumnFile, type ColumnSource } from './column-file'
import { columnCurves } from './columns'
import { RowColumns } from './row-columns'

/** Where a run lies. */
export interface RunPlace {
  readonly id: string
  readonly folder: string
}

/** Bytes read of metrics.jsonl at a time: other requests are heard in between. */
const CHUNK = 1 << 20
/** The end of what was read is compared when a file has grown. */
const TAIL = 256
/** What a live run has appended is written to the cache in pieces of at least this many bytes. */
const WRITE = 1 << 18
/** Columns kept in memory; the runs that were not drawn for the longest time go first. */
const KEPT_BYTES = 256 * 2 ** 20
/** Runs with all their columns in memory because they grow. */
const MOST_GROWING = 64

interface Known {
  source: ColumnSource
  curves: RunCurves
  file?: ColumnFile
  /** Columns of a run that grows. */
  growing?: RowColumns
  /** Bytes of metrics.jsonl that the file in the cache holds. */
  saved: number
}

/** Runs as columns. */
export class ColumnStore {
  private readonly known = new Map<string, Known>()
  /** By run id: of two updates of one run the second waits for the first. */
  private readonly updating = new Map<string, Promise<void>>()

  /** `folder`: of the cache; made where it is missing. */
  constructor(private readonly folder: string) {}

  /** Bytes of metrics.jsonl that the run's columns lack; 0: they are up to date. */
  missingBytes(run: RunPlace): number {
    const stamp = stampOf(run)
    const source = this.find(run)?.source
    if (source === undefined) return Math.max(1, stamp.size)
    if (isSame(source, stamp)) return 0
    return Math.max(1, stamp.size - source.offset)
  }

  /** The curves as they were brought up to date last; undefined for a run that never was. */
  curves(run: RunPlace): RunCurves | undefined {
    const known = this.find(run)
    if (known === undefined) return undefined
    // The last drawn are the last to go.
    this.known.delete(run.id)
    this.known.set(run.id, known)
    return known.curves
  }

  /** Reads what the columns lack, in pieces. Throws the system's error where the rows cannot be read. */
  async update(run: RunPlace): Promise<void> {
    const before = this.updating.get(run.id) ?? Promise.resolve()
    const next = before.catch(() => undefined).then(() => this.updateNow(run))
    this.updating.set(run.id, next)
    try {
      await next
    } finally {
      if (this.updating.get(run.id) === next) this.updating.delete(run.id)
    }
  }

  /** Forgets the files that were opened: another process may have written them anew. */
  reopen(): void {
    for (const [id, { file }] of this.known) if (file) this.known.delete(id)
  }

  /** Forgets what is more than is kept in memory: after a drawing, since each look at all runs takes a while. */
  trim(): void {
    const growing = [...this.known].filter(([, { growing }]) => growing !== undefined)
    for (const [id, known] of growing.slice(0, Math.max(0, growing.length - MOST_GROWING)))
      if (this.isSaved(id, known)) this.known.delete(id)
    let bytes = [...this.known.values()].reduce((sum, { file }) => sum + (file?.keptBytes ?? 0), 0)
    for (const [id, { file }] of this.known) {
      if (bytes <= KEPT_BYTES) return
      bytes -= file?.keptBytes ?? 0
      if (file) this.known.delete(id)
    }
  }

  private async updateNow(run: RunPlace): Promise<void> {
    const stamp = stampOf(run)
    const before = this.find(run)
    if (before && isSame(before.source, stamp)) return
    const goesOn = before !== undefined && continues(run, before.source, stamp.size)
    const columns = goesOn ? (before.growing ?? new RowColumns(before.file)) : new RowColumns()
    const offset = await readLines(run, goesOn ? before.source.offset : 0, columns)
    const source = { ...stamp, offset, tail: tailOf(run, offset) }
    const saved = goesOn ? before.saved : 0
    const isWritten = (!goesOn || offset - saved >= WRITE) && this.write(run, columns, source)
    // What grows stays in memory; what was read for the first time is most often over.
    const file = isWritten && !goesOn ? ColumnFile.open(this.path(run)) : undefined
    this.known.delete(run.id)
    this.known.set(run.id, {
      source,
      curves: columnCurves(file ?? columns),
      ...(file ? { file } : { growing: columns }),
      saved: isWritten ? offset : saved,
    })
    if (file === undefined) this.trim()
  }

  private find(run: RunPlace): Known | undefined {
    const known = this.known.get(run.id)
    if (known) return known
    const file = ColumnFile.open(this.path(run))
    if (file === undefined) return undefined
    const found = { source: file.source, curves: columnCurves(file), file, saved: file.source.offset }
    this.known.set(run.id, found)
    return found
  }

  /** Whether the cache holds all that is known, written now where it does not: what is forgotten is read from there. */
  private isSaved(id: string, { source, growing, saved }: Known): boolean {
    return saved === source.offset || growing === undefined || this.write({ id }, growing, source)
  }

  /** Whether it could be written: a disk that is full costs the cache, not the chart. */
  private write(run: Pick<RunPlace, 'id'>, columns: RowColumns, source: ColumnSource): boolean {
    try {
      mkdirSync(this.folder, { recursive: true })
      writeColumnFile(this.path(run), columns, source)
      return true
    } catch {
      return false
    }
  }

  private path({ id }: Pick<RunPlace, 'id'>): string {
    return join(this.folder, `${id}.bin`)
  }
}

type Stamp = Pick<ColumnSource, 'size' | 'mtimeMs'>

/** A run without rows has an empty file. */
function stampOf({ folder }: RunPlace): Stamp {
  const found = statSync(join(folder, runFiles.metrics), { throwIfNoEntry: false })
  return { size: found?.size ?? 0, mtimeMs: found?.mtimeMs ?? 0 }
}

const isSame = (a: Stamp, b: Stamp): boolean => a.size === b.size && a.mtimeMs === b.mtimeMs

/** Whether what was read still begins the file: a resumed run cuts rows and writes others. */
function continues(run: RunPlace, { offset, tail }: ColumnSource, size: number): boolean {
  return size >= offset && tailOf(run, offset) === tail
}

function tailOf({ folder }: RunPlace, offset: number): string {
  const length = Math.min(TAIL, offset)
  if (length === 0) return ''
  return reading(folder, (file) => {
    const bytes = Buffer.alloc(length)
    const read = readSync(file, bytes, 0, length, offset - length)
    return bytes.toString('base64', 0, read)
  })
}

/** Adds the whole lines from an offset on; gives where the next one begins. */
async function readLines({ folder, id }: RunPlace, from: number, columns: RowColumns): Promise<number> {
  if (stampOf({ folder, id }).size === 0) return 0
  const file = openSync(join(folder, runFiles.metrics), 'r')
  try {
    let offset = from
    let length = CHUNK
    for (;;) {
      const bytes = Buffer.allocUnsafe(length)
      const read = readSync(file, bytes, 0, length, offset)
      const end = bytes.lastIndexOf('\n', read - 1) + 1
      if (read === 0 || (end === 0 && read < length)) return offset
      // A line longer than a piece needs a larger one.
      if (end === 0) length *= 2
      for (const line of bytes.toString('utf8', 0, end).split('\n')) if (line !== '') columns.addLine(line)
      offset += end
      await nextTurn()
    }
  } finally {
    closeSync(file)
  }
}

function reading<T>(folder: string, use: (file: number) => T): T {
  const file = openSync(join(folder, runFiles.metrics), 'r')
  try {
    return use(file)
  } finally {
    closeSync(file)
  }
}
