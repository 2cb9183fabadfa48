// Where the texts of a chart's SVG stand, stretch by stretch, in a font each; and their outlines, for pictures that need no text.
import { textRuns, type ChartFont, type TextRun } from './fonts'

/** A text's stretches with the x each begins at, on one baseline. */
interface TextLine {
  size: number
  y: number
  runs: (TextRun & { x: number })[]
}

/** Places a text by its SVG attributes. */
export function textLine(
  attributes: ReadonlyMap<string, string>,
  text: string,
  fonts: readonly ChartFont[],
): TextLine {
  const number = (name: string, initial = 0) => parseFloat(attributes.get(name) ?? String(initial))
  const size = number('font-size', 12)
  const weight = attributes.get('font-weight')
  const runs = textRuns(text, weight === 'bold' || Number(weight) >= 600, fonts)
  const widths = runs.map(
    (run) => (run.font.font.layout(run.text).advanceWidth / run.font.font.unitsPerEm) * size,
  )
  const width = widths.reduce((sum, each) => sum + each, 0)
  const anchor = attributes.get('text-anchor')
  const before = anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0
  let x = number('x') - before
  const placed = runs.map((run, index) => {
    const at = x
    x += widths[index] ?? 0
    return { ...run, x: at }
  })
  // ECharts centres text on its line by an offset in em.
  return { size, y: number('y') + number('dy') * size, runs: placed }
}

/** The letters as the path data of an SVG. */
export function letterOutlines({ size, y, runs }: TextLine): string {
  return runs
    .flatMap(({ x, font: { font }, text }) => {
      const scale = size / font.unitsPerEm
      const { glyphs, positions } = font.layout(text)
      let at = x
      return glyphs.map((glyph, index) => {
        const { xAdvance = 0, xOffset = 0, yOffset = 0 } = positions[index] ?? {}
        const path = glyph.path
          .transform(scale, 0, 0, -scale, at + xOffset * scale, y - yOffset * scale)
          .toSVG()
        at += xAdvance * scale
        return path.replaceAll(/-?\d+\.\d+/g, (value) => String(Math.round(Number(value) * 100) / 100))
      })
    })
    .join('')
}
