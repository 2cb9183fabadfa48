// Centres, spreads and smoothing against SciPy (test/golden/make_statistics.py), and what holds without it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { interquartileMean, spreadKinds, spreadOf } from '../../../src/statistics/spread'
import { runningMeanPoints, smooth, type Smoothing } from '../../../src/statistics/smoothing'

interface Golden {
  sets: {
    values: number[]
    mean: number
    sd: number
    se: number
    interval: [number, number]
    iqm: number
    bootstrap: { exact?: [number, number]; drawn?: [number, number] }
    iqmBootstrap: { exact?: [number, number]; drawn?: [number, number] }
  }[]
  curves: { values: number[]; [kind: string]: number[] | Record<string, number[]> }[]
}
const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../golden/statistics.json'), 'utf8'),
) as Golden

describe.each(golden.sets)('of $values', (row) => {
  const { values } = row
  const near = (found: ReturnType<typeof spreadOf>, low: number, high: number, digits = 9) => {
    expect(found.low).toBeCloseTo(low, digits)
    expect(found.high).toBeCloseTo(high, digits)
  }
  test('t interval, deviation, error and extremes', () => {
    near(spreadOf(values, 'interval'), ...row.interval)
    near(spreadOf(values, 'sd'), row.mean - row.sd, row.mean + row.sd)
    near(spreadOf(values, 'se'), row.mean - row.se, row.mean + row.se)
    near(spreadOf(values, 'min-max'), Math.min(...values), Math.max(...values))
    expect(spreadOf(values, 'interval')).toMatchObject({ n: values.length })
    expect(spreadOf(values, 'sd').centre).toBeCloseTo(row.mean, 12)
  })
  test('interquartile mean and percentile bootstrap', () => {
    expect(interquartileMean(values)).toBeCloseTo(row.iqm, 12)
    for (const [kind, { exact, drawn }] of [
      ['bootstrap', row.bootstrap],
      ['iqm', row.iqmBootstrap],
    ] as const) {
      const found = spreadOf(values, kind)
      if (exact) near(found, ...exact)
      // Two sets of random resamples: the ends agree to a part of the width.
      const [low, high] = drawn ?? [found.low ?? NaN, found.high ?? NaN]
      const slack = 0.12 * (high - low)
      expect(Math.abs((found.low ?? NaN) - low)).toBeLessThanOrEqual(slack)
      expect(Math.abs((found.high ?? NaN) - high)).toBeLessThanOrEqual(slack)
    }
  })
})

test('one value has a centre and no spread', () => {
  for (const kind of spreadKinds) expect(spreadOf([0.25], kind)).toEqual({ centre: 0.25, n: 1 })
})

test('every spread holds its centre, and moves and stretches with the values', () => {
  const finite = fc.double({ min: -100, max: 100, noNaN: true })
  fc.assert(
    fc.property(fc.array(finite, { minLength: 2, maxLength: 7 }), (values) => {
      for (const kind of spreadKinds) {
        const { centre, low = NaN, high = NaN } = spreadOf(values, kind)
        expect(low).toBeLessThanOrEqual(centre + 1e-9)
        expect(high).toBeGreaterThanOrEqual(centre - 1e-9)
        const moved = spreadOf(
          values.map((value) => 2 * value + 3),
          kind,
        )
        expect(moved.low).toBeCloseTo(2 * low + 3, 6)
        expect(moved.high).toBeCloseTo(2 * high + 3, 6)
      }
    }),
    { numRuns: 30 },
  )
})

describe('smoothing', () => {
  test.each(['gaussian', 'mean', 'ema'] as const)('%s agrees with SciPy', (kind) => {
    for (const curve of golden.curves) {
      const expected = Object.entries(curve[kind] ?? {}) as [string, number[]][]
      expect(expected.length).toBeGreaterThan(2)
      for (const [amount, values] of expected)
        smooth(curve.values, { kind, amount: Number(amount) }).forEach((value, index) =>
          expect(value).toBeCloseTo(values[index] ?? NaN, 9),
        )
    }
  })
  test('a running mean is the mean over its window, whatever is in it', () => {
    const value = fc.oneof(
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
      fc.constantFrom(NaN, Infinity, 1e9),
    )
    const direct = (values: readonly number[], amount: number) =>
      values.map((own, index) => {
        if (!Number.isFinite(own)) return own
        const reach = (runningMeanPoints(amount) - 1) / 2
        const near = values.slice(Math.max(0, index - reach), index + reach + 1).filter(Number.isFinite)
        return near.reduce((sum, each) => sum + each, 0) / near.length
      })
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), fc.integer({ min: 0, max: 150 }), (values, amount) => {
        const expected = direct(values, amount)
        smooth(values, { kind: 'mean', amount }).forEach((found, index) => {
          const wanted = expected[index] ?? NaN
          if (!Number.isFinite(wanted)) expect(found).toBe(wanted)
          else expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)))
        })
      }),
    )
  })
  test('the time for a running mean does not grow with its width', () => {
    // 10,000 points on both sides of each of 300,000: point by point it is 6e9 additions.
    const values = Array.from({ length: 300_000 }, (_, index) => index)
    const smoothed = smooth(values, { kind: 'mean', amount: 20_000 })
    expect(smoothed[150_000]).toBe(150_000)
    expect(smoothed[0]).toBe(5000)
  })
  test('a running mean over an even amount is over one point more', () => {
    expect([0, 1, 3, 4].map(runningMeanPoints)).toEqual([1, 1, 3, 5])
    expect(smooth([1, 2, 3, 4, 10], { kind: 'mean', amount: 4 })[2]).toBe(4)
  })
  test('a point that is not finite stays, and is left out of its neighbours', () => {
    // By hand: the mean over three points without the middle one.
    expect(smooth([1, NaN, 3, 5], { kind: 'mean', amount: 3 })).toEqual([1, NaN, 4, 4])
    for (const kind of ['ema', 'gaussian'] as const) {
      const found = smooth([1, Infinity, 1], { kind, amount: 0.5 })
      expect(found.map((value) => Number(value.toFixed(12)))).toEqual([1, Infinity, 1])
    }
  })
  test('nothing is changed by no smoothing, nor by the smallest amount of each kind', () => {
    const values = [3, 1, 4, 1, 5]
    const amounts: Smoothing[] = [
      { kind: 'none', amount: 0 },
      { kind: 'ema', amount: 0 },
      { kind: 'mean', amount: 1 },
      { kind: 'gaussian', amount: 0 },
    ]
    for (const smoothing of amounts) expect(smooth(values, smoothing)).toEqual(values)
  })
})
