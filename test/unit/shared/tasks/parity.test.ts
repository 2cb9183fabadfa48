// The parity task: its mixture, its texts and its verifier.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Task } from '../../../../src/shared/tasks/task'
import { answerLengthOf, textOf } from '../../../../src/shared/tasks/task'
import { examplesOf, streamOf, taskOf as anyTaskOf } from '../../../helpers/task'

const taskOf = (bits: number, longFraction = 0.2): Task => anyTaskOf({ kind: 'parity', bits, longFraction })

describe('parity', () => {
  it('shows bits, prefix parities and the end as text', () => {
    const task = taskOf(6, 1)
    const [example] = examplesOf(task, 1, 1)
    expect(textOf(task, example?.prompt ?? [])).toMatch(/^[01]{6}<sep>$/)
    expect(textOf(task, example?.output ?? [])).toMatch(/^[01]{6}<end>$/)
    const bits = [...(example?.prompt.subarray(0, 6) ?? [])]
    const chain = bits.map((_, last) => bits.slice(0, last + 1).reduce((sum, bit) => sum + bit, 0) % 2)
    expect(example?.output).toEqual([...chain, task.endToken])
  })

  it('mixes long and short answers in the asked share, ends included', () => {
    const longShare = (longFraction: number) => {
      const examples = examplesOf(taskOf(8, longFraction), 2, 4000)
      return examples.filter(({ output }) => output.length > 2).length / examples.length
    }
    expect(longShare(0)).toBe(0)
    expect(longShare(1)).toBe(1)
    expect(Math.abs(longShare(0.2) - 0.2)).toBeLessThan(0.025)
  })

  it('draws balanced bits, the same for the same stream', () => {
    const task = taskOf(20)
    const prompts = task.drawPrompts(streamOf(5), 1000)
    expect(task.drawPrompts(streamOf(5), 1000)).toEqual(prompts)
    const ones = prompts.filter((token) => token === 1).length
    expect(Math.abs(ones / 20_000 - 0.5)).toBeLessThan(0.02)
    expect(prompts.filter((token) => token === 2)).toHaveLength(1000)
  })

  it('pads answers after the end token', () => {
    for (const { padded, output } of examplesOf(taskOf(5), 3, 50)) {
      expect(padded.slice(output.length).every((token) => token === 4)).toBe(true)
      expect(answerLengthOf(taskOf(5), output)).toBe(output.length - 1)
    }
  })
})

describe('partial chains', () => {
  const task = anyTaskOf({ kind: 'parity', bits: 7, longFraction: 0.3, partialFraction: 0.5, leap: 3 })

  it('show every leap-th prefix parity and the last, in the asked share', () => {
    const examples = examplesOf(task, 4, 4000)
    const partial = examples.filter(({ output }) => output.length === 4)
    expect(Math.abs(partial.length / 4000 - 0.5)).toBeLessThan(0.05)
    expect(Math.abs(examples.filter(({ output }) => output.length === 8).length / 4000 - 0.3)).toBeLessThan(
      0.05,
    )
    for (const { prompt, output } of partial) {
      const parity = (bits: number) => [...prompt.subarray(0, bits)].reduce((sum, bit) => sum + bit, 0) % 2
      expect(output).toEqual([parity(3), parity(6), parity(7), task.endToken])
    }
  })

  it('are right under chain where the task shows them, and only there', () => {
    const without = taskOf(7)
    for (const { prompt, output } of examplesOf(task, 5, 200).filter(({ output }) => output.length === 4)) {
      expect(task.isRight(prompt, output, 'chain')).toBe(true)
      expect(without.isRight(prompt, output, 'chain')).toBe(false)
      const wrong = [1 - (output[0] ?? 0), ...output.slice(1)]
      expect(task.isRight(prompt, wrong, 'chain')).toBe(false)
      expect(task.isRight(prompt, wrong, 'answer')).toBe(true)
    }
  })

  it('leave room to a mixture that shows more whole chains', () => {
    const lengths = examplesOf(task, 6, 2000, { longFraction: 0.5 }).map(({ output }) => output.length)
    expect([2, 4, 8].map((length) => lengths.filter((each) => each === length).length > 0)).toEqual([
      false,
      true,
      true,
    ])
  })
})

describe('the verifier', () => {
  const cases = { bits: fc.integer({ min: 2, max: 24 }), seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }) }

  it('finds right every answer the task itself gives, long or short', () => {
    fc.assert(
      fc.property(cases.bits, cases.seed, (bits, seed) => {
        const task = taskOf(bits, 0.5)
        for (const { prompt, output } of examplesOf(task, seed, 8)) {
          expect(task.isRight(prompt, output, 'answer')).toBe(true)
          expect(task.isRight(prompt, output, 'chain')).toBe(true)
        }
      }),
    )
  })

  it('finds wrong every chain with one token changed; the answer counts only by its last token', () => {
    fc.assert(
      fc.property(
        cases.bits,
        cases.seed,
        fc.nat(),
        fc.integer({ min: 1, max: 4 }),
        (bits, seed, place, shift) => {
          const task = taskOf(bits, 1)
          for (const { prompt, output } of examplesOf(task, seed, 4)) {
            const at = place % output.length
            const changed = output.map((token, index) => (index === at ? (token + shift) % 5 : token))
            expect(task.isRight(prompt, changed, 'chain')).toBe(false)
            const isAnswerIntact = at < bits - 1 && changed[at] !== task.endToken
            if (isAnswerIntact) expect(task.isRight(prompt, changed, 'answer')).toBe(true)
            if (at >= bits - 1) expect(task.isRight(prompt, changed, 'answer')).toBe(false)
          }
        },
      ),
    )
  })

  it('finds wrong an answer cut short, without end, empty, or of the wrong length', () => {
    const task = taskOf(6, 1)
    const [example] = examplesOf(task, 9, 1)
    if (!example) throw new Error('one example')
    const { prompt, output } = example
    const chain = output.slice(0, -1)
    const answer = chain.at(-1) as number
    const end = task.endToken
    expect(task.isRight(prompt, chain, 'answer')).toBe(false)
    expect(task.isRight(prompt, [end], 'answer')).toBe(false)
    expect(task.isRight(prompt, [1 - answer, end], 'answer')).toBe(false)
    expect(task.isRight(prompt, [answer, end], 'chain')).toBe(true)
    const twice = [answer, answer, end]
    expect([task.isRight(prompt, twice, 'answer'), task.isRight(prompt, twice, 'chain')]).toEqual([
      true,
      false,
    ])
  })

  it('takes one bit, where long and short are the same', () => {
    const task = taskOf(1)
    expect(task.isRight(Int32Array.of(1, 2), [1, 3], 'chain')).toBe(true)
    expect(task.isRight(Int32Array.of(1, 2), [0, 3], 'chain')).toBe(false)
  })
})
