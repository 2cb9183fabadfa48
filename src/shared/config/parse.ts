// From a study's text to the configs of its runs: YAML or JSON, the schema, rules across fields, the sweep's points.
// Outcomes are values: every problem names its fields and the rule in plain words. It reads no files.
import { crossFieldProblems, type ConfigProblem } from './cross-field'
import { isRecord } from './form'
import { getPath, splitPath } from './paths'
import { runConfigSchema, studySchema, type RunConfig, type Study } from './schema'
import { schemaProblems } from './schema-problems'
import { atPoint, pointName, sweepPoints, sweepProblems, type SweepAxes, type SweepPoint } from './sweep'
import { lineOf, readStudyText } from './text'

export type { ConfigProblem } from './cross-field'
export { setPath } from './paths'

/** One run of a study: where it lies in the sweep and its complete config. */
export interface ParsedRun {
  point: Record<string, unknown>
  config: RunConfig
}
/** A valid study with everything it will run. */
export interface ParsedStudy {
  study: Study
  /** One a point of the sweep, the last axis fastest; a single one without a sweep. */
  runs: ParsedRun[]
  warnings: ConfigProblem[]
}
export type ParseResult = { ok: true; value: ParsedStudy } | { ok: false; problems: ConfigProblem[] }

/** Finds the line of a field; for a problem of a sweep point that is the line of its axis. */
type FindLine = (path: string, isPoint: boolean) => number | undefined

/** Parses a study file's text; problems carry the line where it is known. */
export function parseStudyText(text: string): ParseResult {
  const read = readStudyText(text)
  return read.ok ? parse(read.value, (path, isPoint) => lineOf(read.document, path, isPoint)) : read
}

/** Parses a study that was read already: schema, sweep and rules across fields, every point of the sweep on its own. */
export function parseStudy(value: unknown): ParseResult {
  return parse(value, () => undefined)
}

function parse(value: unknown, findLine: FindLine): ParseResult {
  const axes = axesOf(value)
  const ofSweep = axes ? sweepProblems(axes, value) : []
  const base = axes ? withFirstValues(value, axes, ofSweep) : value
  const parsed = studySchema.safeParse(base)
  const ofBase = parsed.success ? [] : schemaProblems(parsed.error.issues, base)
  const problems = [...ofBase, ...ofSweep].map((problem) => withLine(problem, findLine(problem.path, false)))
  if (!parsed.success || problems.some(isError)) return { ok: false, problems: problems.filter(isError) }
  const points = sweepPoints(axes)
  const single = Object.fromEntries(Object.entries(base as object).filter(([key]) => key !== 'sweep'))
  const outcomes = points.map((point) => parsePoint(single, point))
  const merged = mergePoints(
    points,
    outcomes.map((outcome) => outcome.problems),
  )
  problems.push(...merged.map((problem) => withLine(problem, findLine(problem.path, true))))
  if (problems.some(isError)) return { ok: false, problems: problems.filter(isError) }
  const runs = outcomes.flatMap(({ config }, index) =>
    config ? [{ point: points[index] ?? {}, config }] : [],
  )
  return { ok: true, value: { study: parsed.data, runs, warnings: problems } }
}

function withLine(problem: ConfigProblem, line: number | undefined): ConfigProblem {
  return line === undefined ? problem : { ...problem, line }
}

const isError = (problem: ConfigProblem): boolean => problem.severity === 'error'

/** The sweep's axes where they have the right shape; anything else is the schema's to refuse. */
function axesOf(value: unknown): SweepAxes | undefined {
  const sweep = getPath(value, ['sweep'])
  if (!isRecord(sweep)) return undefined
  const isGrid = Object.values(sweep).every((values) => Array.isArray(values) && values.length > 0)
  return isGrid ? (sweep as SweepAxes) : undefined
}

/** A field that only the sweep gives a value (`algorithm`, say) gets the axis' first one, so that the study is whole. */
function withFirstValues(value: unknown, axes: SweepAxes, problems: readonly ConfigProblem[]): unknown {
  const missing = Object.entries(axes).filter(([path]) => {
    if (problems.some((problem) => problem.path === `sweep.${path}`)) return false
    const parts = splitPath(path)
    return getPath(value, parts) === undefined && isRecord(getPath(value, parts.slice(0, -1)))
  })
  return atPoint(value, Object.fromEntries(missing.map(([path, values]) => [path, values[0]])))
}

interface PointOutcome {
  config?: RunConfig
  problems: ConfigProblem[]
}

function parsePoint(base: unknown, point: SweepPoint): PointOutcome {
  const value = atPoint(base, point)
  const parsed = runConfigSchema.safeParse(value)
  if (!parsed.success) return { problems: schemaProblems(parsed.error.issues, value) }
  return { config: parsed.data, problems: crossFieldProblems(parsed.data) }
}

/** Equal problems of several points become one, which names a point unless all of them have it. */
function mergePoints(points: readonly SweepPoint[], problems: readonly ConfigProblem[][]): ConfigProblem[] {
  const found = new Map<string, { problem: ConfigProblem; at: number[] }>()
  for (const [index, ofPoint] of problems.entries())
    for (const problem of ofPoint) {
      const key = `${problem.path}\n${problem.message}`
      const entry = found.get(key) ?? { problem, at: [] }
      entry.at.push(index)
      found.set(key, entry)
    }
  return [...found.values()].map(({ problem, at }) => {
    if (at.length === points.length) return problem
    const more = at.length > 1 ? ` and ${at.length - 1} more` : ''
    const name = pointName(points[at[0] ?? 0] ?? {})
    return { ...problem, message: `${problem.message} (at sweep point ${name}${more})` }
  })
}

/** One line each: file, line, field and rule. */
export function formatProblems(fileName: string, problems: readonly ConfigProblem[]): string {
  return problems
    .map(({ path, message, line, severity }) => {
      const place = line === undefined ? fileName : `${fileName}:${line}`
      const kind = severity === 'warning' ? 'warning: ' : ''
      return `${place}: ${kind}${path === '' ? '' : `${path}: `}${message}`
    })
    .join('\n')
}
