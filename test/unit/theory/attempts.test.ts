// Closed forms of k attempts against sums over every outcome.
import { describe, expect, test } from 'vitest'
import { binaryMajority, majorityOf, passAtKOf } from '../../../src/theory/attempts'
import {
  accuraciesAt,
  chainPassAtK,
  distinctRound,
  longFractionAt,
  majorityAtKSampled,
  passAtKSampled,
  starKeptFraction,
  starLongFraction,
} from '../../../src/theory/parity'

/** All sequences of k answers with their probabilities. */
function outcomes(shares: readonly number[], k: number): { answers: number[]; weight: number }[] {
  return Array.from({ length: shares.length ** k }, (_, index) => {
    const answers = Array.from(
      { length: k },
      (_, place) => Math.floor(index / shares.length ** place) % shares.length,
    )
    return { answers, weight: answers.reduce((product, answer) => product * (shares[answer] ?? 0), 1) }
  })
}

describe('majority of independent votes', () => {
  test.each([
    [[0.6, 0.4], 0, 3, 0.648],
    [[0.6, 0.4], 0, 5, 0.68256],
    [[0.4, 0.3, 0.3], 2, 1, 0.3],
  ])('%j, answer %d, k = %d: %f', (shares, right, k, expected) => {
    expect(majorityOf(shares, right, k)).toBeCloseTo(expected, 12)
  })
  test('is the sum over all outcomes, ties at random', () => {
    for (const [shares, k] of [
      [[0.5, 0.3, 0.2], 6],
      [[0.1, 0.2, 0.3, 0.4], 5],
      [[0.7, 0.3, 0], 8],
    ] as const) {
      for (const right of shares.keys()) {
        const won = outcomes(shares, k).reduce((sum, { answers, weight }) => {
          const counts = shares.map((_, answer) => answers.filter((one) => one === answer).length)
          const most = Math.max(...counts)
          return sum + (counts[right] === most ? weight / counts.filter((count) => count === most).length : 0)
        }, 0)
        expect(majorityOf(shares, right, k)).toBeCloseTo(won, 12)
      }
    }
  })
  test('someone always wins, also with 64 votes for 16 answers', () => {
    const shares = Array.from({ length: 16 }, (_, m) => (m + 1) / 136)
    const sum = shares.reduce((all, _, right) => all + majorityOf(shares, right, 64), 0)
    expect(sum).toBeCloseTo(1, 10)
    expect(binaryMajority(0.51, 256) + binaryMajority(0.49, 256)).toBeCloseTo(1, 12)
  })
  test('below one half it falls to 0 with k, above it rises to 1', () => {
    expect(binaryMajority(0.45, 1001)).toBeLessThan(0.001)
    expect(binaryMajority(0.55, 1001)).toBeGreaterThan(0.999)
    expect(binaryMajority(0.5, 10)).toBeCloseTo(0.5, 12)
  })
})

describe('parity, several samples a problem', () => {
  const mixture = { bits: 6, longFraction: 0.2 }
  /** Chances of (long, right short, wrong short) for an input whose parity is or is not its first bit, from the decisions. */
  const byInput = (temperature: number) => {
    const power = (weights: number[]) => {
      const raised = weights.map((weight) => weight ** (1 / temperature))
      const sum = raised.reduce((a, b) => a + b, 0)
      return raised.map((weight) => weight / sum)
    }
    const [first = 0, other = 0] = power([(1 + 0.2) / 2, (1 - 0.2) / 2])
    const [stop = 0, go = 0] = power([(1 - 0.2) / (1 + 0.2), (2 * 0.2) / (1 + 0.2)])
    return [
      [first * go, first * stop, other],
      [first * go, other, first * stop],
    ]
  }
  test.each([0.5, 1, 1.5])(
    'at temperature %f accuracies, pass@k and majority follow from the two decisions',
    (temperature) => {
      const cases = byInput(temperature)
      expect(longFractionAt(mixture, temperature)).toBeCloseTo(cases[0]?.[0] ?? NaN, 12)
      accuraciesAt(mixture, temperature).forEach((accuracy, index) => {
        const [long = 0, right = 0] = cases[index] ?? []
        expect(accuracy).toBeCloseTo(long + right, 12)
      })
      for (const k of [1, 2, 5, 8]) {
        const mean = (of: (rights: number, k: number) => number) =>
          cases.reduce(
            (sum, [long = 0, right = 0]) =>
              sum +
              outcomes([long + right, 1 - long - right], k).reduce(
                (all, { answers, weight }) => all + weight * of(answers.filter((one) => one === 0).length, k),
                0,
              ),
            0,
          ) / 2
        expect(passAtKSampled(mixture, k, temperature)).toBeCloseTo(
          mean((rights) => (rights > 0 ? 1 : 0)),
          12,
        )
        expect(majorityAtKSampled(mixture, k, temperature)).toBeCloseTo(
          mean((rights) => (2 * rights > k ? 1 : 2 * rights === k ? 0.5 : 0)),
          12,
        )
      }
    },
  )
  test('temperature 1 is the calibrated model, a low one kills the long mode, one bit is always right', () => {
    expect(longFractionAt(mixture, 1)).toBeCloseTo(0.2, 12)
    expect(accuraciesAt(mixture, 1)[0]).toBeCloseTo(0.6, 12)
    expect(accuraciesAt(mixture, 1)[1]).toBeCloseTo(0.6, 12)
    expect(longFractionAt(mixture, 0.25)).toBeLessThan(0.06)
    expect(longFractionAt({ bits: 6, longFraction: 0.6 }, 0.25)).toBeGreaterThan(0.9)
    expect(longFractionAt({ bits: 6, longFraction: 0 }, 0.5)).toBe(0)
    expect(longFractionAt({ bits: 6, longFraction: 1 }, 0.5)).toBe(1)
    expect(passAtKSampled({ bits: 1, longFraction: 0.2 }, 4)).toBe(1)
  })
  test('guesses solve every problem by k = 8; the verified chain does not count guesses', () => {
    expect(passAtKSampled(mixture, 8)).toBeGreaterThan(0.999)
    expect(chainPassAtK(mixture, 8)).toBeCloseTo(1 - 0.8 ** 8, 12)
    expect(passAtKOf(1e-12, 3)).toBeCloseTo(3e-12, 20)
  })
})

describe('rounds', () => {
  test('distinct answers of a group: the sum over all groups', () => {
    for (const q of [0.1, 0.4]) {
      for (const group of [1, 2, 5]) {
        let [long, short] = [0, 0]
        for (const { answers, weight } of outcomes([q, (1 - q) / 2, (1 - q) / 2], group)) {
          if (answers.includes(0)) long += weight
          if (answers.includes(1)) short += weight
        }
        const round = distinctRound(q, group)
        expect(round.longFraction).toBeCloseTo(long / (long + short), 12)
        expect(round.kept).toBeCloseTo((long + short) / group, 12)
      }
      expect(distinctRound(q, 1).longFraction).toBeCloseTo(starLongFraction(q, 1), 12)
      expect(distinctRound(q, 1).kept).toBeCloseTo(starKeptFraction(q), 12)
    }
  })
})
