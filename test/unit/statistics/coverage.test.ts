// Tables, bins and intervals over problems.
import { describe, expect, test } from 'vitest'
import { bootstrapMeans } from '../../../src/statistics/bootstrap'
import { accuracyBins, accuracyHistogram, coverAtTau, solvableTable } from '../../../src/statistics/coverage'

describe('the table of solved problems', () => {
  const solved = (ids: readonly number[], c = 1) =>
    new Map(Array.from({ length: 30 }, (_, id) => [String(id), { n: 64, c: ids.includes(id) ? c : 0 }]))
  const upTo = (count: number) => Array.from({ length: count }, (_, id) => id)
  test('base 23 of 30, trained 19 of them: 63.3, 13.3, 0 and 23.3 percent, as for AIME24', () => {
    const { problems, ...shares } = solvableTable(solved(upTo(23)), solved(upTo(19), 40))
    expect(problems).toBe(30)
    expect(Object.values(shares).map((share) => Math.round(share * 1000) / 10)).toEqual([63.3, 13.3, 0, 23.3])
  })
  test('problems of one model alone do not count', () => {
    const one = new Map([['a', { n: 2, c: 1 }]])
    expect(solvableTable(one, solved([])).problems).toBe(0)
    expect(
      solvableTable(
        new Map([...one, ['b', { n: 1, c: 0 }]]),
        new Map([
          ['b', { n: 9, c: 1 }],
          ['c', { n: 1, c: 1 }],
        ]),
      ),
    ).toEqual({ problems: 1, both: 0, firstOnly: 0, secondOnly: 1, neither: 0 })
  })
})

describe('accuracies', () => {
  test('fall into 12 bins, closed above', () => {
    expect(accuracyBins).toHaveLength(12)
    const binOf = (c: number, n: number) => accuracyBins[accuracyHistogram([{ n, c }]).indexOf(1)]
    expect([binOf(0, 10), binOf(1, 1000), binOf(1, 10), binOf(3, 10), binOf(31, 100)]).toEqual([
      '0',
      '(0, 0.1]',
      '(0, 0.1]',
      '(0.2, 0.3]',
      '(0.3, 0.4]',
    ])
    expect([binOf(9, 10), binOf(91, 100), binOf(999, 1000), binOf(10, 10)]).toEqual([
      '(0.8, 0.9]',
      '(0.9, 1)',
      '(0.9, 1)',
      '1',
    ])
  })
  test('cover@tau counts problems with at least that share right', () => {
    const problems = [0, 1, 2, 3, 4].map((c) => ({ n: 4, c }))
    expect([0.25, 0.5, 0.51, 1].map((tau) => coverAtTau(problems, tau))).toEqual([0.8, 0.6, 0.4, 0.2])
    // .55 x 20 is a little more than 11 in float64.
    expect(coverAtTau([{ n: 20, c: 11 }], 0.55)).toBe(1)
  })
})

describe('the bootstrap', () => {
  /** Shares of right answers of 400 problems, spread evenly. */
  const values = Array.from({ length: 400 }, (_, i) => ((i * 7) % 400) / 399)
  test('comes near the normal interval where there are many problems', () => {
    const [found] = bootstrapMeans([values])
    // The standard deviation of an even spread over [0, 1] is 1/sqrt(12).
    const half = (1.96 * Math.sqrt(1 / 12)) / 20
    expect(found?.mean).toBeCloseTo(0.5, 12)
    expect(Math.abs((found?.low ?? NaN) - (0.5 - half))).toBeLessThan(0.2 * half)
    expect(Math.abs((found?.high ?? NaN) - (0.5 + half))).toBeLessThan(0.2 * half)
  })
  test('equal seeds give equal intervals, others do not', () => {
    expect(bootstrapMeans([values], { seed: 1 })).toEqual(bootstrapMeans([values], { seed: 1 }))
    expect(bootstrapMeans([values], { seed: 1 })).not.toEqual(bootstrapMeans([values], { seed: 2 }))
  })
  test('a wider spread has a wider interval; equal values have none', () => {
    const [wide, narrow, none] = bootstrapMeans([values, values.map((v) => 0.4 + v / 5), values.map(() => 1)])
    const width = (one: typeof wide) => (one ? one.high - one.low : NaN)
    expect(width(wide)).toBeCloseTo(5 * width(narrow), 9)
    expect(none).toEqual({ mean: 1, low: 1, high: 1 })
  })
  test('covers the true mean about as often as it says', () => {
    // 200 sets of 60 fair coins: 95% intervals miss 1/2 in 10 of them, and beyond 26 is worse than 5 standard deviations.
    let misses = 0
    for (let set = 0; set < 200; set++) {
      const coins = Array.from({ length: 60 }, (_, i) => {
        const x = Math.sin((set * 60 + i + 1) * 12.9898) * 43_758.5453
        return x - Math.floor(x) < 0.5 ? 1 : 0
      })
      const [found] = bootstrapMeans([coins], { seed: set })
      if (!found || found.low > 0.5 || found.high < 0.5) misses++
    }
    expect(misses).toBeGreaterThan(0)
    expect(misses).toBeLessThan(26)
  })
})
