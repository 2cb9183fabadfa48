// Lines and bands of a chart with as many points as it has pixels (thin.ts). For drawing only; exported data are complete.
import { extent } from '../statistics/extent'
import type { ChartBandPoint, ChartPoint } from '../shared/chart'
import { thinned, type AxisScale } from './thin'

/** At most `limit` points. Curves that are short enough stay as they are; first and last points always stay. */
export function downsample(
  points: readonly ChartPoint[],
  limit: number,
  scale: AxisScale = 'linear',
): ChartPoint[] {
  const xs = points.map(({ x }) => x)
  const ys = points.map(({ y }) => y)
  return thinned(xs, ys, { limit, scale }).flatMap((index) => points[index] ?? [])
}

/** At most `limit` points of a band: each the hull of its bucket, with the fewest seeds of it. */
export function downsampleBand(band: readonly ChartBandPoint[], limit: number): ChartBandPoint[] {
  if (band.length <= limit) return [...band]
  return buckets(band, limit).map((bucket) => ({
    x: bucket[Math.floor(bucket.length / 2)]?.x ?? 0,
    low: extent(bucket.map((point) => point.low))[0],
    high: extent(bucket.map((point) => point.high))[1],
    n: extent(bucket.map((point) => point.n))[0],
  }))
}

function buckets<T>(items: readonly T[], count: number): T[][] {
  return Array.from({ length: count }, (_, index) =>
    items.slice(Math.floor((index * items.length) / count), Math.floor(((index + 1) * items.length) / count)),
  ).filter((bucket) => bucket.length > 0)
}
