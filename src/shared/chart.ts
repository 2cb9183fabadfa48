// Charts as data: what crosses from the workbench to the window, is exported, and is drawn by src/charts. Plain values only.

export interface ChartPoint {
  x: number
  y: number
}
/** Interval at an x, and the seeds it comes from. */
export interface ChartBandPoint {
  x: number
  low: number
  high: number
  n: number
  /** Half its width where the metric's range has cut it off. */
  half?: number
}
/** Quartiles, median and whisker ends at an x. */
export interface ChartBox {
  x: number
  low: number
  lower: number
  median: number
  upper: number
  high: number
}
/** Symbols on lines. */
export type SeriesMarker = 'circle' | 'rect' | 'triangle' | 'diamond'

/** A line, or what stands in its place. Equal names have equal colours, in all panels. */
export interface ChartSeries {
  name: string
  /** Instead of a line: dots; a bar from 0 to its one point; a box over its dots. */
  mark?: 'points' | 'bar' | 'box'
  box?: ChartBox
  /** Instead of the palette's. */
  color?: string
  /** Lines of equal keys have one colour; the name where not given. */
  colourKey?: string
  dash?: 'solid' | 'dashed' | 'dotted' | 'dash-dot'
  /** Drawn here and there on a line, so that it is known without colour. */
  marker?: SeriesMarker
  points: ChartPoint[]
  /** Ids of the runs behind the line, and stage and step of each point, where they are known: what a click leads to. */
  runs?: string[]
  places?: [stage: number, step: number][]
  /** The runs stand for the points, one each. */
  isRunEach?: true
  band?: ChartBandPoint[]
  /** Runs behind each point, where no band says so. */
  counts?: number[]
  /** A raw or single trace behind the line of the same name. */
  ghost?: boolean
  /** A prediction: dashed and labelled. */
  theory?: boolean
  /** The line a prediction is for: it takes its colour. */
  of?: string
  /** Stands for all lines, which part later: in the colour of small text, so that theirs stay theirs. */
  shared?: boolean
}
export interface ChartPanel {
  /** E.g. "Pretrain, 1,500 steps". */
  title: string
  xLabel: string
  /** log2: ticks at powers of two. */
  xScale: 'linear' | 'log' | 'log2'
  xRange?: [number, number]
  /** Single points side by side, one a line: the x axis has no scale. */
  isResult?: true
  /** What stands at x = 0, 1, 2, …, named below: the x axis has no scale. */
  categories?: string[]
  /** Share of the width. */
  weight: number
  series: ChartSeries[]
}
export interface ChartSpec {
  title?: string
  /** How to read the marks, small beside the legend: "line: mean; band: 95% interval". */
  note?: string
  yLabel: string
  /** Ends of the y axis; an infinite one is left to what is drawn. */
  yRange?: readonly [number, number]
  yScale?: 'linear' | 'log'
  /** Colours are given in this order, so that charts of one comparison agree though lines are missing in some. */
  colourKeys?: string[]
  panels: ChartPanel[]
}

/** A cell of a heat map: places on both axes, and the runs behind it. */
export interface HeatCell {
  column: number
  row: number
  value: number
  n: number
}
/** A heat map as data. */
export interface HeatSpec {
  kind: 'heat'
  title?: string
  /** What the colours stand for. */
  valueLabel: string
  xLabel: string
  yLabel: string
  /** Values of the fields, in order; rows from the bottom. */
  columns: string[]
  rows: string[]
  cells: HeatCell[]
  /** Values of the lightest and the darkest colour. */
  range: readonly [number, number]
  note: string
}

/** An axis; with `values` it has these words instead of numbers. */
export interface ParallelAxis {
  label: string
  values?: string[]
}
/** Parallel coordinates as data. */
export interface ParallelSpec {
  kind: 'parallel'
  title?: string
  axes: ParallelAxis[]
  /** A line each; null where a run has no value: the line has a gap. On axes with words the place among them. */
  lines: { name: string; colourKey: string; values: (number | null)[] }[]
}

/** Any chart. Panels have no `kind`. */
export type Chart = ChartSpec | HeatSpec | ParallelSpec
