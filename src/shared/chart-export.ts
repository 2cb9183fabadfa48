// How a chart leaves the program: the choices a person makes, and what is handed to the part that writes bytes: text, or a
// picture as SVG, or a slide of native charts. Nothing is drawn or written here.
import { z } from 'zod'
import { slideChartSchema } from './slide-chart'

/** Kinds of files a chart can become. */
export const exportFormats = ['svg', 'pdf', 'png', 'pptx', 'csv', 'json'] as const
/** Where an exported chart is going to stand. */
export const exportSizes = ['slide', 'half-slide', 'column', 'two-columns'] as const
/** Colours of lines: the program's own, for colour-blind readers, and greys told apart by dashes and markers. */
export const exportPalettes = ['standard', 'colour-blind', 'grey'] as const
/** Paper and text: as in the window, or black on white for print. */
export const exportThemes = ['light', 'dark', 'print'] as const

/** Everything a person chooses about an exported chart. */
export const exportChoiceSchema = z.strictObject({
  format: z.enum(exportFormats),
  size: z.enum(exportSizes),
  theme: z.enum(exportThemes),
  /** Text size in points at the size the chart is shown at; the size's own where not given. */
  text: z.number().min(4).max(60).exactOptional(),
  palette: z.enum(exportPalettes),
  /** No background: the slide or page shows through. */
  transparent: z.boolean(),
  /** Pixels of a PNG per pixel of the drawing. */
  scale: z.int().min(1).max(4),
  /** What a PowerPoint file holds: a chart that can be edited there, or the picture. */
  slide: z.enum(['chart', 'picture']),
})

/** What an export is until something else is chosen, in the window and on the command line. */
export const firstExportChoice: ExportChoice = {
  format: 'svg',
  size: 'slide',
  theme: 'light',
  palette: 'standard',
  transparent: false,
  scale: 2,
  slide: 'chart',
}

/** Largest text or picture that may cross: about ten times a chart of 200 runs. */
const text = z.string().max(100_000_000)
const picture = z.strictObject({
  svg: text,
  /** Size of the drawing. */
  width: z.number().positive().max(20_000),
  height: z.number().positive().max(20_000),
  pixelsPerInch: z.number().min(36).max(1200),
  title: z.string().max(2000),
})

/** What a file is made from, by what it holds. */
export const exportSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), format: z.enum(['svg', 'csv', 'json']), text }),
  z.strictObject({ kind: z.literal('pdf'), format: z.literal('pdf'), picture }),
  z.strictObject({ kind: z.literal('png'), format: z.literal('png'), picture, scale: z.int().min(1).max(4) }),
  z.strictObject({
    kind: z.literal('pptx'),
    format: z.literal('pptx'),
    picture,
    /** A native chart; the picture where there is none. */
    chart: slideChartSchema.exactOptional(),
  }),
])

export type ExportFormat = (typeof exportFormats)[number]
export type ExportSize = (typeof exportSizes)[number]
export type ExportPalette = (typeof exportPalettes)[number]
export type ExportTheme = (typeof exportThemes)[number]
export type ExportChoice = z.infer<typeof exportChoiceSchema>
export type ExportSource = z.infer<typeof exportSourceSchema>
/** A chart as SVG with the size it is shown at. */
export type ExportPicture = z.infer<typeof picture>
