// What whoever shows a chart may ask of it.
import type { PlotFrame } from '../../../charts/plot-frames'
import type { ChartStyle } from '../../../charts/style'
import type { ChartPick } from './chart-pick'

type Pixel = readonly [x: number, y: number]

/** A drawn chart; pixels are of its element. */
export interface ChartHandle {
  /** The plots of a chart of panels; none of other kinds. */
  readonly frames: readonly PlotFrame[]
  /** Undefined until its size is known. */
  readonly style: ChartStyle | undefined
  /** The point nearest to a pixel. */
  readonly pickAt: (at: Pixel) => ChartPick | undefined
  /** Shows the tooltip of a pixel; hides it where none is given. */
  readonly showTip: (at: Pixel | undefined) => void
}
