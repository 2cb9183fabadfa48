// A chart as SVG text, without a window: ECharts draws to a string. Text stays text.
import { CustomChart, LineChart, ParallelChart } from 'echarts/charts'
import {
  GridComponent,
  LegendComponent,
  ParallelComponent,
  TitleComponent,
  TooltipComponent,
} from 'echarts/components'
import * as echarts from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { Chart } from '../shared/chart'
import { chartOption } from './chart'
import { chartStyle, type ChartStyle } from './style'

echarts.use([
  LineChart,
  CustomChart,
  ParallelChart,
  ParallelComponent,
  GridComponent,
  LegendComponent,
  TitleComponent,
  TooltipComponent,
  SVGRenderer,
])

/** Size in pixels; the light style with text for a slide where none is given. */
export interface RenderOptions {
  width: number
  height: number
  style?: ChartStyle
}

/** The SVG text of a chart. */
export function renderSvg(spec: Chart, { width, height, style }: RenderOptions): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    const drawn = style ?? chartStyle({ theme: 'light', width, height })
    chart.setOption({
      ...chartOption(spec, { ...drawn, width, height, isFluid: false }),
      tooltip: { show: false },
    })
    return portable(chart.renderToSVGString())
  } finally {
    // An instance that is not disposed keeps the process alive.
    chart.dispose()
  }
}

/** Baselines by offset, which every program knows (`dominant-baseline` few do), and coordinates to a tenth of a pixel. */
function portable(svg: string): string {
  return svg
    .replaceAll('dominant-baseline="central"', 'dy="0.35em"')
    .replaceAll(/ d="([^"]*)"/g, (_, path: string) => ` d="${path.replaceAll(/-?\d+\.\d+/g, shortened)}"`)
}

const shortened = (number: string): string => String(Math.round(Number(number) * 10) / 10)
