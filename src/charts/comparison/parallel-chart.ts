// Parallel coordinates: a line a run through its config fields and figures, coloured by group. For finding which settings go with
// good figures; how sure that is, bars and lines say.
import type { EChartsCoreOption } from 'echarts/core'
import type { ParallelAxis, ParallelSpec } from '../../shared/chart'
import type { Comparison } from '../../shared/comparison'
import { fittingLegend, legendOption } from '../legend'
import { chartLayout, NOTE_SIZE, textWidth } from '../layout'
import { colorsOf, type ChartStyle } from '../style'
import { formatTick } from '../ticks'
import { fieldValue, valueText, type ComparedGroups, type ComparedRun } from './compared-groups'
import { quantityLabel, quantityOf } from './figures'

/** The parallel coordinates of a comparison: its config fields, then its metrics. */
export function parallelChart(
  { facets }: ComparedGroups,
  runs: ReadonlyMap<string, ComparedRun>,
  comparison: Comparison,
): ParallelSpec {
  const names = [...comparison.axes, ...comparison.metrics]
  const axes = names.map((name) => axisOf(name, [...runs.values()]))
  const lines = facets
    .flatMap(({ groups }) => groups)
    .flatMap((group) =>
      group.runs.flatMap((run) => {
        const compared = runs.get(run.id ?? '')
        if (compared === undefined) return []
        const values = names.map((name, index) => placeOf(compared, name, axes[index], comparison))
        const line = { name: group.label, colourKey: group.colourKey ?? group.label, values }
        return values.every((value) => value === null) ? [] : [line]
      }),
    )
  return { kind: 'parallel', axes, lines }
}

function axisOf(name: string, runs: readonly ComparedRun[]): ParallelAxis {
  const label = quantityLabel(name)
  if (name.includes('/')) return { label }
  const values = runs.map((run) => fieldValue(run, name))
  if (values.every((value) => typeof value === 'number')) return { label }
  return { label, values: [...new Set(values.map(valueText))] }
}

function placeOf(
  run: ComparedRun,
  name: string,
  axis: ParallelAxis | undefined,
  comparison: Comparison,
): number | null {
  if (axis?.values) return axis.values.indexOf(valueText(fieldValue(run, name)))
  const value = quantityOf(run, name, comparison)
  return Number.isFinite(value) ? value : null
}

/** Lines beyond this are drawn fainter: what counts then is where they lie close together. */
const MANY_LINES = 60

/** The ECharts option of parallel coordinates; needs the parallel chart and component. */
export function parallelOption(spec: ParallelSpec, style: ChartStyle): EChartsCoreOption {
  const size = style.textSize
  // Nothing but colour tells lines apart: groups of one colour are one entry.
  const keys = [...new Set(spec.lines.map((line) => line.colourKey))]
  const colours = colorsOf(keys, style.palette)
  const names = new Map(keys.length > 1 && style.showLegend ? keys.map((key) => [key, key]) : [])
  const { legend: texts, note } = fittingLegend(names, undefined, style)
  const panels = { yLabel: '', panels: [], ...(note === undefined ? {} : { note }) }
  const frame = chartLayout(panels, style, [...texts.values()])
  return {
    animation: false,
    backgroundColor: style.background,
    textStyle: { fontFamily: style.fontFamily, color: style.text, fontSize: size },
    ...(texts.size > 0 ? { legend: legendOption(panels, texts, frame, style) } : {}),
    ...(frame.note
      ? {
          title: {
            text: note,
            top: frame.note.top,
            left: frame.note.left,
            padding: 0,
            textStyle: { fontSize: size * NOTE_SIZE, fontWeight: 400, color: style.muted },
          },
        }
      : {}),
    tooltip: { show: false },
    parallel: {
      // Names stand in the middle of their axes.
      left: Math.max(size * 2, textWidth(spec.axes[0]?.label ?? '', size) / 2 + size),
      right: Math.max(size * 4, textWidth(spec.axes.at(-1)?.label ?? '', size) / 2 + size),
      top: frame.top + size * 1.5,
      bottom: size * 1.5,
    },
    parallelAxis: spec.axes.map(({ label, values }, dim) => ({
      dim,
      name: label,
      ...(values ? { type: 'category', data: values } : { type: 'value', scale: true }),
      nameTextStyle: { color: style.text, fontSize: size },
      axisLine: { lineStyle: { color: style.axis } },
      axisTick: { show: false },
      axisLabel: {
        color: style.text,
        fontSize: size,
        textBorderColor: style.halo,
        textBorderWidth: size * 0.3,
        ...(values ? {} : { formatter: formatTick }),
      },
      z: 10,
    })),
    series: keys.map((key) => ({
      type: 'parallel',
      name: key,
      color: colours.get(key),
      lineStyle: {
        color: colours.get(key),
        width: style.lineWidth * 0.7,
        opacity: spec.lines.length > MANY_LINES ? 0.4 : 0.8,
      },
      data: spec.lines
        .filter((line) => line.colourKey === key)
        .map(({ values }) => values.map((value) => value ?? '-')),
    })),
  }
}
