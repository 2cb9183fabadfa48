// The figures of a comparison as a table: a row a group, a column a metric, each with mean, half width, n and the difference from
// the baseline; and that table as text for papers, notes and sheets. It is made from the bars of the comparison, so that table
// and bars cannot disagree.
import type { ChartSeries, ChartSpec } from '../../shared/chart'
import type { Comparison } from '../../shared/comparison'
import { metricInfo } from '../../shared/run/metrics'
import { spreadWords } from '../note'
import { formatValue } from '../ticks'

/** A middle, and the ends of its interval where n allows one. */
export interface ResultValue {
  centre: number
  low?: number
  high?: number
  /** Of an interval that the metric's range cut off: half its width before. */
  half?: number
  n: number
}
/** A group under one metric. */
interface ResultCell extends ResultValue {
  difference?: ResultValue
}
export interface ResultRow {
  /** The panel's title; '' where there is one only. */
  facet: string
  name: string
  /** Ids of its runs. */
  runs: readonly string[]
  /** By column; undefined where no run of the group has a value. */
  cells: (ResultCell | undefined)[]
}
export interface ResultsTable {
  metrics: readonly string[]
  rows: readonly ResultRow[]
  difference: Comparison['difference']
  /** What the middles are: means, as a rule. */
  middle: string
  /** Whether an interval is as wide to both sides: it is then written as a half width. */
  isSymmetric: boolean
}

/** Spreads whose ends are equally far from the middle, unless the metric's range cuts one off. */
const symmetric: readonly Comparison['spread'][] = ['interval', 'sd', 'se']

/** The comparison whose bars give the table's figures, or what they differ by: with intervals where its charts draw none. */
export function tableComparison(comparison: Comparison, difference: Comparison['difference']): Comparison {
  const { spread } = comparison
  return {
    ...comparison,
    kind: 'bars',
    yScale: 'linear',
    difference,
    spread: spread === 'traces' || spread === 'none' ? 'interval' : spread,
  }
}

/** What a table shows beside the figures: with a baseline always a difference. */
export const tableDifference = ({ baseline, difference }: Comparison): Comparison['difference'] =>
  baseline !== null && difference === 'none' ? 'percent' : difference

/** `bars`: the charts of tableComparison, one a metric; `differences`: those with the table's difference. */
export function resultsTable(
  comparison: Comparison,
  bars: readonly (ChartSpec | undefined)[],
  differences: readonly (ChartSpec | undefined)[] = [],
): ResultsTable {
  const { metrics, spread } = comparison
  const difference = tableDifference(comparison)
  const rows = new Map<string, ResultRow>()
  const each = (spec: ChartSpec | undefined, use: (facet: string, series: ChartSeries) => void) =>
    spec?.panels.forEach(({ title, series }) => series.forEach((one) => use(title, one)))
  bars.forEach((spec, column) =>
    each(spec, (facet, series) => {
      const key = JSON.stringify([facet, series.name])
      const empty = { facet, name: series.name, runs: series.runs ?? [], cells: metrics.map(() => undefined) }
      const row: ResultRow = rows.get(key) ?? empty
      row.cells[column] = valueOf(series)
      rows.set(key, row)
    }),
  )
  differences.forEach((spec, column) =>
    each(spec, (facet, series) => {
      const cell = rows.get(JSON.stringify([facet, series.name]))?.cells[column]
      if (cell) cell.difference = valueOf(series)
    }),
  )
  const order = [...new Set(bars.flatMap((spec) => spec?.colourKeys ?? []))]
  const placeOf = ({ name }: ResultRow) => (order.includes(name) ? order.indexOf(name) : order.length)
  const facets = [...new Set([...rows.values()].map(({ facet }) => facet))]
  return {
    metrics,
    rows: [...rows.values()].sort(
      (a, b) => facets.indexOf(a.facet) - facets.indexOf(b.facet) || placeOf(a) - placeOf(b),
    ),
    difference,
    middle: spreadWords[tableComparison(comparison, difference).spread][0],
    isSymmetric: symmetric.includes(spread) || spread === 'traces' || spread === 'none',
  }
}

/**
 * What the names of all groups have in common, and each name without it: so that what they differ by can be seen. A name that has
 * nothing else stays whole.
 */
export function sharedName(names: readonly string[]): {
  shared: string
  ownOf: ReadonlyMap<string, string>
} {
  const parts = new Map(names.map((name) => [name, name.split(', ')]))
  const [first = [], ...others] = parts.values()
  const common = others.length === 0 ? [] : first.filter((part) => others.every((own) => own.includes(part)))
  const ownOf = new Map(
    [...parts].map(([name, own]) => [name, own.filter((part) => !common.includes(part)).join(', ') || name]),
  )
  return { shared: common.join(', '), ownOf }
}

function valueOf({ points, band, counts }: ChartSeries): ResultCell {
  const [interval] = band ?? []
  const centre = points[0]?.y ?? NaN
  const ends = interval ? { low: interval.low, high: interval.high } : {}
  const half = interval?.half === undefined ? {} : { half: interval.half }
  return { centre, ...ends, ...half, n: interval?.n ?? counts?.[0] ?? 1 }
}

/** A value with its half width or its ends: `0.931 ± 0.012`, `0.93 [0.9, 0.95]`; the width has two digits, the value no more. */
export function resultText(
  { centre, low, high, half: uncut }: ResultValue,
  isSymmetric: boolean,
  { plusMinus = '±', unit = '', isSigned = false } = {},
): string {
  const sign = isSigned && centre > 0 ? '+' : ''
  if (low === undefined || high === undefined) return `${sign}${formatValue(centre)}${unit}`
  const half = (isSymmetric ? uncut : undefined) ?? Math.max(high - centre, centre - low)
  // Rounding may leave a trace of a width that is none.
  if (half <= Math.abs(centre) * 1e-9) return `${sign}${formatValue(centre)}${unit} ${plusMinus} 0`
  const digits = decimals(half)
  if (isSymmetric) return `${sign}${fixed(centre, digits)}${unit} ${plusMinus} ${fixed(half, digits)}`
  return `${sign}${fixed(centre, digits)}${unit} [${fixed(low, digits)}, ${fixed(high, digits)}]`
}

/** Decimals that show a width with two digits. */
function decimals(width: number): number {
  if (!(width > 0) || !Number.isFinite(width)) return 3
  return Math.min(8, Math.max(0, 1 - Math.floor(Math.log10(width))))
}

function fixed(value: number, digits: number): string {
  const text = Math.abs(value) >= 1e6 ? value.toExponential(2) : value.toFixed(digits)
  return Number(text) === 0 ? text.replace('-', '') : text
}

/** Ways to copy a table. */
export type TableFormat = 'latex' | 'markdown' | 'tsv'

/**
 * A table as text. LaTeX: a tabular with booktabs' rules; Markdown: a table with bars; TSV: every number in a column of its own,
 * unrounded, for sheets.
 */
export function tableText(table: ResultsTable, format: TableFormat): string {
  if (format === 'tsv') return tsv(table)
  const hasFacets = table.rows.some(({ facet }) => facet !== '')
  const isLatex = format === 'latex'
  const plain = isLatex ? latexText : markdownText
  const plusMinus = isLatex ? '\\pm' : '±'
  const columns = table.metrics.flatMap((metric) => [
    plain(titleOf(metric)),
    'n',
    ...(table.difference === 'none' ? [] : [plain(differenceTitle(table.difference))]),
  ])
  const header = [...(hasFacets ? [''] : []), '', ...columns]
  const rows = table.rows.map(({ facet, name, cells }) => {
    const words = cells.flatMap((cell) => {
      const math = (text: string) => (isLatex && text !== '' ? latexMath(text) : text)
      const value = cell ? resultText(cell, table.isSymmetric, { plusMinus }) : ''
      const change = cell?.difference
        ? resultText(cell.difference, table.isSymmetric, { plusMinus, ...differenceLook(table) })
        : ''
      return [math(value), cell ? String(cell.n) : '', ...(table.difference === 'none' ? [] : [math(change)])]
    })
    return [...(hasFacets ? [plain(facet)] : []), plain(name), ...words]
  })
  return isLatex ? latex(header, rows, hasFacets ? 2 : 1) : markdown(header, rows, hasFacets ? 2 : 1)
}

/** How differences are written. */
export const differenceLook = ({ difference }: Pick<ResultsTable, 'difference'>) => ({
  unit: difference === 'percent' ? '%' : '',
  isSigned: true,
})

const differenceTitle = (difference: Comparison['difference']): string =>
  difference === 'percent' ? 'vs. baseline' : 'paired difference'

function titleOf(metric: string): string {
  const { title, unit } = metricInfo(metric)
  return unit === undefined ? title : `${title} (${unit})`
}

function latex(header: readonly string[], rows: readonly (readonly string[])[], names: number): string {
  const line = (cells: readonly string[]) => `  ${cells.join(' & ')} \\\\`
  const columns = 'l'.repeat(names) + 'r'.repeat(header.length - names)
  return [
    '% needs \\usepackage{booktabs}',
    `\\begin{tabular}{${columns}}`,
    '  \\toprule',
    line(header),
    '  \\midrule',
    ...rows.map(line),
    '  \\bottomrule',
    '\\end{tabular}',
    '',
  ].join('\n')
}

function markdown(header: readonly string[], rows: readonly (readonly string[])[], names: number): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = header.map((_, index) => (index < names ? '---' : '---:'))
  return `${[line(header), line(rule), ...rows.map(line)].join('\n')}\n`
}

function tsv({ metrics, rows, difference, middle }: ResultsTable): string {
  const hasFacets = rows.some(({ facet }) => facet !== '')
  const parts = [middle, 'low', 'high', 'n']
  const kinds = difference === 'none' ? [''] : ['', `${difference} difference `]
  const header = [
    ...(hasFacets ? ['panel'] : []),
    'group',
    ...metrics.flatMap((metric) => kinds.flatMap((kind) => parts.map((part) => `${metric} ${kind}${part}`))),
  ]
  const numbers = (value: ResultValue | undefined) =>
    value ? [value.centre, value.low ?? '', value.high ?? '', value.n] : ['', '', '', '']
  const lines = rows.map(({ facet, name, cells }) => [
    ...(hasFacets ? [facet] : []),
    name,
    ...cells.flatMap((cell) => [
      ...numbers(cell),
      ...(difference === 'none' ? [] : numbers(cell?.difference)),
    ]),
  ])
  return [header, ...lines].map((cells) => `${cells.map(String).map(oneLine).join('\t')}\n`).join('')
}

/** A text with what means something to LaTeX written so that it is shown; in its oldest fonts < > | are other signs. */
function latexText(text: string): string {
  const signs: Readonly<Record<string, string>> = {
    '\\': '\\textbackslash{}',
    '~': '\\textasciitilde{}',
    '^': '\\textasciicircum{}',
    '<': '\\textless{}',
    '>': '\\textgreater{}',
    '|': '\\textbar{}',
  }
  return oneLine(text).replaceAll(/[\\~^&%$#_{}<>|]/g, (sign) => signs[sign] ?? `\\${sign}`)
}

/** A number as a formula: 3.00e-4 as a power of ten, and no gap after the comma of thousands. */
function latexMath(text: string): string {
  const formula = text
    .replaceAll('%', '\\%')
    .replaceAll(/(?<=\d)e([+-]?)(\d+)/g, (_, sign: string, power: string) => {
      return ` \\times 10^{${sign === '-' ? '-' : ''}${power}}`
    })
    .replaceAll(/(?<=\d),(?=\d)/g, '{,}')
  return `$${formula}$`
}

const markdownText = (text: string): string => oneLine(text).replaceAll(/[\\|]/g, (sign) => `\\${sign}`)

/** A name may come from a text of several lines; a row of a table has one. */
const oneLine = (text: string): string => text.replaceAll(/[\t\r\n]+/g, ' ')
