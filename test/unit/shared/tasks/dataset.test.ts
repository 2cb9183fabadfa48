// A person's own data set: what its file may say, and the problems that its rows become.
import { describe, expect, it, test } from 'vitest'
import { AfterwordError } from '../../../../src/shared/errors'
import { parseDatasetRows, type DatasetRow } from '../../../../src/shared/tasks/dataset-rows'
import { textOf, withoutPadding } from '../../../../src/shared/tasks/task'
import { examplesOf, rowsOf, streamOf, taskOf } from '../../../helpers/task'

const parse = (...lines: readonly unknown[]) =>
  parseDatasetRows(
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
    'my.jsonl',
    'character',
  )
const dataset = (rows: readonly DatasetRow[], fields: object = {}) =>
  taskOf({ kind: 'dataset', file: 'my.jsonl', heldOutFraction: 0, ...fields }, { rows })

describe('the file', () => {
  test('gives its rows; empty lines and the end of the last line do not matter', () => {
    const rows = [
      { prompt: '1+1', answer: '2' },
      { prompt: '2+2', chain: '2,3,4', answer: '4', level: 2, split: 'heldout' },
    ]
    expect(parse(rows[0], '', rows[1], '\r')).toEqual(rows)
  })

  const good = { prompt: '1+1', answer: '2' }
  test.each([
    ['a missing field', [good, { prompt: 'x' }], 'my.jsonl, line 2: field answer is missing'],
    [
      'a wrong type',
      [{ prompt: 'x', answer: 2 }],
      'my.jsonl, line 1: field answer: Invalid input: expected string, received number',
    ],
    [
      'an empty field',
      [{ prompt: ' ', answer: '2' }],
      'my.jsonl, line 1: field prompt: a prompt must not be empty',
    ],
    [
      'an unknown field',
      [{ ...good, awnser: '3' }],
      'my.jsonl, line 1: unknown field awnser (fields are prompt, chain, answer, level, split)',
    ],
    [
      'no JSON',
      [good, '', '{"prompt": '],
      'my.jsonl, line 3: not valid JSON; a data set is JSONL, one object a line',
    ],
    ['no object', ['[1]'], 'my.jsonl, line 1: Invalid input: expected object, received array'],
    [
      'a level below 1',
      [{ ...good, level: 0 }],
      'my.jsonl, line 1: field level: Too small: expected number to be >=1',
    ],
    [
      'another split',
      [{ ...good, split: 'test' }],
      'my.jsonl, line 1: field split: Invalid option: expected one of "train"|"heldout"',
    ],
    [
      'two answers to one prompt',
      [good, { prompt: 'x', answer: 'y' }, { ...good, answer: '3' }],
      'my.jsonl, line 3: field answer is not that of line 1, which has the same prompt',
    ],
    [
      'a sequence that is too long',
      [good, { prompt: 'x', chain: 'y'.repeat(4100), answer: 'z' }],
      'my.jsonl, line 2: prompt, chain and answer are 4105 tokens (task.tokens is character), more than 4096',
    ],
    ['nothing', [''], 'my.jsonl: has no rows; a data set is JSONL, one object a line with prompt and answer'],
  ])('with %s is refused with file and line', (_, lines, message) => {
    expect(() => parse(...lines)).toThrow(new AfterwordError('invalid-input', message))
  })

  test('with many wrong lines: the first five are named', () => {
    const lines = Array.from({ length: 9 }, () => ({ prompt: 'x' }))
    expect(() => parse(...lines)).toThrow(/line 5: .*\nmy.jsonl: 4 more lines are wrong$/)
  })

  test('may show several chains of one prompt; blanks between words make no other prompt', () => {
    const chains = [
      { prompt: 'a b', chain: 'c', answer: 'd' },
      { prompt: 'a  b', chain: 'e', answer: 'd' },
    ]
    const text = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n')
    expect(parseDatasetRows(text(chains), 'my.jsonl', 'whitespace')).toHaveLength(2)
    const other = [chains[0] ?? {}, { ...chains[1], answer: 'x' }]
    expect(() => parseDatasetRows(text(other), 'my.jsonl', 'whitespace')).toThrow('line 2: field answer')
    expect(parseDatasetRows(text(other), 'my.jsonl', 'character')).toHaveLength(2)
  })

  test('rows of one prompt agree where one gives level 1 and the other none, or spaces the answer otherwise', () => {
    const row = { prompt: 'a', answer: 'b c' }
    expect(parse(row, { ...row, level: 1 })).toHaveLength(2)
    expect(() => parse(row, { ...row, level: 2 })).toThrow('line 2: field level is not that of line 1')
    const spaced = [row, { ...row, answer: 'b  c' }].map((one) => JSON.stringify(one)).join('\n')
    expect(parseDatasetRows(spaced, 'my.jsonl', 'whitespace')).toHaveLength(2)
    expect(() => parse(row, { ...row, answer: 'b  c' })).toThrow('line 2: field answer')
  })

  test('may begin with a byte order mark', () => {
    expect(parse(`\uFEFF${JSON.stringify(good)}`)).toEqual([good])
  })
})

describe('the task', () => {
  const rows: DatasetRow[] = [
    { prompt: 'ba', chain: 'a,b', answer: 'ab' },
    { prompt: 'cab', answer: 'abc' },
  ]

  it('has the sorted tokens of the rows, then its marks; characters may be of two code units', () => {
    expect(dataset(rows).vocabulary.join(' ')).toBe(', a b c <sep> <ans> <end> <pad>')
    const faces = dataset([{ prompt: '🙂🙃', answer: '🙃' }])
    expect([faces.vocabulary.slice(0, 2).sort(), faces.promptLength]).toEqual([['🙂', '🙃'].sort(), 3])
    expect(dataset([...rows].reverse()).vocabulary).toEqual(dataset(rows).vocabulary)
  })

  it('shows chain and answer, or the answer; shorter prompts are padded before', () => {
    const task = dataset(rows)
    expect(task.hasPaddedPrompts).toBe(true)
    expect([task.promptLength, task.answerLength]).toEqual([4, 7])
    const shown = (longFraction: number) =>
      new Set(
        examplesOf(task, 1, 50, { longFraction }).map(
          ({ prompt, output }) => `${textOf(task, withoutPadding(task, prompt))} ${textOf(task, output)}`,
        ),
      )
    expect([...shown(1)].sort()).toEqual(['ba<sep> a,b<ans>ab<end>', 'cab<sep> <ans>abc<end>'])
    expect([...shown(0)].sort()).toEqual(['ba<sep> <ans>ab<end>', 'cab<sep> <ans>abc<end>'])
    expect(dataset(rows.slice(0, 1)).hasPaddedPrompts).toBe(false)
  })

  it('takes any of the chains that rows show of a prompt', () => {
    const task = dataset([...rows, { prompt: 'ba', chain: 'b,a', answer: 'ab' }])
    const tokens = (text: string) => Array.from(text, (token) => task.vocabulary.indexOf(token))
    const [prompt] = examplesOf(task, 1, 20).filter(({ prompt }) => textOf(task, prompt).endsWith('ba<sep>'))
    const { short } = task.rightOutputs(prompt?.prompt ?? new Int32Array(0))
    const right = (chain: string) =>
      task.isRight(prompt?.prompt ?? new Int32Array(0), [...tokens(chain), ...short], 'chain')
    expect(['a,b', 'b,a', '', 'a,a'].map(right)).toEqual([true, true, true, false])
  })

  it('holds out a share of the prompts by their hash: the same ones whatever the other rows', () => {
    const many = Array.from({ length: 3000 }, (_, index) => ({ prompt: String(index), answer: '0' }))
    const heldOut = (some: readonly DatasetRow[]) => {
      const task = dataset(some, { heldOutFraction: 0.2 })
      const listed = task.enumerate?.(1e5, { split: 'heldout' }) ?? new Int32Array(0)
      return rowsOf(listed, task.promptLength).map((prompt) => textOf(task, withoutPadding(task, prompt)))
    }
    const all = heldOut(many)
    expect(Math.abs(all.length / 3000 - 0.2)).toBeLessThan(0.045)
    const half = heldOut(many.slice(0, 1500))
    expect(all.filter((prompt) => half.includes(prompt))).toEqual(half)
    const task = dataset(many, { heldOutFraction: 0.2 })
    const train = new Set(
      rowsOf(task.drawPrompts(streamOf(1), 3000), task.promptLength).map((prompt) =>
        textOf(task, withoutPadding(task, prompt)),
      ),
    )
    expect(all.some((prompt) => train.has(prompt))).toBe(false)
  })

  it('draws by split and level, and says which there are', () => {
    const levels: DatasetRow[] = [
      { prompt: 'a', answer: 'x' },
      { prompt: 'b', answer: 'x', level: 3 },
      { prompt: 'c', answer: 'x', level: 3, split: 'heldout' },
    ]
    const task = dataset(levels)
    expect(task.cells).toEqual([
      { split: 'train', level: 1 },
      { split: 'train', level: 3 },
      { split: 'heldout', level: 3 },
    ])
    const drawn = (choice: object) =>
      [
        ...new Set(
          rowsOf(task.drawPrompts(streamOf(1), 30, choice), task.promptLength).map((prompt) =>
            textOf(task, prompt),
          ),
        ),
      ].sort()
    expect(drawn({})).toEqual(['a<sep>', 'b<sep>'])
    expect(drawn({ levels: [0, 0, 1] })).toEqual(['b<sep>'])
    expect(drawn({ split: 'heldout' })).toEqual(['c<sep>'])
    expect(() => drawn({ levels: [0, 1] })).toThrow('no train rows of level 2')
    expect(() => dataset(rows).drawPrompts(streamOf(1), 1, { split: 'heldout' })).toThrow(
      'there are no heldout rows',
    )
  })

  it('is refused without rows and where nothing is left to train on', () => {
    expect(() => dataset([])).toThrow('task.file my.jsonl: its rows are not at hand')
    expect(() => dataset([{ prompt: 'a', answer: 'b', split: 'heldout' }])).toThrow('every row is held out')
  })
})
