// Colours of lines by who is going to read them. The colour-blind ones keep a distance of 23 (CIE Lab) between any two, as seen
// with normal sight and without red, green or blue cones (Machado, Oliveira and Fernandes 2009); greys are told apart by
// dashes and markers. All stand at least 3:1 against their background.
import type { ExportPalette, ExportTheme } from '../../shared/chart-export'
import type { Chart, ChartSeries, ChartSpec, SeriesMarker } from '../../shared/chart'
import { isPanels } from '../chart'
import { dashAt } from '../repeated-colours'
import type { ChartStyle } from '../style'

const onWhite = {
  'colour-blind': ['#0072b2', '#d55e00', '#000000', '#aa8855', '#8a8a8a', '#550044', '#004422', '#000077'],
  grey: ['#000000', '#6b6b6b', '#3f3f3f', '#8f8f8f'],
} as const
const onBlack = {
  'colour-blind': ['#56b4e9', '#e69f00', '#ffffff', '#bb2255', '#8a8a94', '#ccbb77', '#007700', '#0055ee'],
  grey: ['#ffffff', '#9a9a9a', '#cccccc', '#757575'],
} as const

const dashes = ['solid', 'dashed', 'dotted', 'dash-dot'] as const
const markers: readonly SeriesMarker[] = ['circle', 'rect', 'triangle', 'diamond']

/** The colours of a palette; the style's own for the standard one. */
export function paletteColours(
  palette: ExportPalette,
  theme: ExportTheme,
  style: ChartStyle,
): readonly string[] {
  if (palette === 'standard') return style.palette
  return (theme === 'dark' ? onBlack : onWhite)[palette]
}

/** In greys, lines get dashes and markers: no two of the first sixteen look alike. Other charts and palettes stay as they are. */
export function markedFor(palette: ExportPalette, chart: Chart): Chart {
  if (palette !== 'grey' || !isPanels(chart)) return chart
  const drawn = chart.panels.flatMap(({ series }) => series.filter(isOwn))
  const keys = [...new Set([...(chart.colourKeys ?? []), ...drawn.map(keyOf)])]
  // Dashes that tell apart lines of one colour of another palette say nothing here.
  const areDashesOfColours = drawn.every((series) => series.dash === dashAt(keys.indexOf(keyOf(series))))
  const marked = (series: ChartSeries): ChartSeries => {
    const place = isOwn(series) ? keys.indexOf(keyOf(series)) : -1
    const dash = dashes[(place + Math.floor(place / dashes.length)) % dashes.length]
    const marker = markers[place % markers.length]
    if (place < 0 || dash === undefined || marker === undefined || series.mark !== undefined) return series
    // A chosen colour of one's own is no grey.
    const rest = { ...series }
    delete rest.color
    return series.ghost === true
      ? rest
      : { ...rest, dash: areDashesOfColours ? dash : (series.dash ?? dash), marker }
  }
  const panels: ChartSpec['panels'] = chart.panels.map((panel) => ({
    ...panel,
    series: panel.series.map(marked),
  }))
  return { ...chart, panels }
}

const keyOf = ({ colourKey, name }: ChartSeries): string => colourKey ?? name
/** Lines with a colour of their own: no predictions, and nothing that stands for all. */
const isOwn = ({ theory, shared }: ChartSeries): boolean => theory !== true && shared !== true
