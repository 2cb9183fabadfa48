// The linear model's population optimum against the closed forms of arXiv 2510.11495 (Theorem 1, Lemma 1).
import { describe, expect, it } from 'vitest'
import { linearBehaviour, linearOptimum, linearTheoryValues } from '../../../src/theory/linear'
import { fitLogistic } from '../../../src/theory/logistic-regression'
import { theoryValues } from '../../../src/theory/predictions'
import { runConfig } from '../../helpers/run-config'

const regularization = 1e-6
const shares = [0.05, 0.1, 0.2, 0.3, 0.33, 0.34, 0.4, 0.6]

describe('the population optimum on 8 bits, lambda 1e-6', () => {
  it.each(shares)('is within 2e-4 of the closed forms at p = %f', (p) => {
    const optimum = linearOptimum({ bits: 8, longFraction: p, regularization })
    const { longRight, shortRight, greedyAccuracy, accuracy } = linearBehaviour(optimum, 8)
    const measured = [
      ...optimum.firstHead,
      optimum.firstRight,
      optimum.stopAfterRight,
      optimum.stopAfterWrong,
      longRight,
      shortRight,
      accuracy,
    ]
    const expected = [
      ...[Math.log((1 + p) / (1 - p)), 0, 0, 0, 0, 0, 0, 0],
      (1 + p) / 2,
      (1 - p) / (1 + p),
      1,
      p,
      (1 - p) / 2,
      (1 + p) / 2,
    ]
    measured.forEach((value, index) => {
      expect(Math.abs(value - (expected[index] as number))).toBeLessThan(2e-4)
    })
    expect(greedyAccuracy).toBe(p < 1 / 3 ? 0.5 : 1)
  })

  it('is found within two seconds', () => {
    const begin = performance.now()
    linearOptimum({ bits: 8, longFraction: 0.05, regularization })
    expect(performance.now() - begin).toBeLessThan(2000)
  })
})

describe('the optimum at any lambda', () => {
  it('depends on p and lambda, not on the number of bits', () => {
    const of = (bits: number) => linearOptimum({ bits, longFraction: 0.2, regularization: 1e-3 })
    const { firstHead, ...reference } = of(8)
    for (const bits of [3, 4, 5, 6, 7]) {
      const { firstHead: first, ...others } = of(bits)
      expect(first[0]).toBeCloseTo(firstHead[0] as number, 9)
      for (const [name, value] of Object.entries(others)) {
        expect(value, `${name} at ${bits} bits`).toBeCloseTo(reference[name as keyof typeof reference], 9)
      }
    }
  })

  it('solves the one-dimensional equations it reduces to', () => {
    const [p, lambda] = [0.2, 1e-3]
    const { firstHead, chainStep } = linearOptimum({ bits: 6, longFraction: p, regularization: lambda })
    const first = firstHead[0] as number
    expect(Math.tanh(first / 2) / 2 + lambda * first).toBeCloseTo(p / 2, 10)
    // sigmoid(-w) = lambda w, with w the chain heads' only weight.
    const weight = Math.log(chainStep / (1 - chainStep))
    expect(1 - chainStep).toBeCloseTo(lambda * weight, 8)
  })
})

describe('fitLogistic', () => {
  it('reaches a vanishing gradient where features coincide and labels separate', () => {
    const lambda = 1e-6
    const examples = [1, -1].map((label) => ({
      features: Float64Array.of(label, label, 1),
      label: label as 1 | -1,
      weight: 0.5,
    }))
    const [a = 0, b = 0, bias] = fitLogistic(examples, lambda)
    expect(a).toBeCloseTo(b, 9)
    expect(bias).toBeCloseTo(0, 9)
    expect(lambda * a).toBeCloseTo(1 / (1 + Math.exp(a + b)), 11)
  })
})

describe('what `afterword theory` prints of a linear model', () => {
  const config = (changes: object) =>
    runConfig({
      task: { kind: 'parity', bits: 20, longFraction: 0.2 },
      model: { kind: 'linear', ...changes },
    })

  it('approaches the closed forms as lambda goes to 0', () => {
    const values = linearTheoryValues(config({ regularization: 1e-7 }))
    for (const [name, value] of Object.entries(
      theoryValues(runConfig({ task: { kind: 'parity', bits: 20, longFraction: 0.2 } })),
    )) {
      expect(Math.abs((values[name] as number) - value), name).toBeLessThan(1e-3)
    }
  })

  it('says that a strong penalty costs the chain', () => {
    const weak = linearTheoryValues(config({ regularization: 1e-6 }))
    const strong = linearTheoryValues(config({ regularization: 1e-2 }))
    expect(weak['theory/eval/long_accuracy']).toBeGreaterThan(0.999)
    expect(strong['theory/eval/long_accuracy']).toBeLessThan(0.8)
  })

  it('is nothing for a transformer or two bits', () => {
    expect(linearTheoryValues(runConfig())).toEqual({})
    const two = runConfig({ task: { kind: 'parity', bits: 2, longFraction: 0.2 }, model: { kind: 'linear' } })
    expect(linearTheoryValues(two)).toEqual({})
  })
})
