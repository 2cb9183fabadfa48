// Runs meet at equal stage and step, and nowhere else.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { align, joined, placeOf, withX } from '../../../src/charts/align'
import { spreadCurve } from '../../../src/statistics/spread-curve'
import { estimate } from '../../../src/statistics/summary'

const track = (points: readonly (readonly [place: number, x: number, y: number])[]) => ({
  places: Float64Array.from(points, ([place]) => place),
  xs: Float64Array.from(points, ([, x]) => x),
  ys: Float64Array.from(points, ([, , y]) => y),
})

describe('runs of unequal length with gaps and NaN', () => {
  // By hand: at 2 all three; at 4 the third diverged; at 6 only the first is left.
  const { places, xs, ys } = align([
    track([
      [2, 10, 1],
      [4, 20, 2],
      [6, 30, 3],
    ]),
    track([
      [2, 12, 3],
      [4, 22, 4],
    ]),
    track([
      [2, 14, 8],
      [4, 99, NaN],
    ]),
  ])
  test('are averaged over those that are there, on both axes', () => {
    expect([...places]).toEqual([2, 4, 6])
    expect([...xs]).toEqual([12, 21, 30])
    const { centre, n } = spreadCurve(ys, 'interval')
    expect([...centre]).toEqual([4, 3, 3])
    expect([...n]).toEqual([3, 2, 1])
  })
  test('have no band where one run is left', () => {
    const { low, high } = spreadCurve(ys, 'interval')
    expect([low[2], high[2]]).toEqual([NaN, NaN])
    // 3 +- 12.7062 x sqrt(2)/sqrt(2)
    expect(high[1]).toBeCloseTo(3 + 12.706204736432095, 9)
    expect(low[1]).toBeCloseTo(3 - 12.706204736432095, 9)
  })
})

test('a place where every run is broken has no centre and n 0', () => {
  const { ys } = align([track([[1, 1, NaN]]), track([[1, 1, Infinity]])])
  const { centre, n } = spreadCurve(ys, 'sd')
  expect([centre[0], n[0]]).toEqual([NaN, 0])
})

test('stages follow each other, and a step of one is not the same step of another', () => {
  expect(placeOf(0, 2 ** 31)).toBeLessThan(placeOf(1, 0))
  const stages = joined([track([[placeOf(0, 3), 1, 1]]), track([[placeOf(1, 3), 2, 2]])])
  expect([...stages.places]).toEqual([placeOf(0, 3), placeOf(1, 3)])
  expect([...stages.ys]).toEqual([1, 2])
})

test('a point without an x is left out', () => {
  const { places } = withX(
    track([
      [1, NaN, 1],
      [2, 5, 2],
    ]),
  )
  expect([...places]).toEqual([2])
})

test('any tracks: every value stands at its place, and the spread there is that of the values', () => {
  const points = fc.uniqueArray(
    fc.tuple(fc.integer({ min: 0, max: 30 }), fc.double({ min: -1, max: 1, noNaN: true })),
    {
      selector: ([place]) => place,
      maxLength: 20,
    },
  )
  fc.assert(
    fc.property(fc.array(points, { minLength: 1, maxLength: 6 }), (runs) => {
      const sorted = runs.map((run) => [...run].sort(([a], [b]) => a - b))
      const { places, xs, ys } = align(sorted.map((run) => track(run.map(([place, y]) => [place, place, y]))))
      expect([...places]).toEqual([...new Set(runs.flat().map(([place]) => place))].sort((a, b) => a - b))
      expect([...xs]).toEqual([...places])
      const { centre, low, n } = spreadCurve(ys, 'interval')
      places.forEach((place, index) => {
        const values = sorted.flatMap((run) => run.filter(([at]) => at === place).map(([, y]) => y))
        const expected = estimate(values)
        expect(n[index]).toBe(values.length)
        expect(centre[index]).toBeCloseTo(expected.mean, 12)
        if (expected.low === undefined) expect(low[index]).toBeNaN()
        else expect(low[index]).toBeCloseTo(expected.low, 9)
      })
    }),
  )
})
