// The slide: native charts with texts and line samples around them, or a picture. Everything is a shape of its own that can be
// moved and edited. Lengths come in pixels of the drawing and are placed on a slide of 13.3 x 7.5 inches.
import type { ExportPicture } from '../../../shared/chart-export'
import type { SlideChart, SlidePanel, SlideSample, SlideText } from '../../../shared/slide-chart'
import type { PlotShare } from './chart-part'
import { EMU_PER_INCH, escaped, lineLook, namespaces, solidFill, xmlHeader } from './xml'

/** A slide of 16:9 as PowerPoint makes them, in inches. */
export const slideInches = { width: 40 / 3, height: 7.5 } as const

/** Places on the slide, from pixels of the drawing. */
interface SlideScale {
  emu: (pixels: number) => number
  points: (pixels: number) => number
  left: number
  top: number
}

/** A drawing as high as the slide begins at its left edge; smaller ones stand in its middle. */
export function slideScale({ width, height, pixelsPerInch }: ExportPicture): SlideScale {
  const isHigh = height / pixelsPerInch >= slideInches.height - 0.01
  const free = (room: number, pixels: number) =>
    Math.round(((room - pixels / pixelsPerInch) / 2) * EMU_PER_INCH)
  return {
    emu: (pixels) => Math.round((pixels / pixelsPerInch) * EMU_PER_INCH),
    points: (pixels) => (pixels / pixelsPerInch) * 72,
    left: isHigh ? 0 : free(slideInches.width, width),
    top: isHigh ? 0 : free(slideInches.height, height),
  }
}

interface Box {
  left: number
  top: number
  width: number
  height: number
}

/** Room around a plot for its numbers and titles, and the plot's place within. */
export function chartFrame(
  { plot, y }: SlidePanel,
  { textSize }: SlideChart,
  height: number,
): { frame: Box; plot: PlotShare } {
  const left = Math.min(plot.left, y.showLabels ? plot.left : textSize * 1.3)
  const above = textSize * 0.6
  const frame = {
    left: plot.left - left,
    top: plot.top - above,
    width: left + plot.width + textSize * 1.3,
    height: height - plot.top + above,
  }
  return {
    frame,
    plot: {
      x: left / frame.width,
      y: above / frame.height,
      width: plot.width / frame.width,
      height: plot.height / frame.height,
    },
  }
}

/** The slide with native charts; `charts` holds the relationship of each panel. */
export function chartSlide(slide: SlideChart, picture: ExportPicture, charts: readonly string[]): string {
  const scale = slideScale(picture)
  let id = 2
  const next = () => id++
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height }
  const shapes = [
    ...(slide.background === undefined || slide.background === 'ffffff'
      ? []
      : [shape(next(), 'Background', 'rect', whole, scale, solidFill(slide.background))]),
    ...slide.panels.map((panel, index) => {
      const { frame } = chartFrame(panel, slide, picture.height)
      const number = next()
      return (
        `<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="${number}" name="Chart ${index + 1}" descr="${escaped(panel.title)}"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>` +
        `<p:xfrm>${place(frame, scale)}</p:xfrm><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">` +
        `<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="${charts[index] ?? ''}"/></a:graphicData></a:graphic></p:graphicFrame>`
      )
    }),
    ...slide.samples.map((sample) => lineSample(sample, next, scale)),
    ...slide.texts.map((text) => textBox(next(), text, scale)),
  ]
  return slideOf(shapes.join(''))
}

/** The slide with the picture alone: SVG where the program knows it, PNG elsewhere. */
export function pictureSlide(picture: ExportPicture, png: string, svg: string): string {
  const box = { left: 0, top: 0, width: picture.width, height: picture.height }
  return slideOf(
    `<p:pic><p:nvPicPr><p:cNvPr id="2" name="Chart" descr="${escaped(picture.title)}"/><p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr>` +
      `<p:blipFill><a:blip r:embed="${png}"><a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}"><asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="${svg}"/></a:ext></a:extLst></a:blip><a:stretch><a:fillRect/></a:stretch></p:blipFill>` +
      `<p:spPr><a:xfrm>${place(box, slideScale(picture))}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>`,
  )
}

function slideOf(shapes: string): string {
  return (
    `${xmlHeader}<p:sld ${namespaces} xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"><p:cSld><p:spTree>` +
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>' +
    '<p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>' +
    `${shapes}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>`
  )
}

function place({ left, top, width, height }: Box, { emu, left: x, top: y }: SlideScale): string {
  return `<a:off x="${x + emu(left)}" y="${y + emu(top)}"/><a:ext cx="${Math.max(0, emu(width))}" cy="${Math.max(0, emu(height))}"/>`
}

function shape(id: number, name: string, kind: string, box: Box, scale: SlideScale, look: string): string {
  return (
    `<p:sp><p:nvSpPr><p:cNvPr id="${id}" name="${escaped(name)}"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr>` +
    `<p:spPr><a:xfrm>${place(box, scale)}</a:xfrm><a:prstGeom prst="${kind}"><a:avLst/></a:prstGeom>${look}<a:ln><a:noFill/></a:ln></p:spPr></p:sp>`
  )
}

function textBox(
  id: number,
  { text, left, top, width, size, align, colour, bold }: SlideText,
  scale: SlideScale,
): string {
  const points = Math.round(scale.points(size) * 100)
  return (
    `<p:sp><p:nvSpPr><p:cNvPr id="${id}" name="${escaped(text)}"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>` +
    `<p:spPr><a:xfrm>${place({ left, top, width, height: size * 1.25 }, scale)}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>` +
    '<p:txBody><a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"><a:noAutofit/></a:bodyPr><a:lstStyle/>' +
    `<a:p><a:pPr algn="${align === 'right' ? 'r' : 'l'}"/><a:r><a:rPr lang="en-US" sz="${points}" b="${bold ? 1 : 0}">${solidFill(colour)}</a:rPr><a:t>${escaped(text)}</a:t></a:r></a:p></p:txBody></p:sp>`
  )
}

const markerShapes = { circle: 'ellipse', rect: 'rect', triangle: 'triangle', diamond: 'diamond' } as const

function lineSample(sample: SlideSample, next: () => number, scale: SlideScale): string {
  const { left, top, width, colour, lineWidth, dash, marker } = sample
  const line =
    `<p:cxnSp><p:nvCxnSpPr><p:cNvPr id="${next()}" name="Line sample"/><p:cNvCxnSpPr/><p:nvPr/></p:nvCxnSpPr>` +
    `<p:spPr><a:xfrm>${place({ left, top, width, height: 0 }, scale)}</a:xfrm><a:prstGeom prst="line"><a:avLst/></a:prstGeom>${lineLook(scale.points(lineWidth), colour, { dash })}</p:spPr></p:cxnSp>`
  if (marker === undefined) return line
  const size = lineWidth * 3.4
  const box = { left: left + (width - size) / 2, top: top - size / 2, width: size, height: size }
  return line + shape(next(), 'Marker sample', markerShapes[marker], box, scale, solidFill(colour))
}
