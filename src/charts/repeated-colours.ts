// Lines beyond the last colour of a palette get its colours again, with another dash. Pure.
import type { ChartSeries, ChartSpec } from '../shared/chart'

/** Dashes in the order in which they are taken. */
export const lineDashes = ['solid', 'dashed', 'dotted'] as const
/** Colours of a palette. */
const COLOURS = 8

/** The dash of the line that is given the colour at a place; undefined for those that have theirs alone. */
export function dashAt(place: number): (typeof lineDashes)[number] | undefined {
  const round = Math.floor(place / COLOURS)
  return round > 0 ? lineDashes[round % lineDashes.length] : undefined
}

/** What a line gets its colour by. */
export const colourKeyOf = ({ colourKey, name }: ChartSeries): string => colourKey ?? name

/** A prediction for all lines at once, or what they have in common: drawn in colours of text. */
const isNeutral = (series: ChartSeries): boolean =>
  series.shared === true || (series.theory === true && series.of === undefined)

/** The lines that get a colour of their own, in the order in which they get it. */
export const colouredLines = ({ panels }: ChartSpec): ChartSeries[] =>
  panels.flatMap(({ series }) => series).filter((series) => series.of === undefined && !isNeutral(series))

/** The chart with dashes where its colours repeat; what a line has already stays. */
export function withDashes(spec: ChartSpec): ChartSpec {
  const keys = [...new Set([...(spec.colourKeys ?? []), ...colouredLines(spec).map(colourKeyOf)])]
  if (keys.length <= COLOURS) return spec
  const dashed = (series: ChartSeries): ChartSeries => {
    const dash =
      series.of === undefined && !isNeutral(series) ? dashAt(keys.indexOf(colourKeyOf(series))) : undefined
    return dash === undefined || series.dash !== undefined ? series : { ...series, dash }
  }
  return {
    ...spec,
    panels: spec.panels.map((panel) => ({ ...panel, series: panel.series.map(dashed) })),
  }
}
