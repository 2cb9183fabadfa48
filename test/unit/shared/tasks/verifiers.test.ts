// What must hold for every task: its own answers are right, changed ones are wrong, nothing crashes the verifier, prompts are
// drawn as they are listed, and the same stream draws the same.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textOf, type PromptChoice, type Task } from '../../../../src/shared/tasks/task'
import { examplesOf, rowsOf, streamOf, taskOf } from '../../../helpers/task'

const rows = [
  { prompt: '1+2', chain: '1+2=3', answer: '3', level: 1 },
  { prompt: '11+2', chain: '1+2=3,10+3=13', answer: '13', level: 2 },
  { prompt: '11+2', chain: '11+1+1=13', answer: '13', level: 2 },
  { prompt: '5+5', answer: '10', level: 1 },
  { prompt: '20+31', chain: '0+1=1,20+30=50', answer: '51', level: 2, split: 'heldout' },
] as const
const words = [
  { prompt: 'what is one and two', chain: 'one then two more', answer: 'it is three' },
  { prompt: 'what is two', answer: 'two' },
]
const dataset = { kind: 'dataset', file: 'a.jsonl', heldOutFraction: 0 }
const tasks: [name: string, task: Task][] = [
  ['parity', taskOf({ kind: 'parity', bits: 6, longFraction: 0.5 })],
  ['parity in leaps', taskOf({ kind: 'parity', bits: 7, partialFraction: 0.5, leap: 3 })],
  ['compose', taskOf({ kind: 'compose', levels: [1, 1, 1, 1], longFraction: 0.5 })],
  ['hidden-method', taskOf({ kind: 'hidden-method', longFraction: 0.5 })],
  ['dataset of characters', taskOf(dataset, { rows })],
  ['dataset of words', taskOf({ ...dataset, tokens: 'whitespace' }, { rows: words })],
]
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 })
const promptsOf = (task: Task, seed: number, count: number, choice?: PromptChoice) =>
  rowsOf(task.drawPrompts(streamOf(seed), count, choice), task.promptLength)

describe.each(tasks)('%s', (_, task) => {
  const rightOutputs = (prompt: Int32Array) => {
    const { short, long } = task.rightOutputs(prompt)
    return long ? [short, long] : [short]
  }
  const others = (token: number) => task.vocabulary.map((_, id) => id).filter((id) => id !== token)

  it('finds its own short and long answers right, and tells them apart', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        for (const prompt of promptsOf(task, seed, 4)) {
          const { short, long } = task.rightOutputs(prompt)
          for (const output of rightOutputs(prompt)) {
            expect(task.isRight(prompt, output, 'answer')).toBe(true)
            expect(task.isRight(prompt, output, 'chain')).toBe(true)
            expect(output.length).toBeLessThanOrEqual(task.answerLength)
            expect(task.finalAnswer(output)).toBe(task.finalAnswer(short))
            expect(task.finalAnswer(output)).not.toBe('')
          }
          expect(task.isLong(short)).toBe(false)
          if (long) expect(task.isLong(long)).toBe(true)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('finds a chain with any one token changed wrong, and the answer with any of its own tokens changed', () => {
    for (const prompt of promptsOf(task, 11, 3)) {
      for (const right of rightOutputs(prompt)) {
        const { short } = task.rightOutputs(prompt)
        // The short answer is the part of the long one that the reward answer looks at.
        const judged = right.length - short.length
        for (const [at, token] of right.entries()) {
          for (const other of others(token)) {
            const changed = right.map((each, index) => (index === at ? other : each))
            expect(task.isRight(prompt, changed, 'chain')).toBe(false)
            // An end token in the middle does not end an output: what follows it counts.
            expect(task.isRight(prompt, changed, 'answer')).toBe(at < judged)
          }
        }
      }
    }
  })

  it('finds what is cut short, empty or goes on after the end wrong', () => {
    for (const prompt of promptsOf(task, 12, 20)) {
      for (const right of rightOutputs(prompt)) {
        for (const output of [[], [task.endToken], right.slice(0, -1), [...right, 0], right.slice(0, 1)]) {
          expect(task.isRight(prompt, output, 'answer')).toBe(false)
          expect(task.isRight(prompt, output, 'chain')).toBe(false)
        }
      }
      expect(task.finalAnswer([])).toBe('')
      expect(task.isLong([])).toBe(false)
      expect(task.isLong([task.endToken])).toBe(false)
    }
  })

  it('takes any tokens without a crash; right are those whose final answer is', () => {
    const token = fc.nat(task.vocabulary.length - 1)
    const output = fc.array(fc.oneof(token, fc.constant(task.endToken)), { maxLength: task.answerLength + 2 })
    fc.assert(
      fc.property(seeds, output, (seed, tokens) => {
        const [prompt] = promptsOf(task, seed, 1)
        if (!prompt) throw new Error('a prompt')
        const right = task.finalAnswer(task.rightOutputs(prompt).short)
        expect(task.isRight(prompt, tokens, 'answer')).toBe(task.finalAnswer(tokens) === right)
        if (task.isRight(prompt, tokens, 'chain')) expect(task.isRight(prompt, tokens, 'answer')).toBe(true)
      }),
    )
    const anything = fc.array(fc.oneof(fc.integer(), fc.double()), { maxLength: 2 * task.answerLength })
    fc.assert(
      fc.property(seeds, anything, (seed, tokens) => {
        const [prompt] = promptsOf(task, seed, 1)
        if (!prompt) throw new Error('a prompt')
        for (const kind of ['answer', 'chain'] as const)
          expect(task.isRight(prompt, [...tokens, NaN, -1, 1e9, task.endToken], kind)).toBe(false)
        expect(typeof task.isLong(tokens)).toBe('boolean')
        expect(typeof task.finalAnswer(tokens)).toBe('string')
      }),
    )
  })

  it('pads answers after the end token and prompts before their beginning', () => {
    for (const { prompt, padded, output } of examplesOf(task, 3, 50)) {
      expect(prompt).toHaveLength(task.promptLength)
      expect(padded).toHaveLength(task.answerLength)
      expect(padded.slice(output.length).every((each) => each === task.padToken)).toBe(true)
      expect(output.slice(0, -1)).not.toContain(task.endToken)
      const first = prompt.findIndex((each) => each !== task.padToken)
      expect(prompt.subarray(first)).not.toContain(task.padToken)
      if (!task.hasPaddedPrompts) expect(first).toBe(0)
    }
  })

  it('draws the same from the same stream', () => {
    expect(examplesOf(task, 7, 20)).toEqual(examplesOf(task, 7, 20))
    expect(examplesOf(task, 7, 20)).not.toEqual(examplesOf(task, 8, 20))
  })
})

describe('listed prompts', () => {
  const small: [name: string, task: Task, choice: PromptChoice][] = [
    ['parity', taskOf({ kind: 'parity', bits: 3 }), {}],
    ['hidden-method', taskOf({ kind: 'hidden-method', keyLength: 2, symbols: 4 }), {}],
    ...([1, 2] as const).flatMap((level) =>
      (['train', 'heldout'] as const).map((split): [string, Task, PromptChoice] => [
        `compose, ${split} level ${level}`,
        taskOf({ kind: 'compose', length: 2, symbols: 2, trainFunctions: 2, heldOutFunctions: 1, depth: 3 }),
        { split, levels: level === 1 ? [1, 0] : [0, 1] },
      ]),
    ),
    ['dataset', taskOf(dataset, { rows: rows.filter((_, index) => index !== 2) }), {}],
  ]
  it.each(small)('of %s are those that are drawn, each as often', (_, task, choice) => {
    const listed = rowsOf(task.enumerate?.(1000, choice) ?? new Int32Array(0), task.promptLength)
    const counts = new Map(listed.map((prompt) => [prompt.join(), 0]))
    expect(counts.size).toBe(listed.length)
    const draws = 400 * listed.length
    for (const prompt of promptsOf(task, 21, draws, choice)) {
      const count = counts.get(prompt.join())
      if (count === undefined) throw new Error(`not listed: ${textOf(task, prompt)}`)
      counts.set(prompt.join(), count + 1)
    }
    // Six standard errors of a count of 400.
    for (const count of counts.values()) expect(Math.abs(count - 400)).toBeLessThan(6 * 20)
  })

  it.each(small)('of %s are not listed where they are too many', (_, task, choice) => {
    const all = task.enumerate?.(1000, choice) ?? []
    const count = all.length / task.promptLength
    expect(task.enumerate?.(count, choice)).toHaveLength(all.length)
    expect(task.enumerate?.(count - 1, choice)).toBeUndefined()
  })

  it.each(tasks)('of %s are as many as the task has inputs', (_, task) => {
    const listed = task.enumerate?.(20_000)
    if (listed) expect(listed.length / task.promptLength).toBe(task.inputs)
    else expect(task.inputs).toBeGreaterThan(20_000)
  })
})

it('what a stream draws stays as it is: a change here changes every run', () => {
  const texts = tasks.map(([name, task]) => [
    name,
    ...examplesOf(task, 1, 3).map(({ prompt, output }) => `${textOf(task, prompt)} ${textOf(task, output)}`),
  ])
  expect(texts).toMatchInlineSnapshot(`
    [
      [
        "parity",
        "000110<sep> 000100<end>",
        "111110<sep> 1<end>",
        "000111<sep> 000101<end>",
      ],
      [
        "parity in leaps",
        "0001101<sep> 001<end>",
        "1111000<sep> 1010000<end>",
        "0111010<sep> 0<end>",
      ],
      [
        "compose",
        "<swap-neighbours>__<add-place>eddfb<sep> <swap-neighbours>defdb<add-place>dfbaf<ans>dfbaf<end>",
        "<swap-neighbours>__<shift1>ebdaf<sep> <swap-neighbours>beadf<shift1>cfbea<ans>cfbea<end>",
        "<reverse><reverse><shift1><swap-neighbours>ebcac<sep> <ans>cfbdd<end>",
      ],
      [
        "hidden-method",
        "cddgedhg<sep> B<end>",
        "eegbdadh<sep> 30551515A<end>",
        "fgbgceah<sep> A<end>",
      ],
      [
        "dataset of characters",
        "<pad><pad>1+2<sep> 1+2=3<ans>3<end>",
        "<pad><pad>5+5<sep> <ans>10<end>",
        "<pad>11+2<sep> 1+2=3,10+3=13<ans>13<end>",
      ],
      [
        "dataset of words",
        "what is one and two <sep> one then two more <ans>it is three <end>",
        "<pad><pad>what is two <sep> <ans>two <end>",
        "what is one and two <sep> one then two more <ans>it is three <end>",
      ],
    ]
  `)
})
