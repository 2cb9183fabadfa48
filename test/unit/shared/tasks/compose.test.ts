// Compositions: what each function does, the order they apply in, levels and their splits.
import { describe, expect, it, test } from 'vitest'
import { stringFunctions } from '../../../../src/shared/tasks/string-functions'
import { textOf, type Task } from '../../../../src/shared/tasks/task'
import { examplesOf, rowsOf, streamOf, taskOf } from '../../../helpers/task'

const compose = (fields: object = {}) => taskOf({ kind: 'compose', ...fields })
const letters = 'abcdefghijklmnopqrstuvwxyz'
const isFunction = (text: string) => /^<.+>$/.test(text) && !/^<(sep|ans|end|pad)>$/.test(text)
/** Function tokens of a prompt, in order. */
const functionsOf = (task: Task, prompt: Int32Array): string[] =>
  Array.from(prompt, (token) => task.vocabulary[token] ?? '').filter(isFunction)

describe('functions', () => {
  // Worked out by hand on bdfac over the alphabet a … f.
  test.each([
    ['reverse', 'cafdb'],
    ['shift1', 'ceabd'],
    ['rotate1', 'dfacb'],
    ['swap-neighbours', 'dbafc'],
    ['mirror-letters', 'ecafd'],
    ['swap-ends', 'cdfab'],
    ['sort', 'abcdf'],
    ['swap-halves', 'acfbd'],
    ['add-place', 'bebda'],
    ['mirror-first-half', 'bdfdb'],
    ['shift2', 'dfbce'],
    ['rotate2', 'facbd'],
    ['sort-down', 'fdcba'],
    ['even-then-odd', 'bfcda'],
    ['sum-so-far', 'beddf'],
    ['copy-first-half', 'bdfbd'],
    ['add-first', 'beabd'],
    ['riffle', 'badcf'],
    ['largest-so-far', 'bdfff'],
    ['mirror-last-half', 'cafac'],
    ['subtract-place', 'bcdde'],
    ['differences', 'bccbc'],
    ['smallest-so-far', 'bbbaa'],
    ['add-last', 'dfbcc'],
    ['reverse+shift1', 'dbaec'],
  ])('%s: bdfac -> %s', (name, expected) => {
    const found = stringFunctions(5, 6, 128).find((each) => each.name === name)
    const result = found?.apply(Array.from('bdfac', (letter) => letters.indexOf(letter)))
    expect(result?.map((symbol) => letters[symbol]).join('')).toBe(expected)
  })

  test('128 of them differ from each other and from doing nothing, on strings of the default size', () => {
    const functions = stringFunctions(5, 6, 128)
    expect(functions).toHaveLength(128)
    expect(new Set(functions.map(({ name }) => name)).size).toBe(128)
    const strings = Array.from({ length: 6 ** 3 }, (_, index) =>
      Array.from({ length: 5 }, (_, place) => Math.floor((37 * index) / 6 ** place) % 6),
    )
    const effects = functions.map((one) => strings.map((each) => one.apply(each).join('')).join())
    expect(new Set([...effects, strings.map((each) => each.join('')).join()]).size).toBe(129)
  })

  test('results have the length and the alphabet of the string', () => {
    for (const [length, symbols] of [
      [1, 26],
      [2, 2],
      [7, 3],
      [32, 26],
    ] as const) {
      const string = Array.from({ length }, (_, place) => (7 * place + 3) % symbols)
      for (const one of stringFunctions(length, symbols, 128)) {
        const result = one.apply(string)
        expect(result).toHaveLength(length)
        expect(result.every((symbol) => Number.isInteger(symbol) && symbol >= 0 && symbol < symbols)).toBe(
          true,
        )
      }
    }
  })

  test('too many for short strings are refused', () => {
    expect(() => compose({ length: 1, symbols: 2 })).toThrow(
      'task.trainFunctions must be at most 1 together with task.heldOutFunctions (for strings of task.length 1 over task.symbols 2 the list has no more different functions), got 6 + 4',
    )
  })
})

describe('problems', () => {
  it('apply functions from left to right and show the string after each', () => {
    const task = compose({ depth: 3, trainFunctions: 10, heldOutFunctions: 0 })
    const ids = (texts: readonly string[]) => texts.map((text) => task.vocabulary.indexOf(text))
    const prompt = Int32Array.from(ids(['<rotate1>', '_', '<mirror-first-half>', ...'bdfac', '<sep>']))
    const { short, long } = task.rightOutputs(prompt)
    expect(textOf(task, short)).toBe('<ans>dfafd<end>')
    expect(textOf(task, long ?? [])).toBe('<rotate1>dfacb<mirror-first-half>dfafd<ans>dfafd<end>')
  })

  it('may show a step for every slot, the string unchanged where it is empty', () => {
    const task = compose({ depth: 3, trainFunctions: 10, heldOutFunctions: 0, emptySteps: true })
    const ids = (texts: readonly string[]) => texts.map((text) => task.vocabulary.indexOf(text))
    const prompt = Int32Array.from(ids(['_', '<rotate1>', '_', ...'bdfac', '<sep>']))
    const { short, long } = task.rightOutputs(prompt)
    expect(textOf(task, short)).toBe('<ans>dfacb<end>')
    expect(textOf(task, long ?? [])).toBe('_bdfac<rotate1>dfacb_dfacb<ans>dfacb<end>')
    expect([long, short].map((output) => task.isLong(output ?? []))).toEqual([true, false])
    for (const { prompt: each, output } of examplesOf(task, 3, 200))
      expect(task.isRight(each, output, 'chain')).toBe(true)
  })

  it('of level n have n functions in any of the slots, their order kept', () => {
    const task = compose({ depth: 4 })
    const patterns = new Set<string>()
    for (const prompt of rowsOf(
      task.drawPrompts(streamOf(1), 2000, { levels: [0, 0, 1] }),
      task.promptLength,
    )) {
      expect(functionsOf(task, prompt)).toHaveLength(3)
      patterns.add(
        Array.from(prompt.subarray(0, 4), (token) => (task.vocabulary[token] === '_' ? '_' : 'f')).join(''),
      )
    }
    expect([...patterns].sort()).toEqual(['_fff', 'f_ff', 'ff_f', 'fff_'])
  })

  it('are mixed by the weights of levels and the long fraction, those of a mixture before the own', () => {
    const task = compose({ levels: [3, 1], longFraction: 0.3 })
    const shares = (mixture?: { levels?: readonly number[]; longFraction?: number }) => {
      const examples = examplesOf(task, 2, 4000, mixture)
      const share = (isIn: (each: (typeof examples)[number]) => boolean) =>
        examples.filter(isIn).length / 4000
      return [
        ...[1, 2, 3].map((level) => share(({ prompt }) => functionsOf(task, prompt).length === level)),
        share(({ output }) => task.isLong(output)),
      ]
    }
    const near = (found: readonly number[], expected: readonly number[]) =>
      found.forEach((share, index) => expect(Math.abs(share - (expected[index] ?? 0))).toBeLessThan(0.04))
    near(shares(), [0.75, 0.25, 0, 0.3])
    near(shares({ levels: [1, 0, 3] }), [0.25, 0, 0.75, 0.3])
    near(shares({ longFraction: 0.9 }), [0.75, 0.25, 0, 0.9])
  })

  it('refuse weights that name no level there is', () => {
    const task = compose({ depth: 2 })
    expect(() => task.drawPrompts(streamOf(1), 1, { levels: [0, 0, 1] })).toThrow('there are only 2 levels')
    expect(() => task.drawPrompts(streamOf(1), 1, { levels: [0, 0] })).toThrow(
      'no level has a weight above 0',
    )
  })
})

describe('splits', () => {
  const task = compose({ depth: 3 })
  const used = (split: 'train' | 'heldout', level: number) => {
    const levels = [1, 2, 3].map((each) => (each === level ? 1 : 0))
    const prompts = rowsOf(task.drawPrompts(streamOf(level), 3000, { split, levels }), task.promptLength)
    return new Set(prompts.flatMap((prompt) => functionsOf(task, prompt)))
  }

  it('have no function in common from level 2 on, and level 1 of training shows all of them', () => {
    const [train, heldOut] = [used('train', 2), used('heldout', 2)]
    expect([train.size, heldOut.size]).toEqual([6, 4])
    expect([...train].filter((each) => heldOut.has(each))).toEqual([])
    expect(used('train', 3)).toEqual(train)
    expect(used('heldout', 3)).toEqual(heldOut)
    expect(used('train', 1)).toEqual(new Set([...train, ...heldOut]))
    expect(used('heldout', 1)).toEqual(heldOut)
  })

  it('have no prompt in common from level 2 on', () => {
    const small = compose({ length: 2, symbols: 2, trainFunctions: 3, heldOutFunctions: 2, depth: 3 })
    const listed = (split: 'train' | 'heldout') =>
      new Set(
        rowsOf(
          small.enumerate?.(1e5, { split, levels: [0, 1, 1] }) ?? new Int32Array(0),
          small.promptLength,
        ).map((prompt) => prompt.join()),
      )
    const [train, heldOut] = [listed('train'), listed('heldout')]
    // Slots times functions times strings: 3 * 3^2 * 4 + 3^3 * 4 and 3 * 2^2 * 4 + 2^3 * 4.
    expect([train.size, heldOut.size]).toEqual([216, 80])
    expect([...train].filter((each) => heldOut.has(each))).toEqual([])
  })

  it('are evaluated by level; there is no held-out split without held-out functions', () => {
    expect(compose({ depth: 2 }).cells).toEqual([
      { split: 'train', level: 1 },
      { split: 'train', level: 2 },
      { split: 'heldout', level: 1 },
      { split: 'heldout', level: 2 },
    ])
    const none = compose({ depth: 2, heldOutFunctions: 0 })
    expect(none.cells).toHaveLength(2)
    expect(() => none.drawPrompts(streamOf(1), 1, { split: 'heldout' })).toThrow('task.heldOutFunctions is 0')
  })
})
