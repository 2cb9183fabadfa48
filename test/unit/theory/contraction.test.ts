// The criterion of contraction: every sign that was measured, and its weights against the lab's own advantages of simulated
// groups.
import { describe, expect, test } from 'vitest'
import { advantagesOf, groupsWithSignal } from '../../../src/lab/advantages'
import {
  plain,
  policyGradientPresets,
  type PolicyGradientChoices,
} from '../../../src/shared/config/schema/presets'
import { lengthTendency, type LengthOutcomes, type WeightChoices } from '../../../src/theory/contraction'

const choicesOf = (changes: Partial<PolicyGradientChoices>): WeightChoices => ({
  ...plain,
  ...changes,
  prompts: 16,
  group: 16,
})
const perToken = { aggregation: 'sequence-mean' } as const
const negatives = { wrongReward: -1 }
/** Parity of 20 bits at p = .2 once the chain is learned; end tokens count. */
const parity: LengthOutcomes = {
  longFraction: 0.2,
  longAccuracy: 1,
  shortAccuracy: 0.5,
  longTokens: 21,
  shortTokens: 2,
}
/** The composition toy's base: long answers of about 20 tokens, short ones of 7. */
const compose: LengthOutcomes = {
  longFraction: 0.32,
  longAccuracy: 0.54,
  shortAccuracy: 0.34,
  longTokens: 19.8,
  shortTokens: 7.7,
}

describe('what was measured', () => {
  test.each([
    ['SFT on own right answers with 1/T', perToken, 0.048, 0.25, 'contracts'],
    ['the same without 1/T', {}, 1, 0.5, 'lengthens'],
    ['right and wrong answers with 1/T', { ...perToken, ...negatives }, 0.048, 0, 'lengthens'],
    ['right and wrong answers', negatives, 1, 0, 'lengthens'],
    ['wrong answers only', { ...negatives, rightWeight: 0 }, 0, -0.5, 'lengthens'],
  ] as const)('parity: %s', (_name, changes, long, short, tendency) => {
    const found = lengthTendency(choicesOf(changes), parity)
    expect(found?.tendency).toBe(tendency)
    expect(found?.long).toBeCloseTo(long, 3)
    expect(found?.short).toBeCloseTo(short, 3)
  })
  test.each([
    ['SFT with 1/T', perToken, 'contracts'],
    ['SFT without', {}, 'lengthens'],
    ['POS+NEG', { ...negatives, groupsWithoutSignal: 'drop' }, 'lengthens'],
    ['REINFORCE+', { baseline: 'group-mean' }, 'lengthens'],
    ['GRPO', policyGradientPresets.grpo.choices, 'lengthens'],
    ['NSR only', policyGradientPresets.nsr.choices, 'lengthens'],
    ['POS+NEG with 1/T', { ...perToken, ...negatives }, 'lengthens'],
  ] as const)('composition: %s', (_name, changes, tendency) => {
    expect(lengthTendency(choicesOf(changes), compose)?.tendency).toBe(tendency)
  })
  test('contraction needs both: 1/T, and no negatives or baseline', () => {
    for (const outcomes of [parity, compose])
      for (const aggregation of ['sequence-sum', 'sequence-mean', 'token-mean'] as const)
        for (const baseline of ['none', 'group-mean', 'batch-mean'] as const)
          for (const wrongReward of [0, -1])
            expect(
              lengthTendency(choicesOf({ aggregation, baseline, wrongReward }), outcomes)?.tendency,
            ).toBe(
              aggregation === 'sequence-mean' && baseline === 'none' && wrongReward === 0
                ? 'contracts'
                : 'lengthens',
            )
  })
  test('a baseline does not change the difference of token sums, and the group mean shrinks it by 1 - 1/G', () => {
    const gap = (changes: Partial<PolicyGradientChoices>) => {
      const { long = NaN, short = NaN } = lengthTendency(choicesOf(changes), parity) ?? {}
      return long - short
    }
    expect(gap({ baseline: 'leave-one-out' })).toBeCloseTo(gap({}), 12)
    expect(gap({ baseline: 'greedy' })).toBeCloseTo(gap({}), 12)
    expect(gap({ baseline: 'group-mean' })).toBeCloseTo((1 - 1 / 16) * gap({}), 12)
    expect(gap({ baseline: 'batch-mean' })).toBeCloseTo((1 - 1 / 256) * gap({}), 12)
  })
  test('equal kinds do not drift; a critic is not of whole sequences', () => {
    const equal = { ...parity, shortAccuracy: 1, longTokens: 2 }
    expect(lengthTendency(choicesOf({}), equal)?.tendency).toBe('neither')
    expect(lengthTendency(choicesOf({ baseline: 'critic' }), equal)).toBeUndefined()
  })
})

describe("weights are the means of the lab's advantages", () => {
  const settings = Object.entries({
    ...Object.fromEntries(
      Object.entries(policyGradientPresets).map(([name, { choices }]) => [name, choices]),
    ),
    'mean scale': { baseline: 'group-mean', scale: 'group-mean' },
    'batch scale without a baseline': { scale: 'batch-std', ...negatives },
    'mean baseline, groups dropped': { baseline: 'batch-mean', groupsWithoutSignal: 'drop' },
  } as Record<string, Partial<PolicyGradientChoices>>).filter(([, { baseline }]) => baseline !== 'critic')

  test.each(settings)('%s', (_name, changes) => {
    const choices = { ...choicesOf(changes), prompts: 8, group: 4 }
    const greedyAccuracy = 0.6
    const outcomes = { ...compose, greedyAccuracy }
    let state = 2024
    const uniform = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state / 2 ** 32
    }
    const sums = { long: [0, 0, 0], short: [0, 0, 0] }
    for (let batch = 0; batch < 800; batch++) {
      const kinds = Array.from({ length: 32 }, () => (uniform() < outcomes.longFraction ? 'long' : 'short'))
      const right = kinds.map((kind) => uniform() < outcomes[`${kind}Accuracy`])
      const rewards = right.map((isRight) => (isRight ? 1 : choices.wrongReward))
      const greedyRewards = Array.from({ length: 8 }, () =>
        uniform() < greedyAccuracy ? 1 : choices.wrongReward,
      )
      const advantages = advantagesOf({ rewards, right, group: 4, greedyRewards }, choices)
      const kept = groupsWithSignal(right, 4)
      kinds.forEach((kind, index) => {
        const isDropped = choices.groupsWithoutSignal !== 'keep' && kept[Math.floor(index / 4)] !== true
        const weight = isDropped ? 0 : (advantages[index] ?? NaN)
        const tokens = choices.aggregation === 'sequence-mean' ? outcomes[`${kind}Tokens`] : 1
        const [n = 0, sum = 0, squares = 0] = sums[kind]
        sums[kind] = [n + 1, sum + weight / tokens, squares + (weight / tokens) ** 2]
      })
    }
    const found = lengthTendency(choices, outcomes)
    for (const kind of ['long', 'short'] as const) {
      const [n = 0, sum = 0, squares = 0] = sums[kind]
      const error = Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2) / n)
      // Five standard errors; the spread of a batch is taken at its expectation, right to 1 in its 32 sequences.
      const allowed = 5 * error + (choices.scale === 'batch-std' ? Math.abs(sum / n) / 16 : 1e-12)
      expect(Math.abs((found?.[kind] ?? NaN) - sum / n), kind).toBeLessThan(allowed)
    }
  })
})
