// Studies of a folder by name, <group>/<name>.yaml: those that come with the program, or a person's own. Whole, or as their
// quick form.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatProblems, parseStudy, type ParsedStudy } from '../../shared/config/parse'
import { quickStudy } from '../../shared/config/quick'
import { readStudyText } from '../../shared/config/text'
import { nearestName } from '../../shared/config/words'
import { AfterwordError, messageOf } from '../../shared/errors'

const EXTENSION = '.yaml'

/** Names of the studies in the subfolders of a folder, `parity/threshold`, sorted. Throws invalid-input. */
export async function studyNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new AfterwordError(
      'invalid-input',
      `the studies in ${folder} cannot be read: ${messageOf(cause)}`,
      { cause },
    )
  })
  return entries
    .map((entry) => entry.replaceAll('\\', '/'))
    .filter((entry) => entry.endsWith(EXTENSION) && entry.includes('/'))
    .map((entry) => entry.slice(0, -EXTENSION.length))
    .sort()
}

/** The studies that are asked for, by name or group (`parity`); all where none is. Throws invalid-input. */
export function chooseNames(asked: readonly string[], names: readonly string[]): string[] {
  if (asked.length === 0) return [...names]
  const wanted = asked.map((text) => {
    const found = names.filter((name) => name === text || name.startsWith(`${text}/`))
    if (found.length > 0) return found
    const near = nearestName(text, names)
    throw new AfterwordError(
      'invalid-input',
      `there is no study "${text}"${near === undefined ? '' : `; did you mean ${near}?`} (there are ${names.join(', ')})`,
    )
  })
  return [...new Set(wanted.flat())]
}

/** Reads one study. Throws invalid-input where it is not valid. */
export async function readStudy(folder: string, name: string, isQuick: boolean): Promise<ParsedStudy> {
  const file = `${name}${EXTENSION}`
  const read = readStudyText(await readFile(join(folder, file), 'utf8'))
  const parsed = read.ok ? parseStudy(isQuick ? quickStudy(read.value) : read.value) : read
  if (parsed.ok) return parsed.value
  throw new AfterwordError('invalid-input', formatProblems(file, parsed.problems))
}
