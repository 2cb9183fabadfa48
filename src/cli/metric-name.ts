// Which of the logged metrics a name on the command line means.
import { nearestName } from '../shared/config/words'
import { AfterwordError } from '../shared/errors'

/**
 * A metric by its whole name, or by its last part: of several that end so the one with the fewest parts. Throws invalid-input where
 * there is none or more than one; `runs` says whose metrics they are.
 */
export function metricNamed(name: string, logged: readonly string[], runs: string): string {
  const names = [...new Set(logged)].filter((each) => !each.startsWith('theory/')).sort()
  if (names.includes(name)) return name
  const ending = names.filter((each) => each.endsWith(`/${name}`))
  const fewest = Math.min(...ending.map(partCount))
  const [match, ...others] = ending.filter((each) => partCount(each) === fewest)
  if (match !== undefined && others.length === 0) return match
  if (match !== undefined) throw wrong(`--chart ${name}: may be ${ending.join(' or ')}`)
  const near = nearestName(name, name.includes('/') ? names : names.map(lastPart))
  const known = names.length === 0 ? 'nothing has been logged yet' : `there are ${names.join(', ')}`
  throw wrong(
    `--chart ${name}: no such metric in ${runs}${near === undefined ? '' : `; did you mean ${near}?`} (${known})`,
  )
}

const partCount = (path: string): number => path.split('/').length

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function wrong(message: string): AfterwordError {
  return new AfterwordError('invalid-input', message)
}
