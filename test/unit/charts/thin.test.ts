// Which points of a line are drawn: spikes and gaps stay, every part of the axis has its share, and a zoom shows what is there.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { thinned } from '../../../src/charts/thin'

const steps = (count: number) => Float64Array.from({ length: count }, (_, index) => index + 1)

test('a log axis keeps its beginning, where few points take much room', () => {
  const xs = steps(10_000)
  const ys = xs.map((x) => Math.sin(x))
  const early = (scale: 'linear' | 'log' | 'log2') =>
    thinned(xs, ys, { limit: 200, scale }).filter((index) => (xs[index] ?? 0) <= 100).length
  // Half of the axis: 1 to 100 of 1 to 10,000.
  expect(early('linear')).toBeLessThan(8)
  expect(early('log')).toBeGreaterThan(45)
  expect(early('log2')).toBe(early('log'))
})

test('a gap of broken values stays a gap', () => {
  const ys = steps(1000).map((x) => (x > 400 && x < 500 ? NaN : x))
  const kept = thinned(steps(1000), ys, { limit: 60 })
  expect(kept.some((index) => Number.isNaN(ys[index]))).toBe(true)
})

describe('a part of the axis', () => {
  const xs = steps(1000)
  test('has all its points where they are few, and one more on either side', () => {
    const kept = thinned(xs, xs, { limit: 100, range: [500, 510] })
    expect(kept.map((index) => xs[index])).toEqual(Array.from({ length: 13 }, (_, index) => 499 + index))
  })
  test('between two points has both of them; beyond the ends it has none', () => {
    const few = Float64Array.from([0, 10, 20])
    expect(thinned(few, few, { limit: 9, range: [12, 14] })).toEqual([1, 2])
    expect(thinned(few, few, { limit: 9, range: [30, 40] })).toEqual([])
    expect(thinned(few, few, { limit: 9, range: [-4, -2] })).toEqual([])
  })
})

test('any path, also one that turns back: ends, extremes, order and the limit are kept', () => {
  const values = fc.array(
    fc.tuple(fc.double({ min: 0, max: 9, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true })),
    { maxLength: 400 },
  )
  fc.assert(
    fc.property(
      values,
      fc.integer({ min: 8, max: 90 }),
      fc.constantFrom('linear' as const, 'log' as const),
      (points, limit, scale) => {
        const xs = points.map(([x]) => x)
        const ys = points.map(([, y]) => y)
        const kept = thinned(xs, ys, { limit, scale })
        expect(kept.length).toBeLessThanOrEqual(limit)
        expect(kept.every((index, at) => at === 0 || index > (kept[at - 1] ?? 0))).toBe(true)
        expect([kept[0], kept.at(-1)]).toEqual(
          points.length === 0 ? [undefined, undefined] : [0, points.length - 1],
        )
        const shown = kept.map((index) => ys[index] ?? NaN)
        expect([Math.min(...shown), Math.max(...shown)]).toEqual([Math.min(...ys), Math.max(...ys)])
      },
    ),
  )
})
