// The editor's text and form are two faces of one study: what one writes the other reads.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseStudy, parseStudyText } from '../../../../src/shared/config/parse'
import { editStudyList, editStudyText, readStudyText, toYaml } from '../../../../src/shared/config/text'

const optimizer = fc.record(
  {
    learningRate: fc.double({ min: 1e-6, max: 10, noNaN: true }),
    warmupSteps: fc.nat(5),
    decay: fc.constantFrom('constant', 'linear', 'cosine'),
    clipNorm: fc.option(fc.constantFrom(0.5, 1, 1e-3)),
    betas: fc.constant([0.8, 0.95]),
  },
  { requiredKeys: [] },
)
const pretrain = fc.record(
  {
    kind: fc.constant('pretrain'),
    steps: fc.integer({ min: 5, max: 3000 }),
    batch: fc.constantFrom(1, 128),
    optimizer,
  },
  { requiredKeys: ['kind'] },
)
const policyGradient = fc.record(
  {
    kind: fc.constant('rl'),
    algorithm: fc.constantFrom('grpo', 'grpo-original', 'reinforce'),
    prompts: fc.integer({ min: 1, max: 64 }),
    group: fc.constantFrom(2, 16),
    steps: fc.integer({ min: 5, max: 100 }),
    reward: fc.constantFrom('answer', 'chain'),
    temperature: fc.constantFrom(0.75, 1, 1.5),
    baseline: fc.constantFrom('none', 'batch-mean', 'group-mean'),
    clip: fc.option(fc.constant(0.2)),
    optimizer,
  },
  { requiredKeys: ['kind', 'algorithm'] },
)
const star = fc.record(
  {
    kind: fc.constant('rl'),
    algorithm: fc.constant('star'),
    steps: fc.integer({ min: 5, max: 9 }),
    epochs: fc.constantFrom(1, 2),
  },
  { requiredKeys: ['kind', 'algorithm'] },
)
const sweep = fc.option(
  fc.record(
    {
      seed: fc.uniqueArray(fc.nat(100), { minLength: 1, maxLength: 3 }),
      'task.longFraction': fc.constant([0.1, 0.25]),
      'stages.1.algorithm': fc.constant(['grpo', 'reinforce']),
    },
    { requiredKeys: ['seed'] },
  ),
  { nil: undefined },
)
const study = fc
  .record(
    {
      name: fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).filter((name) => name.trim() !== ''),
      description: fc.string({ maxLength: 200, unit: 'grapheme' }),
      task: fc.record(
        {
          kind: fc.constant('parity'),
          bits: fc.integer({ min: 1, max: 64 }),
          longFraction: fc.constantFrom(0, 0.2, 0.25, 1),
        },
        { requiredKeys: ['kind'] },
      ),
      model: fc.record({ kind: fc.constant('transformer'), layers: fc.constantFrom(2, 4) }),
      stages: fc.tuple(pretrain, fc.oneof(policyGradient, star)),
      evaluate: fc.record({ every: fc.constantFrom(10, 50) }, { requiredKeys: [] }),
      seed: fc.nat(1000),
      sweep,
    },
    { requiredKeys: ['name', 'task', 'stages'] },
  )
  .map(({ sweep: axes, ...rest }) => (axes ? { ...rest, sweep: axes } : rest))

const runsOf = (value: unknown) => {
  const result = parseStudy(value)
  return result.ok ? result.value.runs : result.problems
}
const runsOfText = (text: string) => {
  const result = parseStudyText(text)
  return result.ok
    ? result.value.runs
    : result.problems.map(({ path, message, severity }) => ({ path, message, severity }))
}

describe('toYaml', () => {
  test('a study written and read again runs the same configs', () => {
    fc.assert(
      fc.property(study, (value) => {
        expect(runsOfText(toYaml(value))).toEqual(runsOf(value))
      }),
    )
  })

  test('writing what was read gives the same text again', () => {
    fc.assert(
      fc.property(study, (value) => {
        const text = toYaml(value)
        const read = readStudyText(text)
        expect(read.ok && toYaml(read.value)).toBe(text)
      }),
    )
  })

  test('a completed study comes out with what differs from the defaults and the essentials, in a fixed order', () => {
    const result = parseStudy({
      seed: 3,
      stages: [
        { optimizer: { clipNorm: 1, decay: 'linear' }, kind: 'pretrain' },
        { algorithm: 'grpo', kind: 'rl', optimizer: { learningRate: 3e-4 } },
      ],
      task: { longFraction: 0.25, kind: 'parity' },
      name: 'order',
      evaluate: { every: 10, samples: 256 },
    })
    expect(result.ok && toYaml(result.value.study)).toMatchInlineSnapshot(`
      "name: order
      task: { kind: parity, bits: 20, longFraction: 0.25 }
      model: { kind: transformer, layers: 2, width: 64, heads: 4 }
      stages:
        - kind: pretrain
          steps: 1500
          batch: 128
          optimizer: { decay: linear, clipNorm: 1 }
        - { kind: rl, algorithm: grpo, prompts: 16, group: 16, steps: 40 }
      evaluate: { samples: 256 }
      seed: 3
      "
    `)
  })

  test('where the algorithm is swept, each point keeps its own preset', () => {
    const value = {
      name: 'a',
      task: { kind: 'parity' },
      stages: [{ kind: 'pretrain' }, { kind: 'rl', algorithm: 'grpo', prompts: 16 }],
      sweep: { 'stages.1.algorithm': ['grpo', 'star'] },
    }
    expect(runsOfText(toYaml(value))).toEqual(runsOf(value))
    expect(toYaml(value)).toContain('{ kind: rl, algorithm: grpo, prompts: 16 }')
  })
})

describe('editStudyText', () => {
  const text = `# why this study\nname: a\ntask: { kind: parity, bits: 20 } # the task\nstages:\n  - { kind: pretrain, steps: 10 }\nsweep: { seed: [0, 1] }\n`

  test('changes one field and keeps comments and layout', () => {
    expect(editStudyText(text, ['task', 'bits'], 8)).toBe(text.replace('bits: 20', 'bits: 8'))
    expect(editStudyText(text, ['stages', '0', 'steps'], 20)).toBe(text.replace('steps: 10', 'steps: 20'))
    expect(editStudyText(text, ['sweep', 'seed'], [0, 1, 2])).toBe(text.replace('[0, 1]', '[0, 1, 2]'))
  })

  test('takes a field out, and makes the groups a new one needs', () => {
    expect(editStudyText(text, ['task', 'bits'], undefined)).toBe(text.replace(', bits: 20', ''))
    expect(editStudyText(text, ['checkpoint', 'at'], [5])).toBe(
      text.replace('sweep:', 'checkpoint: { at: [5] }\nsweep:'),
    )
    expect(editStudyText(text, ['stages', '0', 'optimizer', 'clipNorm'], 1)).toBe(
      text.replace('steps: 10 }', 'steps: 10, optimizer: { clipNorm: 1 } }'),
    )
  })

  test('what is new stands where the schema has it, with the comments of the others', () => {
    const without = editStudyText(text, ['task', 'bits'], undefined)
    expect(editStudyText(without, ['task', 'longFraction'], 0.2)).toBe(
      text.replace('bits: 20', 'longFraction: 0.2'),
    )
    const both = editStudyText(editStudyText(without, ['task', 'longFraction'], 0.2), ['task', 'bits'], 20)
    expect(both).toBe(text.replace('bits: 20', 'bits: 20, longFraction: 0.2'))
    expect(editStudyText(text, ['description'], 'b')).toBe(
      text.replace('name: a\n', 'name: a\ndescription: b\n'),
    )
  })

  test('an axis is one key, dots and all, and odd spacing elsewhere stays', () => {
    const odd = `name:   a\ntask: {kind: parity}\nstages:\n- {kind: pretrain}   # one\nsweep:\n  task.bits: [8,  9]\nseed: 1.0e+0\n`
    expect(editStudyText(odd, ['seed'], 2)).toBe(odd.replace('1.0e+0', '2'))
    expect(editStudyText(odd, ['name'], 'b, c: #d')).toBe(odd.replace('a\n', '"b, c: #d"\n'))
    expect(editStudyText('name:\nseed: 0\n', ['name'], 'a')).toBe('name: a\nseed: 0\n')
    const edited = readStudyText(editStudyText(odd, ['sweep', 'task.bits'], [10]))
    expect(edited.ok && edited.value).toMatchObject({ sweep: { 'task.bits': [10] } })
  })

  test("a list's items move and go with their comments", () => {
    const list = 'stages:\n  - { kind: pretrain }\n  # after it\n  - { kind: rl } # short\n'
    expect(editStudyList(list, ['stages'], (items) => [...items].reverse())).toBe(
      'stages:\n  # after it\n  - { kind: rl } # short\n  - { kind: pretrain }\n',
    )
    expect(editStudyList(list, ['stages'], (items) => items.slice(0, 1))).toBe(
      'stages:\n  - { kind: pretrain }\n',
    )
    expect(editStudyList(list, ['sweep'], () => [])).toBe(list)
  })

  test('leaves a text that does not parse as it is', () => {
    expect(editStudyText('a: [', ['a'], 1)).toBe('a: [')
    expect(editStudyList('a: [', ['a'], () => [])).toBe('a: [')
  })

  test('any field set through the text is the value that is read back', () => {
    fc.assert(
      fc.property(study, fc.nat(1000), fc.string(), (value, seed, description) => {
        const edited = editStudyText(
          editStudyText(toYaml(value), ['seed'], seed),
          ['description'],
          description,
        )
        const read = readStudyText(edited)
        expect(read.ok && read.value).toMatchObject({ seed, description })
        expect(runsOfText(edited)).toEqual(runsOf({ ...value, seed, description }))
      }),
    )
  })
})
