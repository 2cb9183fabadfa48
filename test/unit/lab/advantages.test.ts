// Advantages: what each baseline and scale does, groups without signal, generalised estimates. PyTorch's numbers are compared in
// golden-objectives.test.ts.
import { describe, expect, it } from 'vitest'
import { createStream } from '../../../src/engine/random'
import type { AdvantageChoices } from '../../../src/lab/advantages'
import { advantagesOf, generalizedAdvantages, groupsWithSignal, whitened } from '../../../src/lab/advantages'
import { groupsOf, populationStd, sequenceWeights } from '../../../src/lab/weights'
import { mean } from '../../../src/statistics/summary'

const plain: AdvantageChoices = { baseline: 'none', scale: 'none', rightWeight: 1, wrongWeight: 1 }
const draws = (count: number, step: number): number[] =>
  Array.from(createStream({ seed: 9, purpose: 'test', stage: 0, step }).normals(count))
/** Advantages of rewards where every positive reward is that of a right answer. */
const of = (
  rewards: readonly number[],
  group: number,
  choices: Partial<AdvantageChoices>,
  greedyRewards: readonly number[] = [],
) =>
  advantagesOf(
    { rewards, right: rewards.map((reward) => reward > 0), group, greedyRewards },
    { ...plain, ...choices },
  )
const round = (values: readonly number[]) => values.map((value) => Number(value.toFixed(4)))

describe('advantages', () => {
  it('of known rewards', () => {
    const rewards = [1, 0, 0, 1, 1, 1]
    const known = {
      none: of(rewards, 3, {}),
      batch: of(rewards, 3, { baseline: 'batch-mean' }),
      group: of(rewards, 3, { baseline: 'group-mean' }),
      others: of(rewards, 3, { baseline: 'leave-one-out' }),
      greedy: of(rewards, 3, { baseline: 'greedy' }, [0, 1]),
      std: of(rewards, 3, { baseline: 'group-mean', scale: 'group-std' }),
      batchStd: of(rewards, 3, { baseline: 'batch-mean', scale: 'batch-std' }),
      mean: of(rewards, 3, { baseline: 'group-mean', scale: 'group-mean' }),
    }
    expect(Object.fromEntries(Object.entries(known).map(([name, values]) => [name, round(values).join(' ')])))
      .toMatchInlineSnapshot(`
      {
        "batch": "0.3333 -0.6667 -0.6667 0.3333 0.3333 0.3333",
        "batchStd": "0.7071 -1.4142 -1.4142 0.7071 0.7071 0.7071",
        "greedy": "1 0 0 0 0 0",
        "group": "0.6667 -0.3333 -0.3333 0 0 0",
        "mean": "2 -1 -1 0 0 0",
        "none": "1 0 0 1 1 1",
        "others": "1 -0.5 -0.5 0 0 0",
        "std": "1.4142 -0.7071 -0.7071 0 0 0",
      }
    `)
  })
  it('of answers that all earn the same are 0 with a baseline of the group, and finite with every scale', () => {
    for (const scale of ['none', 'group-std', 'batch-std', 'group-mean'] as const) {
      for (const baseline of ['batch-mean', 'group-mean', 'leave-one-out'] as const) {
        for (const reward of [0, 1]) {
          const advantages = of(new Array<number>(4).fill(reward), 2, { baseline, scale })
          expect(advantages.map(Math.abs), `${baseline} ${scale}`).toEqual([0, 0, 0, 0])
        }
      }
    }
  })
  it('do not change when rewards are shifted, where a baseline is taken from them', () => {
    const rewards = draws(12, 1)
    const shifted = rewards.map((reward) => reward + 3)
    for (const baseline of ['batch-mean', 'group-mean', 'leave-one-out'] as const) {
      const right = rewards.map(() => true)
      const [a, b] = [rewards, shifted].map((values) =>
        round(advantagesOf({ rewards: values, right, group: 4 }, { ...plain, baseline, scale: 'batch-std' })),
      )
      expect(a, baseline).toEqual(b)
    }
  })
  it('do not change when rewards are scaled, where they are divided by a standard deviation', () => {
    const rewards = draws(12, 2)
    for (const scale of ['group-std', 'batch-std'] as const) {
      const right = rewards.map(() => true)
      const choices = { ...plain, baseline: 'group-mean', scale } as const
      const a = advantagesOf({ rewards, right, group: 4 }, choices)
      const b = advantagesOf({ rewards: rewards.map((reward) => 7 * reward), right, group: 4 }, choices)
      a.forEach((value, at) => {
        expect(b[at], scale).toBeCloseTo(value, 4)
      })
    }
  })
  it("with the others' mean are G / (G - 1) times those with the group's, and the reward in a group of 1", () => {
    const rewards = draws(12, 3)
    const own = of(rewards, 4, { baseline: 'group-mean' })
    of(rewards, 4, { baseline: 'leave-one-out' }).forEach((value, at) => {
      expect(value).toBeCloseTo(((own[at] as number) * 4) / 3, 12)
    })
    expect(of(rewards, 1, { baseline: 'leave-one-out' })).toEqual(rewards)
  })
  it('have mean 0 and standard deviation 1 in each group with grpo, in the batch with reinforce++', () => {
    const rewards = draws(12, 4)
    for (const members of groupsOf(of(rewards, 4, { baseline: 'group-mean', scale: 'group-std' }), 4)) {
      expect(mean(members)).toBeCloseTo(0, 12)
      expect(populationStd(members)).toBeCloseTo(1, 5)
    }
    const batch = of(rewards, 4, { baseline: 'batch-mean', scale: 'batch-std' })
    expect(mean(batch)).toBeCloseTo(0, 12)
    expect(populationStd(batch)).toBeCloseTo(1, 5)
  })
  it('are multiplied by the weight of right or wrong answers after all else', () => {
    const weights = { rightWeight: 0.1, wrongWeight: 2 }
    const choices = { baseline: 'group-mean', scale: 'group-std' } as const
    const before = of([1, 0, 0, 0], 4, choices)
    const after = of([1, 0, 0, 0], 4, { ...choices, ...weights })
    expect(round(after)).toEqual(round(before.map((value, at) => (at === 0 ? 0.1 : 2) * value)))
  })
  it('need a greedy reward a group where that is the baseline', () => {
    expect(() => of([1, 0, 1, 0], 2, { baseline: 'greedy' }, [1])).toThrow('one greedy reward a group')
  })
})

describe('groups with signal', () => {
  it('are those with right and wrong answers', () => {
    const right = [true, false, true, true, false, false]
    expect(groupsWithSignal(right, 2)).toEqual([true, false, false])
    expect(groupsWithSignal(right, 3)).toEqual([true, true])
    expect(groupsWithSignal(right, 1)).toEqual(new Array(6).fill(false))
  })
})

describe('the generalised advantage estimate', () => {
  const rewards = draws(5, 5)
  const values = draws(5, 6)
  it('with lambda 1 is the discounted return less the value', () => {
    const { advantages, returns } = generalizedAdvantages(rewards, values, { discount: 0.9, lambda: 1 })
    advantages.forEach((advantage, t) => {
      const discounted = rewards.slice(t).reduce((sum, reward, l) => sum + 0.9 ** l * reward, 0)
      expect(advantage).toBeCloseTo(discounted - (values[t] as number), 12)
      expect(returns[t]).toBeCloseTo(discounted, 12)
    })
  })
  it('with lambda 0 is the error of one step', () => {
    const { advantages } = generalizedAdvantages(rewards, values, { discount: 0.9, lambda: 0 })
    advantages.forEach((advantage, t) => {
      expect(advantage).toBeCloseTo(
        (rewards[t] as number) + 0.9 * (values[t + 1] ?? 0) - (values[t] as number),
        12,
      )
    })
  })
  it('of a value that is right is 0, and reads no value past the end', () => {
    const { advantages } = generalizedAdvantages([0, 0, 1], [1, 1, 1, 99], { discount: 1, lambda: 0.95 })
    expect(advantages).toEqual([0, 0, 0])
  })
  it('whitened over a batch has mean 0 and standard deviation 1 over its tokens', () => {
    const white = whitened([[3], [1, 2], [5, 0, -4]])
    expect(white.map((sequence) => sequence.length)).toEqual([1, 2, 3])
    expect(mean(white.flat())).toBeCloseTo(0, 12)
    expect(populationStd(white.flat())).toBeCloseTo(1, 6)
  })
})

describe('token weights', () => {
  const lengths = [3, 1, 2]
  it.each(['sequence-sum', 'sequence-mean', 'token-mean'] as const)(
    'of %s are 0 on padding',
    (aggregation) => {
      const weights = sequenceWeights(lengths, 4, 3, aggregation)
      const isToken = Array.from({ length: 12 }, (_, at) => at % 3 < (lengths[Math.floor(at / 3)] ?? 0))
      expect(Array.from(weights, (weight) => weight > 0)).toEqual(isToken)
    },
  )
  it('average what they say: token sums, token means, tokens', () => {
    const totals = (aggregation: 'sequence-sum' | 'sequence-mean' | 'token-mean') =>
      groupsOf(Array.from(sequenceWeights(lengths, 3, 3, aggregation)), 3).map((row) =>
        Number(row.reduce((sum, weight) => sum + weight, 0).toFixed(4)),
      )
    expect(totals('sequence-sum')).toEqual([1, 0.3333, 0.6667])
    expect(totals('sequence-mean')).toEqual([0.3333, 0.3333, 0.3333])
    expect(totals('token-mean')).toEqual([0.5, 0.1667, 0.3333])
  })
})
