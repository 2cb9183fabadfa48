// pass@k, pass^k, best-of-k and majority against exact rational arithmetic and against all subsets.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { majorityAtK } from '../../../src/statistics/majority'
import { bestOfK, passAtK, passHatK, powersOfTwo } from '../../../src/statistics/pass-at-k'
import { choose, ratio } from './exact'

/** C(n-c,k)/C(n,k) from factorials, then one division. */
const exactNone = (n: number, c: number, k: number) => ratio(choose(n - c, k), choose(n, k))

/** Every subset of k of the samples, as lists of indices. */
function* subsets(n: number, k: number, from = 0): Generator<number[]> {
  if (k === 0) yield []
  for (let first = from; k > 0 && first <= n - k; first++)
    for (const rest of subsets(n, k - 1, first + 1)) yield [first, ...rest]
}

describe('pass@k', () => {
  test.each([
    [10, 3, 1, 0.3],
    [10, 3, 5, 0.916667],
    [128, 1, 64, 0.5],
    [1024, 2, 512, 0.750244],
    [200, 0, 100, 0],
    [10, 6, 5, 1],
  ])('of %d samples with %d right, k = %d: %f', (n, c, k, expected) => {
    expect(passAtK(n, c, k)).toBeCloseTo(expected, 6)
  })

  test('agrees with exact arithmetic to 1e-12, as pass^k does', () => {
    const samples = fc
      .integer({ min: 1, max: 4000 })
      .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 0, max: n }), fc.integer({ min: 1, max: n })))
    fc.assert(
      fc.property(samples, ([n, c, k]) => {
        expect(Math.abs(passAtK(n, c, k) - (1 - exactNone(n, c, k)))).toBeLessThan(1e-12)
        expect(Math.abs(passHatK(n, c, k) - exactNone(n, n - c, k))).toBeLessThan(1e-12)
      }),
      { numRuns: 60 },
    )
  })

  test.each([
    [100_000, 1, 50_000],
    [100_000, 317, 311],
    [100_000, 30, 1000],
    [100_000, 40_000, 2],
    [100_000, 99_990, 3000],
    [99_991, 50_000, 16],
  ])('n = %d, c = %d, k = %d: exact to 1e-12', (n, c, k) => {
    expect(Math.abs(passAtK(n, c, k) - (1 - exactNone(n, c, k)))).toBeLessThan(1e-12)
    expect(Math.abs(passHatK(n, c, k) - exactNone(n, n - c, k))).toBeLessThan(1e-12)
  })

  test('a thousand problems of 1e5 samples at 17 values of k take less than a second', () => {
    const begin = performance.now()
    let sum = 0
    for (let problem = 0; problem < 1000; problem++)
      for (const k of powersOfTwo(100_000)) sum += passAtK(100_000, 1 + ((problem * 7919) % 99_999), k)
    expect(sum).toBeGreaterThan(0)
    expect(performance.now() - begin).toBeLessThan(1000)
  })

  test('is the mean over all subsets', () => {
    for (const [n, c, k] of [
      [7, 2, 3],
      [8, 5, 2],
      [6, 3, 6],
    ] as const) {
      const all = [...subsets(n, k)]
      expect(passAtK(n, c, k)).toBeCloseTo(
        all.filter((one) => one.some((i) => i < c)).length / all.length,
        12,
      )
      expect(passHatK(n, c, k)).toBeCloseTo(
        all.filter((one) => one.every((i) => i < c)).length / all.length,
        12,
      )
    }
  })

  test('powers of two up to n', () => {
    expect([1, 2, 3, 16].map(powersOfTwo)).toEqual([[1], [1, 2], [1, 2], [1, 2, 4, 8, 16]])
  })
})

describe('best-of-k', () => {
  const scored = fc.array(fc.record({ score: fc.integer({ min: 0, max: 3 }), isRight: fc.boolean() }), {
    minLength: 1,
    maxLength: 7,
  })
  test('is the mean over all subsets, ties at random', () => {
    fc.assert(
      fc.property(scored, fc.nat(), (samples, draw) => {
        const k = 1 + (draw % samples.length)
        const picks = [...subsets(samples.length, k)].map((indices) => {
          const drawn = indices.flatMap((index) => samples[index] ?? [])
          const best = Math.max(...drawn.map(({ score }) => score))
          const tied = drawn.filter(({ score }) => score === best)
          return tied.filter(({ isRight }) => isRight).length / tied.length
        })
        const mean = picks.reduce((a, b) => a + b, 0) / picks.length
        expect(bestOfK(samples, k)).toBeCloseTo(mean, 12)
      }),
    )
  })
  test('with the verifier as its score it is pass@k', () => {
    const samples = Array.from({ length: 40 }, (_, i) => ({ score: i < 3 ? 1 : 0, isRight: i < 3 }))
    for (const k of [1, 2, 8, 40]) expect(bestOfK(samples, k)).toBeCloseTo(passAtK(40, 3, k), 12)
  })
})

describe('majority@k', () => {
  /** Which answer each sample gave: 0 is right. */
  const answersOf = (right: number, wrong: readonly number[]) => [
    ...Array<number>(right).fill(0),
    ...wrong.flatMap((votes, index) => Array<number>(votes).fill(index + 1)),
  ]
  test('is the mean over all subsets, ties at random', () => {
    const votes = fc.tuple(
      fc.integer({ min: 0, max: 4 }),
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }),
      fc.nat(),
    )
    fc.assert(
      fc.property(votes, ([right, wrong, draw]) => {
        const answers = answersOf(right, wrong)
        fc.pre(answers.length > 0 && answers.length <= 12)
        const k = 1 + (draw % answers.length)
        const wins = [...subsets(answers.length, k)].map((indices) => {
          const counts = new Map<number, number>()
          for (const index of indices) {
            const answer = answers[index] ?? -1
            counts.set(answer, (counts.get(answer) ?? 0) + 1)
          }
          const most = Math.max(...counts.values())
          const tied = [...counts.values()].filter((count) => count === most).length
          return counts.get(0) === most ? 1 / tied : 0
        })
        const mean = wins.reduce((a, b) => a + b, 0) / wins.length
        expect(majorityAtK(right, wrong, k)).toBeCloseTo(mean, 12)
      }),
      { numRuns: 150 },
    )
  })

  /** Two answers: all hands of k with more right ones, and half of the ties. */
  const exactTwoWay = (n: number, c: number, k: number) => {
    let twice = 0n
    for (let drawn = Math.max(0, k - (n - c)); drawn <= Math.min(c, k); drawn++)
      if (2 * drawn >= k) twice += choose(c, drawn) * choose(n - c, k - drawn) * (2 * drawn === k ? 1n : 2n)
    return ratio(twice, 2n * choose(n, k))
  }
  test.each([
    [5, 3, 3],
    [64, 30, 16],
    [1000, 501, 500],
    [1024, 500, 64],
    [2001, 1000, 1999],
  ])('of two answers, n = %d, c = %d, k = %d: exact to 1e-12', (n, c, k) => {
    expect(Math.abs((majorityAtK(c, [n - c], k) ?? NaN) - exactTwoWay(n, c, k))).toBeLessThan(1e-12)
  })

  test.each([
    [100_000, 50_010, 50_000],
    [100_000, 49_990, 90_000],
    [100_000, 50_300, 64],
  ])('of two answers, n = %d, c = %d, k = %d: exact to 1e-12', (n, c, k) => {
    // C(c,r) C(n-c,k-r) by its recurrence in r: the whole sum is C(n,k).
    const low = Math.max(0, k - (n - c))
    let weight = choose(c, low) * choose(n - c, k - low)
    let twice = 0n
    let all = 0n
    for (let r = low; r <= Math.min(c, k); r++) {
      all += weight
      if (2 * r >= k) twice += weight * (2 * r === k ? 1n : 2n)
      weight = (weight * BigInt(c - r) * BigInt(k - r)) / (BigInt(r + 1) * BigInt(n - c - k + r + 1))
    }
    expect(Math.abs((majorityAtK(c, [n - c], k) ?? NaN) - ratio(twice, 2n * all))).toBeLessThan(1e-12)
  })

  /** Any number of answers: generating polynomials in the draws, one row for each number of ties, as BigInt. */
  const exactMany = (right: number, wrong: readonly number[], k: number) => {
    const n = wrong.reduce((a, b) => a + b, right)
    const ties = wrong.length + 1
    const unit = Array.from({ length: ties }, (_, i) => BigInt(i + 1)).reduce((a, b) => a * b, 1n)
    let sum = 0n
    for (let r = 1; r <= Math.min(right, k); r++) {
      let table = Array.from({ length: ties }, (_, t) =>
        Array.from({ length: k - r + 1 }, (_, s) => BigInt(t + s === 0)),
      )
      for (const votes of wrong) {
        const next = table.map((row) => row.map(() => 0n))
        for (const [t, row] of table.entries())
          for (const [s, ways] of row.entries())
            for (let j = 0; ways > 0n && j <= Math.min(votes, r, k - r - s); j++) {
              const to = next[t + (j === r ? 1 : 0)]
              if (to) to[s + j] = (to[s + j] ?? 0n) + ways * choose(votes, j)
            }
        table = next
      }
      for (const [t, row] of table.entries())
        sum += (choose(right, r) * (row[k - r] ?? 0n) * unit) / BigInt(t + 1)
    }
    return ratio(sum, unit * choose(n, k))
  }
  test.each([
    [9, [8, 7, 7, 1, 1, 1], 12],
    [20, [20, 20, 20, 20], 50],
    [30, [29, 3, 3, 3, 1], 31],
    [40, [60, 28], 100],
    [3, Array<number>(29).fill(1), 6],
  ])('%d right against %j, k = %d: exact to 1e-12', (right, wrong, k) => {
    expect(Math.abs((majorityAtK(right, wrong, k) ?? NaN) - exactMany(right, wrong, k))).toBeLessThan(1e-12)
  })

  test('identities: maj@1 is the accuracy, maj@n is settled, maj@k never exceeds pass@k', () => {
    expect(majorityAtK(30, [50, 20], 1)).toBeCloseTo(0.3, 12)
    expect(majorityAtK(30, [50, 20], 100)).toBe(0)
    expect(majorityAtK(50, [50, 50], 150)).toBeCloseTo(1 / 3, 12)
    expect([majorityAtK(0, [4], 2), majorityAtK(4, [], 2)]).toEqual([0, 1])
    for (const k of powersOfTwo(100))
      expect(majorityAtK(30, [50, 20], k)).toBeLessThanOrEqual(passAtK(100, 30, k))
  })
  test('someone always wins: over 1e5 samples of three or four answers the chances sum to 1', () => {
    for (const [votes, k] of [
      [[33_500, 33_400, 33_100], 40_000],
      [[50_000, 30_000, 19_000, 1000], 300],
      [[33_333, 33_333, 33_333], 99_000],
    ] as const) {
      const chances = votes.map((right, index) =>
        majorityAtK(
          right,
          votes.filter((_, other) => other !== index),
          k,
        ),
      )
      expect(chances.reduce<number>((sum, chance) => sum + (chance ?? NaN), 0)).toBeCloseTo(1, 11)
    }
    expect(majorityAtK(33_333, [33_333, 33_333], 99_000)).toBeCloseTo(1 / 3, 12)
  })
  test('a close race of ten answers over 1e5 samples says that it cannot be counted', () => {
    expect(majorityAtK(10_000, Array<number>(9).fill(10_000), 50_000)).toBeUndefined()
  })
})
