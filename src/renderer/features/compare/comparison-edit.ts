// How a comparison begins and how a change of one setting carries others along, so that no choice of the settings leads to a
// comparison that is refused. Pure.
import { comparisonSchema, isComparisonAxis, type Comparison } from '../../../shared/comparison'
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
  if (next.baseline === null || !['lines', 'bars', 'boxes'].includes(next.kind)) next.difference = 'none'
  if (next.difference !== 'none') next.yScale = 'linear'
  if (next.kind === 'lines' && !isComparisonAxis(next.x) && !next.x.includes('/')) next.x = 'step'
  if (next.kind === 'scatter' && isComparisonAxis(next.x)) next.x = scatterAxis(next, fields)
  if (next.kind === 'lines' && comparison.kind === 'scatter' && changes.x === undefined) next.x = 'step'
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

/** Why a kind of chart cannot be drawn of these runs; '' where it can. */
export function kindProblem(
  kind: Comparison['kind'],
  { metrics }: Pick<Comparison, 'metrics'>,
  fields: readonly ComparedField[],
): string {
  const swept = sweptFields(fields).length
  if (kind === 'heat' && swept < 2) return 'needs two config fields in which the runs differ'
  if (kind === 'parallel' && swept + metrics.length < 2) return 'needs a config field or a second metric'
  return ''
}

/** Whether two comparisons say the same. */
export function isSame(a: Comparison | undefined, b: Comparison | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
