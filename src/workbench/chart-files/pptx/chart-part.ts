// A native chart of a slide (DrawingML charts, ECMA-376 part 1, section 21.2): points over numbers, joined by straight lines, in a
// plot that stands where the picture's stands. The order of elements is the schema's.
import type { SlideAxis, SlideChart, SlidePanel, SlideSeries } from '../../../shared/slide-chart'
import { cells, sheetColumns } from './sheet'
import { escaped, lineLook, namespaces, solidFill, xmlHeader } from './xml'

/** Where a plot stands in its frame, as shares of it. */
export interface PlotShare {
  x: number
  y: number
  width: number
  height: number
}

const X_AXIS = 111_111_111
const Y_AXIS = 222_222_222
const markerNames = { circle: 'circle', rect: 'square', triangle: 'triangle', diamond: 'diamond' } as const

/** The XML of the chart; `points` turns pixels of the drawing into points. */
export function chartPart(
  panel: SlidePanel,
  slide: SlideChart,
  plot: PlotShare,
  points: (pixels: number) => number,
): string {
  let column = 0
  const series = panel.series.map((each, index) => {
    const first = column
    column += sheetColumns(each).length
    return seriesPart(each, index, first, points)
  })
  const place = Object.entries({ x: plot.x, y: plot.y, w: plot.width, h: plot.height })
    .map(([name, value]) => `<c:${name} val="${value.toFixed(5)}"/>`)
    .join('')
  const size = points(slide.textSize)
  return (
    `${xmlHeader}<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" ${namespaces}>` +
    '<c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea>' +
    `<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>${place}</c:manualLayout></c:layout>` +
    `<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>${series.join('')}` +
    `<c:axId val="${X_AXIS}"/><c:axId val="${Y_AXIS}"/></c:scatterChart>` +
    axisPart(panel.x, { id: X_AXIS, other: Y_AXIS, side: 'b' }, slide, points) +
    axisPart(panel.y, { id: Y_AXIS, other: X_AXIS, side: 'l' }, slide, points) +
    '<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr></c:plotArea><c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>' +
    `<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>${textLook('c:txPr', size, slide.muted)}` +
    '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
  )
}

/** Sizes of text in charts are in hundredths of a point. */
function textLook(tag: string, size: number, colour: string): string {
  return `<${tag}><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="${Math.round(size * 100)}" b="0">${solidFill(colour)}</a:defRPr></a:pPr><a:endParaRPr lang="en-US"/></a:p></${tag}>`
}

function seriesPart(
  series: SlideSeries,
  index: number,
  column: number,
  points: (pixels: number) => number,
): string {
  const { name, colour, lineWidth, opacity, dash, marker, markedPlaces, markerSize } = series
  const line =
    lineWidth > 0
      ? lineLook(points(lineWidth), colour, { opacity, dash })
      : '<a:ln w="19050"><a:noFill/></a:ln>'
  const size = Math.min(72, Math.max(2, Math.round(points(markerSize))))
  const none = '<c:marker><c:symbol val="none"/></c:marker>'
  const symbol = marker
    ? `<c:marker><c:symbol val="${markerNames[marker]}"/><c:size val="${size}"/><c:spPr>${solidFill(colour, opacity)}<a:ln><a:noFill/></a:ln></c:spPr></c:marker>`
    : none
  // On a long line the few points that have a marker say so themselves.
  const marked = markedPlaces?.map(
    (place) => `<c:dPt><c:idx val="${place}"/>${symbol}<c:bubble3D val="0"/><c:spPr>${line}</c:spPr></c:dPt>`,
  )
  const count = series.points.length
  return (
    `<c:ser><c:idx val="${index}"/><c:order val="${index}"/>` +
    `<c:tx><c:strRef><c:f>${cells(column + 1)}</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>${escaped(name)}</c:v></c:pt></c:strCache></c:strRef></c:tx>` +
    `<c:spPr>${line}</c:spPr>${marked ? none : symbol}${marked?.join('') ?? ''}` +
    (series.errors ? errorBars(series, series.errors, column, points) : '') +
    `<c:xVal>${numbers(
      cells(column, count),
      series.points.map(([x]) => x),
    )}</c:xVal>` +
    `<c:yVal>${numbers(
      cells(column + 1, count),
      series.points.map(([, y]) => y),
    )}</c:yVal><c:smooth val="0"/></c:ser>`
  )
}

function errorBars(
  { colour, lineWidth, points: { length } }: SlideSeries,
  errors: readonly (readonly [number, number])[],
  column: number,
  points: (pixels: number) => number,
): string {
  const below = numbers(
    cells(column + 2, length),
    errors.map(([distance]) => distance),
  )
  const above = numbers(
    cells(column + 3, length),
    errors.map(([, distance]) => distance),
  )
  return `<c:errBars><c:errDir val="y"/><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/><c:plus>${above}</c:plus><c:minus>${below}</c:minus><c:spPr>${lineLook(points(lineWidth) * 0.7, colour)}</c:spPr></c:errBars>`
}

/** Cells and what they held when the chart was made; those without a value are left out. */
function numbers(formula: string, values: readonly (number | null)[]): string {
  const cached = values.flatMap((value, index) =>
    value === null ? [] : [`<c:pt idx="${index}"><c:v>${value}</c:v></c:pt>`],
  )
  return `<c:numRef><c:f>${formula}</c:f><c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="${values.length}"/>${cached.join('')}</c:numCache></c:numRef>`
}

interface AxisPlace {
  id: number
  other: number
  side: 'b' | 'l'
}

function axisPart(
  { title, min, max, interval, logBase, showLabels }: SlideAxis,
  { id, other, side }: AxisPlace,
  slide: SlideChart,
  points: (pixels: number) => number,
): string {
  const isY = side === 'l'
  const size = points(slide.textSize)
  const thin = Math.max(0.5, size / 24)
  const grid = isY
    ? `<c:majorGridlines><c:spPr>${lineLook(thin, slide.grid)}</c:spPr></c:majorGridlines>`
    : ''
  const run = `<a:r><a:rPr lang="en-US" sz="${Math.round(size * 100)}" b="0">${solidFill(slide.text)}</a:rPr><a:t>${escaped(title)}</a:t></a:r>`
  const name =
    title === ''
      ? ''
      : `<c:title><c:tx><c:rich><a:bodyPr${isY ? ' rot="-5400000" vert="horz"' : ''}/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="${Math.round(size * 100)}" b="0"/></a:pPr>${run}</a:p></c:rich></c:tx><c:overlay val="0"/></c:title>`
  const isThousands = logBase === undefined && Math.max(Math.abs(min), Math.abs(max)) >= 1000
  return (
    `<c:valAx><c:axId val="${id}"/><c:scaling>${logBase === undefined ? '' : `<c:logBase val="${logBase}"/>`}<c:orientation val="minMax"/><c:max val="${max}"/><c:min val="${min}"/></c:scaling>` +
    `<c:delete val="0"/><c:axPos val="${side}"/>${grid}${name}` +
    `<c:numFmt formatCode="${isThousands ? '#,##0' : 'General'}" sourceLinked="0"/>` +
    `<c:majorTickMark val="${isY || !showLabels ? 'none' : 'out'}"/><c:minorTickMark val="none"/><c:tickLblPos val="${showLabels ? 'low' : 'none'}"/>` +
    `<c:spPr>${isY ? '<a:ln><a:noFill/></a:ln>' : lineLook(thin * 1.4, slide.axis)}</c:spPr>` +
    textLook('c:txPr', size, slide.muted) +
    `<c:crossAx val="${other}"/><c:crosses val="min"/><c:crossBetween val="midCat"/>` +
    `${interval === undefined ? '' : `<c:majorUnit val="${interval}"/>`}</c:valAx>`
  )
}
