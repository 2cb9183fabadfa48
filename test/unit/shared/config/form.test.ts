// The form, the messages and the docs see the schema through this tree; it must say what the schema says.
import { describe, expect, test } from 'vitest'
import {
  activeFields,
  defaultOf,
  fieldAt,
  studyForm,
  type FormField,
} from '../../../../src/shared/config/form'
import { describeStudy } from '../../../../src/shared/config/describe'
import { parseStudy } from '../../../../src/shared/config/parse'
import { stageSchema, studySchema } from '../../../../src/shared/config/schema'
import { algorithms } from '../../../../src/shared/config/schema/presets'
import { taskSchema } from '../../../../src/shared/config/schema/tasks'

function everyField(field: FormField, path: string): [string, FormField][] {
  const at = (child: FormField) => everyField(child, path === '' ? child.key : `${path}.${child.key}`)
  switch (field.kind) {
    case 'group':
      return [[path, field], ...field.fields.flatMap(at)]
    case 'union':
      return [
        [path, field],
        ...field.members.flatMap((member) => everyField(member.field, `${path}<${member.value}>`)),
      ]
    case 'list':
      return [[path, field], ...everyField(field.item, `${path}.*`)]
    default:
      return [[path, field]]
  }
}

describe('the tree of fields', () => {
  test('has the fields of the schema, in its order', () => {
    expect(studyForm.fields.map((field) => field.key)).toEqual(Object.keys(studySchema.shape))
  })

  test('every field a form shows has a title and a description', () => {
    const silent = everyField(studyForm, '').filter(
      ([path, field]) =>
        path !== '' &&
        !/\*|\d$|>$/.test(path) &&
        !(field.kind === 'choice' && field.choices.length === 1) &&
        (field.title === '' || field.description === ''),
    )
    expect(silent.map(([path]) => path)).toEqual([])
  })

  test('a number knows its bounds, unit, default and whether it may be empty', () => {
    const value = { stages: [{ kind: 'pretrain' }] }
    expect(fieldAt(['task', 'bits'], { task: { kind: 'parity' } })).toMatchObject({
      kind: 'integer',
      min: 1,
      max: 64,
      default: 20,
      required: false,
    })
    expect(fieldAt(['stages', '0', 'steps'], value)).toMatchObject({
      kind: 'integer',
      unit: 'steps',
      default: 1500,
    })
    expect(fieldAt(['stages', '0', 'optimizer', 'clipNorm'], value)).toMatchObject({
      kind: 'number',
      nullable: true,
      exclusiveMin: 0,
      default: null,
      advanced: false,
    })
    expect(fieldAt(['stages', '0', 'optimizer', 'betas'], value)).toMatchObject({
      kind: 'list',
      minItems: 2,
      advanced: true,
    })
  })

  test('the fields of a stage follow its kind and algorithm', () => {
    const stage = fieldAt(['stages', '0'], {})
    const keys = (value: unknown) =>
      stage?.kind === 'union' ? activeFields(stage, value).map((field) => field.key) : []
    expect(keys({ kind: 'pretrain' })).toEqual([
      'kind',
      'steps',
      'batch',
      'from',
      'mixture',
      'evaluateEvery',
      'optimizer',
    ])
    expect(keys({ kind: 'rl' })).toEqual(['kind', 'algorithm'])
    expect(keys({ kind: 'rl', algorithm: 'star' })).toEqual(
      expect.arrayContaining(['epochs', 'batch', 'prompts']),
    )
    expect(keys({ kind: 'rl', algorithm: 'grpo' })).not.toContain('distinct')
  })

  test('the defaults of every member of a union are what the schema fills in', () => {
    const stages = fieldAt(['stages', '0'], {})
    if (stages?.kind !== 'union') throw new Error('stages are told apart by kind')
    const leaves = stages.members.flatMap((member) =>
      member.field.kind === 'union' ? member.field.members : [member],
    )
    expect(leaves.map((leaf) => leaf.value)).toEqual([
      'pretrain',
      'sft',
      ...Object.keys(algorithms),
      'evaluate',
    ])
    for (const leaf of leaves) {
      const { kind, algorithm } = leaf.defaults
      expect(stageSchema.parse(algorithm === undefined ? { kind } : { kind, algorithm })).toEqual(
        leaf.defaults,
      )
    }
    const task = fieldAt(['task'], {})
    expect(task && defaultOf(task)).toEqual(taskSchema.parse({ kind: 'parity' }))
  })

  test('a path that leads nowhere has no field', () => {
    expect(fieldAt(['task', 'nothing'], { task: { kind: 'parity' } })).toBeUndefined()
    expect(fieldAt(['seed', 'x'], {})).toBeUndefined()
  })
})

describe('what a study will run', () => {
  const study = (sweep: unknown) => {
    const result = parseStudy({
      name: 'a',
      task: { kind: 'parity' },
      stages: [
        { kind: 'pretrain', steps: 100, batch: 10 },
        { kind: 'rl', algorithm: 'grpo' },
      ],
      ...(sweep ? { sweep } : {}),
    })
    if (!result.ok) throw new Error(result.problems[0]?.message)
    return describeStudy(result.value.runs)
  }

  test('one run: its stages and sequences', () => {
    expect(study(undefined)).toEqual({
      runs: 1,
      stages: [
        { title: 'Pretrain', steps: 100, unit: 'steps', sequences: 1000 },
        { title: 'GRPO', steps: 40, unit: 'steps', sequences: 10_240 },
      ],
      sequencesPerRun: { smallest: 11_240, largest: 11_240 },
      sequences: 11_240,
      sharedStages: 0,
    })
  })

  test('arms that differ in a later stage share the earlier one, other seeds do not', () => {
    const { runs, sequences, sharedStages, sequencesPerRun } = study({
      'stages.1.algorithm': ['grpo', 'star'],
      seed: [0, 1, 2],
    })
    expect({ runs, sharedStages, sequencesPerRun }).toEqual({
      runs: 6,
      sharedStages: 3,
      sequencesPerRun: { smallest: 11_240, largest: 33_768 },
    })
    expect(sequences).toBe(3 * (1000 + 10_240 + 32_768))
  })
})
