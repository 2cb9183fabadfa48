// As many points as a chart has pixels, and no more: a bucket of neighbours keeps its lowest and its highest value, so a
// spike stays a spike. For drawing only; exported data are complete.
import type { ChartBandPoint, ChartPoint } from './line-chart'

/** At most `limit` points. Curves that are short enough stay as they are; first and last points always stay. */
export function downsample(points: readonly ChartPoint[], limit: number): ChartPoint[] {
  if (points.length <= limit) return [...points]
  const inner = points.slice(1, -1)
  const kept = buckets(inner, Math.max(1, Math.floor((limit - 2) / 2))).flatMap((bucket) => {
    const finite = bucket.filter((point) => Number.isFinite(point.y))
    const broken = bucket.find((point) => !Number.isFinite(point.y))
    if (finite.length === 0) return broken ? [broken] : []
    const low = finite.reduce((best, point) => (point.y < best.y ? point : best))
    const high = finite.reduce((best, point) => (point.y > best.y ? point : best))
    const both = low === high ? [low] : low.x < high.x ? [low, high] : [high, low]
    return both
  })
  return [...points.slice(0, 1), ...kept, ...points.slice(-1)]
}

/** At most `limit` points of a band: each the hull of its bucket, with the fewest seeds of it. */
export function downsampleBand(band: readonly ChartBandPoint[], limit: number): ChartBandPoint[] {
  if (band.length <= limit) return [...band]
  return buckets(band, limit).map((bucket) => ({
    x: bucket[Math.floor(bucket.length / 2)]?.x ?? 0,
    low: Math.min(...bucket.map((point) => point.low)),
    high: Math.max(...bucket.map((point) => point.high)),
    n: Math.min(...bucket.map((point) => point.n)),
  }))
}

function buckets<T>(items: readonly T[], count: number): T[][] {
  return Array.from({ length: count }, (_, index) =>
    items.slice(Math.floor((index * items.length) / count), Math.floor(((index + 1) * items.length) / count)),
  ).filter((bucket) => bucket.length > 0)
}
