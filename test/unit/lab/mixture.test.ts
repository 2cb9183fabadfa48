// The data mixture over a stage's steps.
import { describe, expect, it } from 'vitest'
import { mixtureAt } from '../../../src/lab/mixture'

describe('a mixture over time', () => {
  it("is the task's own where a stage has no points", () => {
    expect(mixtureAt([], 3, 10)).toEqual({})
    expect(mixtureAt([], 3, 10, { levels: [0, 1] })).toEqual({ levels: [0, 1] })
  })

  it('runs from its first point at the first step to its last at the last, in a straight line', () => {
    const points = [
      { at: 0, longFraction: 0.25 },
      { at: 1, longFraction: 0.75 },
    ]
    expect([1, 2, 3, 4, 5].map((step) => mixtureAt(points, step, 5).longFraction)).toEqual([
      0.25, 0.375, 0.5, 0.625, 0.75,
    ])
    expect(mixtureAt(points, 1, 1)).toEqual({ longFraction: 0.25 })
  })

  it('is constant before the first point and after the last, and takes points in any order', () => {
    const points = [
      { at: 0.75, longFraction: 0 },
      { at: 0.25, longFraction: 1 },
    ]
    expect([1, 2, 3, 4, 5].map((step) => mixtureAt(points, step, 5).longFraction)).toEqual([1, 1, 0.5, 0, 0])
  })

  it('jumps where two points stand at one place', () => {
    const points = [
      { at: 0.5, longFraction: 0.2 },
      { at: 0.5, longFraction: 0.8 },
    ]
    expect([1, 2, 3].map((step) => mixtureAt(points, step, 3).longFraction)).toEqual([0.2, 0.8, 0.8])
  })

  it('moves long fraction and levels apart, a missing level counting as 0', () => {
    const points = [
      { at: 0, levels: [1], longFraction: 0.5 },
      { at: 1, levels: [0, 2] },
    ]
    expect(mixtureAt(points, 2, 3, { levels: [3], longFraction: 0.1 })).toEqual({
      levels: [0.5, 1],
      longFraction: 0.5,
    })
  })

  it('keeps the weights of levels a mixture: their sum is linear, so never 0 between two mixtures', () => {
    const points = [
      { at: 0, levels: [1, 0] },
      { at: 1, levels: [0, 1] },
    ]
    for (let step = 1; step <= 7; step++) {
      const { levels = [] } = mixtureAt(points, step, 7)
      expect(levels.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12)
    }
  })
})
