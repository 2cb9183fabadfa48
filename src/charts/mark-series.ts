// The ECharts series of bars and boxes: shapes at a place of a panel whose x axis has names.
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn } from 'echarts'
import type { ChartPanel, ChartSeries } from '../shared/chart'
import type { PanelContext } from './panel-series'

/** Width of a bar or box as a share of the room of its group, and in text sizes at most. */
const SHARE = 0.6
const WIDEST = 5

/** The shape of a series; none for lines and dots. */
export function markSeries(series: ChartSeries, panel: ChartPanel, context: PanelContext): object[] {
  const { style, index, frame, colourOf } = context
  const { mark, box } = series
  const [point] = series.points
  if ((mark !== 'bar' && mark !== 'box') || point === undefined) return []
  const room = (frame?.width ?? style.width) / Math.max(1, panel.categories?.length ?? 1)
  const width = Math.min(room * SHARE, style.textSize * WIDEST)
  const colour = colourOf(series)
  const thin = style.lineWidth * 0.6
  // A colour that is given a second time: hollow, with the dashes of its line.
  const lineDash = dashLengths(series, thin)
  const outline = { fill: 'none', stroke: colour, lineWidth: thin, ...(lineDash ? { lineDash } : {}) }
  const draw = (api: CustomSeriesRenderItemAPI): CustomSeriesRenderItemReturn => {
    const pixel = (y: number) => api.coord([point.x, y]).map((at) => Math.round(at * 10) / 10)
    const [centre = 0] = pixel(point.y)
    const rect = (from: number, to: number) => {
      const [bottom = 0, top = 0] = [pixel(from)[1], pixel(to)[1]]
      return { x: centre - width / 2, y: Math.min(bottom, top), width, height: Math.abs(bottom - top) }
    }
    const line = (x1: number, y1: number, x2: number, y2: number, lineWidth: number) => ({
      type: 'line' as const,
      shape: { x1, y1, x2, y2 },
      style: { stroke: colour, lineWidth },
    })
    if (box === undefined) {
      const shape = rect(barStart(context), point.y)
      const bar = { type: 'rect' as const, shape, style: { fill: colour, opacity: lineDash ? 0.3 : 0.82 } }
      return lineDash ? { type: 'group', children: [bar, { type: 'rect', shape, style: outline }] } : bar
    }
    const [low = 0, lower = 0, median = 0, upper = 0, high = 0] = [
      box.low,
      box.lower,
      box.median,
      box.upper,
      box.high,
    ].map((y) => pixel(y)[1])
    return {
      type: 'group',
      children: [
        {
          type: 'rect',
          shape: rect(box.lower, box.upper),
          style: { fill: colour, opacity: style.bandOpacity * 1.6 },
        },
        {
          type: 'rect',
          shape: rect(box.lower, box.upper),
          style: outline,
        },
        line(centre, lower, centre, low, thin),
        line(centre, upper, centre, high, thin),
        line(centre - width / 2, median, centre + width / 2, median, style.lineWidth * 1.2),
      ],
    }
  }
  return [
    {
      type: 'custom',
      name: series.name,
      xAxisIndex: index,
      yAxisIndex: index,
      data: [[point.x, point.y]],
      silent: true,
      clip: true,
      z: 1,
      color: colour,
      tooltip: { show: false },
      renderItem: (_: unknown, api: CustomSeriesRenderItemAPI) => draw(api),
    },
  ]
}

/** Dashes of an outline; undefined where it has none. */
function dashLengths({ dash }: ChartSeries, width: number): number[] | undefined {
  if (dash === undefined || dash === 'solid') return undefined
  return dash === 'dotted' ? [1.5 * width, 2 * width] : [5 * width, 3 * width]
}

/** Bars begin at 0, and on a logarithmic axis, which has none, at its lower end. */
const barStart = ({ yFloor }: PanelContext): number => yFloor ?? 0
