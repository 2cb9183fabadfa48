// As many points as a chart has pixels, and no more: a bucket of neighbours keeps its lowest and its highest value, so a spike
// stays a spike, and a broken one where it has no other, so a gap stays a gap. For drawing only; exported data are complete.

/** How an axis places its values. */
export type AxisScale = 'linear' | 'log' | 'log2'

/** What of a curve is to be drawn, and how finely. */
export interface Thinning {
  /** Most points; fewer where they are closer than this many parts of the axis. */
  limit: number
  scale?: AxisScale
  /** Ends of the axis; points beyond are left out but for the next one on either side. */
  range?: readonly [number, number]
}

/** Indices of the points to draw, in order; first and last ones of the range always stay. */
export function thinned(xs: ArrayLike<number>, ys: ArrayLike<number>, thinning: Thinning): number[] {
  const { limit, scale = 'linear', range } = thinning
  const [from, to] = range ? within(xs, range) : [0, xs.length]
  const length = to - from
  if (length <= limit) return Array.from({ length }, (_, index) => from + index)
  const bucketOf = bucketing(xs, from, to, Math.max(1, Math.floor((limit - 2) / 2)), scale)
  const kept: number[] = [from]
  for (let start = from + 1; start < to - 1;) {
    const bucket = bucketOf(start)
    let end = start + 1
    while (end < to - 1 && bucketOf(end) === bucket) end++
    kept.push(...extremes(ys, start, end))
    start = end
  }
  kept.push(to - 1)
  return kept
}

/** Lowest and highest point of a bucket in their order; a broken one where there is no other. */
function extremes(ys: ArrayLike<number>, start: number, end: number): number[] {
  let [low, high] = [-1, -1]
  for (let index = start; index < end; index++) {
    const y = ys[index] ?? NaN
    if (!Number.isFinite(y)) continue
    if (low < 0 || y < (ys[low] ?? 0)) low = index
    if (high < 0 || y > (ys[high] ?? 0)) high = index
  }
  if (low < 0) return [start]
  return low === high ? [low] : low < high ? [low, high] : [high, low]
}

/** First index and the one after the last of what is seen of a range, with a neighbour on either side. */
function within(xs: ArrayLike<number>, [low, high]: readonly [number, number]): [number, number] {
  let [first, last] = [-1, -1]
  for (let index = 0; index < xs.length; index++) {
    const x = xs[index] ?? NaN
    if (!(x >= low && x <= high)) continue
    if (first < 0) first = index
    last = index
  }
  if (first < 0) {
    // Nothing inside: the line may still cross the range.
    const after = Array.prototype.findIndex.call(xs, (x: number) => x > high)
    return after > 0 ? [after - 1, after + 1] : [0, 0]
  }
  return [Math.max(0, first - 1), Math.min(xs.length, last + 2)]
}

/** The bucket of each index: parts of the axis of equal width; of equal numbers of points where a path turns back. */
function bucketing(
  xs: ArrayLike<number>,
  from: number,
  to: number,
  buckets: number,
  scale: AxisScale,
): (index: number) => number {
  const byIndex = (index: number) => Math.floor(((index - from - 1) * buckets) / Math.max(1, to - from - 2))
  const place = scale === 'linear' ? (x: number) => x : (x: number) => Math.log(Math.max(x, Number.MIN_VALUE))
  for (let index = from + 1; index < to; index++)
    if (!((xs[index] ?? NaN) >= (xs[index - 1] ?? NaN))) return byIndex
  const first = scale === 'linear' ? from : firstPositive(xs, from, to)
  const start = place(xs[first] ?? 0)
  const span = place(xs[to - 1] ?? 0) - start
  if (!(span > 0)) return byIndex
  return (index) =>
    Math.max(0, Math.min(buckets - 1, Math.floor(((place(xs[index] ?? 0) - start) / span) * buckets)))
}

function firstPositive(xs: ArrayLike<number>, from: number, to: number): number {
  let index = from
  while (index < to - 1 && !((xs[index] ?? 0) > 0)) index++
  return index
}
