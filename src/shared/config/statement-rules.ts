// Which runs a statement speaks of, and what is wrong with a statement beyond its single fields. Figures are made in
// src/statistics/statements.ts.
import { problemAt, type ConfigProblem } from './problem'
import { getPath, splitPath } from './paths'
import type { Statement } from './schema/statements'

/** A run as statements tell it from others: its values on the study's axes (and its arm), and its whole config. */
export interface PlacedRun {
  readonly point: Readonly<Record<string, unknown>>
  readonly config: unknown
}

/** Whether a run has one of the wanted values at every path. */
export function isMeant(where: Statement['where'], run: PlacedRun): boolean {
  return Object.entries(where).every(([path, wanted]) => {
    const value = Object.hasOwn(run.point, path) ? run.point[path] : getPath(run.config, splitPath(path))
    return (Array.isArray(wanted) ? wanted : [wanted]).some((one) => isSame(one, value))
  })
}

/** Of `runs` those that `where` means and that are equal to a run on every axis it does not name: what `minus` compares with. */
export function counterparts<Run extends PlacedRun>(
  where: Statement['where'],
  run: PlacedRun,
  runs: readonly Run[],
): Run[] {
  const rest = ({ point }: PlacedRun) =>
    JSON.stringify(
      Object.entries(point)
        .filter(([axis]) => !Object.hasOwn(where, axis))
        .sort(),
    )
  return runs.filter((other) => isMeant(where, other) && rest(other) === rest(run))
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** What is wrong with the statements of a study whose runs are these; that none is meant is a warning: a quick study has fewer. */
export function statementProblems(
  statements: readonly Statement[],
  runs: readonly PlacedRun[],
): ConfigProblem[] {
  return statements.flatMap((statement, index) => {
    const at = `statements.${index}`
    const isMissing = (where: Statement['where']) => !runs.some((run) => isMeant(where, run))
    const { where, minus } = statement
    return [
      ...(isMissing(where) ? [problemAt(`${at}.where`, 'matches no run of the study', 'warning')] : []),
      ...(minus !== undefined && isMissing(minus.where)
        ? [problemAt(`${at}.minus.where`, 'matches no run of the study', 'warning')]
        : []),
      ...(minus !== undefined && isAmbiguous(statement.where, minus.where, runs)
        ? [
            problemAt(
              `${at}.minus.where`,
              'matches several runs for one of where: it must name one value an axis',
            ),
          ]
        : []),
      ...brokenRules(statement).map(([path, message]) => problemAt(`${at}.${path}`, message)),
    ]
  })
}

function isAmbiguous(
  where: Statement['where'],
  minusWhere: Statement['where'],
  runs: readonly PlacedRun[],
): boolean {
  if (Object.keys(minusWhere).length === 0) return false
  return runs.some((run) => isMeant(where, run) && counterparts(minusWhere, run, runs).length > 1)
}

/** Path and message of every rule that a statement breaks by itself. */
function brokenRules(statement: Statement): [string, string][] {
  const { minus, take, reaches, over, atLeast, atMost, contains, stage, steps, lastSteps } = statement
  const found: [string, string][] = []
  if (minus !== undefined && Object.keys(minus).length === 1 && Object.keys(minus.where).length === 0)
    found.push(['minus', 'must name other runs (where), another stage or another metric'])
  if (take === 'first' && reaches === undefined) found.push(['reaches', 'is missing; take is first'])
  if (take !== 'first' && reaches !== undefined)
    found.push(['reaches', `does nothing while take is ${take}; it belongs to take first`])
  if (atLeast === undefined && atMost === undefined && contains === undefined)
    found.push(['atLeast', 'is missing: a statement needs a band (atLeast, atMost or contains)'])
  if (contains !== undefined && over !== 'interval')
    found.push(['contains', `needs over: interval, got over: ${over}`])
  if (atLeast !== undefined && atMost !== undefined && atLeast > atMost)
    found.push(['atMost', `must be at least atLeast (${atLeast}), got ${atMost}`])
  if (stage === undefined && (steps !== undefined || lastSteps !== undefined))
    found.push(['stage', 'is missing: steps and lastSteps count within a stage'])
  return found
}
