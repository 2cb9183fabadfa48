// Which point of a chart is meant by a place on it: where a click leads. Pure; pixels come from whoever drew the chart.
import type { ChartPanel } from '../shared/chart'

/** A point of a line: the runs behind it, and the stage and step it stands for. */
export interface PickedPoint {
  runs: readonly string[]
  stage: number
  step: number
  /** The line's name. */
  series: string
}

/** How far a point is from the place, in pixels along both axes. */
interface Distance {
  dx: number
  dy: number
}

/**
 * The point nearest to a place among the lines whose runs are known: of each line the one nearest along x, of those the one nearest
 * along y, the later line where several lie on each other. Dots are taken by their distance, bars and boxes by where they stand.
 * Undefined where no line knows its runs.
 */
export function pickPoint(
  panel: ChartPanel,
  at: readonly [x: number, y: number],
  toPixel: (x: number, y: number) => readonly [x: number, y: number],
): PickedPoint | undefined {
  const hasDots = panel.series.some(({ mark }) => mark === 'points')
  const along = ({ dx, dy }: Distance) => (hasDots ? Math.hypot(dx, dy) : dx)
  const between = ({ dx, dy }: Distance) => (hasDots ? Math.hypot(dx, dy) : panel.categories ? dx : dy)
  let best: { distance: number; point: PickedPoint } | undefined
  for (const { name, points, runs, places, isRunEach } of panel.series) {
    if (runs === undefined || places === undefined) continue
    let nearest: (Distance & { index: number }) | undefined
    points.forEach(({ x, y }, index) => {
      if (!Number.isFinite(x) || !Number.isFinite(y)) return
      const [px, py] = toPixel(x, y)
      const found = { dx: Math.abs(px - at[0]), dy: Math.abs(py - at[1]), index }
      if (nearest === undefined) nearest = found
      else if (along(found) < along(nearest)) nearest = found
      else if (along(found) === along(nearest) && found.dy < nearest.dy) nearest = found
    })
    const place = nearest && places[nearest.index]
    if (nearest === undefined || place === undefined) continue
    if (best !== undefined && between(nearest) > best.distance) continue
    const own = isRunEach ? runs.slice(nearest.index, nearest.index + 1) : runs
    best = {
      distance: between(nearest),
      point: { runs: own, stage: place[0], step: place[1], series: name },
    }
  }
  return best?.point
}
