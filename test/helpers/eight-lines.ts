// A chart as heavy as charts are: eight lines with bands over two stages, and a prediction. Curves come from a fixed formula,
// since their shape does not matter.
import type { ChartSpec } from '../../src/shared/chart'

const curve = (length: number, shift: number) =>
  Array.from({ length }, (_, x) => ({ x, y: shift + Math.exp(-x / 300) + 0.05 * Math.sin(x * (shift + 2)) }))

/** The chart; with a title and names that need signs beyond Latin. */
export function eightLines(): ChartSpec {
  const series = Array.from({ length: 8 }, (_, index) => {
    const points = curve(1501, index / 8)
    const band = points.map(({ x, y }) => ({ x, low: y - 0.1, high: y + 0.1, n: 3 }))
    return { name: `arm ${index}, λ ≥ ${index}`, points, band }
  })
  const theory = {
    name: 'Theory',
    theory: true,
    points: [
      { x: 0, y: 0.5 },
      { x: 1500, y: 0.5 },
    ],
  }
  const late = series.map((each) => ({
    ...each,
    points: each.points.slice(0, 13),
    band: each.band.slice(0, 13),
  }))
  const panel = { xLabel: 'Step', xScale: 'linear', weight: 1 } as const
  return {
    title: 'Eight arms <& more>',
    note: 'line: mean; band: 95% interval',
    yLabel: 'Loss per sequence (nats)',
    panels: [
      { ...panel, title: 'Pretrain, 1,500 steps', xRange: [0, 1500], series: [...series, theory] },
      { ...panel, title: 'GRPO, 12 steps', xRange: [0, 12], series: late },
    ],
  }
}
