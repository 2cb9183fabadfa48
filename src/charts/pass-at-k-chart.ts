// pass@k over the number of attempts k, which doubles from tick to tick: one line a set of samples with its interval over
// problems, closed forms dashed. It reads curves that are worked out (statistics/sample-curve.ts); whose they are is the caller's.
import type { CurvePoint } from '../statistics/sample-curve'
import type { ChartPoint, ChartSeries, ChartSpec } from './line-chart'

/** A set of samples. */
export interface PassCurve {
  label: string
  /** Problems it has samples of: the n of its interval. */
  problems: number
  points: readonly Pick<CurvePoint, 'k' | 'pass' | 'low' | 'high'>[]
  /** What a closed form predicts, at any k. */
  theory?: readonly ChartPoint[]
}

/** The chart of these curves; k of the first to the last point that any of them has. */
export function buildPassAtKChart(curves: readonly PassCurve[]): ChartSpec {
  const series = curves.flatMap(({ label, problems, points, theory = [] }): ChartSeries[] => [
    {
      name: label,
      points: points.map(({ k, pass }) => ({ x: k, y: pass })),
      band: points.map(({ k, low, high }) => ({ x: k, low, high, n: problems })),
    },
    ...(theory.length > 0
      ? [{ name: `${label}, theory`, of: label, theory: true, points: [...theory] }]
      : []),
  ])
  const ks = series.flatMap(({ points }) => points.map(({ x }) => x))
  const [first, last] = ks.length === 0 ? [1, 2] : [Math.min(...ks), Math.max(...ks)]
  const hasTheory = series.some((one) => one.theory === true)
  return {
    yLabel: 'pass@k',
    yRange: [0, 1],
    note: `band: 95% bootstrap interval over problems${hasTheory ? '; dashed: theory' : ''}`,
    panels: [{ title: 'pass@k', xLabel: 'k', xScale: 'log2', xRange: [first, last], weight: 1, series }],
  }
}
