// What a filter lets pass, and what it says of one that cannot be meant.
import { describe, expect, test } from 'vitest'
import { readFilter } from '../../../../src/shared/run-filter/evaluate'
import { fieldCatalog } from '../../../../src/shared/run-filter/fields'
import { described, type Described } from './runs'

const catalog = fieldCatalog([
  'eval/greedy_accuracy',
  'eval/accuracy',
  'eval/pass@8',
  'eval/heldout/level-2/accuracy',
  'train/loss',
])
const now = new Date(2026, 10, 21, 15, 0).getTime()

function passes(filter: string, run: Described = {}): boolean {
  const read = readFilter(filter, { catalog, now })
  if (!read.ok) throw new Error(`${filter}: ${read.problem.message}`)
  return read.matches(described(run))
}
function problem(filter: string): string {
  const read = readFilter(filter, { catalog, now })
  if (read.ok) return 'no problem'
  const { start, end, message } = read.problem
  return `${start}-${end}: ${message}`
}

const grpo = {
  stages: [
    { kind: 'pretrain', steps: 30, batch: 16 },
    { kind: 'rl', algorithm: 'grpo', prompts: 4, group: 8, steps: 10 },
  ],
}

describe('fields', () => {
  test('of the record, by name', () => {
    expect(passes('state = finished')).toBe(true)
    expect(passes('state = FAILED')).toBe(false)
    expect(passes('study ~ to')).toBe(true)
    expect(passes('study ~ /^T.y$/i')).toBe(true)
    expect(passes('study ~ /^T.y$/')).toBe(false)
    expect(passes('seconds > 60', { record: { seconds: 61 } })).toBe(true)
    expect(passes('seconds > 60')).toBe(false)
    expect(passes('arm = "psr, w 0.5"', { record: { point: { arm: 'PSR, w 0.5' } } })).toBe(true)
  })

  test('of the config, by the full path, without the places of lists, or by the last parts', () => {
    expect(passes('task.bits = 4')).toBe(true)
    expect(passes('bits = 4')).toBe(true)
    expect(passes('stages.1.algorithm = grpo', { config: grpo })).toBe(true)
    expect(passes('stages.0.algorithm = grpo', { config: grpo })).toBe(false)
    expect(passes('algorithm = grpo', { config: grpo })).toBe(true)
    expect(passes('stages.steps = 10', { config: grpo })).toBe(true)
    expect(passes('steps in (1, 30)', { config: grpo })).toBe(true)
    expect(passes('optimizer.learningRate <= 3e-3')).toBe(true)
    expect(passes('seed = 1')).toBe(true)
    expect(passes('seed = 2')).toBe(false)
  })

  test('of the annotations', () => {
    const marked = { annotations: { tags: ['Slides', 'two words'], star: true, notes: 'looks odd' } }
    expect(passes('tag:slides', marked)).toBe(true)
    expect(passes('tag:"two words"', marked)).toBe(true)
    expect(passes('tag:slide', marked)).toBe(false)
    expect(passes('tag ~ slide', marked)).toBe(true)
    expect(passes('starred and note ~ odd', marked)).toBe(true)
    expect(passes('not archived', marked)).toBe(true)
    expect(passes('starred = false', marked)).toBe(false)
    expect(passes('has(tag)')).toBe(false)
  })

  test('of metrics: last, best, at a step', () => {
    const run: Described = {
      last: { 'eval/greedy_accuracy': 0.8, 'train/loss': NaN },
      best: { 'eval/greedy_accuracy': 0.95 },
      valueAt: (field) => (field === 'eval/accuracy.at(1-40)' ? 0.4 : undefined),
    }
    expect(passes('eval/greedy_accuracy.last > 0.9', run)).toBe(false)
    expect(passes('eval/greedy_accuracy.best > 0.9', run)).toBe(true)
    expect(passes('eval/greedy_accuracy >= .8', run)).toBe(true)
    expect(passes('greedy_accuracy.best > 0.9', run)).toBe(true)
    expect(passes('train/loss = NaN', run)).toBe(true)
    expect(passes('train/loss > -Infinity', run)).toBe(false)
    expect(passes('eval/accuracy.at(1-40) = 0.4', run)).toBe(true)
    expect(passes('eval/accuracy.at(40) = 0.4', run)).toBe(false)
    expect(passes('eval/heldout/level-2/accuracy.last > 0', run)).toBe(false)
  })

  test('values at a step are named, so that they can be read before', () => {
    const read = readFilter('a or eval/accuracy.at(1-40) > 0.5', { catalog, now })
    const fields = read.ok ? read.stepFields.map(({ name, metric }) => ({ name, metric })) : []
    expect(fields).toEqual([
      {
        name: 'eval/accuracy.at(1-40)',
        metric: { name: 'eval/accuracy', value: { of: 'at', at: { stage: 1, step: 40 } } },
      },
    ])
  })

  test('times: days and minutes of the machine, ages, full times', () => {
    const made = (created: Date) => ({ record: { created: created.toISOString() } })
    const noon = made(new Date(2026, 10, 21, 12, 0, 30))
    expect(passes('created = 2026-11-21', noon)).toBe(true)
    expect(passes('created = today', noon)).toBe(true)
    expect(passes('created < today', noon)).toBe(false)
    expect(passes('created = yesterday', noon)).toBe(false)
    expect(passes('created > 2026-11-20', noon)).toBe(true)
    expect(passes('created <= 2026-11-21', noon)).toBe(true)
    expect(passes('created = 2026-11-21T12:00', noon)).toBe(true)
    expect(passes('created > 2026-11-21T12:00', noon)).toBe(false)
    expect(passes('created > -4h', noon)).toBe(true)
    expect(passes('created > -2h', noon)).toBe(false)
    expect(passes('has(ended)', noon)).toBe(false)
  })
})

describe('joining', () => {
  const run: Described = { record: { state: 'failed' }, annotations: { star: true } }

  test('not binds most, then and, then or; conditions side by side are joined by and', () => {
    expect(passes('state = failed or starred and state = queued', run)).toBe(true)
    expect(passes('(state = failed or starred) and state = queued', run)).toBe(false)
    expect(passes('not starred or state = failed', run)).toBe(true)
    expect(passes('not (starred or state = failed)', run)).toBe(false)
    expect(passes('NOT not starred', run)).toBe(true)
    expect(passes('starred state = queued', run)).toBe(false)
    expect(passes('state not in (queued, running)', run)).toBe(true)
  })

  test('what is missing differs from everything and compares with nothing', () => {
    expect(passes('algorithm != grpo')).toBe(true)
    expect(passes('not algorithm = grpo')).toBe(true)
    expect(passes('eval/accuracy.last < 1')).toBe(false)
    expect(passes('algorithm != grpo', { config: grpo })).toBe(false)
  })

  test('an empty filter lets every run pass', () => {
    expect(passes('')).toBe(true)
    expect(passes('   ')).toBe(true)
  })
})

describe('bare words', () => {
  test('are found in id, study, state, point, tags and notes, each of them', () => {
    const run: Described = {
      record: { point: { arm: 'GRPO', 'task.bits': 6 } },
      annotations: { tags: ['slides'], notes: 'The Good one' },
    }
    for (const word of ['abcd', 'toy', 'finish', 'grpo', '"bits 6"', 'slides', '"good one"', 'grpo good'])
      expect([word, passes(word, run)]).toEqual([word, true])
    expect(passes('grpo missing', run)).toBe(false)
    expect(passes('not grpo', run)).toBe(false)
  })

  test('a keyword in quotes is text, and a lone name of a field too', () => {
    expect(passes('"and"', { annotations: { notes: 'this and that' } })).toBe(true)
    expect(passes('seed', { annotations: { notes: 'a bad seed' } })).toBe(true)
    expect(problem('seed 1')).toBe(
      '0-4: expected =, !=, <, <=, >, >= or in after the field seed (in quotes it is text)',
    )
  })
})

describe('problems name the place and what was expected', () => {
  test.each([
    ['state =', '7-7: expected a value after "="'],
    ['state = and', '8-11: expected a value after "=" (text in quotes)'],
    ['(starred', '8-8: expected ")"'],
    ['starred)', '7-8: expected "and", "or" or the end, not ")"'],
    ['and starred', '0-3: expected a condition, such as state = finished'],
    ['study ~ /(/', '8-11: expected a valid regular expression'],
    ['study = "toy', '8-12: expected " at the end of the quoted text'],
    ['state in finished', '9-17: expected "(" after "in"'],
    ['stat = finished', '0-4: there is no field stat; did you mean state?'],
    ['state = finshed', '8-15: state is never "finshed"; did you mean finished?'],
    ['algoritm = grpo', '0-8: there is no field algoritm; did you mean algorithm?'],
    [
      'eval/greedy_acuracy > 0',
      '0-19: there is no metric eval/greedy_acuracy; did you mean eval/greedy_accuracy?',
    ],
    ['eval/accuracy.last > high', '21-25: eval/accuracy.last is a number: expected one, not "high"'],
    ['study > 3', '8-9: study is text: expected =, !=, ~ or in, not >'],
    [
      'rl/entropy.best > 1',
      '0-15: rl/entropy has no better direction and so no best value; use rl/entropy.last',
    ],
    [
      'eval/accuracy.at(x) > 1',
      '0-19: expected a step in eval/accuracy.at(x): at(40), or at(1-40) for step 40 of stage 1',
    ],
    [
      'created > 2026-02-30',
      '10-20: created is a time: expected 2026-11-21, 2026-11-21T14:30, today, yesterday or -7d, not "2026-02-30"',
    ],
    [
      'created > 2026-11-21T14:75',
      '10-26: created is a time: expected 2026-11-21, 2026-11-21T14:30, today, yesterday or -7d, not "2026-11-21T14:75"',
    ],
    ['starred = 1', '10-11: starred is true or false, not "1"'],
    ['every = 10', '0-5: every may be evaluate.every or checkpoint.every'],
    ['state:finished x', '0-14: expected state = finished'],
  ])('%s', (filter, said) => {
    expect(problem(filter)).toBe(said)
  })

  test('parentheses without end are refused, not followed', () => {
    expect(problem('('.repeat(50_000))).toMatch(/^101-102: expected at most 100/)
    expect(problem('not '.repeat(50_000))).toMatch(/expected at most 100/)
  })
})
