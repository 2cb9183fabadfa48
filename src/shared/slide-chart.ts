// A chart as a presentation program can hold it: plots with axes and lines in their own numbers, and texts and line samples
// around them. Lengths are pixels of the drawing, colours `rrggbb`.
import { z } from 'zod'

const pixels = z.number().min(-20_000).max(20_000)
const colour = z.string().regex(/^[0-9a-f]{6}$/)
const value = z.number()
const words = z.string().max(2000)
const dash = z.enum(['solid', 'dashed', 'dotted', 'dash-dot'])
const marker = z.enum(['circle', 'rect', 'triangle', 'diamond'])
const box = z.strictObject({ left: pixels, top: pixels, width: pixels, height: pixels })

const slideTextSchema = z.strictObject({
  text: words,
  left: pixels,
  top: pixels,
  width: pixels,
  /** Size of the font. */
  size: pixels,
  align: z.enum(['left', 'right']),
  colour,
  bold: z.boolean(),
})

/** A stretch of a line beside its name. */
const slideSampleSchema = z.strictObject({
  left: pixels,
  /** Middle of the line. */
  top: pixels,
  width: pixels,
  colour,
  lineWidth: pixels,
  dash,
  marker: marker.exactOptional(),
})

const slideAxisSchema = z.strictObject({
  title: words,
  min: value,
  max: value,
  /** Distance of ticks; the program's own choice where not given. */
  interval: value.exactOptional(),
  /** A logarithmic axis of this base. */
  logBase: z.union([z.literal(2), z.literal(10)]).exactOptional(),
  showLabels: z.boolean(),
})

const slideSeriesSchema = z.strictObject({
  name: words,
  colour,
  lineWidth: pixels,
  /** Share of the colour, from 0 to 1. */
  opacity: z.number().min(0).max(1),
  dash,
  /** A mark at every point, or at those of these places. */
  marker: marker.exactOptional(),
  markedPlaces: z.array(z.int().min(0)).exactOptional(),
  markerSize: pixels,
  points: z.array(z.tuple([value, value.nullable()])),
  /** Distances of an interval's ends from each point: drawn as error bars. */
  errors: z.array(z.tuple([value, value])).exactOptional(),
})

/** A whole slide of charts. */
export const slideChartSchema = z.strictObject({
  texts: z.array(slideTextSchema),
  samples: z.array(slideSampleSchema),
  panels: z.array(
    z.strictObject({
      title: words,
      plot: box,
      x: slideAxisSchema,
      y: slideAxisSchema,
      series: z.array(slideSeriesSchema),
    }),
  ),
  textSize: pixels,
  text: colour,
  muted: colour,
  axis: colour,
  grid: colour,
  /** No background: the slide's own. */
  background: colour.exactOptional(),
})

export type SlideChart = z.infer<typeof slideChartSchema>
export type SlidePanel = SlideChart['panels'][number]
export type SlideAxis = z.infer<typeof slideAxisSchema>
export type SlideSeries = z.infer<typeof slideSeriesSchema>
export type SlideText = z.infer<typeof slideTextSchema>
export type SlideSample = z.infer<typeof slideSampleSchema>
