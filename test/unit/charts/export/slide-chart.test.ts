// The slide is the picture in other words: plots where the SVG has them, the same texts, the same values.
import { expect, test } from 'vitest'
import { exportPicture } from '../../../../src/charts/export/export-source'
import { slideChart } from '../../../../src/charts/export/slide-chart'
import type { ChartSpec } from '../../../../src/shared/chart'
import { chartSizes, chartStyle } from '../../../../src/charts/style'
import { slideChartSchema } from '../../../../src/shared/slide-chart'
import { eightLines } from '../../../helpers/eight-lines'

const style = chartStyle({ theme: 'light', ...chartSizes.slide })
const slideOf = (spec: ChartSpec) => {
  const slide = slideChart(spec, style)
  if (!slide) throw new Error('a chart of lines has a slide')
  return slideChartSchema.parse(slide)
}

test('plots stand where the picture cuts its lines, within a pixel', () => {
  const { svg } = exportPicture(eightLines(), {
    format: 'svg',
    size: 'slide',
    theme: 'light',
    palette: 'standard',
    transparent: false,
    scale: 1,
    slide: 'chart',
  })
  const cuts = [...svg.matchAll(/<clipPath[^>]*>\s*<path d="M([\d.]+) ([\d.]+)l([\d.]+) 0l0 ([\d.]+)/g)].map(
    (cut) => cut.slice(1).map((number) => Math.round(Number(number))),
  )
  const plots = slideOf(eightLines()).panels.map(({ plot }) =>
    [plot.left, plot.top, plot.width, plot.height].map(Math.round),
  )
  for (const [index, plot] of plots.entries())
    for (const [side, value] of plot.entries())
      expect(Math.abs(value - (cuts[index]?.[side] ?? 0))).toBeLessThanOrEqual(1)
})

test('every text of the picture that is no number of an axis is a text of the slide', () => {
  const slide = slideOf(eightLines())
  const texts = [
    ...slide.texts.map(({ text }) => text),
    ...slide.panels.flatMap(({ x, y }) => [x.title, y.title]),
  ]
  for (const text of [
    'Eight arms <& more>',
    'line: mean; band: 95% interval',
    'arm 7, λ ≥ 7 (n = 3)',
    'theory 0.5',
  ])
    expect(texts).toContain(text)
  expect(texts).toEqual(expect.arrayContaining(['Loss per sequence (nats)', 'Step', 'Pretrain, 1,500 steps']))
  expect(slide.samples).toHaveLength(8)
})

test('few points keep their values and get error bars with the distances of their interval', () => {
  const series = slideOf(eightLines()).panels[1]?.series ?? []
  expect(series).toHaveLength(8)
  const [first] = series
  const drawn = eightLines().panels[1]?.series[0]
  expect(first?.points).toEqual(drawn?.points.map(({ x, y }) => [x, y]))
  for (const [below = 0, above = 0] of first?.errors ?? []) {
    expect(below).toBeCloseTo(0.1, 10)
    expect(above).toBeCloseTo(0.1, 10)
  }
  expect(first?.errors).toHaveLength(13)
})

test('of many points there is a line at either end of the band, around the line of the mean', () => {
  const series = slideOf(eightLines()).panels[0]?.series ?? []
  const named = (name: string) => series.find((each) => each.name === name)?.points ?? []
  const [low, high, mean] = [named('arm 2, λ ≥ 2, low'), named('arm 2, λ ≥ 2, high'), named('arm 2, λ ≥ 2')]
  expect(low.length).toBe(high.length)
  expect(mean.length).toBeLessThanOrEqual(600)
  for (const [index, [x, y]] of low.entries()) {
    expect(high[index]?.[0]).toBe(x)
    // Points of a band are hulls of their neighbours.
    expect((high[index]?.[1] ?? 0) - (y ?? 0)).toBeGreaterThanOrEqual(0.2 - 1e-9)
  }
  // All of them are points of the curve.
  const curve = new Map(eightLines().panels[0]?.series[2]?.points.map(({ x, y }) => [x, y]))
  for (const [x, y] of mean) expect(curve.get(x)).toBe(y)
})

test('axes have the ends and steps of the picture; logarithmic ones their base; zero has no place there', () => {
  const [first, second] = slideOf(eightLines()).panels
  expect(first?.x).toMatchObject({ min: 0, max: 1500, interval: 250, showLabels: true })
  expect(first?.y).toMatchObject({ title: 'Loss per sequence (nats)', showLabels: true })
  expect(second?.y).toMatchObject({ title: '', showLabels: false, min: first?.y.min, max: first?.y.max })
  const points = [0, 1, 2, 64].map((x) => ({ x, y: x }))
  const spec: ChartSpec = {
    yLabel: 'pass@k',
    panels: [{ title: 'k', xLabel: 'k', xScale: 'log2', weight: 1, series: [{ name: 'a', points }] }],
  }
  const [panel] = slideOf(spec).panels
  expect(panel?.x).toMatchObject({ min: 1, max: 64, logBase: 2 })
  expect(panel?.series[0]?.points.map(([x]) => x)).toEqual([1, 2, 64])
})

test('bars and boxes have no slide of their own', () => {
  const spec: ChartSpec = {
    yLabel: 'accuracy',
    panels: [
      {
        title: '',
        xLabel: '',
        xScale: 'linear',
        weight: 1,
        categories: ['a'],
        series: [{ name: 'a', mark: 'bar', points: [{ x: 0, y: 1 }] }],
      },
    ],
  }
  expect(slideChart(spec, style)).toBeUndefined()
})
