// Files of samples in every known format, and what is wrong with those that are not.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSamples } from '../../../src/workbench/sample-files/read-samples'
import { tempFolder } from '../../helpers/temp-folder'

function file(text: string, name = 'samples.jsonl'): string {
  const path = join(tempFolder(), name)
  writeFileSync(path, text)
  return path
}
const lines = (...rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

/** Sets as plain values: part, then n, c and votes by problem. */
async function setsOf(path: string) {
  const read = await readSamples(path)
  if (read.kind !== 'samples') throw new Error('no samples')
  return {
    format: read.format,
    sets: read.sets.map(({ part, problems, hasAnswers, hasScores }) => ({
      ...{ part, hasAnswers, hasScores },
      problems: [...problems].map(([id, { n, c, votes }]) => [
        id,
        n,
        c,
        [votes.right, ...votes.wrong.values()],
      ]),
    })),
  }
}

describe('formats', () => {
  test('limit-of-RLVR: one object a problem, lists of n; runs of other seeds add up', async () => {
    const path = file(
      lines(
        {
          idx: 3,
          question: 'q',
          score: [true, false, false],
          pred: ['4', '5', '5'],
          pred_score: [0.1, 2, 0.3],
        },
        { idx: 4, score: [false], pred: [null], pred_score: [1] },
        { idx: 3, score: [1, 0], pred: ['4.0', '7'], pred_score: [0, 0] },
      ),
    )
    expect(await setsOf(path)).toEqual({
      format: 'limit-of-RLVR',
      sets: [
        {
          part: '',
          hasAnswers: true,
          hasScores: true,
          problems: [
            ['3', 5, 2, [2, 2, 1]],
            ['4', 1, 0, [0, 1]],
          ],
        },
      ],
    })
  })
  test('without answers all wrong samples are one answer', async () => {
    const { sets } = await setsOf(file(lines({ idx: 0, score: [true, false, false] })))
    expect(sets).toEqual([{ part: '', hasAnswers: false, hasScores: false, problems: [['0', 3, 1, [1, 2]]] }])
  })
  test('RLVR-Decomposed: one object a generation', async () => {
    const row = (question_id: number, label: boolean, pred_answer: string) => ({
      question_id,
      label,
      pred_answer,
    })
    const { format, sets } = await setsOf(
      file(lines(row(0, true, 'a'), row(1, false, 'b'), row(0, false, 'c'))),
    )
    expect(format).toBe('RLVR-Decomposed')
    expect(sets[0]?.problems).toEqual([
      ['0', 2, 1, [1, 1]],
      ['1', 1, 0, [0, 1]],
    ])
  })
  test('verl: samples of equal input belong together, steps apart; the verdict acc goes before a shaped score', async () => {
    const row = (input: string, step: number, score: number, rest = {}) => ({
      input,
      output: 'o',
      score,
      step,
      ...rest,
    })
    const path = file(
      lines(row('p', 25, 1), row('p', 25, 0), row('q', 25, -1), row('p', 50, 0.7, { acc: true })),
      '25.jsonl',
    )
    const { sets } = await setsOf(path)
    expect(sets.map(({ part, problems }) => [part, problems])).toEqual([
      [
        'step 25',
        [
          ['p', 2, 1, [1, 1]],
          ['q', 1, 0, [0, 1]],
        ],
      ],
      ['step 50', [['p', 1, 1, [1, 0]]]],
    ])
    await expect(readSamples(file(lines(row('p', 1, 1), row('p', 1, 0.7))))).rejects.toThrow(
      /samples\.jsonl:2: field score: must be true or false/,
    )
  })
  test("a run's evaluation: counts and votes; splits and levels apart", async () => {
    const row = { n: 4, c: 1, lengths: [1, 1, 1, 1], votes: { A: 1, B: 3 }, answer: 'A', greedy: false }
    const path = file(
      lines(
        { problem_id: 'x', split: 'train', level: 1, ...row },
        { problem_id: 'y', split: 'heldout', level: 2, ...row, c: 0, answer: 'C' },
      ),
    )
    expect((await setsOf(path)).sets).toMatchObject([
      { part: 'train level 1', hasAnswers: true, problems: [['x', 4, 1, [1, 3]]] },
      { part: 'heldout level 2', problems: [['y', 4, 0, [0, 1, 3]]] },
    ])
    await expect(readSamples(file(lines({ problem_id: 'x', ...row, c: 5 })))).rejects.toThrow(
      /:1: field c: 5 right samples of n = 4/,
    )
    await expect(readSamples(file(lines({ problem_id: 'x', ...row, n: 5 })))).rejects.toThrow(
      /:1: field votes: they sum to 4/,
    )
  })
  test("a run's samples: by step, greedy ones left out", async () => {
    const row = (step: number, prompt_id: string, reward: number, greedy = false) => ({
      ...{ stage: 1, step, prompt_id, prompt: 'p', completion: 'c', tokens: [], logprobs: [] },
      ...{ reward, length: 1, greedy },
    })
    const { sets } = await setsOf(
      file(lines(row(1, 'a', 1), row(1, 'a', -1), row(1, 'a', 1, true), row(2, 'b', 0), row(2, 'b', 0))),
    )
    expect(sets.map(({ part, problems }) => [part, problems])).toEqual([
      ['1-1', [['a', 2, 1, [1, 1]]]],
      ['1-2', [['b', 2, 0, [0, 2]]]],
    ])
  })
  test('CSV: columns by name, quotes, byte order mark and carriage returns', async () => {
    const path = file(
      '\uFEFFproblem_id,sample,correct,answer\r\n"a, ""b""",0,True,x\r\n"a, ""b""",1,0,\r\n,2,1,x\r\n',
      's.csv',
    )
    await expect(readSamples(path)).rejects.toThrow(/s\.csv:4: field problem_id: is empty/)
    const good = file('sample,correct,problem_id\n0,1,p\n1,-1,p\n0,false,q\n', 's.csv')
    expect(await setsOf(good)).toMatchObject({
      format: 'CSV',
      sets: [
        {
          problems: [
            ['p', 2, 1, [1, 1]],
            ['q', 1, 0, [0, 1]],
          ],
        },
      ],
    })
    const quoted = file(
      'problem_id,sample,correct,answer,score\n"a, ""b""",0,True,x,1.5\n"a, ""b""",1,0,,2\n',
      's.csv',
    )
    expect((await setsOf(quoted)).sets).toEqual([
      { part: '', hasAnswers: true, hasScores: true, problems: [['a, "b"', 2, 1, [1, 1]]] },
    ])
  })
  test('accuracy.json: means by data source, on one line or many', async () => {
    const document = {
      pass_at_1: 0.4,
      pass_at_n: 0.6,
      by_data_source: { depth2: { pass_at_1: 0.5, pass_at_n: 0.75 } },
    }
    for (const indent of [0, 2])
      expect(await readSamples(file(JSON.stringify(document, null, indent), 'accuracy.json'))).toEqual({
        kind: 'summary',
        format: 'accuracy.json',
        sets: [{ part: 'depth2', passAt1: 0.5, passAtN: 0.75 }],
      })
  })
})

describe('what is wrong is named with file, line, field and rule', () => {
  test.each([
    ['no row', '', /samples\.jsonl: the file is empty/],
    ['only blank lines', '\n\n', /there are no samples in it/],
    [
      'a broken line',
      `${lines({ idx: 0, score: [true] })}{"idx": 1, "sc`,
      /samples\.jsonl:2: not valid JSON/,
    ],
    [
      'other fields',
      lines({ a: 1 }),
      /:1: no known format of samples has these fields \(.*CSV: problem_id, sample, correct/,
    ],
    [
      'a misspelt field',
      lines({ idx: 1, scores: [true] }),
      /:1: field score: missing; limit-of-RLVR rows have idx, score \(is scores meant\?\)/,
    ],
    ['a missing field later', lines({ idx: 0, score: [true] }, { idx: 1 }), /:2: field score/],
    ['an empty list', lines({ idx: 0, score: [] }), /:1: field score/],
    ['a verdict of 2', lines({ idx: 0, score: [2] }), /:1: field score\.0: must be true or false, or 1 or 0/],
    [
      'lists of other lengths',
      lines({ idx: 0, score: [true], pred: [] }),
      /:1: field pred: has 0 entries, but score has 1/,
    ],
    ['a table without verdicts', 'problem_id,sample\na,1\n', /:1: column correct: missing/],
    ['a cell too many', 'problem_id,sample,correct\na,1,1,1\n', /:2: has 4 cells, but the header has 3/],
    ['an open quote', 'problem_id,sample,correct\n"a,1,1\n', /:2: a quote is not closed/],
    ['no table at all', 'hello\n', /:1: neither JSON nor a CSV/],
    ['a list', '[1]\n', /:1: .*record/],
    ['a document without sources', '{\n}\n', /samples\.jsonl: field by_data_source/],
  ])('%s', async (_name, text, message) => {
    const reading = readSamples(file(text))
    await expect(reading).rejects.toThrow(message)
    await expect(reading).rejects.toMatchObject({ code: 'invalid-input' })
  })
  test('no such file', async () => {
    await expect(readSamples(join(tempFolder(), 'none.jsonl'))).rejects.toThrow(/none\.jsonl: no such file/)
  })
})
