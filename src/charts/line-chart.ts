// A chart as data (what is drawn, for screen, SVG and CSV alike) and as an ECharts option. Panels stand side by side, one a
// stage, and share the y axis. The option carries no functions of the page; drawing it is the renderer's or render-svg's.
import type { EChartsCoreOption } from 'echarts/core'
import type { ChartPanel, ChartSeries, ChartSpec } from '../shared/chart'
import { extent } from '../statistics/extent'
import { legendOption, withLegend } from './legend'
import {
  chartLayout,
  isNamedBelow,
  NOTE_SIZE,
  wrapped,
  xTitle,
  type ChartLayout,
  type PanelFrame,
} from './layout'
import { panelSeries } from './panel-series'
import { colouredLines, colourKeyOf } from './repeated-colours'
import { colorsOf, mixed, type ChartStyle } from './style'
import { formatTick, innerTicks, logTicks } from './ticks'
import { tooltipOption } from './tooltip'

/** The colour of every named line of a chart. */
export function seriesColors(spec: ChartSpec, palette: readonly string[]): Map<string, string> {
  const lines = colouredLines(spec)
  const byKey = colorsOf([...(spec.colourKeys ?? []), ...lines.map(colourKeyOf)], palette)
  const colours = new Map<string, string>()
  for (const series of lines) {
    const colour = series.color ?? byKey.get(colourKeyOf(series))
    if (colour !== undefined) colours.set(series.name, colour)
  }
  return colours
}

/**
 * The colour of each line, predictions too: drawn over the lines they are for, they are in the colour of text, mixed with the
 * line's where there are several.
 */
export function lineColours(spec: ChartSpec, style: ChartStyle): (series: ChartSeries) => string {
  const colours = seriesColors(spec, style.palette)
  const predicted = spec.panels.flatMap((panel) => panel.series).filter((series) => series.theory === true)
  const isSingle = new Set(predicted.map((series) => series.of ?? series.name)).size < 2
  return (series: ChartSeries): string => {
    const neutral = series.shared === true ? style.muted : style.text
    const own = series.color ?? colours.get(series.of ?? series.name) ?? neutral
    if (series.theory !== true) return own
    return isSingle || series.of === undefined ? style.text : mixed(own, style.text)
  }
}

/** The ECharts option of a chart; replaces any earlier one as a whole. */
export function lineChartOption(whole: ChartSpec, style: ChartStyle): EChartsCoreOption {
  const { spec, legend } = withLegend(whole, style)
  const layout = chartLayout(spec, style, [...legend.values()])
  const colourOf = lineColours(spec, style)
  return {
    animation: false,
    backgroundColor: style.background,
    textStyle: { fontFamily: style.fontFamily, color: style.text, fontSize: style.textSize },
    title: headings(spec, style, layout),
    ...(legend.size > 0 ? { legend: legendOption(spec, legend, layout, style) } : {}),
    tooltip: tooltipOption(spec, style, colourOf),
    grid: layout.panels.map((frame) => ({
      ...horizontal(frame, style),
      ...vertical(layout, style),
      outerBoundsMode: 'none',
    })),
    xAxis: xAxes(spec, style, layout),
    yAxis: spec.panels.map((_, index) => yAxis(spec, index, layout, style)),
    series: spec.panels.flatMap((panel, index) =>
      panelSeries(panel, {
        index,
        style,
        frame: layout.panels[index],
        colourOf,
        ...(spec.yScale === 'log' ? { yFloor: layout.y.min } : {}),
      }),
    ),
  }
}

/** The x axes alone: merged into the option of a chart of which another part is to be seen. */
export function xAxesOption(spec: ChartSpec, style: ChartStyle): EChartsCoreOption {
  return { xAxis: xAxes(spec, style, chartLayout(spec, style, [])) }
}

const xAxes = (spec: ChartSpec, style: ChartStyle, layout: ChartLayout) =>
  spec.panels.map((panel, index) => ({
    ...xAxis(panel, index, layout, style),
    name: xTitle(panel, spec),
  }))

function horizontal({ left, width }: PanelFrame, style: ChartStyle) {
  if (!style.isFluid) return { left, width }
  const share = (pixels: number) => `${((pixels / style.width) * 100).toFixed(3)}%`
  return { left: share(left), width: share(width) }
}

function vertical({ top, bottom, height }: ChartLayout, style: ChartStyle) {
  return style.isFluid ? { top, bottom } : { top, height }
}

function headings(spec: ChartSpec, style: ChartStyle, layout: ChartLayout) {
  const size = style.textSize
  const heading = (text: string, top: number, left: number | string, textStyle: object) => ({
    text,
    top,
    left,
    padding: 0,
    textVerticalAlign: 'top',
    textStyle: { fontSize: size, fontWeight: 400, color: style.text, ...textStyle },
  })
  const frames = layout.panels.map((frame) => horizontal(frame, style))
  return [
    ...(style.showTitle && spec.title !== undefined
      ? [heading(spec.title, layout.title.top, size * 0.6, { fontSize: size * 1.2, fontWeight: 600 })]
      : []),
    ...(layout.note
      ? [
          heading(spec.note ?? '', layout.note.top, layout.note.left, {
            fontSize: size * NOTE_SIZE,
            color: style.muted,
          }),
        ]
      : []),
    ...(layout.isYLabelRotated || spec.yLabel === ''
      ? []
      : [heading(spec.yLabel, layout.yLabelTop, size * 0.6, {})]),
    ...layout.panelTitles.map((text, index) =>
      heading(text, layout.panelTitleTop, frames[index]?.left ?? 0, { fontWeight: 600, color: style.muted }),
    ),
  ]
}

function xAxis(panel: ChartPanel, index: number, layout: ChartLayout, style: ChartStyle) {
  const { low, high, base = 10 } = xEnds(panel)
  const count = layout.panels[index]?.tickCount ?? 4
  const isLog = panel.xScale !== 'linear'
  const isWhole = /^(step|round|level)/i.test(panel.xLabel)
  const { categories } = panel
  const nameWidth = (layout.panels[index]?.width ?? 0) / Math.max(1, categories?.length ?? 1)
  const values = categories
    ? [...categories.keys()]
    : isLog
      ? logTicks(low, high, count, base)
      : innerTicks(low, high, count, isWhole).values
  return {
    gridIndex: index,
    type: isLog ? 'log' : 'value',
    min: low,
    max: high,
    ...(isLog ? { logBase: base } : {}),
    nameLocation: 'middle',
    nameGap: style.textSize * 1.95,
    nameTextStyle: { color: style.text, fontSize: style.textSize },
    axisLine: {
      show: true,
      onZero: false,
      lineStyle: { color: style.axis, width: Math.max(1, style.textSize / 18) },
    },
    axisTick: {
      show: panel.isResult !== true && categories === undefined,
      length: style.textSize * 0.28,
      lineStyle: { color: style.axis },
      customValues: values,
    },
    axisLabel: {
      show: panel.isResult !== true && (categories === undefined || isNamedBelow(panel)),
      color: style.muted,
      fontSize: style.textSize,
      margin: style.textSize * 0.5,
      hideOverlap: categories === undefined,
      customValues: values,
      formatter: categories
        ? (place: number) => wrapped(categories[place] ?? '', nameWidth, style.textSize)
        : formatTick,
      ...(categories ? { lineHeight: style.textSize * 1.3 } : {}),
    },
    splitLine: { show: false },
    axisPointer: { label: { show: false } },
  }
}

function yAxis(spec: ChartSpec, index: number, layout: ChartLayout, style: ChartStyle) {
  const { y } = layout
  const isFirst = index === 0
  return {
    gridIndex: index,
    type: spec.yScale === 'log' ? 'log' : 'value',
    min: y.min,
    max: y.max,
    ...(spec.yScale === 'log' ? {} : { interval: y.interval }),
    ...(isFirst && layout.isYLabelRotated ? { name: spec.yLabel } : {}),
    nameLocation: 'middle',
    nameRotate: 90,
    nameGap: layout.yNameGap,
    nameTextStyle: { color: style.text, fontSize: style.textSize },
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: {
      show: isFirst,
      color: style.muted,
      fontSize: style.textSize,
      margin: style.textSize * 0.45,
      formatter: formatTick,
      ...(spec.yScale === 'log' ? { customValues: y.values } : {}),
    },
    splitLine: { show: true, lineStyle: { color: style.grid, width: Math.max(1, style.textSize / 24) } },
    axisPointer: { label: { show: false } },
  }
}

/** Ends of a panel's x axis, and the base of a logarithmic one. */
export function xEnds(panel: ChartPanel): { low: number; high: number; base?: 2 | 10 } {
  const [min, max] = panel.xRange ?? xExtent(panel)
  if (panel.xScale === 'linear') return { low: min, high: max > min ? max : min + 1 }
  const base = panel.xScale === 'log2' ? 2 : 10
  const low = Math.max(min, smallestPositive(panel))
  return { low, high: Math.max(max, low * base), base }
}

function xExtent(panel: ChartPanel): [number, number] {
  const xs = panel.series.flatMap((series) => series.points.map((point) => point.x))
  return xs.length === 0 ? [0, 1] : extent(xs)
}

/** A log axis starts at the first point it can show. */
function smallestPositive(panel: ChartPanel): number {
  const xs = panel.series.flatMap((series) => series.points.map((point) => point.x)).filter((x) => x > 0)
  return xs.length === 0 ? 1 : xs.reduce((a, b) => Math.min(a, b))
}
