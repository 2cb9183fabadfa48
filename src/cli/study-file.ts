// Reads a study file and applies --set before anything is checked, so that a flag can also repair a file. Problems name
// file, line, field and rule.
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { parse } from 'yaml'
import { formatProblems, parseStudy, type ParsedStudy } from '../shared/config/parse'
import { setStudyPath } from '../shared/config/quick'
import { readStudyText } from '../shared/config/text'
import { AfterwordError, messageOf } from '../shared/errors'

/** A study file, parsed, with the flags applied. */
export interface StudyFile {
  study: ParsedStudy
  /** Warnings as lines for people. */
  warnings: string
}

/** Reads a YAML or JSON study. Throws invalid-input. */
export async function readStudyFile(path: string, sets: readonly string[]): Promise<StudyFile> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'ENOENT' ? 'no such file' : `cannot be read: ${cause.message}`
    throw new AfterwordError('invalid-input', `${path}: ${reason}`, { cause })
  })
  const name = basename(path)
  const read = readStudyText(text)
  if (!read.ok) throw new AfterwordError('invalid-input', formatProblems(name, read.problems))
  const changes = sets.map(parseSet)
  const value = changes.reduce((study, change) => applySet(study, change), read.value)
  const isSet = (field: string) => changes.some(({ key }) => field === key || field.startsWith(`${key}.`))
  const parsed = parseStudy(value, read.document)
  const located = (parsed.ok ? parsed.value.warnings : parsed.problems).map(({ line, ...problem }) =>
    line === undefined || isSet(problem.path) ? problem : { ...problem, line },
  )
  const lines = formatProblems(name, located)
  if (!parsed.ok) throw new AfterwordError('invalid-input', lines)
  return { study: parsed.value, warnings: lines }
}

interface Change {
  key: string
  value: unknown
}

function parseSet(text: string): Change {
  const equals = text.indexOf('=')
  const key = text.slice(0, equals).trim()
  if (equals < 0 || key === '') {
    throw new AfterwordError(
      'invalid-input',
      `--set ${text}: expected KEY.PATH=VALUE, e.g. --set task.bits=12`,
    )
  }
  try {
    return { key, value: parse(text.slice(equals + 1)) as unknown }
  } catch (cause) {
    throw new AfterwordError('invalid-input', `--set ${text}: the value is not YAML: ${messageOf(cause)}`, {
      cause,
    })
  }
}

function applySet(study: unknown, { key, value }: Change): unknown {
  try {
    return setStudyPath(study, key, value)
  } catch (cause) {
    throw new AfterwordError('invalid-input', `--set ${messageOf(cause)}`, { cause })
  }
}
