// The closed forms against the thing itself: every input, every answer and their probabilities written out, the best
// predictor that does not know the parity found by counting and by minimising, and the rounds of STaR played through.
import { describe, expect, test } from 'vitest'
import { groupsWithoutSignal } from '../../../src/theory/attempts'
import {
  binaryEntropy,
  greedyAccuracy,
  greedyLength,
  lossFloor,
  lossPlateau,
  meanLength,
  sampledAccuracy,
  starKeptFraction,
  starLongFraction,
  starRoundsToFlip,
} from '../../../src/theory/parity'

const bits = 6
const shares = [0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 1 / 3, 0.34, 0.4, 0.6, 0.9, 0.99]
const inputs = Array.from({ length: 2 ** bits }, (_, code) =>
  Array.from({ length: bits }, (_, bit) => (code >> bit) & 1),
)

interface Example {
  first: number
  output: number[]
  weight: number
}
/** Every training sequence with its probability. */
function examples(p: number): Example[] {
  return inputs.flatMap((input) => {
    let parity = 0
    const chain = input.map((bit) => (parity ^= bit))
    const first = input[0] ?? 0
    return [
      { first, output: chain, weight: p / inputs.length },
      { first, output: chain.slice(-1), weight: (1 - p) / inputs.length },
    ]
  })
}
const total = (list: readonly Example[]) => list.reduce((sum, { weight }) => sum + weight, 0)

/** Frequencies of the two decisions, as a predictor sees them that looks at the first bit only. */
function calibrated(p: number) {
  const all = examples(p)
  const agrees = all.filter(({ first, output }) => output[0] === first)
  const stops = agrees.filter(({ output }) => output.length === 1)
  return { agree: total(agrees) / total(all), stop: total(stops) / total(agrees) }
}
/** Cross-entropy of such a predictor with free probabilities; after the second token the chain is certain. */
function crossEntropy(p: number, agree: number, stop: number) {
  return examples(p).reduce((sum, { first, output, weight }) => {
    if (output[0] !== first) return sum - weight * Math.log(1 - agree)
    return sum - weight * (Math.log(agree) + Math.log(output.length === 1 ? stop : 1 - stop))
  }, 0)
}
/** The least value of a function of one number between 0 and 1, by golden section. */
function minimise(f: (x: number) => number): number {
  const ratio = (Math.sqrt(5) - 1) / 2
  let [low, high] = [1e-9, 1 - 1e-9]
  for (let step = 0; step < 100; step++) {
    const [a, b] = [high - ratio * (high - low), low + ratio * (high - low)]
    if (f(a) < f(b)) high = b
    else low = a
  }
  return (low + high) / 2
}

describe.each(shares)('at long fraction %f', (p) => {
  const mixture = { bits, longFraction: p }
  const { agree, stop } = calibrated(p)
  const long = agree * (1 - stop)

  test('the plateau is the least loss without the parity, found by counting', () => {
    expect(lossPlateau(mixture)).toBeCloseTo(crossEntropy(p, agree, stop), 12)
  })
  test('and by minimising over both probabilities', () => {
    const bestStop = minimise((x) => crossEntropy(p, 0.5, x))
    const bestAgree = minimise((x) => crossEntropy(p, x, bestStop))
    expect(lossPlateau(mixture)).toBeCloseTo(crossEntropy(p, bestAgree, bestStop), 9)
  })
  test('the floor is the entropy of the answer given the input', () => {
    const perInput = examples(p).map(({ weight }) => weight * inputs.length)
    const entropy = perInput.reduce((sum, q) => sum - q * Math.log(q), 0) / inputs.length
    expect(lossFloor(mixture)).toBeCloseTo(entropy, 12)
  })
  test('sampling gives the predicted length and accuracy', () => {
    const lengths = long * bits + (1 - long)
    expect(meanLength(mixture)).toBeCloseTo(lengths, 12)
    const right = inputs.reduce((sum, input) => {
      const parity = input.reduce((bit, next) => bit ^ next, 0)
      const shortIsRight = input[0] === parity ? agree * stop : 1 - agree
      return sum + (long + shortIsRight) / inputs.length
    }, 0)
    expect(sampledAccuracy(mixture)).toBeCloseTo(right, 12)
  })
  test('greedy decoding takes the likelier of stopping and going on', () => {
    if (Math.abs(stop - 0.5) < 1e-9) return
    const right = inputs.filter(
      (input) => stop < 0.5 || input[0] === input.reduce((bit, next) => bit ^ next, 0),
    )
    expect(greedyAccuracy(mixture)).toBe(right.length / inputs.length)
    expect(greedyLength(mixture)).toBe(stop < 0.5 ? bits : 1)
  })
  test('a round of STaR keeps what is right and trains on it', () => {
    // Sampled: long ones, all right; short ones, right for half of the inputs (those whose first bit is the parity, or not).
    const keptShort = (agree * stop) / 2 + (1 - agree) / 2
    expect(starKeptFraction(p)).toBeCloseTo(long + keptShort, 12)
    expect(starLongFraction(p, 1)).toBeCloseTo(long / (long + keptShort), 12)
    expect(starLongFraction(p, 3)).toBeCloseTo(
      starLongFraction(starLongFraction(starLongFraction(p, 1), 1), 1),
      12,
    )
  })
})

test('known values, worked out by hand', () => {
  // h(.6) + .6 h(1/3) and h(.625) + .625 h(.4), in nats.
  expect(lossPlateau({ bits: 20, longFraction: 0.2 })).toBeCloseTo(0.673011667 + 0.6 * 0.6365141683, 9)
  expect(lossPlateau({ bits: 20, longFraction: 0.25 })).toBeCloseTo(1.0822, 4)
  expect(lossFloor({ bits: 20, longFraction: 0.2 })).toBeCloseTo(0.5004024235, 9)
  expect(meanLength({ bits: 20, longFraction: 0.2 })).toBeCloseTo(4.8, 12)
  expect(starLongFraction(0.2, 1)).toBeCloseTo(1 / 3, 12)
})

describe('rounds of STaR until greedy decoding flips', () => {
  test.each([
    [0.25, 1],
    [0.2, 2],
    [0.1, 3],
    [1 / 9, 3],
    [0.02, 5],
    [0.01, 6],
    [0.3, 1],
    [0.333, 1],
    [1 / 3, 0],
    [0.5, 0],
    [1, 0],
    [0, Infinity],
  ])('from %f: %d', (p, rounds) => {
    expect(starRoundsToFlip(p)).toBe(rounds)
  })
  test('is the first round after which the share exceeds 1/3', () => {
    for (let p = 0.001; p < 1 / 3; p += 0.0037) {
      let share = p
      let rounds = 0
      while (share <= 1 / 3 + 1e-12) {
        share = (2 * share) / (1 + share)
        rounds++
      }
      expect(starRoundsToFlip(p)).toBe(rounds)
    }
  })
})

describe('the ends of the range', () => {
  test('without long answers there is a coin to predict and nothing else', () => {
    const mixture = { bits: 20, longFraction: 0 }
    expect(lossPlateau(mixture)).toBeCloseTo(Math.LN2, 15)
    expect(lossFloor(mixture)).toBe(0)
    expect([greedyAccuracy(mixture), sampledAccuracy(mixture), meanLength(mixture)]).toEqual([0.5, 0.5, 1])
    expect(starLongFraction(0, 50)).toBe(0)
  })
  test('with long answers only there is nothing to guess', () => {
    const mixture = { bits: 20, longFraction: 1 }
    expect(lossPlateau(mixture)).toBe(0)
    expect(lossFloor(mixture)).toBe(0)
    expect([
      greedyAccuracy(mixture),
      sampledAccuracy(mixture),
      meanLength(mixture),
      greedyLength(mixture),
    ]).toEqual([1, 1, 20, 20])
    expect(starLongFraction(1, 50)).toBe(1)
  })
  test('at exactly 1/3 the chain counts as taken; just below, it does not', () => {
    expect(greedyAccuracy({ bits: 20, longFraction: 1 / 3 })).toBe(1)
    expect(greedyAccuracy({ bits: 20, longFraction: 1 / 3 - 1e-9 })).toBe(0.5)
  })
  test('one bit leaves nothing to learn', () => {
    const mixture = { bits: 1, longFraction: 0.2 }
    expect([
      lossPlateau(mixture),
      lossFloor(mixture),
      greedyAccuracy(mixture),
      sampledAccuracy(mixture),
    ]).toEqual([0, 0, 1, 1])
  })
  test('entropy is 0 at both ends and ln 2 in the middle', () => {
    expect([binaryEntropy(0), binaryEntropy(1)]).toEqual([0, 0])
    expect(binaryEntropy(0.5)).toBeCloseTo(Math.LN2, 15)
  })
})

test('groups without signal: counted over all outcomes of four completions', () => {
  for (const accuracy of [0, 0.3, 0.6, 1]) {
    let silent = 0
    for (let outcome = 0; outcome < 16; outcome++) {
      const right = [0, 1, 2, 3].filter((bit) => (outcome >> bit) & 1).length
      if (right === 0 || right === 4) silent += accuracy ** right * (1 - accuracy) ** (4 - right)
    }
    expect(groupsWithoutSignal(accuracy, 4)).toBeCloseTo(silent, 12)
  }
})
