// A click on a chart, as whoever shows the chart hears of it.
import type { PickedPoint } from '../../../charts/pick-point'

/** The point that was meant, and where on the page the click was. */
export interface ChartPick extends PickedPoint {
  readonly x: number
  readonly y: number
}
