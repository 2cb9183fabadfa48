// The parts that a band is drawn in.
import { expect, test } from 'vitest'
import { bandParts } from '../../../src/charts/panel-series'

const points = [0, 1, 2, 3, 4, 5].map((x) => ({ x, y: x }))
const bandAt = (xs: readonly number[]) => xs.map((x) => ({ x, low: x - 1, high: x + 1, n: 2 }))
const partsAt = (xs: readonly number[]) => bandParts(points, bandAt(xs)).map((part) => part.map(({ x }) => x))

test('a band ends where fewer than two runs have a value, and begins anew behind it', () => {
  expect(partsAt([0, 1, 2, 3, 4, 5])).toEqual([[0, 1, 2, 3, 4, 5]])
  expect(partsAt([0, 1, 4, 5])).toEqual([
    [0, 1],
    [4, 5],
  ])
  expect(partsAt([1, 3, 4])).toEqual([[1], [3, 4]])
  expect(partsAt([0.5, 1, 2])).toEqual([[0.5, 1, 2]])
})
