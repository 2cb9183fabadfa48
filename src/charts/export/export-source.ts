// A chart and a person's choices, made into what the part that writes bytes needs: the same for the window, its preview and the
// command line. Everything a reader can see is decided here.
import type { ExportChoice, ExportPicture, ExportSource } from '../../shared/chart-export'
import type { Chart } from '../../shared/chart'
import { isPanels } from '../chart'
import { chartCsv } from '../chart-csv'
import { renderSvg } from '../render-svg'
import { chartSizes, chartStyle, type ChartStyle } from '../style'
import { chartJson } from './chart-json'
import { markedFor, paletteColours } from './palettes'
import { plainSvg } from './plain-svg'
import { slideChart } from './slide-chart'

const POINTS_PER_INCH = 72

/** What to write for a chart. */
export function exportSource(chart: Chart, choice: ExportChoice): ExportSource {
  const { format } = choice
  switch (format) {
    case 'csv':
      return { kind: 'text', format, text: chartCsv(chart) }
    case 'json':
      return { kind: 'text', format, text: chartJson(markedFor(choice.palette, chart), exportStyle(choice)) }
    case 'svg':
      return { kind: 'text', format, text: exportPicture(chart, choice).svg }
    case 'pdf':
      return { kind: 'pdf', format, picture: exportPicture(chart, choice) }
    case 'png':
      return { kind: 'png', format, picture: exportPicture(chart, choice), scale: choice.scale }
    case 'pptx': {
      const drawn = markedFor(choice.palette, chart)
      const native =
        choice.slide === 'chart' && isPanels(drawn) ? slideChart(drawn, exportStyle(choice)) : undefined
      const source = { kind: 'pptx', format, picture: exportPicture(chart, choice) } as const
      return native === undefined ? source : { ...source, chart: native }
    }
  }
}

/** The chart as SVG, at the size it is shown at. */
export function exportPicture(chart: Chart, choice: ExportChoice): ExportPicture {
  const { width, height, pixelsPerInch } = chartSizes[choice.size]
  const svg = renderSvg(markedFor(choice.palette, chart), { width, height, style: exportStyle(choice) })
  const title = 'title' in chart && chart.title !== undefined ? chart.title : 'Chart'
  return { svg: plainSvg(svg), width, height, pixelsPerInch, title }
}

/** Whether a PowerPoint file can hold this chart as one that is edited there: lines and dots, not bars, boxes or maps. */
export function hasSlideChart(chart: Chart): boolean {
  return (
    isPanels(chart) && slideChart(chart, chartStyle({ theme: 'light', ...chartSizes.slide })) !== undefined
  )
}

function exportStyle({ theme, size, text, palette, transparent }: ExportChoice): ChartStyle {
  const { pixelsPerInch, ...pixels } = chartSizes[size]
  const textSize = text === undefined ? pixels.textSize : (text * pixelsPerInch) / POINTS_PER_INCH
  const style = chartStyle({ theme, ...pixels, textSize })
  // Print is black on white; only the page decides whether the white is drawn.
  const background = transparent ? 'transparent' : theme === 'print' ? '#ffffff' : style.background
  return { ...style, background, palette: paletteColours(palette, theme, style) }
}
