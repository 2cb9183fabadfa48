// Seeds made into one curve: what is missing stays missing, and n says so at every x.
import { describe, expect, test } from 'vitest'
import { groupSeeds } from '../../../src/statistics/seeds'
import { debiasedAverage } from '../../../src/statistics/smoothing'

const curve = (...ys: number[]) => ys.map((y, index) => ({ x: 10 * index, y }))

describe('grouping seeds', () => {
  test('a seed that ended early is missing from then on', () => {
    const grouped = groupSeeds([curve(1, 2, 3), curve(3, 4)])
    expect(grouped.map(({ x, mean, n }) => ({ x, mean, n }))).toEqual([
      { x: 0, mean: 2, n: 2 },
      { x: 10, mean: 3, n: 2 },
      { x: 20, mean: 3, n: 1 },
    ])
    expect(grouped[2]).not.toHaveProperty('low')
  })

  test('the interval is t(.975, 1) = 12.706 standard errors for two seeds', () => {
    const [point] = groupSeeds([curve(1), curve(3)])
    expect(point?.low).toBeCloseTo(2 - 12.7062047364, 8)
    expect(point?.high).toBeCloseTo(2 + 12.7062047364, 8)
  })

  test('a diverged seed is counted as broken, not averaged in', () => {
    const grouped = groupSeeds([curve(1, NaN), curve(3, 5), curve(5, Infinity)])
    expect(grouped[1]).toEqual({ x: 10, mean: 5, n: 1, broken: 2 })
    expect(groupSeeds([curve(NaN), curve(Infinity)])).toEqual([])
  })

  test('seeds evaluated at different steps are not lined up by force', () => {
    const grouped = groupSeeds([
      [
        { x: 0, y: 1 },
        { x: 7, y: 2 },
      ],
      [
        { x: 0, y: 3 },
        { x: 8, y: 4 },
      ],
    ])
    expect(grouped.map(({ x, n }) => [x, n])).toEqual([
      [0, 2],
      [7, 1],
      [8, 1],
    ])
  })

  test('x is in order, and of two values of one seed at an x the later holds', () => {
    const grouped = groupSeeds([
      [
        { x: 2, y: 9 },
        { x: 1, y: 1 },
        { x: 2, y: 5 },
      ],
    ])
    expect(grouped.map(({ x, mean, n }) => [x, mean, n])).toEqual([
      [1, 1, 1],
      [2, 5, 1],
    ])
  })
})

describe('smoothing', () => {
  test('starts at the first value and is a weighted mean of the past', () => {
    // Weights of .5: after two points (.5 x 3 + .25 x 1) / .75, after three (.5 x 5 + .25 x 3 + .125 x 1) / .875.
    const smooth = debiasedAverage([1, 3, 5], 0.5)
    expect(smooth[0]).toBe(1)
    expect(smooth[1]).toBeCloseTo(1.75 / 0.75, 12)
    expect(smooth[2]).toBeCloseTo(3.375 / 0.875, 12)
  })
  test('leaves a constant curve and weight 0 as they are', () => {
    expect(debiasedAverage([4, 4, 4, 4], 0.9).every((value) => Math.abs(value - 4) < 1e-12)).toBe(true)
    expect(debiasedAverage([4, 1, 7], 0)).toEqual([4, 1, 7])
  })
  test('a broken point stays visible and does not spoil the rest', () => {
    const smooth = debiasedAverage([1, NaN, 1], 0.5)
    expect(smooth[1]).toBeNaN()
    expect(smooth[2]).toBeCloseTo(1, 12)
  })
})
