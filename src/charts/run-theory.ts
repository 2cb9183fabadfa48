// Predictions over the lines of a stage: one a group, or a single one where all groups have the same. Where theory/predictions
// say nothing there is no line.
import { isRejection, stageSteps, type RunConfig } from '../shared/config/schema'
import { stagePredictor } from '../theory/predictions'
import type { ChartPoint, ChartSeries } from '../shared/chart'
import type { RunGroup } from './run-groups'
import type { XAxis } from './x-axis'

/** Which predictions, and the part of the x axis that the stage takes. */
export interface TheoryOptions {
  metric: string
  xAxis: XAxis
  stage: number
  range: readonly [number, number]
}

/** The predictions of groups that have points of the metric in the stage. */
export function theorySeries(groups: readonly RunGroup[], options: TheoryOptions): ChartSeries[] {
  const { stage, metric } = options
  const trained = groups.filter((group) =>
    group.runs.some(({ curves }) => curves.stagesOf(metric).includes(stage)),
  )
  const curves = trained.flatMap((group) => {
    const points = theoryCurve(group, options)
    return points.length > 0 ? [{ group, points }] : []
  })
  const distinct = new Set(curves.map((curve) => JSON.stringify(curve.points)))
  const [first] = curves
  const isForAll = trained.length > 1 || trained.some((group) => group.isShared)
  if (first && distinct.size === 1 && isForAll)
    return [{ name: 'Theory', points: first.points, theory: true }]
  return curves.map(({ group: { label }, points }) => ({
    name: `${label}, theory`,
    of: label,
    points,
    theory: true,
  }))
}

function theoryCurve(group: RunGroup, { metric, xAxis, stage, range }: TheoryOptions): ChartPoint[] {
  const [run] = group.runs
  const settings = run?.config.stages[stage]
  const [start, end] = range
  if (!run || !settings || !(Number.isFinite(start) && Number.isFinite(end))) return []
  const name = `theory/${metric}`
  const predict = predictorOf(run.config, stage)
  if (!isRejection(settings)) {
    const y = predict({ step: stageSteps(settings) })[name]
    return y === undefined ? [] : [start, end].map((x) => ({ x, y }))
  }
  if (xAxis !== 'step') return []
  const startLongFraction = startShare(group, stage)
  return Array.from({ length: stageSteps(settings) + 1 }, (_, step) => step).flatMap((step) => {
    const y = predict({ step, ...(startLongFraction === undefined ? {} : { startLongFraction }) })[name]
    return y === undefined ? [] : [{ x: start + step, y }]
  })
}

type Predictor = ReturnType<typeof stagePredictor>
/** Closed forms may take long to work out; a config never changes, and is drawn again and again. */
const predictors = new WeakMap<RunConfig, Map<number, Predictor>>()

function predictorOf(config: RunConfig, stage: number): Predictor {
  const own = predictors.get(config) ?? new Map<number, Predictor>()
  predictors.set(config, own)
  const known = own.get(stage)
  if (known) return known
  const made = stagePredictor(config, stage)
  own.set(stage, made)
  return made
}

/** Long fraction at the stage's step 0, meaned over the group's seeds. */
function startShare(group: RunGroup, stage: number): number | undefined {
  const shares = group.runs.flatMap(({ curves }) => {
    const { steps, values } = curves.curve(stage, 'eval/long_fraction')
    return steps[0] === 0 ? [values[0] ?? NaN] : []
  })
  return shares.length === 0 ? undefined : shares.reduce((sum, share) => sum + share, 0) / shares.length
}
