// Legends of many groups: what is drawn keeps its place, and what is not named is counted.
import { describe, expect, test } from 'vitest'
import { exportPicture } from '../../../src/charts/export/export-source'
import { slideChart } from '../../../src/charts/export/slide-chart'
import { plotFrames } from '../../../src/charts/plot-frames'
import { chartSizes, chartStyle } from '../../../src/charts/style'
import type { Chart, ChartSpec } from '../../../src/shared/chart'

const names = (count: number) =>
  Array.from(
    { length: count },
    (_, index) => `Adam, token sum, wrongWeight ${index}, baseline group-mean, groupsWithoutSignal keep`,
  )
const lines = (count: number): ChartSpec => ({
  yLabel: 'Greedy accuracy',
  note: 'line: mean',
  panels: [
    {
      title: '',
      xLabel: 'Step',
      xScale: 'linear',
      weight: 1,
      series: names(count).map((name, index) => ({
        name,
        points: [0, 1, 2].map((x) => ({ x, y: index + x })),
        band: [0, 1, 2].map((x) => ({ x, low: index, high: index + x, n: 3 })),
      })),
    },
  ],
})
const parallel = (count: number): Chart => ({
  kind: 'parallel',
  axes: [{ label: 'steps' }, { label: 'Reward' }],
  lines: names(count).map((name, index) => ({ name, colourKey: name, values: [index, index] })),
})
const picture = (chart: Chart, size: 'slide' | 'column') =>
  exportPicture(chart, {
    format: 'svg',
    size,
    theme: 'print',
    palette: 'standard',
    transparent: false,
    scale: 1,
    slide: 'picture',
  }).svg

describe.each(['slide', 'column'] as const)('32 groups with long names on a %s', (size) => {
  const style = chartStyle({ theme: 'print', ...chartSizes[size] })

  test('leave the plot its place', () => {
    const [frame] = plotFrames(lines(32), style)
    expect(frame?.height).toBeGreaterThan(style.height * 0.15)
    expect((frame?.top ?? Infinity) + (frame?.height ?? 0)).toBeLessThan(style.height)
  })

  test.each([
    ['lines', lines(32)],
    ['parallel coordinates', parallel(32)],
  ] as const)('are drawn whole as %s, and those without a name are counted', (_, chart) => {
    const svg = picture(chart, size)
    const named = [...svg.matchAll(/>Adam[^<]*</g)]
    expect(named.length).toBeGreaterThan(2)
    expect(svg).toContain(`${32 - named.length} more groups are not named`)
    const height = Number(/viewBox="0 0 \d+ (\d+)"/.exec(svg)?.[1])
    const tops = [...svg.matchAll(/translate\([-\d.]+[ ,]([\d.]+)\)/g)].map((place) => Number(place[1]))
    expect(Math.max(...tops)).toBeLessThan(height)
  })

  test('are the same words on a slide that can be edited', () => {
    const words = (slideChart(lines(32), style)?.texts ?? []).map(({ text }) => text)
    const named = words.filter((text) => text.startsWith('Adam'))
    expect(words).toContainEqual(expect.stringContaining(`${32 - named.length} more groups are not named`))
  })
})

test('a name that is too long keeps its ends and n', () => {
  const name = `Adam, ${'a very long arm, '.repeat(20)}drop`
  const [series] = lines(1).panels[0]?.series ?? []
  const [panel] = lines(1).panels
  if (!series || !panel) throw new Error('a line is there')
  const svg = picture({ ...lines(1), panels: [{ ...panel, series: [{ ...series, name }] }] }, 'column')
  expect(/>(Adam[^<]*)</.exec(svg)?.[1]).toMatch(/^Adam, .*….*drop \(n = 3\)$/)
})
