// Curves of several seeds as one line: their mean, and its 95% interval as a band within the metric's range.
import { groupSeeds, type CurvePoint } from '../statistics/seeds'
import { clippedTo } from './clip'
import type { ChartSeries } from '../shared/chart'

/** The line of these curves; without a band at an x where fewer than two of them have a value. */
export function meanSeries(
  name: string,
  curves: readonly (readonly CurvePoint[])[],
  range?: readonly [number, number],
): ChartSeries {
  const grouped = groupSeeds(curves)
  const clipped = clippedTo(range)
  const band = grouped.flatMap(({ x, low, high, n }) =>
    low === undefined || high === undefined ? [] : [{ x, low: clipped(low), high: clipped(high), n }],
  )
  const points = grouped.map(({ x, mean }) => ({ x, y: mean }))
  return { name, points, ...(band.length > 0 ? { band } : {}) }
}
