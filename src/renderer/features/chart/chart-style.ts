// The style of charts on the screen, in both themes. Pure.
import { chartStyle, type ChartStyle } from '../../../charts/style'

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
