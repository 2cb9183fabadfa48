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

/**
 * The point nearest to a place among the lines whose runs are known: of each line the one nearest along x, of those the one nearest
 * along y, the later line where several lie on each other. Undefined where no line knows its runs.
 */
export function pickPoint(
  panel: ChartPanel,
  at: readonly [x: number, y: number],
  toPixel: (x: number, y: number) => readonly [x: number, y: number],
): PickedPoint | undefined {
  let best: { distance: number; point: PickedPoint } | undefined
  for (const { name, points, runs, places } of panel.series) {
    if (runs === undefined || places === undefined) continue
    let nearest: { dx: number; dy: number; index: number } | undefined
    points.forEach(({ x, y }, index) => {
      if (!Number.isFinite(x) || !Number.isFinite(y)) return
      const [px, py] = toPixel(x, y)
      const [dx, dy] = [Math.abs(px - at[0]), Math.abs(py - at[1])]
      if (nearest === undefined || dx < nearest.dx || (dx === nearest.dx && dy < nearest.dy))
        nearest = { dx, dy, index }
    })
    const place = nearest && places[nearest.index]
    if (nearest === undefined || place === undefined) continue
    if (best !== undefined && nearest.dy > best.distance) continue
    best = { distance: nearest.dy, point: { runs, stage: place[0], step: place[1], series: name } }
  }
  return best?.point
}
