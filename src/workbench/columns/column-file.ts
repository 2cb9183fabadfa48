// A file of columns: "AFWCOLS1", the length of a JSON header, the header, and the columns as little-endian Float64. A cache that
// may be deleted at any time: what is not whole is taken for missing. Reads are synchronous, of one column at a time.
import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { z } from 'zod'
import { rowColumns, type Columns, type MetricColumn, type RowColumn } from './columns'

const MAGIC = 'AFWCOLS1'
const NUMBER = Float64Array.BYTES_PER_ELEMENT

/** What of metrics.jsonl the columns hold. */
const sourceSchema = z.object({
  /** Of the file when it was read. */
  size: z.number(),
  mtimeMs: z.number(),
  /** Bytes of whole lines that were read. */
  offset: z.number(),
  /** The last of them, in base64: a file cut and written anew has others there. */
  tail: z.string(),
})
export type ColumnSource = z.output<typeof sourceSchema>

const headerSchema = z.object({
  source: sourceSchema,
  rows: z.int().min(0),
  /** In the order of their columns; `count` values, with a column of rows before them where they are not all rows. */
  metrics: z.array(z.object({ name: z.string(), count: z.int().min(0) })),
})
type Header = z.output<typeof headerSchema>

interface Block {
  /** Numbers after the first column's beginning. */
  at: number
  count: number
}

/** Columns of a file; each is read when it is asked for, and kept. */
export class ColumnFile implements Columns {
  private readonly kept = new Map<number, Float64Array>()
  private readonly places = new Map<string, { rows?: Block; values: Block }>()

  private constructor(
    private readonly path: string,
    private readonly start: number,
    private readonly header: Header,
    private readonly stamp: string,
  ) {
    let at = rowColumns.length * header.rows
    for (const { name, count } of header.metrics) {
      const isSparse = count !== header.rows
      const rows = isSparse ? { rows: { at, count } } : {}
      if (isSparse) at += count
      this.places.set(name, { ...rows, values: { at, count } })
      at += count
    }
  }

  /** Opens a file; undefined where there is none, or it is not whole. */
  static open(path: string): ColumnFile | undefined {
    try {
      return withFile(path, 'r', (file) => {
        const { size } = fstatSync(file)
        const stamp = stampOf(file)
        const lead = readAt(file, 0, MAGIC.length + 4)
        if (lead.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined
        const length = lead.readUInt32LE(MAGIC.length)
        if (length > size) return undefined
        const text = readAt(file, lead.length, length).toString('utf8')
        const header = headerSchema.parse(JSON.parse(text))
        const opened = new ColumnFile(path, lead.length + length, header, stamp)
        return size === opened.start + NUMBER * opened.numbers ? opened : undefined
      })
    } catch {
      // Missing or damaged: built anew.
      return undefined
    }
  }

  get source(): ColumnSource {
    return this.header.source
  }

  get metrics(): string[] {
    return [...this.places.keys()]
  }

  /** Bytes of the columns read so far. */
  get keptBytes(): number {
    return [...this.kept.values()].reduce((sum, values) => sum + values.byteLength, 0)
  }

  row(column: RowColumn): Float64Array {
    const { rows } = this.header
    return this.read({ at: rowColumns.indexOf(column) * rows, count: rows })
  }

  metric(name: string): MetricColumn | undefined {
    const place = this.places.get(name)
    if (place === undefined) return undefined
    return { rows: place.rows && this.read(place.rows), values: this.read(place.values) }
  }

  private get numbers(): number {
    const metrics = [...this.places.values()].reduce(
      (sum, { rows, values }) => sum + values.count + (rows?.count ?? 0),
      0,
    )
    return rowColumns.length * this.header.rows + metrics
  }

  private read({ at, count }: Block): Float64Array {
    const known = this.kept.get(at)
    if (known?.length === count) return known
    const values = new Float64Array(count)
    const bytes = Buffer.from(values.buffer)
    withFile(this.path, 'r', (file) => {
      if (stampOf(file) !== this.stamp) throw new Error(`${this.path}: was replaced since it was opened`)
      const read = readSync(file, bytes, 0, bytes.length, this.start + at * NUMBER)
      if (read < bytes.length) throw new Error(`${this.path}: became shorter while it was read`)
    })
    this.kept.set(at, values)
    return values
  }
}

/** Writes columns in place of an earlier file. */
export function writeColumnFile(path: string, columns: Columns, source: ColumnSource): void {
  const rows = columns.row('stage').length
  const metrics = columns.metrics.flatMap((name) => {
    const metric = columns.metric(name)
    return metric ? [{ name, metric }] : []
  })
  const header: Header = {
    source,
    rows,
    metrics: metrics.map(({ name, metric }) => ({ name, count: metric.values.length })),
  }
  const text = Buffer.from(JSON.stringify(header), 'utf8')
  const lead = Buffer.alloc(MAGIC.length + 4)
  lead.write(MAGIC, 'latin1')
  lead.writeUInt32LE(text.length, MAGIC.length)
  const blocks = [
    ...rowColumns.map((name) => columns.row(name)),
    ...metrics.flatMap(({ metric }) => [...(metric.rows ? [metric.rows] : []), metric.values]),
  ]
  const written = `${path}.${process.pid}`
  try {
    withFile(written, 'w', (file) => {
      for (const block of [lead, text, ...blocks.map(bytesOf)])
        for (let done = 0; done < block.length;) done += writeSync(file, block, done)
    })
    renameSync(written, path)
  } catch (error) {
    rmSync(written, { force: true })
    throw error
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)

function withFile<T>(path: string, flags: 'r' | 'w', use: (file: number) => T): T {
  const file = openSync(path, flags)
  try {
    return use(file)
  } finally {
    closeSync(file)
  }
}

/** Another file in its place has another. */
function stampOf(file: number): string {
  const { ino, mtimeMs, size } = fstatSync(file)
  return `${ino} ${mtimeMs} ${size}`
}

function readAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  const read = readSync(file, bytes, 0, length, position)
  if (read < length) throw new Error('the file ends early')
  return bytes
}
