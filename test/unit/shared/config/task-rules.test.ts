// Rules across the fields of tasks: what is refused, and what is worth a warning.
import { expect, test } from 'vitest'
import { parseStudy } from '../../../../src/shared/config/parse'

/** Problems or warnings of a study with a task, as lines. */
function said(task: object, stage: object = {}, evaluate: object = {}): string[] {
  const result = parseStudy({
    name: 'a',
    task,
    stages: [{ kind: 'pretrain', steps: 10, batch: 8, ...stage }],
    evaluate,
  })
  const problems = result.ok ? result.value.warnings : result.problems
  return problems.map(({ path, message, severity }) => `${severity} ${path}: ${message}`)
}

const hidden = { kind: 'hidden-method' }
const mixture = [{ at: 0, longFraction: 0.8 }]
test.each<[what: string, said: string[], problems: string[]]>([
  ['tasks as they come', [...said({ kind: 'parity' }), ...said({ kind: 'compose' }), ...said(hidden)], []],
  [
    'shares of parity above 1',
    said({ kind: 'parity', longFraction: 0.6, partialFraction: 0.5 }),
    ['error task.longFraction: must be at most 1 together with task.partialFraction, got 0.6 + 0.5'],
  ],
  [
    'shares above 1 in a mixture over time',
    said({ kind: 'parity', partialFraction: 0.5 }, { mixture }),
    [
      'error stages.0.mixture.0.longFraction: must be at most 1 together with task.partialFraction, got 0.8 + 0.5',
    ],
  ],
  [
    'a leap without partial chains',
    said({ kind: 'parity', bits: 8, leap: 4 }),
    ['warning task.leap: does nothing while task.partialFraction is 0: no chain is partial'],
  ],
  [
    'a leap over all bits',
    said({ kind: 'parity', bits: 8, partialFraction: 0.5, leap: 8 }),
    ['warning task.leap: a partial chain is the answer alone while task.leap (8) is not below task.bits (8)'],
  ],
  [
    'more functions than there are',
    said({ kind: 'compose', length: 1, symbols: 3 }),
    [
      'error task.trainFunctions: must be at most 5 together with task.heldOutFunctions (for strings of task.length 1 over task.symbols 3 the list has no more different functions), got 6 + 4',
    ],
  ],
  [
    'a level beyond the depth',
    said({ kind: 'compose', depth: 2, levels: [1, 0, 1] }),
    ['error task.levels: must give weight to levels up to task.depth (2) only'],
  ],
  [
    'no level at all',
    said({ kind: 'compose', levels: [0] }),
    ['error task.levels: must have a weight above 0'],
  ],
  [
    'levels of a stage beyond the depth',
    said({ kind: 'compose' }, { mixture: [{ at: 1, levels: [0, 0, 0, 0, 1] }] }),
    ['error stages.0.mixture.0.levels: must give weight to levels up to task.depth (4) only'],
  ],
  [
    'levels where the task has none',
    said(hidden, { mixture: [{ at: 1, levels: [1] }] }, { cells: 8 }),
    [
      'warning stages.0.mixture.0.levels: does nothing: the task hidden-method has no levels',
      'warning evaluate.cells: does nothing: the task hidden-method has no levels',
    ],
  ],
  [
    'methods of two counts',
    said({ ...hidden, shares: [0.5, 0.5] }),
    ['error task.prior: must have as many entries as task.shares, one a method: got 3 and 2'],
  ],
  [
    'shares that do not sum to 1',
    said({ ...hidden, shares: [0.7, 0.2, 0.2], prior: [0.1, 0.2, 0.6] }),
    ['error task.shares: must sum to 1, got 1.1', 'error task.prior: must sum to 1, got 0.9'],
  ],
  [
    'shares that the ten states cannot give',
    said({ ...hidden, shares: [0.65, 0.25, 0.1] }),
    ['error task.shares: must be multiples of 0.1 (the hash has ten states), got 0.65'],
  ],
  ['a sum of 1 but for rounding', said({ ...hidden, shares: [0.1, 0.2, 0.7], prior: [0.3, 0.6, 0.1] }), []],
  [
    'keys that are too short',
    said({ ...hidden, keyLength: 2, symbols: 26 }, { steps: 1 }).map((text) =>
      text.replace(/: the exact.*/, ''),
    ),
    ['warning task.keyLength: 26 task.symbols in keys of 2 give too few keys for task.shares'],
  ],
  [
    'more sequences than keys',
    said({ ...hidden, keyLength: 4, symbols: 4 }, { steps: 100 }).filter((text) => text.includes('memorise')),
    [
      "warning task.keyLength: training on the task's own sequences sees 800 of them (stages.0.steps x stages.0.batch) but there are only 256 different inputs: the model may memorise them",
    ],
  ],
  [
    'more sequences than strings and functions',
    said({ kind: 'compose', length: 2, symbols: 2, depth: 1, levels: [1] }).filter((text) =>
      text.includes('memorise'),
    ),
    [
      "warning task.length: training on the task's own sequences sees 80 of them (stages.0.steps x stages.0.batch) but there are only 40 different inputs: the model may memorise them",
    ],
  ],
])('%s', (_, said, problems) => {
  expect(said).toEqual(problems)
})

test('sequences of fine-tuning on data count too, samples of a model do not', () => {
  const stages = (sampler: string) => [
    { kind: 'pretrain', steps: 10, batch: 50 },
    { kind: 'sft', steps: 10, prompts: 60, sampler },
  ]
  const warnings = (sampler: string) => {
    const result = parseStudy({ name: 'a', task: { kind: 'parity', bits: 10 }, stages: stages(sampler) })
    return result.ok
      ? result.value.warnings.map(({ message }) => message).filter((text) => text.includes('memorise'))
      : []
  }
  expect(warnings('policy')).toEqual([])
  expect(warnings('data')).toEqual([
    "training on the task's own sequences sees 1100 of them (stages.0.steps x stages.0.batch + stages.1.steps x stages.1.prompts) but there are only 1024 different inputs: the model may memorise them",
  ])
})
