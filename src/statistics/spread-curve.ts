// Curves of several runs at the same places, made into one: at each place the centre and spread of the values that are there.
// A value that is not finite (missing, or diverged) is left out at its place and not counted in n.
import { centreOf, spreadOf, type SpreadKind } from './spread'
import { intervalFactor } from './summary'

/** A spread at every place; centre is NaN where no curve has a value, low and high below two of them. */
export interface SpreadCurve {
  centre: Float64Array
  low: Float64Array
  high: Float64Array
  n: Uint32Array
}

/** Spreads of curves of equal lengths at `places` (indices into the curves; all of them where not given). */
export function spreadCurve(
  curves: readonly Float64Array[],
  kind: SpreadKind,
  places?: ArrayLike<number>,
): SpreadCurve {
  const length = places?.length ?? curves[0]?.length ?? 0
  const low = new Float64Array(length).fill(NaN)
  const high = new Float64Array(length).fill(NaN)
  const centre = new Float64Array(length).fill(NaN)
  const n = new Uint32Array(length)
  const factors: number[] = []
  const factorOf = (count: number) => (factors[count] ??= intervalFactor(count))
  for (let index = 0; index < length; index++) {
    const values = finiteAt(curves, places?.[index] ?? index)
    if (values.length === 0) continue
    const spread = spreadOf(values, kind, factorOf)
    centre[index] = spread.centre
    n[index] = spread.n
    if (spread.low === undefined || spread.high === undefined) continue
    low[index] = spread.low
    high[index] = spread.high
  }
  return { centre, low, high, n }
}

/** The centres alone, at every place: a bootstrap's interval costs a thousand times as much. */
export function centreCurve(curves: readonly Float64Array[], kind: SpreadKind): Float64Array {
  const length = curves[0]?.length ?? 0
  const centre = new Float64Array(length)
  for (let index = 0; index < length; index++) {
    const values = finiteAt(curves, index)
    centre[index] = values.length === 0 ? NaN : centreOf(values, kind)
  }
  return centre
}

function finiteAt(curves: readonly Float64Array[], index: number): number[] {
  const values: number[] = []
  for (const curve of curves) {
    const value = curve[index] ?? NaN
    if (Number.isFinite(value)) values.push(value)
  }
  return values
}
