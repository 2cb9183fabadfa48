// Curves of several seeds made into one: at each x the mean over the seeds that have a value there, with its interval and
// their number. Nothing is interpolated or carried forward: a seed that ended early or diverged is missing from then on.
import { estimate, type Estimate } from './summary'

export interface CurvePoint {
  x: number
  y: number
}
/** The seeds' mean at one x. */
export interface GroupedPoint extends Estimate {
  x: number
  /** Seeds whose value at this x is NaN or infinite; they are left out of the mean and of n. */
  broken: number
}

/** Mean and 95% Student-t interval at every x where at least one curve has a finite value, in order of x. */
export function groupSeeds(curves: readonly (readonly CurvePoint[])[], confidence = 0.95): GroupedPoint[] {
  const byX = new Map<number, number[]>()
  for (const curve of curves) {
    // A curve has one value at an x: the last it gives, as after a resumed step.
    for (const [x, y] of new Map(curve.map((point) => [point.x, point.y]))) {
      const values = byX.get(x)
      if (values) values.push(y)
      else byX.set(x, [y])
    }
  }
  return [...byX]
    .sort(([a], [b]) => a - b)
    .flatMap(([x, values]) => {
      const finite = values.filter(Number.isFinite)
      if (finite.length === 0) return []
      return [{ x, ...estimate(finite, confidence), broken: values.length - finite.length }]
    })
}
