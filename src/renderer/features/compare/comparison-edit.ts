// How a comparison begins and how a change of one setting carries others along, so that no choice of the settings leads to a
// comparison that is refused. Pure.
import {
  comparableKinds,
  comparisonSchema,
  isComparisonAxis,
  type Comparison,
} from '../../../shared/comparison'
import { atAttempts, attemptsOf, overAttempts } from '../../../shared/run/metrics'
import type { ComparedField } from './compared-fields'

/** The metrics that answer the questions of a study, most telling first. */
const headlines = [
  'eval/greedy_accuracy',
  'eval/median_length',
  'rl/reward',
  'train/loss_per_sequence',
  'eval/accuracy',
  'eval/long_fraction',
  'train/loss',
]
/** Charts a new comparison has. */
const FIRST_CHARTS = 4

/** The metrics a new comparison shows, of those that were logged. */
export function headlineMetrics(logged: ReadonlySet<string>): string[] {
  const found = headlines.filter((name) => logged.has(name)).slice(0, FIRST_CHARTS)
  if (found.length > 0) return found
  const rest = [...logged].filter((name) => !/^(theory|system|perf)\//.test(name)).sort()
  return rest.length > 0 ? rest.slice(0, 1) : headlines.slice(0, 1)
}

/** A comparison of these runs that nobody has touched. */
export function newComparison(runs: Comparison['runs'], metrics: readonly string[]): Comparison {
  return comparisonSchema.parse({ runs, metrics: [...metrics] })
}

/** A comparison with some settings changed, and with what these settings ask of others. */
export function edited(
  comparison: Comparison,
  changes: Partial<Comparison>,
  fields: readonly ComparedField[],
): Comparison {
  const next = { ...comparison, ...changes }
  if (changes.baseline === null) next.difference = 'none'
  else if (changes.baseline && comparison.baseline === null && changes.difference === undefined)
    next.difference = 'percent'
  if (next.baseline === null || !comparableKinds.includes(next.kind)) next.difference = 'none'
  if (next.difference !== 'none') next.yScale = 'linear'
  if (next.kind === 'lines' && !isComparisonAxis(next.x) && !next.x.includes('/')) next.x = 'step'
  if (next.kind === 'scatter' && isComparisonAxis(next.x)) next.x = scatterAxis(next, fields)
  if (next.kind === 'lines' && comparison.kind === 'scatter' && changes.x === undefined) next.x = 'step'
  const overK = [...new Set(next.metrics.flatMap((metric) => overAttempts(metric) ?? []))]
  if (next.kind === 'attempts') next.metrics = overK.length > 0 ? overK : ['eval/pass@k']
  else next.metrics = [...new Set(next.metrics.map((metric) => atAttempts(metric, 1)))]
  const swept = sweptFields(fields)
  if (next.kind === 'heat') {
    next.across ??= swept.find(({ path }) => path !== next.down)?.path ?? null
    if (next.across !== null && next.across === next.down) next.down = null
    next.down ??= swept.find(({ path }) => path !== next.across)?.path ?? null
  }
  if (next.kind === 'parallel' && next.axes.length === 0)
    next.axes = swept.slice(0, 6).map(({ path }) => path)
  // A field that is gone cannot be chosen again, but what it was may come back with other runs.
  return next
}

/** Axes of the runs' studies without the seed; where there are none, other fields that differ. */
function sweptFields(fields: readonly ComparedField[]): readonly ComparedField[] {
  const able = fields.filter(({ path }) => path !== 'seed' && path !== 'study')
  const axes = able.filter(({ isAxis }) => isAxis)
  return axes.length > 0 ? axes : able
}

/** What a scatter plot has across: a number that was swept, else a second metric. */
function scatterAxis({ metrics }: Comparison, fields: readonly ComparedField[]): string {
  const swept = sweptFields(fields).find(({ isNumeric }) => isNumeric)?.path
  const [first = ''] = metrics
  const other = metrics[1] ?? (first === 'eval/median_length' ? 'eval/greedy_accuracy' : 'eval/median_length')
  return swept ?? other
}

/** Why a kind of chart cannot be drawn of these runs, which have logged some metrics; '' where it can. */
export function kindProblem(
  kind: Comparison['kind'],
  { metrics }: Pick<Comparison, 'metrics'>,
  fields: readonly ComparedField[],
  logged: ReadonlySet<string>,
): string {
  if (kind === 'attempts' && metricsFor(kind, logged).size === 0)
    return 'needs runs that were evaluated with several samples a problem'
  const swept = sweptFields(fields).length
  if (kind === 'heat' && swept < 2) return 'needs two config fields in which the runs differ'
  if (kind === 'parallel' && swept + metrics.length < 2) return 'needs a config field or a second metric'
  return ''
}

/** The metrics that a kind of chart can draw, of those that were logged: over attempts, one for all numbers of them. */
export function metricsFor(kind: Comparison['kind'], logged: ReadonlySet<string>): ReadonlySet<string> {
  return kind === 'attempts' ? new Set([...logged].flatMap((name) => overAttempts(name) ?? [])) : logged
}

/** A comparison whose figures are put in a table: over attempts, those at every number of them. */
export function tabled(comparison: Comparison, logged: ReadonlySet<string>): Comparison {
  if (comparison.kind !== 'attempts') return comparison
  const metrics = comparison.metrics.flatMap((metric) =>
    attemptsOf(metric, logged).map((k) => atAttempts(metric, k)),
  )
  return { ...comparison, kind: 'bars', metrics: metrics.slice(0, MOST_COLUMNS) }
}
const MOST_COLUMNS = 20

/** Whether two comparisons say the same. */
export function isSame(a: Comparison | undefined, b: Comparison | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
