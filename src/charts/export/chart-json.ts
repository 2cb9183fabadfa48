// A chart as JSON for other programs: its data, complete, and an ECharts option that draws it. What an option can only say with
// functions (bands, labels of predictions, how numbers are written) is said without them or left out.
import type { EChartsCoreOption } from 'echarts/core'
import type { Chart, ChartBandPoint, ChartSpec } from '../../shared/chart'
import { chartOption, isPanels } from '../chart'
import type { ChartStyle } from '../style'

/** `{ chart, option }` as text: `chart` is what was drawn before thinning, `option` needs ECharts 6 and nothing of ours. */
export function chartJson(chart: Chart, style: ChartStyle): string {
  const option = chartOption(chart, style)
  const drawn = isPanels(chart) ? { ...option, series: withoutFunctions(option, chart) } : option
  return `${JSON.stringify({ chart, option: drawn }, null, 1)}\n`
}

function withoutFunctions(option: EChartsCoreOption, spec: ChartSpec): object[] {
  const series = (option['series'] ?? []) as {
    type?: string
    color?: string
    name?: string
    xAxisIndex?: number
  }[]
  const lines = series.filter(({ type }) => type !== 'custom')
  const bands = spec.panels.flatMap((panel, index) =>
    panel.series.flatMap(({ name, band }) => {
      if (!band || band.length < 2) return []
      const colour = lines.find((line) => line.name === name && line.xAxisIndex === index)?.color
      return stackedBand(name, band, index, colour)
    }),
  )
  return [...bands, ...lines]
}

/** A band without a function: an invisible line at its lower end, and the distance to the upper one filled on top of it. */
function stackedBand(
  name: string,
  band: readonly ChartBandPoint[],
  index: number,
  colour: string | undefined,
) {
  const line = (data: (readonly [number, number])[], opacity: number) => ({
    type: 'line',
    name,
    stack: `${name} ${index}`,
    stackStrategy: 'all',
    xAxisIndex: index,
    yAxisIndex: index,
    color: colour,
    data,
    showSymbol: false,
    silent: true,
    lineStyle: { opacity: 0 },
    areaStyle: { opacity },
    tooltip: { show: false },
  })
  return [
    line(
      band.map(({ x, low }) => [x, low] as const),
      0,
    ),
    line(
      band.map(({ x, low, high }) => [x, high - low] as const),
      0.16,
    ),
  ]
}
