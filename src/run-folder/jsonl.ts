// Files of one JSON object a line: append, read from an offset, cut. A last line without its newline is torn: it is never
// a row, and the next reader finds it whole or cut. Non-finite numbers are written as strings (shared/run/rows.ts).
import { closeSync, fstatSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { open, stat, truncate, type FileHandle } from 'node:fs/promises'
import type { z } from 'zod'
import { AfterwordError, messageOf } from '../shared/errors'
import { toLoggedNumber } from '../shared/run/logged-number'
import { isMissing, parseJson } from './json-file'

const CHUNK_BYTES = 1 << 20
const NEWLINE = 0x0a

/** Appends rows to a file; it must end in a whole line (cutRows sees to that). Calls are synchronous. */
export class JsonlWriter {
  private readonly descriptor: number
  /** Bytes of the file: where the next row will start. */
  private size: number

  /** Opens the file, making it where there is none. Throws AfterwordError('workspace'). */
  constructor(private readonly path: string) {
    this.descriptor = attempt(path, 'opened', () => openSync(path, 'a'))
    this.size = fstatSync(this.descriptor).size
  }

  /** Where the next row will start, in bytes. */
  get offset(): number {
    return this.size
  }

  /** Hands the rows to the system in one write, so that other processes see them at once. */
  append(rows: readonly unknown[]): void {
    if (rows.length === 0) return
    const bytes = Buffer.from(rows.map((row) => `${JSON.stringify(row, finite)}\n`).join(''), 'utf8')
    attempt(this.path, 'written', () => {
      for (let done = 0; done < bytes.length;) done += writeSync(this.descriptor, bytes, done)
    })
    this.size += bytes.length
  }

  /** Makes everything appended so far durable. */
  sync(): void {
    attempt(this.path, 'written', () => fsyncSync(this.descriptor))
  }

  close(): void {
    closeSync(this.descriptor)
  }
}

/** Rows read from a file. */
export interface ReadRows<Row> {
  rows: Row[]
  /** Where the next call goes on: after the last whole line. */
  nextOffset: number
  /** Whole lines that are no rows (file, byte offset, field, rule): left out of `rows`. */
  problems: string[]
}

/**
 * Reads the whole lines between two byte offsets (to the end of the file where `to` is not given). A file that is not
 * there has no rows; one shorter than `from` gives none and nextOffset 0. Throws AfterwordError('workspace') where it
 * cannot be read.
 */
export async function readRows<T extends z.ZodType>(
  path: string,
  schema: T,
  from = 0,
  to = Number.POSITIVE_INFINITY,
): Promise<ReadRows<z.output<T>>> {
  const result: ReadRows<z.output<T>> = { rows: [], nextOffset: from, problems: [] }
  for await (const line of wholeLines(path, from, to)) {
    result.nextOffset = line.end
    try {
      result.rows.push(parseJson(line.text, schema, `${path}: at byte ${line.start}`))
    } catch (error) {
      result.problems.push(messageOf(error))
    }
  }
  if (result.nextOffset === from && (await sizeOf(path)) < from) result.nextOffset = 0
  return result
}

/**
 * Cuts everything after the last row for which `keep` holds: later rows, damaged lines and a torn end. Where nothing is
 * kept the file becomes empty; a missing file stays missing. Returns the file's new size in bytes.
 */
export async function cutRows<T extends z.ZodType>(
  path: string,
  schema: T,
  keep: (row: z.output<T>) => boolean,
): Promise<number> {
  let end = 0
  for await (const line of wholeLines(path, 0, Number.POSITIVE_INFINITY)) {
    const row = parseLine(line.text, schema)
    if (row !== undefined && keep(row)) end = line.end
  }
  if ((await sizeOf(path)) > end) {
    await truncate(path, end).catch((cause: unknown) => {
      throw new AfterwordError('workspace', `${path}: cannot be cut: ${messageOf(cause)}`, { cause })
    })
  }
  return end
}

function parseLine<T extends z.ZodType>(text: string, schema: T): z.output<T> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

interface Line {
  start: number
  /** After the newline. */
  end: number
  text: string
}

/** Lines that end in a newline, read in chunks; empty ones are passed over. */
async function* wholeLines(path: string, from: number, to: number): AsyncGenerator<Line> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (cause) {
    if (isMissing(cause)) return
    throw new AfterwordError('workspace', `${path}: cannot be read: ${messageOf(cause)}`, { cause })
  }
  try {
    let pending = Buffer.alloc(0)
    let pendingStart = from
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, Math.max(1, (await file.stat()).size - from)))
    for (let position = from; position < to;) {
      const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, to - position), position)
      if (bytesRead === 0) break
      position += bytesRead
      pending = Buffer.concat([pending, chunk.subarray(0, bytesRead)])
      let begin = 0
      for (let newline = pending.indexOf(NEWLINE); newline >= 0; newline = pending.indexOf(NEWLINE, begin)) {
        const text = pending.toString('utf8', begin, newline)
        if (text !== '') yield { start: pendingStart + begin, end: pendingStart + newline + 1, text }
        begin = newline + 1
      }
      pending = pending.subarray(begin)
      pendingStart += begin
    }
  } catch (cause) {
    throw new AfterwordError('workspace', `${path}: cannot be read: ${messageOf(cause)}`, { cause })
  } finally {
    await file.close()
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}

function finite(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? toLoggedNumber(value) : value
}

function attempt<T>(path: string, verb: string, action: () => T): T {
  try {
    return action()
  } catch (cause) {
    throw new AfterwordError('workspace', `${path}: cannot be ${verb}: ${messageOf(cause)}`, { cause })
  }
}
