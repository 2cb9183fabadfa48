// Charts with one figure a run: a dot each (scatter), a bar a group with its interval, or a box a group over its dots.
import type { Comparison } from '../../shared/comparison'
import { metricInfo } from '../../shared/run/metrics'
import { spreadOf, type SpreadKind } from '../../statistics/spread'
import { quantile } from '../../statistics/summary'
import { clippedTo } from '../clip'
import { differenceRange, drawnLabel, zeroMeanWords, type Difference } from '../difference'
import type { ChartBox, ChartPanel, ChartSeries, ChartSpec } from '../../shared/chart'
import { spreadWords } from '../note'
import type { Facet } from '../run-chart'
import type { RunGroup } from '../run-groups'
import type { ComparedGroups, ComparedRun } from './compared-groups'
import { baselineMean, groupFigures, placeOfFigure, quantityLabel, quantityOf } from './figures'

/** Dots of runs: the metric's figure over another quantity. Runs without either are left out. */
export function scatterChart(
  { facets }: ComparedGroups,
  runs: ReadonlyMap<string, ComparedRun>,
  comparison: Comparison,
  metric: string,
): ChartSpec {
  const { x, xScale, yScale } = comparison
  const panels = facets.map(({ title, groups }): ChartPanel => {
    const series = groups.flatMap((group): ChartSeries[] => {
      const dots = group.runs.flatMap((run) => {
        const compared = runs.get(run.id ?? '')
        if (compared === undefined) return []
        const point = {
          x: quantityOf(compared, x, comparison),
          y: quantityOf(compared, metric, comparison),
        }
        const place = placeOfFigure(run, metric, comparison)
        const isDrawn = Number.isFinite(point.x) && Number.isFinite(point.y) && place !== undefined
        return isDrawn ? [{ point, place, id: compared.id }] : []
      })
      if (dots.length === 0) return []
      const points = dots.map(({ point }) => point)
      const ids = { runs: dots.map(({ id }) => id), places: dots.map(({ place }) => place) }
      return [{ ...lookOf(group), mark: 'points', points, ...ids, isRunEach: true }]
    })
    const xs = series.flatMap(({ points }) => points.map((point) => point.x))
    const [low, high] = [Math.min(...xs), Math.max(...xs)]
    const pad = xScale === 'linear' ? (high - low || Math.abs(low) || 1) * 0.04 : 0
    return {
      title,
      xLabel: quantityLabel(x),
      xScale,
      ...(xs.length > 0 ? { xRange: [low - pad, high + pad] as [number, number] } : {}),
      weight: 1,
      series,
    }
  })
  return {
    yLabel: quantityLabel(metric),
    yScale,
    note: 'dot: a run',
    panels: panels.filter(({ series }) => series.length > 0),
  }
}

/** A bar a group from 0 to its middle, with the spread as a whisker. */
export function barChart(groups: ComparedGroups, comparison: Comparison, metric: string): ChartSpec {
  const { spread } = comparison
  const kind: SpreadKind | undefined = spread === 'traces' || spread === 'none' ? undefined : spread
  const range = differenceRange(metricInfo(metric).range, groups.difference)
  const clipped = clippedTo(range)
  const [middle, around] = spreadWords[spread]
  const note = kind === undefined ? `bar: ${middle}` : `bar: ${middle}; whisker: ${around}`
  return placed(groups, comparison, metric, note, (figures, x) => {
    const { centre, low, high, n } = spreadOf(figures, kind ?? 'min-max')
    const bar = { mark: 'bar' as const, points: [{ x, y: centre }], counts: [n] }
    if (kind === undefined || low === undefined || high === undefined) return bar
    const ends = { low: clipped(low), high: clipped(high) }
    const isCut = ends.low !== low || ends.high !== high
    return { ...bar, band: [{ x, ...ends, n, ...(isCut ? { half: (high - low) / 2 } : {}) }] }
  })
}

/** A box a group (quartiles, median, whiskers to the last values within 1.5 interquartile ranges) over a dot a run. */
export function boxChart(groups: ComparedGroups, comparison: Comparison, metric: string): ChartSpec {
  const note = 'box: quartiles and median; whiskers: 1.5 interquartile ranges; dot: a run'
  return placed(groups, comparison, metric, note, (figures, x) => ({
    mark: 'box',
    points: figures.map((y) => ({ x, y })),
    box: boxOf(figures, x),
  }))
}

/** Tukey's box (1977), its quartiles linear between order statistics. */
export function boxOf(figures: readonly number[], x: number): ChartBox {
  const sorted = [...figures].sort((a, b) => a - b)
  const at = (share: number) => quantile(sorted, share)
  const [lower, median, upper] = [at(0.25), at(0.5), at(0.75)]
  const reach = 1.5 * (upper - lower)
  const inside = sorted.filter((value) => value >= lower - reach && value <= upper + reach)
  return { x, low: inside[0] ?? lower, lower, median, upper, high: inside.at(-1) ?? upper }
}

type Placed = Pick<ChartSeries, 'mark' | 'points' | 'band' | 'box' | 'counts'>

/** A panel a facet with the groups side by side, named below. */
function placed(
  { facets, difference }: ComparedGroups,
  comparison: Comparison,
  metric: string,
  note: string,
  draw: (figures: readonly number[], place: number) => Placed,
): ChartSpec {
  const panels = facets.map((facet) => placedPanel(facet, comparison, metric, difference, draw))
  const info = metricInfo(metric)
  const { range } = info
  const drawn = panels.flatMap(({ series }) => series.flatMap(({ points }) => points.map(({ y }) => y)))
  const hasZero = comparison.kind === 'bars' && comparison.yScale === 'linear'
  const fromZero =
    hasZero && drawn.length > 0
      ? [drawn.some((y) => y < 0) ? -Infinity : 0, drawn.some((y) => y > 0) ? Infinity : 0]
      : undefined
  // Boxes fill the plot, as scattered dots do: their spread is what is looked at.
  const ends = difference || comparison.kind === 'boxes' ? fromZero : (range ?? fromZero)
  const hasNone = difference?.kind === 'percent' && baselineMean(difference, metric, comparison) === 0
  const against = difference
    ? [`against ${difference.baseline.label}`, ...(hasNone ? [zeroMeanWords(difference)] : [])]
    : []
  return {
    yLabel: drawnLabel(info, difference),
    ...(ends ? { yRange: [ends[0] ?? -Infinity, ends[1] ?? Infinity] as const } : {}),
    yScale: comparison.yScale,
    note: [note, ...against].join('; '),
    panels: panels.filter(({ series }) => series.length > 0),
  }
}

function placedPanel(
  { title, groups }: Facet,
  comparison: Comparison,
  metric: string,
  difference: Difference | undefined,
  draw: (figures: readonly number[], place: number) => Placed,
): ChartPanel {
  const measured = groups
    .map((group) => ({ group, figures: groupFigures(group.runs, metric, comparison, difference) }))
    .filter(({ figures }) => figures.length > 0)
  const field = commonField(measured.map(({ group }) => group.label))
  return {
    title,
    xLabel: field,
    xScale: 'linear',
    xRange: [-0.5, Math.max(0.5, measured.length - 0.5)],
    categories: measured.map(({ group, figures }) => {
      const name = field === '' ? group.label : group.label.slice(field.length + 1)
      return figures.length > 1 ? `${name}\nn = ${figures.length}` : name
    }),
    weight: Math.max(1, measured.length),
    series: measured.map(({ group, figures }, place) => {
      const drawn = draw(figures, place)
      const [at] = group.runs.flatMap((run) => {
        const found = placeOfFigure(run, metric, comparison)
        return found ? [found] : []
      })
      const runs = group.runs.flatMap(({ id }) => id ?? [])
      const dash = group.dash === undefined ? {} : { dash: group.dash }
      return {
        ...lookOf(group),
        ...dash,
        ...drawn,
        ...(at ? { runs, places: drawn.points.map(() => at) } : {}),
      }
    }),
  }
}

/** The field that all names are values of (`bits 8`, `bits 16`): it stands once below the axis; '' where there is none. */
function commonField(labels: readonly string[]): string {
  const [first = ''] = labels
  const [word = ''] = first.split(' ')
  const isField = labels.length > 1 && labels.every((label) => /^\w+ [^,\s]+$/.test(label))
  return isField && labels.every((label) => label.startsWith(`${word} `)) ? word : ''
}

const lookOf = ({ label, colourKey }: RunGroup) => ({
  name: label,
  ...(colourKey === undefined ? {} : { colourKey }),
})
