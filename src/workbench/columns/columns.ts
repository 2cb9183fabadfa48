// The rows of a run as columns, and their curves for charts. A metric's column holds the values of the rows that have it; where
// they are not all rows it says which.
import { stepOrder, type Curve, type RunCurves } from '../../charts/curves'

/** Columns that every row has. */
export const rowColumns = ['stage', 'step', 'time', 'sequences', 'tokens'] as const
export type RowColumn = (typeof rowColumns)[number]

/** A metric's values, and the rows they stand at; undefined: every row. */
export interface MetricColumn {
  rows: Float64Array | undefined
  values: Float64Array
}

/** The rows of a run, in memory or in a file. */
export interface Columns {
  readonly metrics: readonly string[]
  row(column: RowColumn): Float64Array
  /** Undefined for a metric that was never logged. */
  metric(name: string): MetricColumn | undefined
}

const NOTHING = new Float64Array(0)

/** The curves of a run's columns. What was looked up once is kept. */
export function columnCurves(columns: Columns): RunCurves {
  const curves = new Map<string, Curve>()
  const stagesOf = new Map<string, number[]>()
  return {
    metrics: () => columns.metrics,
    stagesOf(metric) {
      let stages = stagesOf.get(metric)
      if (stages === undefined) {
        stages = findStages(columns, metric)
        stagesOf.set(metric, stages)
      }
      return [...stages]
    },
    curve(stage, metric) {
      const key = `${stage} ${metric}`
      let curve = curves.get(key)
      if (curve === undefined) {
        curve = findCurve(columns, stage, metric)
        curves.set(key, curve)
      }
      return curve
    },
    before(stage) {
      const stages = columns.row('stage')
      let last = stages.length - 1
      while (last >= 0 && (stages[last] ?? 0) >= stage) last--
      const total = (column: RowColumn) => columns.row(column)[last] ?? 0
      return { sequences: total('sequences'), tokens: total('tokens') }
    },
  }
}

function findStages(columns: Columns, metric: string): number[] {
  const found = columns.metric(metric)
  if (found === undefined) return []
  const stages = columns.row('stage')
  const own = found.rows ? found.rows.map((row) => stages[row] ?? NaN) : stages
  return [...new Set(own)].sort((a, b) => a - b)
}

function findCurve(columns: Columns, stage: number, metric: string): Curve {
  const empty: Curve = { steps: NOTHING, values: NOTHING, along: () => NOTHING }
  const found = columns.metric(metric)
  if (found === undefined) return empty
  const { rows, values } = found
  const stages = columns.row('stage')
  const stageAt = (index: number) => stages[rows ? (rows[index] ?? -1) : index]
  // Rows of a stage stand together unless a run went back to an earlier stage.
  let [first, last, count] = [-1, -1, 0]
  for (let index = 0; index < values.length; index++) {
    if (stageAt(index) !== stage) continue
    if (first < 0) first = index
    last = index
    count++
  }
  if (first < 0) return empty
  const isTogether = count === last - first + 1
  const places = isTogether
    ? undefined
    : Float64Array.from([...values.keys()].filter((index) => stageAt(index) === stage))
  const cut = (of: Float64Array) =>
    places ? places.map((index) => of[index] ?? NaN) : of.subarray(first, last + 1)
  const atRows = (column: Float64Array) => cut(rows ? rows.map((row) => column[row] ?? NaN) : column)
  const steps = atRows(columns.row('step'))
  const order = stepOrder(steps)
  const ordered = (of: Float64Array) => (order ? Float64Array.from(order, (index) => of[index] ?? NaN) : of)
  return {
    steps: ordered(steps),
    values: ordered(cut(values)),
    along: (counter) => ordered(atRows(columns.row(counter))),
  }
}
