// From a study's text to the configs of its runs: YAML or JSON, the schema, rules across fields, the points of arms and sweep.
// Outcomes are values: every problem names its fields and the rule in plain words. It reads no files.
import { messageOf } from '../errors'
import { crossFieldProblems } from './cross-field'
import { isRecord } from './form'
import { getPath, splitPath } from './paths'
import { problemAt, type ConfigProblem } from './problem'
import { quickStudy } from './quick'
import { withoutFaults } from './repair'
import { runConfigSchema, studySchema, type RunConfig, type Study } from './schema'
import { schemaProblems } from './schema-problems'
import { statementProblems } from './statement-rules'
import {
  ARM_KEY,
  atPoint,
  gridOf,
  gridProblems,
  pointName,
  sweepPoints,
  type Grid,
  type SweepPoint,
} from './sweep'
import { lineOf, readStudyText, type StudyDocument } from './text'

export type { ConfigProblem } from './problem'

/** One run of a study: where it lies in the grid and its complete config. */
export interface ParsedRun {
  /** Dotted path -> value of every axis; `arm`: the name of the arm. */
  point: Record<string, unknown>
  config: RunConfig
}
/** A valid study with everything it will run. */
export interface ParsedStudy {
  /** Completed; what only the grid sets has the value of its first point. */
  study: Study
  /** One a point of the grid, arms outermost, the last axis fastest; a single one without a grid. */
  runs: ParsedRun[]
  warnings: ConfigProblem[]
}
/** Of a study that is refused the errors, and apart from them what is only worth knowing. */
export type ParseResult =
  | { ok: true; value: ParsedStudy }
  | { ok: false; problems: ConfigProblem[]; warnings?: readonly ConfigProblem[] }

/** Fields of a study that its runs do not have. */
const notOfRuns = ['origin', 'about', 'sweep', 'random', 'arms', 'quick', 'statements', 'charts']

/** Parses a study file's text; problems carry the line where it is known. */
export function parseStudyText(text: string): ParseResult {
  return toEnd(parsingSteps(text))
}

/**
 * The same in steps, one a point of the study: whoever has something else to do meanwhile stops between them. Returns the
 * result.
 */
export function* parsingSteps(text: string): Steps {
  const read = readStudyText(text)
  return read.ok ? yield* studySteps(read.value, read.document) : read
}

/** Work that can be put off between two steps. */
type Steps = Generator<undefined, ParseResult>

function toEnd(steps: Steps): ParseResult {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/**
 * Parses a study that was read already: schema, grid and rules across fields, every point of the grid on its own, and the
 * quick form of the study, where there is one. With its document, problems carry their line.
 */
export function parseStudy(value: unknown, document?: StudyDocument): ParseResult {
  return toEnd(studySteps(value, document))
}

function* studySteps(value: unknown, document?: StudyDocument): Steps {
  const result = yield* wholeSteps(value, document)
  const problems = result.ok ? yield* quickProblems(value) : []
  return problems.length === 0
    ? result
    : { ok: false, problems: problems.map((problem) => withLine(problem, document)) }
}

function* wholeSteps(value: unknown, document?: StudyDocument): Steps {
  const grid = gridOf(value)
  const ofGrid = gridProblems(grid, value).map((problem) => withLine(problem, document))
  const base = withFirstValues(value, grid, ofGrid)
  const parsed = studySchema.safeParse(base)
  const ofBase = parsed.success
    ? []
    : schemaProblems(parsed.error.issues, base).map((problem) => withLine(problem, document))
  if (!isRecord(value)) return refused([...ofBase, ...ofGrid])
  // No points are made from a grid that is wrong; what is wrong beside it can be told all the same.
  if (ofGrid.some(isError)) return refused([...ofBase, ...rulesBeside(base, ofBase, document), ...ofGrid])
  const points = sweepPoints(grid)
  const single = withoutStudyFields(value)
  const outcomes: PointOutcome[] = []
  for (const point of points) {
    outcomes.push(parsePoint(single, point, grid))
    yield
  }
  const ofPoints = mergePoints(
    points,
    outcomes.map((outcome) => outcome.problems),
    document,
  )
  const ofStudy = ofBase.filter(({ path }) => notOfRuns.includes(splitPath(path)[0] ?? ''))
  const problems = [...ofPoints, ...ofStudy, ...ofGrid]
  if (problems.some(isError)) return refused(problems)
  if (!parsed.success) return refused(ofBase)
  const runs = outcomes.flatMap(({ config }, index) =>
    config ? [{ point: points[index] ?? {}, config }] : [],
  )
  const ofStatements = statementProblems(parsed.data.statements, runs).map((problem) =>
    withLine(problem, document),
  )
  if (ofStatements.some(isError)) return refused(ofStatements)
  return { ok: true, value: { study: parsed.data, runs, warnings: [...problems, ...ofStatements] } }
}

function withoutStudyFields(value: unknown): unknown {
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => !notOfRuns.includes(key)))
}

function refused(problems: readonly ConfigProblem[]): ParseResult {
  const warnings = problems.filter((problem) => !isError(problem))
  return {
    ok: false,
    problems: problems.filter(isError),
    ...(warnings.length > 0 ? { warnings } : {}),
  }
}

function withLine(problem: ConfigProblem, document?: StudyDocument, point?: SweepPoint): ConfigProblem {
  const line = document && lineOf(document, problem.path, point)
  return line === undefined ? problem : { ...problem, line }
}

const isError = (problem: ConfigProblem): boolean => problem.severity === 'error'

/**
 * The study as written where it is whole; else with what only the grid gives a value (`algorithm`, say): the first arm, and
 * the first values of axes whose field is missing.
 */
function withFirstValues(value: unknown, grid: Grid, problems: readonly ConfigProblem[]): unknown {
  if (problems.some(isError) || studySchema.safeParse(value).success) return value
  const { [ARM_KEY]: arm, ...first } = sweepPoints(grid)[0] ?? {}
  const based = arm === undefined ? value : atPoint(value, { [ARM_KEY]: arm }, grid.arms)
  const missing = Object.entries(first).filter(([path]) => {
    const parts = splitPath(path)
    return getPath(based, parts) === undefined && isRecord(getPath(based, parts.slice(0, -1)))
  })
  return atPoint(based, Object.fromEntries(missing))
}

interface PointOutcome {
  config?: RunConfig
  problems: ConfigProblem[]
}

function parsePoint(base: unknown, point: SweepPoint, { arms }: Grid): PointOutcome {
  let value: unknown
  try {
    value = atPoint(base, point, arms)
  } catch (error) {
    return { problems: [problemAt('', messageOf(error))] }
  }
  const parsed = runConfigSchema.safeParse(value)
  if (parsed.success) return { config: parsed.data, problems: crossFieldProblems(parsed.data) }
  return {
    problems: [...schemaProblems(parsed.error.issues, value), ...problemsBeside(value, parsed.error.issues)],
  }
}

/** Rules across fields that are broken by fields other than those that are wrong in themselves. */
function problemsBeside(value: unknown, issues: Parameters<typeof withoutFaults>[1]): ConfigProblem[] {
  const { value: rest, faults } = withoutFaults(value, issues)
  const parsed = runConfigSchema.safeParse(rest)
  if (!parsed.success) return []
  return crossFieldProblems(parsed.data).filter(
    ({ path, message }) =>
      !faults.some(
        (fault) =>
          `${path}.`.startsWith(`${fault}.`) || fault.startsWith(`${path}.`) || message.includes(fault),
      ),
  )
}

/** Rules across fields that a study breaks whose grid is wrong: those of the study without it. */
function rulesBeside(
  base: unknown,
  ofBase: readonly ConfigProblem[],
  document: StudyDocument | undefined,
): ConfigProblem[] {
  const single = withoutStudyFields(base)
  const { problems } = parsePoint(single, {}, {})
  const known = new Set(ofBase.map(({ path, message }) => `${path}\n${message}`))
  return problems
    .filter(({ path, message }) => !known.has(`${path}\n${message}`))
    .map((problem) => withLine(problem, document))
}

/** Equal problems of several points become one, which names its arms or a point unless all of them have it. */
function mergePoints(
  points: readonly SweepPoint[],
  problems: readonly ConfigProblem[][],
  document?: StudyDocument,
): ConfigProblem[] {
  const found = new Map<string, { problem: ConfigProblem; at: number[] }>()
  for (const [index, ofPoint] of problems.entries())
    for (const problem of ofPoint) {
      const key = `${problem.path}\n${problem.message}`
      const entry = found.get(key) ?? { problem, at: [] }
      entry.at.push(index)
      found.set(key, entry)
    }
  return [...found.values()].map(({ problem, at }) => {
    const where = at.length === points.length ? '' : ` (${placesOf(points, at)})`
    return withLine({ ...problem, message: `${problem.message}${where}` }, document, points[at[0] ?? 0])
  })
}

/** `in arm A, arm B` where whole arms are meant, else the first point. */
function placesOf(points: readonly SweepPoint[], at: readonly number[]): string {
  const armOf = (point: SweepPoint | undefined) => point?.[ARM_KEY]
  const arms = new Set(at.map((index) => armOf(points[index])))
  const isWhole = points.filter((point) => arms.has(armOf(point))).length === at.length
  if (isWhole && !arms.has(undefined)) return `in ${[...arms].map((arm) => `arm ${String(arm)}`).join(', ')}`
  const more = at.length > 1 ? ` and ${at.length - 1} more` : ''
  return `at sweep point ${pointName(points[at[0] ?? 0] ?? {})}${more}`
}

/** What is wrong with the study that a quick run would train. */
function* quickProblems(value: unknown): Generator<undefined, ConfigProblem[]> {
  if (!isRecord(getPath(value, ['quick']))) return []
  try {
    const result = yield* wholeSteps(quickStudy(value))
    if (result.ok) return []
    return result.problems.map(({ path, message }) =>
      problemAt('quick', `in a quick run, ${path} ${message}`),
    )
  } catch (error) {
    return [problemAt('quick', messageOf(error))]
  }
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
