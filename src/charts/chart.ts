// Any chart: which option draws it. Lines, dots, bars and boxes are panels (line-chart.ts); heat maps and parallel coordinates
// have shapes of their own.
import type { EChartsCoreOption } from 'echarts/core'
import type { Chart, ChartSpec } from '../shared/chart'
import { heatOption } from './comparison/heat-chart'
import { parallelOption } from './comparison/parallel-chart'
import { lineChartOption } from './line-chart'
import type { ChartStyle } from './style'

/** Whether a chart is made of panels. */
export function isPanels(chart: Chart): chart is ChartSpec {
  return !('kind' in chart)
}

/** The ECharts option of any chart; replaces any earlier one as a whole. */
export function chartOption(chart: Chart, style: ChartStyle): EChartsCoreOption {
  if (isPanels(chart)) return lineChartOption(chart, style)
  return chart.kind === 'heat' ? heatOption(chart, style) : parallelOption(chart, style)
}
