// A chart as a PDF of one page at its true size: vector, with text that can be selected and fonts embedded. Made with PDFKit
// from the SVG of the chart, so that it looks as the picture does.
import PDFDocument from 'pdfkit'
import type { ExportPicture } from '../../shared/chart-export'
import { chartFonts, type ChartFont } from './fonts'
import { svgElements, type SvgElement } from './svg-elements'
import { letterOutlines, textLine } from './text-lines'

const POINTS_PER_INCH = 72

/** The bytes of the PDF. */
export async function pdfBytes({
  svg,
  width,
  height,
  pixelsPerInch,
  title,
}: ExportPicture): Promise<Uint8Array> {
  const scale = POINTS_PER_INCH / pixelsPerInch
  const document = new PDFDocument({
    size: [width * scale, height * scale],
    margin: 0,
    lang: 'en',
    displayTitle: true,
    info: { Title: title, Creator: 'Afterword', Producer: 'Afterword' },
  })
  const parts: Buffer[] = []
  document.on('data', (part: Buffer) => parts.push(part))
  const ended = new Promise((resolve) => document.on('end', resolve))
  const pen = new SvgPen(document, await chartFonts())
  document.scale(scale)
  pen.draw(svgElements(svg))
  document.end()
  await ended
  return Buffer.concat(parts)
}

/** Draws elements of an SVG on a page. */
class SvgPen {
  private readonly clips = new Map<string, SvgElement>()

  constructor(
    private readonly document: PDFKit.PDFDocument,
    private readonly fonts: readonly ChartFont[],
  ) {
    for (const { name, bytes } of fonts) document.registerFont(name, bytes)
  }

  draw(root: SvgElement): void {
    for (const defs of root.children.filter(({ name }) => name === 'defs'))
      for (const clip of defs.children) this.clips.set(clip.attributes.get('id') ?? '', clip)
    for (const child of root.children) this.element(child)
  }

  private element(element: SvgElement): void {
    const { name, attributes } = element
    if (name === 'defs' || name === 'clipPath') return
    const { document } = this
    document.save()
    transform(document, attributes.get('transform'))
    const clip = this.clips.get(/url\(#([^)]*)\)/.exec(attributes.get('clip-path') ?? '')?.[1] ?? '')
    if (clip) {
      for (const shape of clip.children) outline(document, shape)
      document.clip()
    }
    if (name === 'g' || name === 'svg') for (const child of element.children) this.element(child)
    else if (name === 'text') this.text(element)
    else this.shape(element)
    document.restore()
  }

  private shape(element: SvgElement): void {
    const paint = paintOf(element.attributes)
    if (!paint.fill && !paint.stroke) return
    const { document } = this
    outline(document, element)
    if (paint.fill) document.fillColor(paint.fill, paint.fillOpacity)
    if (paint.stroke) strokeStyle(document, element.attributes, paint)
    if (paint.fill && paint.stroke) document.fillAndStroke()
    else if (paint.fill) document.fill()
    else document.stroke()
  }

  private text({ attributes, text }: SvgElement): void {
    const { document } = this
    const line = textLine(attributes, text, this.fonts)
    const paint = paintOf(attributes)
    if (paint.stroke) {
      // What text is outlined with lies below it, and is no text to a reader.
      strokeStyle(document, attributes, paint)
      document.lineJoin('round').path(letterOutlines(line)).stroke()
    }
    document.fillColor(paint.fill ?? '#000000', paint.fillOpacity)
    for (const run of line.runs) {
      document.font(run.font.name).fontSize(line.size)
      document.text(run.text, run.x, line.y, { lineBreak: false, baseline: 'alphabetic' })
    }
  }
}

function number(attributes: ReadonlyMap<string, string>, name: string): number {
  return parseFloat(attributes.get(name) ?? '0')
}

interface Paint {
  fill: string | undefined
  fillOpacity: number
  stroke: string | undefined
  strokeOpacity: number
}

function paintOf(attributes: ReadonlyMap<string, string>): Paint {
  const opacity = Number(attributes.get('opacity') ?? 1)
  const colour = (name: string, initial: string | undefined) => {
    const value = attributes.get(name) ?? initial
    const isUnseen =
      value === 'none' || value === 'transparent' || Number(attributes.get(`${name}-opacity`) ?? 1) === 0
    return isUnseen ? undefined : value
  }
  return {
    fill: colour('fill', '#000000'),
    fillOpacity: opacity * Number(attributes.get('fill-opacity') ?? 1),
    stroke: colour('stroke', undefined),
    strokeOpacity: opacity * Number(attributes.get('stroke-opacity') ?? 1),
  }
}

function strokeStyle(
  document: PDFKit.PDFDocument,
  attributes: ReadonlyMap<string, string>,
  paint: Paint,
): void {
  document.strokeColor(paint.stroke ?? '#000000', paint.strokeOpacity)
  document.lineWidth(Number(attributes.get('stroke-width') ?? 1))
  const cap = attributes.get('stroke-linecap')
  document.lineCap(cap === 'round' || cap === 'square' ? cap : 'butt')
  const join = attributes.get('stroke-linejoin')
  document.lineJoin(join === 'round' || join === 'bevel' ? join : 'miter')
  const dashes = (attributes.get('stroke-dasharray') ?? '')
    .split(/[\s,]+/)
    .map(Number)
    .filter((length) => length > 0)
  // Its types know a single length only.
  if (dashes.length > 0)
    document.dash(dashes as unknown as number, { phase: number(attributes, 'stroke-dashoffset') })
}

function outline(document: PDFKit.PDFDocument, { name, attributes }: SvgElement): void {
  const at = (key: string) => number(attributes, key)
  switch (name) {
    case 'path':
      document.path(attributes.get('d') ?? '')
      return
    case 'rect': {
      const radius = at('rx')
      if (radius > 0) document.roundedRect(at('x'), at('y'), at('width'), at('height'), radius)
      else document.rect(at('x'), at('y'), at('width'), at('height'))
      return
    }
    case 'circle':
      document.circle(at('cx'), at('cy'), at('r'))
      return
    case 'line':
      document.moveTo(at('x1'), at('y1')).lineTo(at('x2'), at('y2'))
      return
    case 'polygon':
    case 'polyline': {
      const numbers = (attributes.get('points') ?? '')
        .trim()
        .split(/[\s,]+/)
        .map(Number)
      for (let index = 0; index + 1 < numbers.length; index += 2) {
        const [x = 0, y = 0] = numbers.slice(index, index + 2)
        if (index === 0) document.moveTo(x, y)
        else document.lineTo(x, y)
      }
      if (name === 'polygon') document.closePath()
    }
  }
}

function transform(document: PDFKit.PDFDocument, text: string | undefined): void {
  for (const [, kind, values = ''] of (text ?? '').matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = values
      .trim()
      .split(/[\s,]+/)
      .map(Number)
    if (kind === 'translate') document.translate(a, b)
    else if (kind === 'scale') document.scale(a, values.trim().split(/[\s,]+/).length > 1 ? b : a)
    else if (kind === 'rotate') document.rotate(a, { origin: [b, c] })
    else if (kind === 'matrix') document.transform(a, b, c, d, e, f)
  }
}
