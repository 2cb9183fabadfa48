// Samples as a table: problem_id, sample, correct, and optionally answer and score (RFC 4180, one row a line).
import { parseValue } from '../../run-folder/json-file'
import { z } from 'zod'
import { AfterwordError } from '../../shared/errors'
import { sample } from './formats'
import type { Contribution } from './outcomes'

const required = ['problem_id', 'sample', 'correct'] as const

const truths: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  '1': true,
  '0': false,
  '-1': false,
}
const rowSchema = z.object({
  problem_id: z.string().min(1, { error: 'is empty' }),
  correct: z
    .string()
    .transform((text) => text.trim().toLowerCase())
    .refine((text) => text in truths, { error: 'must be true or false, or 1 or 0 (-1 for wrong)' })
    .transform((text) => truths[text] === true),
  answer: z.string().optional(),
  score: z.coerce.number({ error: 'must be a number' }).optional(),
})

/** Names of the columns. Throws where one that is needed is missing. */
export function readHeader(line: string, place: string): string[] {
  const columns = cells(line, place).map((name) => name.trim().toLowerCase())
  const missing = required.find((name) => !columns.includes(name))
  if (missing === undefined) return columns
  throw new AfterwordError(
    'invalid-input',
    columns.some((name) => (required as readonly string[]).includes(name))
      ? `${place}: column ${missing}: missing; a CSV of samples has ${required.join(', ')}`
      : `${place}: neither JSON nor a CSV with the columns ${required.join(', ')}`,
  )
}

/** What a row says. */
export function readCsvRow(line: string, columns: readonly string[], place: string): Contribution {
  const values = cells(line, place)
  if (values.length !== columns.length)
    throw new AfterwordError(
      'invalid-input',
      `${place}: has ${values.length} cells, but the header has ${columns.length}`,
    )
  const row = parseValue(
    Object.fromEntries(columns.map((name, index) => [name, values[index]])),
    rowSchema,
    place,
  )
  const contribution = sample('', row.problem_id, row.correct, row.answer)
  return row.score === undefined
    ? contribution
    : { ...contribution, scored: [{ score: row.score, isRight: row.correct }] }
}

/** The cells of a line, quotes undone. */
function cells(line: string, place: string): string[] {
  const found = [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g)]
  const length = found.reduce((sum, [text]) => sum + text.length, 0)
  if (length !== line.length + 1)
    throw new AfterwordError('invalid-input', `${place}: a quote is not closed, or stands inside a cell`)
  return found.map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain)
}
