// Hidden methods: the figures of the derivation, the flow against a numerical gradient, curves against simulation.
import { describe, expect, test } from 'vitest'
import {
  crossover,
  policyAfter,
  policyEntropy,
  policyMajorityAtK,
  policyPassAtK,
} from '../../../src/theory/hidden-method'

const shares = [0.7, 0.2, 0.1]
const base = [0.4, 0.3, 0.3]

test('base and trained policy: pass@k, entropy and where the curves cross', () => {
  const passOf = (policy: readonly number[], ks: number[]) =>
    ks.map((k) => Number(policyPassAtK(shares, policy, k).toFixed(3)))
  expect(passOf(base, [1, 2, 3, 4, 8])).toEqual([0.37, 0.601, 0.746, 0.837, 0.971])
  const trained = policyAfter(shares, base, { steps: 300, rate: 0.1 })
  expect(trained.map((p) => Number(p.toFixed(3)))).toEqual([0.946, 0.029, 0.025])
  expect(passOf(trained, [1, 4, 16])).toEqual([0.67, 0.732, 0.809])
  expect(crossover(shares, base, trained)).toBe(3)
  expect([policyEntropy(base), policyEntropy(trained)].map((h) => Number(h.toFixed(3)))).toEqual([
    1.089, 0.249,
  ])
  const longer = policyAfter(shares, base, { steps: 600, rate: 0.1 })
  expect(policyPassAtK(shares, longer, 16)).toBeLessThan(0.809)
  expect(crossover(shares, base, base)).toBeUndefined()
})

test('a step follows the gradient of pass@1 in the logits', () => {
  const softmax = (logits: number[]) => {
    const weights = logits.map(Math.exp)
    return weights.map((weight) => weight / weights.reduce((a, b) => a + b, 0))
  }
  const logits = base.map(Math.log)
  const value = (at: number[]) => policyPassAtK(shares, softmax(at), 1)
  const h = 1e-5
  const gradient = logits.map((_, m) => {
    const moved = (by: number) => logits.map((logit, i) => (i === m ? logit + by : logit))
    return (value(moved(h)) - value(moved(-h))) / (2 * h)
  })
  const after = softmax(logits.map((logit, m) => logit + 0.3 * (gradient[m] ?? 0)))
  policyAfter(shares, base, { steps: 1, rate: 0.3 }).forEach((p, m) =>
    expect(p).toBeCloseTo(after[m] ?? NaN, 8),
  )
})

describe('many samples', () => {
  test('what simulation finds: pass@k and majority of 20,000 problems', () => {
    let state = 12345
    const uniform = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state / 2 ** 32
    }
    const draw = (weights: readonly number[]) => {
      let rest = uniform()
      return weights.findIndex((weight) => (rest -= weight) < 0)
    }
    const problems = 20_000
    const k = 5
    let [passed, majority] = [0, 0]
    for (let problem = 0; problem < problems; problem++) {
      const needed = draw(shares)
      const counts = [0, 0, 0]
      for (let i = 0; i < k; i++) {
        const method = draw(base)
        counts[method] = (counts[method] ?? 0) + 1
      }
      const most = Math.max(...counts)
      if ((counts[needed] ?? 0) > 0) passed++
      if (counts[needed] === most) majority += 1 / counts.filter((count) => count === most).length
    }
    // Five standard errors of a share.
    const bound = 5 * Math.sqrt(0.25 / problems)
    expect(Math.abs(passed / problems - policyPassAtK(shares, base, k))).toBeLessThan(bound)
    expect(Math.abs(majority / problems - policyMajorityAtK(shares, base, k))).toBeLessThan(bound)
  })
  test('pass@1, majority@1 and accuracy are one number', () => {
    expect(policyMajorityAtK(shares, base, 1)).toBeCloseTo(policyPassAtK(shares, base, 1), 12)
  })
})
