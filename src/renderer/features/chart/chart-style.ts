// Styles of charts: on the screen in both themes, and exported at the sizes of src/charts. Pure.
import { chartSizes, chartStyle, type ChartStyle } from '../../../charts/style'

/** Text of a chart on the screen, as large as the page's small text. */
const screenTextSize = 11

/** The style of a chart of this size on the page; the page's own background shows through. */
export function screenStyle(theme: 'light' | 'dark', width: number, height: number): ChartStyle {
  return chartStyle({
    theme,
    width,
    height,
    textSize: screenTextSize,
    isFluid: true,
    showTitle: false,
    background: 'transparent',
  })
}

/** Where an exported chart is going to stand. */
export type ExportSize = keyof typeof chartSizes
/** How a chart is exported: `print` is light with no background, for papers and white slides. */
export type ExportTheme = 'light' | 'dark' | 'print'

/** The style of an exported chart. */
export function exportStyle(theme: ExportTheme, size: ExportSize): ChartStyle {
  return chartStyle({ theme, ...chartSizes[size] })
}
