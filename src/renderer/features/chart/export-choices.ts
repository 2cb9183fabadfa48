// What the export dialog offers, in words, and the choices it starts from. Pure.
import { chartSizes } from '../../../charts/style'
import type { ExportFormat, ExportSize } from '../../../shared/chart-export'

export const formatItems = [
  { value: 'svg', label: 'SVG' },
  { value: 'pdf', label: 'PDF' },
  { value: 'png', label: 'PNG' },
  { value: 'pptx', label: 'PPTX' },
  { value: 'csv', label: 'CSV' },
  { value: 'json', label: 'JSON' },
] as const
export const sizeItems = [
  { value: 'slide', label: 'Slide, 16:9' },
  { value: 'half-slide', label: 'Half a slide' },
  { value: 'column', label: 'One column of a paper' },
  { value: 'two-columns', label: 'Two columns of a paper' },
] as const
export const themeItems = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'print', label: 'Print' },
] as const
export const paletteItems = [
  { value: 'standard', label: 'Standard colours' },
  { value: 'colour-blind', label: 'Colour-blind-safe' },
  { value: 'grey', label: 'Grey, dashes and markers' },
] as const
export const slideItems = [
  { value: 'chart', label: 'Editable chart' },
  { value: 'picture', label: 'Picture' },
] as const
export const scaleItems = [1, 2, 3, 4].map((value) => ({ value, label: `${value}x` }))

const POINTS_PER_INCH = 72
const textPoints = [6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 24, 28, 32]

/** Text sizes; 0 is the size's own. */
export function textItems(size: ExportSize) {
  const { textSize, pixelsPerInch } = chartSizes[size]
  const own = Math.round((textSize / pixelsPerInch) * POINTS_PER_INCH)
  return [
    { value: 0, label: `${own} pt (default)` },
    ...textPoints
      .filter((points) => points !== own)
      .map((points) => ({ value: points, label: `${points} pt` })),
  ]
}

/** What a file of this format is for, and what it loses. */
export const formatHelp: Readonly<Record<ExportFormat, string>> = {
  svg: 'Vector, for any program that draws. Text stays text, in Inter where it is installed.',
  pdf: 'Vector, for papers. Text can be selected and the font is embedded.',
  png: 'Pixels.',
  pptx: 'One slide. An editable chart has its numbers in a sheet; its bands are two thin lines instead of a filled area.',
  csv: "One row a drawn point: panel, series, x, y, and the interval's ends with n where there is one.",
  json: 'The data, and an ECharts 6 option that draws them.',
}

/** Inches a drawing is shown at. */
export function inchesOf(size: ExportSize): { width: number; height: number } {
  const { width, height, pixelsPerInch } = chartSizes[size]
  return { width: width / pixelsPerInch, height: height / pixelsPerInch }
}
