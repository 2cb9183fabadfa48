// Golden values: scipy 1.17, stats.t.interval(c, n - 1, loc=mean, scale=stats.sem(x)) and numpy.std(x, ddof=1).
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { estimate, mean, median, standardDeviation, standardError } from '../../../src/statistics/summary'

describe('mean, spread and interval agree with scipy', () => {
  test.each([
    [[0.97, 0.985, 0.9925], 0.95, 0.9825, 0.011456439237389635, 0.9540406272480243, 1.010959372751976],
    [[0.97, 0.985, 0.9925], 0.99, 0.9825, 0.011456439237389635, 0.9168533327226497, 1.0481466672773503],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95, 5.5, 3.0276503540974917, 3.334149410331831, 7.665850589668169],
    [[-3.25, 12.5, 0.125, 7], 0.99, 4.09375, 7.042560347629262, -16.473728149413365, 24.661228149413365],
    [
      [0.4985, 0.5127, 0.4873, 0.5059, 0.4922],
      0.95,
      0.49932,
      0.010224578230910076,
      0.48662450931386114,
      0.512015490686139,
    ],
  ])('%j at %f', (values, confidence, centre, deviation, low, high) => {
    const result = estimate(values, confidence)
    expect(result.n).toBe(values.length)
    expect(result.mean).toBeCloseTo(centre, 12)
    expect(standardDeviation(values)).toBeCloseTo(deviation, 12)
    expect(standardError(values)).toBeCloseTo(deviation / Math.sqrt(values.length), 12)
    expect(result.low).toBeCloseTo(low, 8)
    expect(result.high).toBeCloseTo(high, 8)
  })
})

test('two equal values have an interval of no width, one value has none', () => {
  expect(estimate([0.5, 0.5])).toEqual({ mean: 0.5, n: 2, low: 0.5, high: 0.5 })
  expect(estimate([0.5])).toEqual({ mean: 0.5, n: 1 })
})

test('nothing has no mean, median or spread', () => {
  expect([mean([]), median([]), standardDeviation([]), standardDeviation([1])]).toEqual([NaN, NaN, NaN, NaN])
})

test('the median is the middle, or halfway between the two middle values, in any order', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([10, 9])).toBe(9.5)
})

test('adding a constant moves mean and interval and keeps its width', () => {
  const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 12 })
  fc.assert(
    fc.property(values, fc.integer({ min: -100, max: 100 }), (list, shift) => {
      const before = estimate(list)
      const after = estimate(list.map((value) => value + shift))
      expect(after.mean).toBeCloseTo(before.mean + shift, 6)
      expect((after.high ?? NaN) - (after.low ?? NaN)).toBeCloseTo(
        (before.high ?? NaN) - (before.low ?? NaN),
        6,
      )
    }),
  )
})
