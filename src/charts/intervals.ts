// The intervals of a line, point by point. Stages that are joined meet at one x and a metric as x axis may come back to a value, so
// that an x alone does not say which interval belongs to a point.
import type { ChartBandPoint, ChartSeries } from '../shared/chart'

/** The interval at each point; undefined where it has none. A band's points are some of the line's, in their order. */
export function intervalsOf({
  points,
  band = [],
}: Pick<ChartSeries, 'points' | 'band'>): (ChartBandPoint | undefined)[] {
  let next = 0
  return points.map(({ x }) => (band[next]?.x === x ? band[next++] : undefined))
}
