// The chart of pass@k: what is drawn, and where it lies in the SVG.
import { expect, test } from 'vitest'
import { lineChartOption } from '../../../src/charts/line-chart'
import { buildPassAtKChart } from '../../../src/charts/pass-at-k-chart'
import { renderSvg } from '../../../src/charts/render-svg'
import { chartStyle } from '../../../src/charts/style'
import { logTicks } from '../../../src/charts/ticks'
import { policyAfter, policyPassAtK } from '../../../src/theory/hidden-method'

const shares = [0.7, 0.2, 0.1]
const base = [0.4, 0.3, 0.3]
const ks = [1, 2, 4, 8, 16]

function spec() {
  const curveOf = (label: string, policy: readonly number[]) => ({
    label,
    problems: 256,
    points: ks.map((k) => {
      const pass = policyPassAtK(shares, policy, k)
      return { k, pass: pass + 0.01, low: pass - 0.02, high: Math.min(1, pass + 0.04) }
    }),
    theory: ks.map((k) => ({ x: k, y: policyPassAtK(shares, policy, k) })),
  })
  return buildPassAtKChart([
    curveOf('base', base),
    curveOf('trained', policyAfter(shares, base, { steps: 300, rate: 0.1 })),
  ])
}

test('a line, its band and its theory for every set, over k that doubles', () => {
  const { panels, note, yRange } = spec()
  const [panel] = panels
  expect(panel?.series.map(({ name, of, theory, band }) => [name, of, theory, band?.[0]?.n])).toEqual([
    ['base', undefined, undefined, 256],
    ['base, theory', 'base', true, undefined],
    ['trained', undefined, undefined, 256],
    ['trained, theory', 'trained', true, undefined],
  ])
  expect([panel?.xScale, panel?.xRange, yRange]).toEqual(['log2', [1, 16], [0, 1]])
  expect(note).toContain('dashed: theory')
  const { xAxis } = lineChartOption(spec(), chartStyle({ theme: 'light', width: 900, height: 500 })) as {
    xAxis: { type: string; logBase: number; axisTick: { customValues: number[] } }[]
  }
  expect(xAxis).toMatchObject([{ type: 'log', logBase: 2, axisTick: { customValues: ks } }])
})

test('many powers of two are thinned out', () => {
  expect(logTicks(1, 1024, 6, 2)).toEqual([1, 4, 16, 64, 256, 1024])
})

test('in the SVG neighbouring k are equally far apart, and the curves cross', () => {
  const svg = renderSvg(spec(), {
    width: 900,
    height: 500,
    style: chartStyle({ theme: 'light', width: 900, height: 500 }),
  })
  for (const text of ['base (n = 256)', 'trained (n = 256)', '>k<', '>16<']) expect(svg).toContain(text)
  const lines = chartStyle({ theme: 'light', width: 900, height: 500 })
    .palette.slice(0, 2)
    .map((colour) => {
      const path = new RegExp(`<path d="(M[^"]*)"[^>]*stroke="${colour}"`).exec(svg)?.[1] ?? ''
      return [...path.matchAll(/([-\d.]+) ([-\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }))
    })
  const [first = [], second = []] = lines
  expect([first.length, second.length]).toEqual([5, 5])
  const gaps = first.slice(1).map(({ x }, index) => x - (first[index]?.x ?? 0))
  expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThan(1)
  // Up is less: the trained model is above at k = 1 and below at k = 16.
  expect(second[0]?.y).toBeLessThan(first[0]?.y ?? 0)
  expect(second[4]?.y).toBeGreaterThan(first[4]?.y ?? 0)
})

test('without any samples an empty chart is drawn', () => {
  expect(renderSvg(buildPassAtKChart([]), { width: 600, height: 400 })).toContain('pass@k')
})
