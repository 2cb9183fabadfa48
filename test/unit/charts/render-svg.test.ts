// What ends up in the file: texts, sizes, weight, and nothing on top of anything else. Curves are drawn from a fixed
// generator, since their shape does not matter here.
import { describe, expect, test } from 'vitest'
import type { ChartSpec } from '../../../src/shared/chart'
import { renderSvg } from '../../../src/charts/render-svg'
import { chartSizes, chartStyle } from '../../../src/charts/style'

const curve = (length: number, shift: number) =>
  Array.from({ length }, (_, x) => ({ x, y: shift + Math.exp(-x / 300) + 0.05 * Math.sin(x * (shift + 2)) }))
function eightLines(): ChartSpec {
  const series = Array.from({ length: 8 }, (_, index) => {
    const points = curve(1501, index / 8)
    return {
      name: `arm ${index}`,
      points,
      band: points.map(({ x, y }) => ({ x, low: y - 0.1, high: y + 0.1, n: 3 })),
    }
  })
  return {
    title: 'Eight arms',
    yLabel: 'Loss per sequence (nats)',
    panels: [
      {
        title: 'Pretrain, 1,500 steps',
        xLabel: 'Step',
        xScale: 'linear',
        xRange: [0, 1500],
        weight: 1,
        series,
      },
      {
        title: 'GRPO, 40 steps',
        xLabel: 'Step',
        xScale: 'linear',
        xRange: [0, 40],
        weight: 1,
        series: series.map((each) => ({
          ...each,
          points: each.points.slice(0, 41),
          band: each.band.slice(0, 41),
        })),
      },
    ],
  }
}

interface Text {
  text: string
  x: number
  y: number
  size: number
  width: number
}
/** Upright texts of an SVG with their boxes, by the same rule of thumb for widths that text is laid out with. */
function texts(svg: string): Text[] {
  return [...svg.matchAll(/<text([^>]*)>([^<]*)<\/text>/g)].flatMap(([, attributes = '', text = '']) => {
    if (/rotate|matrix\(0/.test(attributes)) return []
    const size = Number(/font-size:([\d.]+)px/.exec(attributes)?.[1])
    const place = /translate\(([-\d.]+)[ ,]([-\d.]+)\)/.exec(attributes)
    const number = (name: string) => Number(new RegExp(` ${name}="([-\\d.]+)"`).exec(attributes)?.[1] ?? 0)
    const anchor = /text-anchor="(\w+)"/.exec(attributes)?.[1] ?? 'start'
    const width = text.length * size * 0.55
    const x =
      number('x') + Number(place?.[1] ?? 0) - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0)
    return [{ text, x, y: number('y') + Number(place?.[2] ?? 0), size, width }]
  })
}

describe.each(Object.entries(chartSizes))('at %s size', (_, size) => {
  const svg = renderSvg(eightLines(), { ...size, style: chartStyle({ theme: 'light', ...size }) })

  test('the file is light and has the size asked for', () => {
    expect(svg.length).toBeLessThan(200_000)
    expect(svg).toMatch(new RegExp(`^<svg width="${size.width}" height="${size.height}"`))
  })

  test('text is text, at least as large as asked for', () => {
    const found = texts(svg)
    expect(found.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['Eight arms', 'arm 0 (n = 3)', 'Step']),
    )
    expect(svg).toContain('Loss per sequence (nats)')
    expect(Math.min(...found.map((text) => text.size))).toBeGreaterThanOrEqual(size.textSize * 0.85)
  })

  test('no two texts lie on each other and none leaves the picture', () => {
    const found = texts(svg)
    expect(found.length).toBeGreaterThan(15)
    for (const [index, a] of found.entries()) {
      expect(a.x, a.text).toBeGreaterThanOrEqual(0)
      expect(a.x + a.width, a.text).toBeLessThanOrEqual(size.width)
      for (const b of found.slice(index + 1)) {
        const isApart =
          a.x + a.width <= b.x ||
          b.x + b.width <= a.x ||
          Math.abs(a.y - b.y) >= 0.9 * Math.min(a.size, b.size)
        expect(isApart, `${a.text} / ${b.text}`).toBe(true)
      }
    }
  })
})

test('the text of a slide is 18 points on a slide 13.3 inches wide', () => {
  expect((chartSizes.slide.textSize / chartSizes.slide.width) * 960).toBeGreaterThanOrEqual(18)
  expect(chartStyle({ theme: 'light', width: 1280, height: 720 }).textSize * (960 / 1280)).toBe(18)
})

test('every style draws in its own colours', () => {
  for (const theme of ['light', 'dark', 'print'] as const) {
    const style = chartStyle({ theme, width: 900, height: 500 })
    const svg = renderSvg(eightLines(), { width: 900, height: 500, style })
    for (const colour of style.palette) expect(svg).toContain(colour)
  }
})

test('names cannot break out of the SVG', () => {
  const spec = eightLines()
  const panels = spec.panels.map((panel) => ({
    ...panel,
    series: panel.series.map((series) => ({ ...series, name: `<script>alert("x")</script>${series.name}` })),
  }))
  expect(renderSvg({ ...spec, panels }, { width: 900, height: 500 })).not.toContain('<script>')
})

test('what theory says stands above its line, and below one that lies on the upper end of the plot', () => {
  const line = (name: string, y: number, part: object = {}) => ({
    name,
    points: [
      { x: 0, y },
      { x: 40, y },
    ],
    ...part,
  })
  const drawn = (y: number) => {
    const series = [line('GRPO', 0.2), line('Theory', y, { theory: true })]
    const panel = { title: 'GRPO, 40 steps', xLabel: 'Step', xScale: 'linear' as const, weight: 1, series }
    const svg = renderSvg(
      { yLabel: 'Accuracy', yRange: [0, 1], panels: [panel, panel] },
      { width: 800, height: 300 },
    )
    const found = texts(svg)
    const one = (text: string) => found.find((each) => each.text === text)
    // The y axis's texts are the leftmost, centred on their lines.
    const tick = (text: string) => found.filter((each) => each.text === text && each.x < 38)[0]?.y ?? NaN
    return {
      label: one(`theory ${y}`)?.y ?? NaN,
      line: tick('0') + (tick('1') - tick('0')) * y,
      title: one('GRPO, 40 steps')?.y ?? NaN,
    }
  }
  const [top, middle] = [drawn(1), drawn(0.5)]
  expect(middle.label).toBeLessThan(middle.line)
  expect(top.label).toBeGreaterThan(top.line)
  expect(top.label - top.title).toBeGreaterThan(18)
})

test('a gap in the values is a gap in the line', () => {
  const points = [0, 1, 2, 3, 4].map((x) => ({ x, y: x === 2 ? NaN : x }))
  const panel = {
    title: '',
    xLabel: 'Step',
    xScale: 'linear' as const,
    weight: 1,
    series: [{ name: 'a', points, color: '#123456' }],
  }
  const svg = renderSvg({ yLabel: 'y', panels: [panel] }, { width: 600, height: 400 })
  const line = [...svg.matchAll(/<path d="([^"]*)"[^>]*stroke="#123456"/g)]
    .map(([, path]) => path ?? '')
    .find((path) => path.startsWith('M'))
  expect(line?.match(/M/g)).toHaveLength(2)
})

test('an empty chart is drawn too: a stage that has not begun', () => {
  const panel = {
    title: 'GRPO',
    xLabel: 'Step',
    xScale: 'linear' as const,
    xRange: [0, 40] as [number, number],
    weight: 1,
    series: [],
  }
  expect(renderSvg({ yLabel: 'Reward', panels: [panel] }, { width: 600, height: 400 })).toContain('Reward')
})
