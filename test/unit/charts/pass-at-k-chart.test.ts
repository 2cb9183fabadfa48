// The chart of pass@k: what is drawn of the rows of runs, and where it lies in the SVG.
import { expect, test } from 'vitest'
import { lineChartOption } from '../../../src/charts/line-chart'
import { buildPassAtKChart, type PassAtKRun } from '../../../src/charts/pass-at-k-chart'
import { renderSvg } from '../../../src/charts/render-svg'
import { chartStyle } from '../../../src/charts/style'
import { logTicks } from '../../../src/charts/ticks'
import { policyAfter, policyPassAtK } from '../../../src/theory/hidden-method'
import { runConfig } from '../../helpers/run-config'

const shares = [0.7, 0.2, 0.1]
const base = [0.4, 0.3, 0.3]
const trained = policyAfter(shares, base, { steps: 300, rate: 0.1 })
const ks = [1, 2, 4, 8, 16]
const style = chartStyle({ theme: 'light', width: 900, height: 500 })

const config = runConfig({
  task: { kind: 'hidden-method' },
  stages: [
    { kind: 'pretrain', steps: 10 },
    { kind: 'evaluate' },
    { kind: 'rl', algorithm: 'grpo', steps: 40 },
  ],
})
const row = (stage: number, step: number, values: Record<string, number>) => ({
  ...{ stage, step, time: 0, sequences: 0, tokens: 0 },
  values,
})
const curve = (name: string, policy: readonly number[], shift = 0) =>
  Object.fromEntries(ks.map((k) => [`${name}@${k}`, policyPassAtK(shares, policy, k) + shift]))

/** A run whose measured values lie so far above the closed forms. */
const run = (shift: number, label = ''): PassAtKRun => ({
  ...{ label, config },
  rows: [
    row(0, 5, { 'train/loss': 1 }),
    row(1, 0, { ...curve('eval/pass', base, shift), ...curve('theory/eval/pass', base) }),
    row(2, 20, curve('eval/pass', base)),
    row(2, 40, { ...curve('eval/pass', trained, shift), 'eval/maj@1': 0.67, 'eval/maj@2': 0.68 }),
  ],
})
const linesOf = (...options: Parameters<typeof buildPassAtKChart>) =>
  buildPassAtKChart(...options).panels[0]?.series ?? []

test('a line for the last evaluation of every stage that has one, in the order of k; theory dashed', () => {
  const spec = buildPassAtKChart({ runs: [run(0.01)] })
  const [panel] = spec.panels
  expect(panel?.series.map(({ name, of, theory, band }) => [name, of, theory, band])).toEqual([
    ['After Pretrain', undefined, undefined, undefined],
    ['After Pretrain, theory', 'After Pretrain', true, undefined],
    ['GRPO', undefined, undefined, undefined],
  ])
  expect(panel?.series[2]?.points).toEqual(
    ks.map((k) => ({ x: k, y: policyPassAtK(shares, trained, k) + 0.01 })),
  )
  expect([spec.yLabel, spec.yRange, spec.note]).toEqual(['pass@k', [0, 1], 'dashed: theory'])
  expect([panel?.xScale, panel?.xRange, panel?.xLabel]).toEqual(['log2', [1, 16], 'k'])
})

test('runs of equal label are seeds: their mean with its 95% t interval, which stays within the range', () => {
  const spec = buildPassAtKChart({ runs: [run(0, 'a'), run(0.002, 'a'), run(0.001, 'b')], stages: [1] })
  const [first, , second] = spec.panels[0]?.series ?? []
  expect([first?.name, second?.name]).toEqual(['a, After Pretrain', 'b, After Pretrain'])
  // Two values v and v + 0.002: the half width is t(.975, 1) sd/sqrt(2), which is 12.7062 * 0.001.
  const v = policyPassAtK(shares, base, 1)
  expect(first?.points[0]?.y).toBeCloseTo(v + 0.001, 12)
  expect(first?.band?.[0]?.low).toBeCloseTo(v + 0.001 - 12.706205 * 0.001, 7)
  expect(first?.band?.at(-1)).toMatchObject({ x: 16, high: 1, n: 2 })
  expect(second?.band).toBeUndefined()
  expect(spec.note).toBe('line: mean; band: 95% interval; dashed: theory')
})

test('the majority of the last stage where it is asked for; a stage on its way says its step', () => {
  const whole = run(0)
  expect(linesOf({ runs: [whole], withMajority: true }).map(({ name, dash }) => [name, dash])).toEqual([
    ['After Pretrain', undefined],
    ['After Pretrain, theory', undefined],
    ['GRPO', undefined],
    ['GRPO, majority', 'dotted'],
  ])
  const onItsWay = { ...whole, rows: whole.rows.slice(0, 3) }
  expect(linesOf({ runs: [onItsWay] }).map(({ name }) => name)).toContain('GRPO, step 20')
})

test('other curves over k by their name: the majority, and the problems of one level', () => {
  const rows = [
    row(2, 40, {
      ...curve('eval/heldout/level-2/pass', base),
      ...curve('eval/maj', trained),
      'eval/pass@1': 1,
    }),
  ]
  const draw = (metric: string) => buildPassAtKChart({ runs: [{ label: '', config, rows }], metric })
  expect(draw('eval/maj')).toMatchObject({
    yLabel: 'Majority of k',
    panels: [{ series: [{ name: 'GRPO' }] }],
  })
  expect(draw('eval/heldout/level-2/pass').yLabel).toBe('pass@k, held-out level 2')
  // One number of attempts makes no curve.
  expect(draw('eval/pass').panels[0]?.series).toEqual([])
})

test('ticks are powers of two; many are thinned out', () => {
  const { xAxis } = lineChartOption(buildPassAtKChart({ runs: [run(0)] }), style) as {
    xAxis: { type: string; logBase: number; axisTick: { customValues: number[] } }[]
  }
  expect(xAxis).toMatchObject([{ type: 'log', logBase: 2, axisTick: { customValues: ks } }])
  expect(logTicks(1, 1024, 6, 2)).toEqual([1, 4, 16, 64, 256, 1024])
})

test('in the SVG neighbouring k are equally far apart, and the curves cross', () => {
  const svg = renderSvg(buildPassAtKChart({ runs: [run(0)] }), { width: 900, height: 500, style })
  for (const text of ['After Pretrain', 'GRPO', '>k<', '>16<']) expect(svg).toContain(text)
  const lines = style.palette.slice(0, 2).map((colour) => {
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
  expect(renderSvg(buildPassAtKChart({ runs: [] }), { width: 600, height: 400 })).toContain('pass@k')
})
