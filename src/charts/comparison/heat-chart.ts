// A heat map: the mean of a figure over two config fields, every cell with its value and, where it has several runs, their
// number. Drawn as rectangles with words, so that nothing has to be read off a scale of colours alone.
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn } from 'echarts'
import type { EChartsCoreOption } from 'echarts/core'
import type { HeatCell, HeatSpec } from '../../shared/chart'
import type { Comparison } from '../../shared/comparison'
import { metricInfo } from '../../shared/run/metrics'
import { mean } from '../../statistics/summary'
import { mixedBy, type ChartStyle } from '../style'
import { formatValue } from '../ticks'
import { fieldValue, valueText, type ComparedRun } from './compared-groups'
import { quantityLabel, quantityOf } from './figures'

/** The heat map of a comparison; runs without a value on either axis or without a figure are left out. */
export function heatChart(runs: readonly ComparedRun[], comparison: Comparison, metric: string): HeatSpec {
  const across = comparison.across ?? ''
  const down = comparison.down ?? ''
  const columns = axisValues(runs, across)
  const rows = axisValues(runs, down)
  const figures = new Map<string, number[]>()
  for (const run of runs) {
    const value = quantityOf(run, metric, comparison)
    const place = [columns.indexOf(textOf(run, across)), rows.indexOf(textOf(run, down))]
    if (!Number.isFinite(value) || place.includes(-1)) continue
    const key = place.join(' ')
    figures.set(key, [...(figures.get(key) ?? []), value])
  }
  const cells = [...figures].map(([key, values]): HeatCell => {
    const [column = 0, row = 0] = key.split(' ').map(Number)
    return { column, row, value: mean(values), n: values.length }
  })
  return {
    kind: 'heat',
    valueLabel: quantityLabel(metric),
    xLabel: quantityLabel(across),
    yLabel: quantityLabel(down),
    columns,
    rows,
    cells,
    range: colourRange(
      cells.map(({ value }) => value),
      metric,
    ),
    note: cells.some(({ n }) => n > 1) ? 'mean over n runs' : '',
  }
}

function colourRange(values: readonly number[], metric: string): [number, number] {
  const [low, high] = metricInfo(metric).range ?? [-Infinity, Infinity]
  return [
    Number.isFinite(low) ? low : Math.min(...values),
    Number.isFinite(high) ? high : Math.max(...values),
  ]
}

/** The values that runs have of a field, numbers in order. */
function axisValues(runs: readonly ComparedRun[], path: string): string[] {
  const values = new Map(runs.map((run) => [textOf(run, path), fieldValue(run, path)]))
  return [...values]
    .filter(([, value]) => value !== undefined)
    .sort(([, a], [, b]) => (typeof a === 'number' && typeof b === 'number' ? a - b : 0))
    .map(([text]) => text)
}

const textOf = (run: ComparedRun, path: string): string => valueText(fieldValue(run, path))

/** The ECharts option of a heat map. */
export function heatOption(spec: HeatSpec, style: ChartStyle): EChartsCoreOption {
  const size = style.textSize
  const label = { color: style.muted, fontSize: size }
  const name = { color: style.text, fontSize: size }
  const axis = (data: readonly string[], title: string) => ({
    type: 'category',
    data,
    name: title,
    nameLocation: 'middle',
    nameTextStyle: name,
    axisLine: { lineStyle: { color: style.axis } },
    axisTick: { show: false },
    axisLabel: label,
    splitLine: { show: false },
  })
  const widest = Math.max(1, ...spec.rows.map((text) => text.length))
  const columnWidth =
    (style.width - size * (4 + widest * 0.6)) / Math.max(1, spec.columns.length) - size * 0.5
  // On the screen the value's name stands over the chart.
  const heading = [style.showTitle ? spec.valueLabel : '', spec.note].filter(Boolean).join(' · ')
  return {
    animation: false,
    backgroundColor: style.background,
    textStyle: { fontFamily: style.fontFamily, color: style.text, fontSize: size },
    title: {
      text: style.showTitle && spec.title !== undefined ? `${spec.title}: ${heading}` : heading,
      left: size * 0.6,
      top: size * 0.4,
      textStyle: { ...name, fontWeight: 500 },
    },
    tooltip: {
      transitionDuration: 0,
      backgroundColor: style.tooltip.background,
      borderColor: style.tooltip.border,
      textStyle: { color: style.tooltip.text },
      formatter: ({ dataIndex }: { dataIndex: number }) => cellText(spec, dataIndex),
    },
    grid: {
      left: size * (2.6 + widest * 0.6),
      right: size,
      top: size * 2.4,
      bottom: size * 3.6,
      outerBoundsMode: 'none',
    },
    xAxis: {
      ...axis(spec.columns, spec.xLabel),
      nameGap: size * 1.9,
      axisLabel: { ...label, interval: 0, width: columnWidth, overflow: 'truncate' },
    },
    yAxis: { ...axis(spec.rows, spec.yLabel), nameGap: size * (0.9 + widest * 0.6) },
    series: [
      {
        type: 'custom',
        name: spec.valueLabel,
        data: spec.cells.map(({ column, row, value }) => [column, row, value]),
        renderItem: (params: { dataIndex: number }, api: CustomSeriesRenderItemAPI) =>
          cellItem(spec, style, params.dataIndex, api),
      },
    ],
  }
}

function cellText(spec: HeatSpec, index: number): string {
  const cell = spec.cells[index]
  if (!cell) return ''
  const place = `${spec.xLabel} ${spec.columns[cell.column]}, ${spec.yLabel} ${spec.rows[cell.row]}`
  return `${place}: ${formatValue(cell.value)}${cell.n > 1 ? `, n = ${cell.n}` : ''}`.replaceAll('<', '&lt;')
}

/** Above this share of the scale words stand on the darker colours. */
const DARK = 0.55

function cellItem(
  { cells, range }: HeatSpec,
  style: ChartStyle,
  index: number,
  api: CustomSeriesRenderItemAPI,
): CustomSeriesRenderItemReturn {
  const { column, row, value, n } = cells[index] ?? { column: 0, row: 0, value: NaN, n: 0 }
  const [x = 0, y = 0] = api.coord([column, row])
  const size = api.size?.([1, 1])
  const [width = 0, height = 0] = Array.isArray(size) ? size : []
  const share = range[1] > range[0] ? (value - range[0]) / (range[1] - range[0]) : 0.5
  const fill = mixedBy(
    style.halo,
    style.palette[0] ?? style.text,
    0.06 + 0.94 * Math.min(1, Math.max(0, share)),
  )
  const text = `${formatValue(Number(value.toPrecision(3)))}${n > 1 ? `\nn = ${n}` : ''}`
  return {
    type: 'group',
    children: [
      {
        type: 'rect',
        shape: { x: x - width / 2 + 1, y: y - height / 2 + 1, width: width - 2, height: height - 2 },
        style: { fill },
      },
      {
        type: 'text',
        x,
        y,
        silent: true,
        style: {
          text,
          fill: share > DARK ? style.halo : style.text,
          font: `${style.textSize * 0.86}px ${style.fontFamily}`,
          align: 'center',
          verticalAlign: 'middle',
        },
      },
    ],
  }
}
