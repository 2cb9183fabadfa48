// Judges what a study claims by the rows of its runs: a figure for each run, or for the runs that differ in their seed only,
// beside its band. Pure numbers; which runs there are and where their rows lie is the caller's business.
import { counterparts, isMeant, type PlacedRun } from '../shared/config/statement-rules'
import type { Statement } from '../shared/config/schema/statements'
import { extent } from './extent'
import { estimate, mean, median } from './summary'

/** A run with what it logged. */
export interface JudgedRun extends PlacedRun {
  readonly state: string
  readonly rows: readonly JudgedRow[]
}

/** A row of metrics.jsonl, as far as statements read it. */
interface JudgedRow {
  readonly stage: number
  readonly step: number
  readonly sequences: number
  readonly values: Readonly<Record<string, number>>
}

/**
 * cannot-tell: the runs do not settle it. There are none (a quick study has fewer), too few seeds for an interval, or a run
 * ended before the level that is asked for.
 */
export type Verdict = 'pass' | 'fail' | 'cannot-tell'

/** One number a statement is judged by. */
export interface Figure {
  /** The values on the study's axes that tell it from the statement's other figures. */
  readonly point: Readonly<Record<string, unknown>>
  /** NaN where there is none; `note` says why. */
  readonly value: number
  /** The number meant is larger (more) or smaller (less) than `value`: a level was never reached. */
  readonly bound?: Bound
  /** The 95% t interval of a mean over seeds. */
  readonly low?: number
  readonly high?: number
  /** Runs, or pairs of runs, it is made of. */
  readonly n: number
  readonly verdict: Verdict
  readonly note?: string
}

/** A statement with its figures. It passes where all of them do, and fails where one does. */
export interface Finding {
  readonly claim: string
  readonly verdict: Verdict
  readonly figures: readonly Figure[]
}

type Bound = 'more' | 'less' | 'either'

/** A number made of one run, or why there is none. */
export interface Measured {
  value: number
  bound?: Bound
  note?: string
  /** The run it is compared with is not there. */
  isAlone?: boolean
}

/** Judges one statement by the runs of its study. */
export function judge(statement: Statement, runs: readonly JudgedRun[]): Finding {
  const meant = runs.filter((run) => isMeant(statement.where, run))
  const groups = statement.over === 'each' ? meant.map((run) => [run]) : groupBySeed(meant)
  const points = groups.map(([first]) => pointOf(first, statement.over !== 'each'))
  const axes = differing(points)
  const figures = groups.map((group, index): Figure => {
    const point = Object.fromEntries(axes.map((axis) => [axis, points[index]?.[axis]]))
    return { point, ...figureOf(statement, group, runs) }
  })
  return { claim: statement.claim, verdict: verdictOf(figures), figures }
}

function verdictOf(figures: readonly Figure[]): Verdict {
  if (figures.length === 0) return 'cannot-tell'
  if (figures.some(({ verdict }) => verdict === 'fail')) return 'fail'
  return figures.some(({ verdict }) => verdict === 'cannot-tell') ? 'cannot-tell' : 'pass'
}

/** `0.45 to 0.57`, `at least 0.97`, `interval contains 0`. */
export function describeBand({ atLeast, atMost, contains, over }: Statement): string {
  const range =
    atLeast !== undefined && atMost !== undefined
      ? atLeast === atMost
        ? [`${atLeast}`]
        : [`${atLeast} to ${atMost}`]
      : [
          ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
          ...(atMost === undefined ? [] : [`at most ${atMost}`]),
        ]
  const all = [...range, ...(contains === undefined ? [] : [`contains ${contains}`])].join(', ')
  return over === 'interval' ? `interval ${all}` : over === 'mean' ? `mean ${all}` : all
}

/** Runs that differ in their seed only, in order of their first. */
function groupBySeed(runs: readonly JudgedRun[]): JudgedRun[][] {
  const groups = new Map<string, JudgedRun[]>()
  for (const run of runs) {
    const key = JSON.stringify(Object.entries(pointOf(run, true)).sort())
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  return [...groups.values()]
}

function pointOf(run: JudgedRun | undefined, withoutSeed: boolean): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(run?.point ?? {}).filter(([axis]) => !(withoutSeed && axis === 'seed')),
  )
}

function differing(points: readonly Record<string, unknown>[]): string[] {
  const axes = [...new Set(points.flatMap((point) => Object.keys(point)))]
  return axes.filter((axis) => new Set(points.map((point) => JSON.stringify(point[axis]))).size > 1)
}

function figureOf(
  statement: Statement,
  group: readonly JudgedRun[],
  runs: readonly JudgedRun[],
): Omit<Figure, 'point'> {
  const measured = group.map((run) => measure(statement, run, runs))
  const n = measured.length
  const note = measured.find((one) => one.note !== undefined)?.note
  if (note !== undefined) {
    const verdict = measured.some(({ isAlone = false }) => isAlone) ? 'cannot-tell' : 'fail'
    return { value: NaN, n, verdict, note }
  }
  const bound = boundOf(measured)
  const values = measured.map(({ value }) => value)
  const common = { n, ...(bound === undefined ? {} : { bound }) }
  if (statement.over !== 'interval' || bound !== undefined) {
    const value = mean(values)
    const isInterval = statement.over === 'interval'
    const spread = statement.over === 'each' || bound !== undefined ? {} : intervalOf(values)
    return {
      ...common,
      value,
      ...spread,
      verdict: isInterval ? 'cannot-tell' : inBand(statement, value, bound),
      ...(isInterval ? { note: 'no interval: not every run reached the level' } : {}),
    }
  }
  const { mean: value, low, high } = estimate(values)
  if (low === undefined || high === undefined)
    return { ...common, value, verdict: 'cannot-tell', note: 'an interval needs two seeds' }
  return { ...common, value, low, high, verdict: intervalInBand(statement, low, high) }
}

function intervalOf(values: readonly number[]): { low?: number; high?: number } {
  const { low, high } = estimate(values)
  return low === undefined || high === undefined ? {} : { low, high }
}

/** The figure of a run: its own, less that of its counterpart. */
function measure(statement: Statement, run: JudgedRun, runs: readonly JudgedRun[]): Measured {
  const own = reduce(statement, run)
  const { minus } = statement
  if (minus === undefined) return own
  const others = Object.keys(minus.where).length === 0 ? [run] : counterparts(minus.where, run, runs)
  const [other] = others
  if (other === undefined) return { value: NaN, note: 'no run to compare with', isAlone: true }
  if (others.length > 1) return { value: NaN, note: `${others.length} runs to compare with, not 1` }
  const { stage = statement.stage, metric = statement.metric } = minus
  const theirs = reduce({ ...statement, stage, metric }, other)
  const note = own.note ?? theirs.note
  const bound = boundOf([own, { ...theirs, ...reversed(theirs.bound) }])
  return {
    value: own.value - theirs.value,
    ...(bound === undefined ? {} : { bound }),
    ...(note === undefined ? {} : { note }),
  }
}

const reversed = (bound: Bound | undefined): { bound?: Bound } =>
  bound === undefined ? {} : { bound: bound === 'more' ? 'less' : bound === 'less' ? 'more' : 'either' }

function boundOf(measured: readonly Measured[]): Bound | undefined {
  const bounds = new Set(measured.flatMap(({ bound }) => (bound === undefined ? [] : [bound])))
  return bounds.size > 1 ? 'either' : [...bounds][0]
}

/** The fields of a statement (or a chart) that say how one number is made of a run. */
export type FigureFields = Pick<
  Statement,
  'metric' | 'against' | 'stage' | 'steps' | 'lastSteps' | 'lastValues' | 'take' | 'reaches' | 'unit'
>

/** What is made of the rows of one run. */
export function reduce(statement: FigureFields, run: JudgedRun): Measured {
  const { metric, against, take } = statement
  if (run.state !== 'finished') return { value: NaN, note: `a run is ${run.state}` }
  const found = rowsOf(statement, run).flatMap((row) => {
    const value = row.values[metric]
    const other = against === undefined ? 0 : row.values[against]
    if (value === undefined || other === undefined) return []
    return [{ row, value: against === undefined ? value : Math.abs(value - other) }]
  })
  const chosen = found.slice(-(statement.lastValues ?? found.length))
  if (chosen.length === 0)
    return { value: NaN, note: `no values of ${[metric, against].filter(Boolean).join(' and ')}` }
  if (take === 'first') return firstCrossing(statement, chosen, run)
  const values = chosen.map(({ value }) => value)
  const value = reductions[take](values)
  return Number.isNaN(value) ? { value, note: `a value of ${metric} is NaN` } : { value }
}

/** Every one gives NaN where a value is NaN (the last: where it is that one). */
const reductions = {
  last: (values: readonly number[]) => values.at(-1) ?? NaN,
  mean,
  median: (values: readonly number[]) => (values.some(Number.isNaN) ? NaN : median(values)),
  max: (values: readonly number[]) => extent(values)[1],
  min: (values: readonly number[]) => extent(values)[0],
}

/** Where the level is reached; where it never is, the end of the rows as a bound from below. */
function firstCrossing(
  { reaches = NaN, unit, stage }: FigureFields,
  found: readonly { row: JudgedRow; value: number }[],
  run: JudgedRun,
): Measured {
  const count = ({ step, sequences }: JudgedRow) => (unit === 'steps' ? step : sequences)
  const first = found.find(({ value }) => value >= reaches)
  if (first !== undefined) return { value: count(first.row) }
  const last = run.rows.filter((row) => stage === undefined || row.stage === stageIndex(stage, run)).at(-1)
  return { value: last === undefined ? NaN : count(last), bound: 'more' }
}

function rowsOf({ stage, steps, lastSteps }: FigureFields, run: JudgedRun): readonly JudgedRow[] {
  if (stage === undefined) return run.rows
  const index = stageIndex(stage, run)
  const rows = run.rows.filter((row) => row.stage === index)
  const [, end] = extent(rows.map(({ step }) => step))
  const [low, high] = steps ?? [0, Infinity]
  return rows.filter(
    ({ step }) => step >= low && step <= high && (lastSteps === undefined || step > end - lastSteps),
  )
}

function stageIndex(stage: number, run: JudgedRun): number {
  if (stage >= 0) return stage
  const [, last] = extent(run.rows.map((row) => row.stage))
  return last + 1 + stage
}

function inBand({ atLeast, atMost }: Statement, value: number, bound: Bound | undefined): Verdict {
  const isLow = atLeast !== undefined && value < atLeast
  const isHigh = atMost !== undefined && value > atMost
  if (bound === undefined) return isLow || isHigh ? 'fail' : 'pass'
  // Known is only that the number lies beyond the value: that may settle an end of the band, or not.
  if (bound === 'more' && atMost !== undefined && value >= atMost) return 'fail'
  if (bound === 'more' && atMost === undefined && !isLow) return 'pass'
  if (bound === 'less' && atLeast !== undefined && value <= atLeast) return 'fail'
  if (bound === 'less' && atLeast === undefined && !isHigh) return 'pass'
  return 'cannot-tell'
}

function intervalInBand({ atLeast, atMost, contains }: Statement, low: number, high: number): Verdict {
  const isInside = (atLeast === undefined || low >= atLeast) && (atMost === undefined || high <= atMost)
  const isAround = contains === undefined || (low <= contains && contains <= high)
  return isInside && isAround ? 'pass' : 'fail'
}
