// Turns a chart spec into the files people want: SVG and CSV from src/charts, PNG drawn on a canvas with the page's font.
import * as echarts from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { chartCsv } from '../../../charts/chart-csv'
import { lineChartOption, type ChartSpec } from '../../../charts/line-chart'
import { renderSvg } from '../../../charts/render-svg'
import { chartSizes } from '../../../charts/style'
import { exportStyle, type ExportSize, type ExportTheme } from './chart-style'

echarts.use([CanvasRenderer])

export interface ExportChoice {
  format: 'svg' | 'png' | 'csv'
  size: ExportSize
  theme: ExportTheme
  /** Device pixels a CSS pixel of a PNG, 1 to 4. */
  scale: number
}

/** The SVG text of a chart. */
export function chartSvg(spec: ChartSpec, { size, theme }: Pick<ExportChoice, 'size' | 'theme'>): string {
  const { width, height } = chartSizes[size]
  return renderSvg(spec, { width, height, style: exportStyle(theme, size) })
}

/** The data of the chosen file: text, or base64 for PNG. */
export async function chartFile(spec: ChartSpec, choice: ExportChoice): Promise<string> {
  switch (choice.format) {
    case 'csv':
      return chartCsv(spec)
    case 'svg':
      return chartSvg(spec, choice)
    case 'png':
      return chartPng(spec, choice)
  }
}

async function chartPng(spec: ChartSpec, { size, theme, scale }: ExportChoice): Promise<string> {
  const { width, height } = chartSizes[size]
  await document.fonts.ready
  const chart = echarts.init(document.createElement('div'), null, {
    renderer: 'canvas',
    width,
    height,
    devicePixelRatio: scale,
  })
  try {
    chart.setOption({ ...lineChartOption(spec, exportStyle(theme, size)), tooltip: { show: false } })
    const url = chart.getDataURL({ type: 'png', pixelRatio: scale })
    return url.slice(url.indexOf(',') + 1)
  } finally {
    chart.dispose()
  }
}
