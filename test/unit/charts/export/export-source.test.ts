// What is handed to the part that writes bytes: sizes, weight, texts, and the data in other formats.
import * as echarts from 'echarts'
import { describe, expect, test } from 'vitest'
import { chartCsv } from '../../../../src/charts/chart-csv'
import { exportPicture, exportSource } from '../../../../src/charts/export/export-source'
import { plainSvg } from '../../../../src/charts/export/plain-svg'
import { renderSvg } from '../../../../src/charts/render-svg'
import { chartSizes } from '../../../../src/charts/style'
import {
  exportPalettes,
  exportSizes,
  exportSourceSchema,
  type ExportChoice,
} from '../../../../src/shared/chart-export'
import { eightLines } from '../../../helpers/eight-lines'

const choice: ExportChoice = {
  format: 'svg',
  size: 'slide',
  theme: 'light',
  palette: 'standard',
  transparent: false,
  scale: 1,
  slide: 'chart',
}

describe.each(exportSizes)('a %s', (size) => {
  test.each(exportPalettes)('in %s colours weighs less than 200 kB with eight lines and bands', (palette) => {
    const { svg } = exportPicture(eightLines(), { ...choice, size, palette })
    expect(svg.length).toBeLessThan(200_000)
  })

  test('has the text size that was asked for, at the size it is shown at', () => {
    const { svg, pixelsPerInch } = exportPicture(eightLines(), { ...choice, size, text: 10 })
    const sizes = [...svg.matchAll(/font-size:([\d.]+)px/g)].map(
      ([, pixels]) => (Number(pixels) / pixelsPerInch) * 72,
    )
    expect(sizes.length).toBeGreaterThan(15)
    expect(sizes.filter((points) => Math.abs(points - 10) < 0.01).length).toBeGreaterThan(10)
    expect(Math.min(...sizes)).toBeGreaterThan(8.5)
  })
})

test('slides have text of at least 18 points of themselves', () => {
  for (const size of ['slide', 'half-slide'] as const)
    expect((chartSizes[size].textSize / chartSizes[size].pixelsPerInch) * 72).toBeGreaterThanOrEqual(18)
})

test('a transparent picture has no background, any other one that of its theme', () => {
  const filled = (part: Partial<ExportChoice>) =>
    /<rect width="1920" height="1080" x="0" y="0" fill="([^"]*)"/.exec(
      exportPicture(eightLines(), { ...choice, ...part }).svg,
    )?.[1]
  expect(filled({})).toBe('#ffffff')
  expect(filled({ theme: 'dark' })).toBe('#131317')
  expect(filled({ theme: 'print' })).toBe('#ffffff')
  expect([undefined, 'none', 'transparent']).toContain(filled({ transparent: true }))
})

test('a plain SVG has every text and every line of the original, and cuts with fewer groups', () => {
  const original = renderSvg(eightLines(), chartSizes.slide)
  const plain = plainSvg(original)
  const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text)
  const paths = (svg: string) => [...svg.matchAll(/(?: d| points)="([^"]*)"/g)].map(([, path]) => path)
  const drawn = (svg: string) =>
    paths(svg.replace(/<defs[^]*?<\/defs>/, '').replaceAll(/<path[^>]*fill-opacity="0"[^>]*>/g, ''))
  expect(texts(plain)).toEqual(texts(original))
  expect(drawn(plain)).toEqual(drawn(original))
  // Bands, then lines, of two panels; above them the prediction.
  expect(plain.match(/<g /g)?.length).toBe(5)
  expect(plain.match(/<\/g>/g)?.length).toBe(5)
  expect(plain).not.toMatch(/ecmeta|class=|style="font: /)
})

test('CSV is what the chart draws; the schema of the border lets every format through', () => {
  expect(exportSource(eightLines(), { ...choice, format: 'csv' })).toEqual({
    kind: 'text',
    format: 'csv',
    text: chartCsv(eightLines()),
  })
  for (const format of ['svg', 'pdf', 'png', 'pptx', 'json'] as const) {
    const source = exportSource(eightLines(), { ...choice, format, palette: 'grey' })
    expect(exportSourceSchema.parse(source)).toEqual(source)
  }
})

test('JSON has the whole chart, and an option that ECharts draws without anything of ours', () => {
  const source = exportSource(eightLines(), { ...choice, format: 'json' })
  const { chart, option } = JSON.parse(source.kind === 'text' ? source.text : '') as {
    chart: unknown
    option: echarts.EChartsCoreOption
  }
  expect(chart).toEqual(eightLines())
  const drawn = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 960, height: 540 })
  drawn.setOption({ ...option, tooltip: { show: false } })
  const svg = drawn.renderToSVGString()
  drawn.dispose()
  expect(svg).toContain('arm 3, λ ≥ 3')
  // Eight filled bands in each of two panels.
  expect([...svg.matchAll(/fill-opacity="0.16"/g)]).toHaveLength(16)
})
