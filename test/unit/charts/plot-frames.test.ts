// Pixels and values of plots, zoom and pan within the ends of an axis, and what panels have in common.
import { describe, expect, test } from 'vitest'
import {
  frameAt,
  panelKey,
  panned,
  pixelOfX,
  pixelOfY,
  plotFrames,
  sketcher,
  withView,
  xAt,
  yAt,
  yEnds,
  zoomed,
  type SeenX,
} from '../../../src/charts/plot-frames'
import { chartStyle } from '../../../src/charts/style'
import type { ChartPanel, ChartSpec } from '../../../src/shared/chart'

const style = chartStyle({ theme: 'light', width: 800, height: 400, textSize: 12, isFluid: true })
const panel = (stage: number, xScale: ChartPanel['xScale'] = 'linear'): ChartPanel => ({
  title: `stage ${stage}`,
  xLabel: 'Step',
  xScale,
  xRange: [1, 1024],
  weight: 1,
  series: [
    {
      name: 'a',
      points: [
        { x: 1, y: 0.3 },
        { x: 1024, y: 7 },
      ],
      places: [
        [stage, 1],
        [stage, 1024],
      ],
    },
  ],
})
const spec: ChartSpec = { yLabel: '', panels: [panel(0), panel(1, 'log2')] }
const [linear, log] = plotFrames(spec, style)
if (!linear || !log) throw new Error('two panels')

describe('values and pixels', () => {
  test.each([
    ['linear', linear],
    ['log', log],
  ])('of a %s axis are each other’s inverse', (_, frame) => {
    for (const x of [1, 2, 300, 1024]) expect(xAt(frame, pixelOfX(frame, x))).toBeCloseTo(x, 6)
    expect(yAt(frame, pixelOfY(frame, 2.5))).toBeCloseTo(2.5, 9)
  })
  test('half of a log axis is the geometric mean of its ends', () => {
    expect(xAt(log, log.left + log.width / 2)).toBeCloseTo(32, 6)
  })
  test('a pixel is in the plot it is drawn in', () => {
    expect(frameAt([linear, log], [linear.left + 5, linear.top + 5])).toBe(0)
    expect(frameAt([linear, log], [log.left + 5, log.top + 5])).toBe(1)
    expect(frameAt([linear, log], [1, 1])).toBe(-1)
  })
})

describe('zoom', () => {
  const ends: [number, number] = [1, 1024]
  test('keeps the value under the pointer where it is', () => {
    const x = 200
    const share = (low: number, high: number) => (x - low) / (high - low)
    const [low, high] = zoomed(linear, x, 0.5, ends) ?? [0, 0]
    expect(high - low).toBeCloseTo(1023 / 2, 6)
    expect(share(low, high)).toBeCloseTo(share(1, 1024), 9)
  })
  test('ends with the axis: zooming out shows all of it', () => {
    expect(zoomed(linear, 200, 3, ends)).toBeUndefined()
  })
  test('moving stops at the ends and keeps the width', () => {
    const seen = { ...linear, x: { ...linear.x, low: 100, high: 200 } }
    expect(panned(seen, 0.5, ends)).toEqual([150, 250])
    const [low, high] = panned(seen, -5, ends) ?? [0, 0]
    expect([low, high - low]).toEqual([1, 100])
  })
})

describe('what is seen', () => {
  test('is shared by panels of one stage, whatever they show; places without steps have none', () => {
    expect(panelKey(panel(1))).toBe(panelKey({ ...panel(1), title: 'another facet' }))
    expect(panelKey(panel(1))).not.toBe(panelKey(panel(0)))
    expect(panelKey({ ...panel(1), isResult: true })).toBeUndefined()
    expect(panelKey({ ...panel(1), categories: ['a'] })).toBeUndefined()
  })
  test('changes the x axis of its panels alone, and the y axis only where it is told', () => {
    const seen = withView(spec, new Map([[panelKey(panel(0)) ?? '', [10, 20]]]), yEnds(spec, style))
    expect(seen.panels.map(({ xRange }) => xRange)).toEqual([
      [10, 20],
      [1, 1024],
    ])
    // Ends that are held do not move however little is seen.
    const part = { ...seen, panels: seen.panels.map((each) => ({ ...each, series: [] })) }
    expect(yEnds(part, style)).toEqual(yEnds(spec, style))
    expect(withView(spec, new Map(), undefined)).toEqual(spec)
  })
})

test('a sketch has few points of what is seen, their places and bands with them', () => {
  const points = Array.from({ length: 10_000 }, (_, x) => ({ x, y: Math.sin(x) }))
  const places = points.map(({ x }): [number, number] => [0, x])
  const band = points.map(({ x }) => ({ x, low: 0, high: 1, n: 3 }))
  const line = { name: 'a', points, places, band }
  const whole: ChartSpec = {
    yLabel: '',
    panels: [{ ...panel(0), series: [line, { ...line, ghost: true }] }],
  }
  const key = panelKey(whole.panels[0] ?? panel(0)) ?? ''
  const seen = (from: number, to: number): SeenX => new Map([[key, [from, to]]])
  const sketch = sketcher()
  const first = sketch(whole, seen(4000, 5000), undefined)
  const [drawn, ...others] = first.panels[0]?.series ?? []
  expect(others).toEqual([])
  expect(drawn?.points.length).toBeLessThan(2500)
  // More than is seen, and one beyond on either side, so that lines cross the edges.
  const [low = NaN, high = NaN] = first.panels[0]?.xRange ?? []
  expect(low).toBeLessThan(4000)
  expect(high).toBeGreaterThan(5000)
  expect([drawn?.points[0]?.x, drawn?.points.at(-1)?.x]).toEqual([Math.ceil(low) - 1, Math.floor(high) + 1])
  expect(drawn?.places?.map(([, step]) => step)).toEqual(drawn?.points.map(({ x }) => x))
  expect(drawn?.band?.map(({ x }) => x)).toEqual(drawn?.points.map(({ x }) => x))
  // A little further it is the same; where something is seen that it has not, where it is too coarse, or of another chart, it is not.
  expect(sketch(whole, seen(4100, 5100), undefined)).toBe(first)
  expect(sketch(whole, seen(5000, 6000), undefined)).not.toBe(first)
  const again = sketch(whole, seen(4000, 5000), undefined)
  expect(sketch(whole, seen(4450, 4550), undefined)).not.toBe(again)
  expect(sketch({ ...whole }, seen(4450, 4550), [0, 1]).yRange).toEqual([0, 1])
})

test('a sketch of a logarithmic axis has as much of it on either side', () => {
  const points = Array.from({ length: 1000 }, (_, index) => ({ x: 2 ** (index / 50), y: index }))
  const whole: ChartSpec = {
    yLabel: '',
    panels: [{ ...panel(1), xScale: 'log2', series: [{ name: 'a', points }] }],
  }
  const key = panelKey(whole.panels[0] ?? panel(1)) ?? ''
  const [low = NaN, high = NaN] =
    sketcher()(whole, new Map([[key, [16, 64]]]), undefined).panels[0]?.xRange ?? []
  expect(low).toBeGreaterThan(0)
  expect(16 / low).toBeCloseTo(high / 64)
  expect(low).toBeLessThan(16)
})
