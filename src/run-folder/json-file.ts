// Small JSON documents with a schema. An error names file, field and rule. Nothing is repaired or written back here.
import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { AfterwordError, messageOf } from '../shared/errors'
import { replaceFile } from './replace-file'

/**
 * Reads and parses a JSON file. Throws AfterwordError: 'not-found' where there is no such file, 'invalid-input' where it is
 * no JSON or breaks the schema, 'workspace' where it cannot be read.
 */
export async function readJson<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>> {
  const value = await readJsonIfPresent(path, schema)
  if (value === undefined) throw new AfterwordError('not-found', `${path}: no such file`)
  return value
}

/** As readJson, but undefined where there is no such file. */
export async function readJsonIfPresent<T extends z.ZodType>(
  path: string,
  schema: T,
): Promise<z.output<T> | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (isMissing(cause)) return undefined
    throw new AfterwordError('workspace', `${path}: cannot be read: ${messageOf(cause)}`, { cause })
  }
  return parseJson(text, schema, path)
}

/** Parses JSON text against a schema; `place` (a file, or a file and line) opens the message of an error. */
export function parseJson<T extends z.ZodType>(text: string, schema: T, place: string): z.output<T> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new AfterwordError('invalid-input', `${place}: not valid JSON: ${messageOf(cause)}`, { cause })
  }
  return parseValue(value, schema, place)
}

/** Checks a value against a schema; `place` opens the message of an error, which names fields and rules. */
export function parseValue<T extends z.ZodType>(value: unknown, schema: T, place: string): z.output<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new AfterwordError('invalid-input', `${place}: ${describeIssues(parsed.error.issues)}`)
}

/** Replaces a JSON file atomically, indented for people. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await replaceFile(path, `${JSON.stringify(value, null, 2)}\n`)
}

/** Whether an error says that there is no such file or folder. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  return issues
    .map(({ path, message }) =>
      path.length === 0 ? message : `field ${path.map(String).join('.')}: ${message}`,
    )
    .join('; ')
}
