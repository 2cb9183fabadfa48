// Reads a file of samples in any known format, told by its content: rows of JSON, a CSV table, or a summary of accuracies. It
// reads line by line, so that a file may be larger than memory. Errors name file, line, field and rule.
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { isMissing, parseJson } from '../../run-folder/json-file'
import { nearestName } from '../../shared/config/words'
import { AfterwordError, messageOf } from '../../shared/errors'
import { readCsvRow, readHeader } from './csv'
import { rowFormats, type RowFormat } from './formats'
import { SampleSets, type SampleSet } from './outcomes'

/** A file that holds no samples but their means, by part: pass@1 and pass@n, with n unknown. */
export interface PassSummary {
  part: string
  passAt1: number
  passAtN: number
}

/** What a file holds. */
export type SampleFile =
  | { kind: 'samples'; format: string; sets: SampleSet[] }
  | { kind: 'summary'; format: string; sets: PassSummary[] }

const accuracy = z.object({ pass_at_1: z.number().min(0).max(1), pass_at_n: z.number().min(0).max(1) })
const accuracySchema = z.object({ by_data_source: z.record(z.string(), accuracy) })

/** Reads a file. Throws AfterwordError('invalid-input') naming file, line, field and rule. */
export async function readSamples(path: string): Promise<SampleFile> {
  const sets = new SampleSets()
  let add: ((line: string, place: string) => void) | undefined
  let format = ''
  let number = 0
  for await (const line of linesOf(path)) {
    number++
    const text = number === 1 ? line.replace(/^\uFEFF/, '') : line
    if (text.trim() === '') continue
    const place = `${path}:${number}`
    if (add === undefined) {
      if (isStartOfDocument(text)) return readSummary(path)
      const reader = readerOf(text, place, sets)
      add = reader.add
      format = reader.format
      if (reader.isHeader) continue
    }
    add(text, place)
  }
  const found = sets.all()
  if (found.length === 0) throw wrong(path, number === 0 ? 'the file is empty' : 'there are no samples in it')
  return { kind: 'samples', format, sets: found }
}

interface LineReader {
  format: string
  /** The line it was recognised by holds no samples. */
  isHeader: boolean
  add: (line: string, place: string) => void
}

function readerOf(first: string, place: string, sets: SampleSets): LineReader {
  if (!/^\s*[{[]/.test(first)) {
    const columns = readHeader(first, place)
    return {
      format: 'CSV',
      isHeader: true,
      add: (line, at) => {
        sets.add(readCsvRow(line, columns, at))
      },
    }
  }
  const format = formatOf(parseJson(first, z.record(z.string(), z.unknown()), place), place)
  return {
    format: format.name,
    isHeader: false,
    add: (line, at) => {
      for (const contribution of format.read(parseJson(line, z.unknown(), at), at)) sets.add(contribution)
    },
  }
}

/** The format whose fields a row has. */
function formatOf(row: Readonly<Record<string, unknown>>, place: string): RowFormat {
  const found = rowFormats.find(({ fields }) => fields.every((field) => field in row))
  if (found) return found
  const known = rowFormats.map(({ name, fields }) => `${name}: ${fields.join(', ')}`).join('; ')
  const closest = rowFormats.find(
    ({ fields }) => fields.filter((field) => field in row).length === fields.length - 1,
  )
  const missing = closest?.fields.find((field) => !(field in row))
  const near = missing === undefined ? undefined : nearestName(missing, Object.keys(row))
  throw wrong(
    place,
    closest === undefined || missing === undefined
      ? `no known format of samples has these fields (${known}; CSV: problem_id, sample, correct)`
      : `field ${missing}: missing; ${closest.name} rows have ${closest.fields.join(', ')}${near === undefined ? '' : ` (is ${near} meant?)`}`,
  )
}

/** Whether a line begins a JSON document of several lines, or is one that holds a summary. */
const isStartOfDocument = (line: string): boolean =>
  /^\s*\{\s*$/.test(line) || (/^\s*\{/.test(line) && line.includes('"by_data_source"'))

async function readSummary(path: string): Promise<SampleFile> {
  const { by_data_source: sources } = parseJson(await readFile(path, 'utf8'), accuracySchema, path)
  const entries = Object.entries(sources)
  if (entries.length === 0) throw wrong(path, 'field by_data_source: is empty')
  return {
    kind: 'summary',
    format: 'accuracy.json',
    sets: entries.map(([part, values]) => ({ part, passAt1: values.pass_at_1, passAtN: values.pass_at_n })),
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path, 'utf8')
  try {
    yield* createInterface({ input: stream, crlfDelay: Infinity })
  } catch (cause) {
    throw wrong(path, isMissing(cause) ? 'no such file' : `cannot be read: ${messageOf(cause)}`, cause)
  } finally {
    stream.destroy()
  }
}

function wrong(place: string, problem: string, cause?: unknown): AfterwordError {
  return new AfterwordError('invalid-input', `${place}: ${problem}`, { cause })
}
