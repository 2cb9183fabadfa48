// What RL's choices change in expectation, and what they do not: exact expected gradients of a tabular policy, by enumerating
// every batch of two prompts with three completions each, and one test on samples.
import { describe, expect, it } from 'vitest'
import { createStream } from '../../../src/engine/random'
import { advantagesOf, groupsWithSignal } from '../../../src/lab/advantages'
import { groupsOf, sequenceWeights } from '../../../src/lab/weights'
import type { PolicyGradientChoices, PolicyGradientName } from '../../../src/shared/config/schema/presets'
import { plain, policyGradientPresets } from '../../../src/shared/config/schema/presets'

const group = 3
/** Logits of the first token (right, wrong, go on) and of the second (right, wrong), for an easy and a hard prompt. */
const prompts = [
  { first: [1.6, 1.1, 0.1], second: [1.9, -0.5] },
  { first: [-1.1, 0.6, -0.3], second: [0.9, 0.2] },
] as const
const size = 5
/** Answers right or wrong at once, and after going on; tokens as columns of `first` and `second`. */
const outputs = [
  { tokens: [0], right: true },
  { tokens: [1], right: false },
  { tokens: [2, 0], right: true },
  { tokens: [2, 1], right: false },
] as const
const maxLength = 2

const softmax = (logits: readonly number[]): number[] => {
  const total = logits.reduce((sum, value) => sum + Math.exp(value), 0)
  return logits.map((value) => Math.exp(value) / total)
}
const policies = prompts.map(({ first, second }) => ({ first: softmax(first), second: softmax(second) }))
const probabilityOf = (prompt: number, output: number): number => {
  const [a, b] = outputs[output]?.tokens ?? []
  const policy = policies[prompt]
  return (policy?.first[a as number] as number) * (b === undefined ? 1 : (policy?.second[b] as number))
}
/** Gradient of the log-probability of a token with respect to the logits of its prompt. */
const tokenGradients = outputs.map(({ tokens }) =>
  prompts.map((_, prompt) =>
    tokens.map((token, at) => {
      const offset = at === 0 ? 0 : 3
      const gradient = new Array<number>(size).fill(0)
      const policy = policies[prompt]
      ;(at === 0 ? policy?.first : policy?.second)?.forEach((probability, column) => {
        gradient[offset + column] = (column === token ? 1 : 0) - probability
      })
      return gradient
    }),
  ),
)

/** The gradient that a batch of outputs, group by group, gives: one on-policy update. */
function batchGradient(batch: readonly number[], choices: PolicyGradientChoices): number[] {
  const gradient = new Array<number>(prompts.length * size).fill(0)
  const isRight = (output: number) => outputs[output]?.right === true
  const signal = groupsWithSignal(batch.map(isRight), group)
  const groups = groupsOf(batch, group)
  const kept = [...groups.keys()].filter((at) => choices.groupsWithoutSignal === 'keep' || signal[at])
  const chosen = kept.flatMap((at) => groups[at] ?? [])
  const right = chosen.map(isRight)
  const advantages = advantagesOf(
    {
      rewards: right.map((one) => (one ? 1 : choices.wrongReward)),
      right,
      group,
      greedyRewards: kept.map((at) => (at === 0 ? 1 : choices.wrongReward)),
    },
    choices,
  )
  const lengths = chosen.map((output) => outputs[output]?.tokens.length ?? 0)
  const weights = sequenceWeights(lengths, chosen.length, maxLength, choices.aggregation)
  chosen.forEach((output, row) => {
    const prompt = kept[Math.floor(row / group)] as number
    tokenGradients[output]?.[prompt]?.forEach((ofToken, token) => {
      const factor = (advantages[row] as number) * (weights[row * maxLength + token] as number)
      ofToken.forEach((value, column) => {
        gradient[prompt * size + column] = (gradient[prompt * size + column] as number) + factor * value
      })
    })
  })
  return gradient
}

function expectedGradient(choices: PolicyGradientChoices): number[] {
  const sequences = prompts.length * group
  const expected = new Array<number>(prompts.length * size).fill(0)
  for (let index = 0; index < outputs.length ** sequences; index++) {
    const batch = Array.from({ length: sequences }, (_, at) => Math.floor(index / 4 ** at) % 4)
    const probability = batch.reduce(
      (product, output, at) => product * probabilityOf(Math.floor(at / group), output),
      1,
    )
    batchGradient(batch, choices).forEach((value, column) => {
      expected[column] = (expected[column] as number) + probability * value
    })
  }
  return expected
}

const preset = (
  name: PolicyGradientName,
  changes: Partial<PolicyGradientChoices> = {},
): PolicyGradientChoices => ({
  ...plain,
  ...policyGradientPresets[name].choices,
  ...changes,
})
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, at) => sum + value * (b[at] as number), 0)
const cosine = (a: readonly number[], b: readonly number[]) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
/** How many times `of` is `a`, where it is a multiple of it. */
function multiple(a: readonly number[], of: readonly number[]): number {
  expect(cosine(a, of)).toBeGreaterThan(1 - 1e-9)
  return dot(a, of) / dot(of, of)
}

const gradient = expectedGradient(plain)

describe('on-policy, unfiltered and without 1/T, the expected gradient', () => {
  it('of weights r, r - 1 and 2r - 1 is the same up to the factors 1, 1 and 2', () => {
    expect(multiple(expectedGradient(preset('psr')), gradient)).toBeCloseTo(1, 6)
    expect(multiple(expectedGradient(preset('nsr')), gradient)).toBeCloseTo(1, 6)
    expect(multiple(expectedGradient(preset('reinforce-no-baseline')), gradient)).toBeCloseTo(2, 6)
    expect(multiple(expectedGradient(preset('w-reinforce')), gradient)).toBeCloseTo(1.1, 6)
  })
  it("with the group's own mean as baseline has the factor 1 - 1/G, with that of the others 1", () => {
    expect(multiple(expectedGradient(preset('dr-grpo')), gradient)).toBeCloseTo(1 - 1 / group, 6)
    expect(multiple(expectedGradient(preset('rloo')), gradient)).toBeCloseTo(1, 6)
  })
  it("with the batch's mean as baseline has the factor 1 - 1/N, with the greedy answer's reward 1", () => {
    const sequences = prompts.length * group
    expect(multiple(expectedGradient(preset('reinforce')), gradient)).toBeCloseTo(2 * (1 - 1 / sequences), 6)
    expect(multiple(expectedGradient(preset('remax')), gradient)).toBeCloseTo(1, 6)
  })
})

describe('the expected gradients of right answers alone and of wrong answers alone differ', () => {
  const cosineOf = (changes: Partial<PolicyGradientChoices>) =>
    cosine(expectedGradient(preset('psr', changes)), expectedGradient(preset('nsr', changes)))
  it('in direction with 1/T', () => {
    expect(cosineOf({ aggregation: 'sequence-mean' })).toBeLessThan(0.95)
  })
  it('in direction where groups without signal are dropped', () => {
    expect(cosineOf({ groupsWithoutSignal: 'drop' })).toBeLessThan(0.95)
  })
  it('in direction with the mean over tokens', () => {
    expect(cosineOf({ aggregation: 'token-mean' })).toBeLessThan(0.999)
  })
})

describe('dividing by', () => {
  it('the standard deviation changes nothing but the size in groups of 3, which have one if they have any', () => {
    const factor = multiple(expectedGradient(preset('grpo')), expectedGradient(preset('dr-grpo')))
    expect(factor).toBeCloseTo(3 / Math.sqrt(2), 4)
  })
  it("the group's mean reward turns the gradient towards the hard prompt", () => {
    const scaled = expectedGradient(preset('dr-grpo', { scale: 'group-mean' }))
    const hardShare = (of: readonly number[]) => dot(of.slice(size), of.slice(size)) / dot(of, of)
    expect(hardShare(scaled)).toBeGreaterThan(1.2 * hardShare(gradient))
  })
})

describe('with 1/T', () => {
  // The column of going on; its expected gradient is p (1 - p) (E[w|long] / T_long - E[w|short] / T_short) over the prompts.
  const goOn = 2
  const worth = (prompt: number, output: number, wrong: number) =>
    probabilityOf(prompt, output) * (outputs[output]?.right ? 1 : wrong)
  const meanWeight = (prompt: number, of: readonly [number, number], wrong: number) =>
    (worth(prompt, of[0], wrong) + worth(prompt, of[1], wrong)) /
    (probabilityOf(prompt, of[0]) + probabilityOf(prompt, of[1]))

  it.each([
    ['psr', 0],
    ['reinforce-no-baseline', -1],
  ] as const)(
    '%s makes answers longer where the closed criterion says so, and by how much',
    (name, wrong) => {
      const expected = expectedGradient(preset(name, { aggregation: 'sequence-mean' }))
      prompts.forEach((_, prompt) => {
        const p = policies[prompt]?.first[goOn] as number
        const gain = meanWeight(prompt, [2, 3], wrong) / 2 - meanWeight(prompt, [0, 1], wrong)
        expect((expected[prompt * size + goOn] as number) * prompts.length).toBeCloseTo(p * (1 - p) * gain, 6)
      })
    },
  )
  it('right answers alone shorten, without 1/T or with wrong answers they lengthen: an interaction', () => {
    const growth = (name: PolicyGradientName, aggregation: PolicyGradientChoices['aggregation']) =>
      expectedGradient(preset(name, { aggregation }))[goOn]
    expect(growth('psr', 'sequence-mean')).toBeLessThan(0)
    expect(growth('psr', 'sequence-sum')).toBeGreaterThan(0)
    expect(growth('reinforce-no-baseline', 'sequence-mean')).toBeGreaterThan(0)
    expect(growth('reinforce-no-baseline', 'sequence-sum')).toBeGreaterThan(0)
  })
})

describe('on 10,000 sampled batches', () => {
  const stream = createStream({ seed: 11, purpose: 'test', stage: 0, step: 0 })
  const cumulative = prompts.map((_, prompt) =>
    outputs.map((__, output) =>
      Array.from({ length: output + 1 }, (___, at) => probabilityOf(prompt, at)).reduce((a, b) => a + b, 0),
    ),
  )
  const draw = (prompt: number) => {
    const u = stream.uniform()
    return Math.max(
      0,
      (cumulative[prompt] ?? []).findIndex((edge) => u < edge),
    )
  }
  const batches = Array.from({ length: 10_000 }, () =>
    Array.from({ length: prompts.length * group }, (_, at) => draw(Math.floor(at / group))),
  )
  /** Largest z of a column's mean difference between two gradients of the same batches. */
  const largestZ = (a: PolicyGradientChoices, b: PolicyGradientChoices, factor: number) => {
    const sums = new Array<number>(prompts.length * size).fill(0)
    const squares = [...sums]
    for (const batch of batches) {
      const other = batchGradient(batch, b)
      batchGradient(batch, a).forEach((value, column) => {
        const difference = factor * value - (other[column] as number)
        sums[column] = (sums[column] as number) + difference
        squares[column] = (squares[column] as number) + difference ** 2
      })
    }
    const n = batches.length
    return sums.reduce((most, sum, column) => {
      const variance = (squares[column] as number) / n - (sum / n) ** 2
      return Math.max(most, Math.abs(sum / n) / Math.sqrt(variance / n))
    }, 0)
  }
  it('twice r and 2r - 1 agree within 4.5 standard errors; with 1/T they are told apart', () => {
    const both = (changes: Partial<PolicyGradientChoices>) =>
      largestZ(preset('psr', changes), preset('reinforce-no-baseline', changes), 2)
    expect(both({})).toBeLessThan(4.5)
    expect(both({ aggregation: 'sequence-mean' })).toBeGreaterThan(10)
  })
  it("the group's own mean times G/(G-1) agrees with the others' mean batch by batch", () => {
    for (const batch of batches.slice(0, 100)) {
      const own = batchGradient(batch, preset('dr-grpo'))
      batchGradient(batch, preset('rloo')).forEach((value, column) => {
        expect(value).toBeCloseTo(((own[column] as number) * group) / (group - 1), 6)
      })
    }
  })
})
