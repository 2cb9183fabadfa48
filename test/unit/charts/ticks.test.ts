// Round ticks, and curves thinned without losing what is in them.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { downsample, downsampleBand } from '../../../src/charts/downsample'
import {
  enclosingTicks,
  formatTick,
  formatValue,
  innerTicks,
  logTicks,
  niceInterval,
} from '../../../src/charts/ticks'

const ends = fc.tuple(
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
)

describe('ticks', () => {
  test('are round', () => {
    expect(enclosingTicks(0, 1, 6).values).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(enclosingTicks(0.13, 1.07, 5)).toMatchObject({ min: 0, max: 1.2, interval: 0.2 })
    expect(innerTicks(0, 1500, 3).values).toEqual([0, 500, 1000, 1500])
    expect(innerTicks(192_000, 202_240, 5).values).toEqual([192_500, 195_000, 197_500, 200_000])
    expect(innerTicks(0, 3, 8, true).values).toEqual([0, 1, 2, 3])
    expect(logTicks(1, 1500, 5)).toEqual([1, 10, 100, 1000])
  })
  test('enclose what they are for', () => {
    fc.assert(
      fc.property(ends, fc.integer({ min: 2, max: 10 }), ([low, span], count) => {
        const ticks = enclosingTicks(low, low + span, count)
        const rounding = 1e-6 * (span + Math.abs(low))
        expect(ticks.min).toBeLessThanOrEqual(low + rounding)
        expect(ticks.max).toBeGreaterThanOrEqual(low + span - rounding)
        expect(ticks.values.length).toBeLessThanOrEqual(count + 3)
        expect(niceInterval(span, count)).toBeGreaterThan(0)
      }),
    )
  })
  test('one value still has an axis around it', () => {
    const { min, max } = enclosingTicks(5, 5, 4)
    expect(min).toBeLessThan(5)
    expect(max).toBeGreaterThan(5)
  })
  test.each([
    [0, '0'],
    [0.2, '0.2'],
    [1500, '1,500'],
    [192_000, '192k'],
    [12_500_000, '12.5M'],
    [0.0003, '3e-4'],
    [-2, '-2'],
  ])('%f is written %s', (value, text) => {
    expect(formatTick(value)).toBe(text)
  })
  test('values keep four digits', () => {
    expect([0.123456, 1.05491, 20, 12_345.6, 0.00012345, NaN].map(formatValue)).toEqual([
      '0.1235',
      '1.055',
      '20',
      '12,346',
      '1.23e-4',
      'NaN',
    ])
  })
})

describe('downsampling', () => {
  const curve = fc
    .array(fc.double({ min: -10, max: 10, noNaN: true }), { maxLength: 600 })
    .map((ys) => ys.map((y, x) => ({ x, y })))
  test('keeps ends, extremes and order within the limit', () => {
    fc.assert(
      fc.property(curve, fc.integer({ min: 8, max: 200 }), (points, limit) => {
        const kept = downsample(points, limit)
        expect(kept.length).toBeLessThanOrEqual(Math.max(limit, 4))
        expect(kept[0]).toEqual(points[0])
        expect(kept.at(-1)).toEqual(points.at(-1))
        const ys = (list: typeof points) => list.map((point) => point.y)
        expect(Math.max(...ys(kept))).toBe(Math.max(...ys(points)))
        expect(Math.min(...ys(kept))).toBe(Math.min(...ys(points)))
        expect(kept.every((point, index) => index === 0 || point.x > (kept[index - 1]?.x ?? 0))).toBe(true)
      }),
    )
  })
  test('a band never becomes narrower, and counts the fewest seeds', () => {
    const band = Array.from({ length: 100 }, (_, x) => ({
      x,
      low: x === 37 ? -5 : 0,
      high: 1,
      n: x === 38 ? 2 : 3,
    }))
    const kept = downsampleBand(band, 10)
    expect(kept).toHaveLength(10)
    expect(kept[3]).toMatchObject({ low: -5, high: 1, n: 2 })
  })
})
