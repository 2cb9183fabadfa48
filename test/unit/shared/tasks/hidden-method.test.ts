// The hidden method: a hash that is worked out state by state, exact shares, and the closed form of pass@k by enumeration.
import { describe, expect, it } from 'vitest'
import { taskSchema } from '../../../../src/shared/config/schema/tasks'
import { exactMethodShares } from '../../../../src/shared/tasks/hidden-method'
import { examplesOf, rowsOf, taskOf } from '../../../helpers/task'

const sharesOf = (fields: object): number[] => {
  const config = taskSchema.parse({ kind: 'hidden-method', ...fields })
  if (config.kind !== 'hidden-method') throw new Error('a hidden-method task')
  return exactMethodShares(config)
}
const hiddenMethod = (fields: object = {}) => taskOf({ kind: 'hidden-method', ...fields })
const prior = [0.4, 0.3, 0.3]
const weights = [0.7, 0.2, 0.1]
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

describe('the hash', () => {
  const task = hiddenMethod({ longFraction: 1 })
  const text = (token: number) => task.vocabulary[token] ?? ''

  it('is a machine whose every symbol permutes ten states, and whose last state names the method', () => {
    const steps = new Map<string, string>()
    const methods = new Map<string, string>()
    const learn = (table: Map<string, string>, from: string, to: string) => {
      expect(table.get(from) ?? to).toBe(to)
      table.set(from, to)
    }
    for (const { prompt, output } of examplesOf(task, 1, 2000)) {
      const states = output.slice(0, 8).map(text)
      states.forEach((state, at) => learn(steps, `${states[at - 1] ?? '0'} ${text(prompt[at] ?? -1)}`, state))
      learn(methods, states.at(-1) ?? '', text(output[8] ?? -1))
    }
    expect(steps.size).toBe(10 * 8)
    for (const symbol of 'abcdefgh') {
      const targets = [...steps].filter(([from]) => from.endsWith(symbol)).map(([, to]) => to)
      expect(new Set(targets).size).toBe(10)
    }
    expect([...methods.values()].sort().join('')).toBe('AAAAAAABBC')
  })

  it('is not given away by any one symbol of the key', () => {
    const counts = new Map<string, { all: number; first: number }>()
    for (const { prompt, output } of examplesOf(task, 2, 20_000)) {
      prompt.subarray(0, 8).forEach((symbol, at) => {
        const key = `${at} ${symbol}`
        const { all, first } = counts.get(key) ?? { all: 0, first: 0 }
        counts.set(key, { all: all + 1, first: first + (text(output[8] ?? -1) === 'A' ? 1 : 0) })
      })
    }
    expect(counts.size).toBe(64)
    // Six standard errors at about 2500 keys each.
    for (const { all, first } of counts.values())
      expect(Math.abs(first / all - 0.7)).toBeLessThan(6 * Math.sqrt(0.21 / all))
  })

  it('sends as many keys to each method as the exact shares say', () => {
    for (const fields of [
      { keyLength: 3, symbols: 5 },
      { keyLength: 6, symbols: 3, shares: [0.5, 0.3, 0.2] },
    ]) {
      const small = hiddenMethod(fields)
      const keys = rowsOf(small.enumerate?.(1000) ?? new Int32Array(0), small.promptLength)
      const needed = keys.map((key) => small.finalAnswer(small.rightOutputs(key).short))
      const counted = ['A', 'B', 'C'].map(
        (method) => needed.filter((each) => each === method).length / keys.length,
      )
      sharesOf(fields).forEach((share, method) => expect(share).toBeCloseTo(counted[method] ?? NaN, 12))
    }
  })

  it.each([
    [8, 8],
    [6, 8],
    [12, 4],
    [8, 16],
    [16, 2],
    [32, 26],
  ])('is within 1e-3 of the asked shares for keys of %d over %d symbols', (keyLength, symbols) => {
    for (const shares of [weights, [0.1, 0.9], [0.5, 0.5]]) {
      const exact = sharesOf({ keyLength, symbols, shares })
      exact.forEach((share, method) => expect(Math.abs(share - (shares[method] ?? 0))).toBeLessThan(1e-3))
      expect(sum(exact)).toBeCloseTo(1, 12)
    }
  })
})

describe('what training shows', () => {
  it('short: a method by the prior, whatever the key needs', () => {
    const task = hiddenMethod()
    const shown = new Map<string, number>()
    for (const { prompt, output } of examplesOf(task, 4, 20_000)) {
      expect(output).toHaveLength(2)
      const key = task.finalAnswer(task.rightOutputs(prompt).short) + task.finalAnswer(output)
      shown.set(key, (shown.get(key) ?? 0) + 1)
    }
    for (const needed of 'ABC') {
      const counts = Array.from('ABC', (method) => shown.get(needed + method) ?? 0)
      const all = sum(counts)
      counts.forEach((count, method) =>
        expect(Math.abs(count / all - (prior[method] ?? 0))).toBeLessThan(6 * Math.sqrt(0.25 / all)),
      )
    }
  })

  it('long: the way to the right method, in the asked share', () => {
    const task = hiddenMethod({ longFraction: 0.25 })
    const long = examplesOf(task, 5, 4000).filter(({ output }) => task.isLong(output))
    expect(Math.abs(long.length / 4000 - 0.25)).toBeLessThan(0.045)
    for (const { prompt, output } of long) expect(task.isRight(prompt, output, 'chain')).toBe(true)
    expect(examplesOf(task, 5, 500, { longFraction: 0 }).some(({ output }) => task.isLong(output))).toBe(
      false,
    )
  })
})

describe('pass@k of the base policy', () => {
  /** Mean over all prompts of the chance that one of k methods drawn from the prior is right. */
  const passAtK = (fields: object, k: number): number => {
    const task = hiddenMethod(fields)
    const prompts = rowsOf(task.enumerate?.(1e6) ?? new Int32Array(0), task.promptLength)
    const methods = prior.map((_, method) => task.vocabulary.indexOf(String.fromCharCode(65 + method)))
    const chances = prompts.map((prompt) => {
      const right = methods.map((method) => (task.isRight(prompt, [method, task.endToken], 'answer') ? 1 : 0))
      return sum(right.map((isRight, method) => isRight * (1 - (1 - (prior[method] ?? 0)) ** k)))
    })
    return sum(chances) / prompts.length
  }

  it('is the closed form with the exact shares, by enumeration', () => {
    const fields = { keyLength: 4, symbols: 8 }
    const exact = sharesOf(fields)
    for (const k of [1, 2, 16])
      expect(passAtK(fields, k)).toBeCloseTo(
        sum(exact.map((share, method) => share * (1 - (1 - (prior[method] ?? 0)) ** k))),
        12,
      )
  })

  it('is the published figure at the default shares: .370 .601 .746 .837 at k = 1 to 4, .971 at 8', () => {
    const exact = sharesOf({})
    const closedForm = (k: number) => sum(exact.map((share, m) => share * (1 - (1 - (prior[m] ?? 0)) ** k)))
    for (const [k, value] of [
      [1, 0.37],
      [2, 0.601],
      [3, 0.746],
      [4, 0.837],
      [8, 0.971],
    ] as const)
      expect(Math.abs(closedForm(k) - value)).toBeLessThan(1e-3)
  })
})
