// Arms of a study: named variants that set several fields at once, as the outermost axis of the grid; and its quick form.
import { describe, expect, test } from 'vitest'
import { formatProblems, parseStudyText } from '../../../../src/shared/config/parse'
import { quickStudy, setStudyPath } from '../../../../src/shared/config/quick'
import { toYaml } from '../../../../src/shared/config/text'

const study = `name: ladder
task: { kind: parity }
stages:
  - { kind: pretrain, steps: 100 }
  - { kind: rl, algorithm: grpo, steps: 20 }
arms:
  GRPO: {}
  GRPO 1/T: { stages.1.algorithm: grpo-original }
  clip 0.2: { stages.1.clip: 0.2, stages.1.updatesPerBatch: 4 }
  STaR: { stages.1: { kind: rl, algorithm: star, steps: 3 } }
  alone: { stages: [{ kind: pretrain, steps: 500 }] }
sweep: { seed: [0, 1] }
`
function runsOf(text: string) {
  const result = parseStudyText(text)
  if (!result.ok) throw new Error(formatProblems('a.yaml', result.problems))
  return result.value.runs
}
/** What is said about the study with one part of its text replaced. */
function complaint(part: string, by: string): string {
  expect(study).toContain(part)
  const result = parseStudyText(study.replace(part, by))
  return formatProblems('a.yaml', result.ok ? result.value.warnings : result.problems)
}

describe('the grid of arms and axes', () => {
  test('arms are outermost, in the order of the file; a point names its arm', () => {
    expect(runsOf(study).map(({ point }) => point)).toEqual(
      ['GRPO', 'GRPO 1/T', 'clip 0.2', 'STaR', 'alone'].flatMap((arm) => [
        { arm, seed: 0 },
        { arm, seed: 1 },
      ]),
    )
  })

  test('values of an arm are written into the config; an algorithm brings its own defaults, a stage may be replaced whole', () => {
    const stages = runsOf(study)
      .filter(({ point }) => point['seed'] === 0)
      .map(({ config }) => config.stages)
    expect(stages[0]?.[1]).toMatchObject({
      algorithm: 'grpo',
      aggregation: 'sequence-sum',
      clip: null,
      steps: 20,
    })
    expect(stages[1]?.[1]).toMatchObject({
      algorithm: 'grpo-original',
      aggregation: 'sequence-mean',
      steps: 20,
    })
    expect(stages[2]?.[1]).toMatchObject({ algorithm: 'grpo', clip: 0.2, updatesPerBatch: 4, steps: 20 })
    expect(stages[3]?.[1]).toMatchObject({ algorithm: 'star', prompts: 4096, steps: 3 })
    expect(stages[4]).toMatchObject([{ kind: 'pretrain', steps: 500 }])
  })

  test('the configs hold no trace of the grid', () => {
    for (const { config } of runsOf(study))
      for (const field of ['arms', 'sweep', 'about', 'quick']) expect(config).not.toHaveProperty(field)
  })

  test('an axis is written after the arm, into a stage that the arm replaced', () => {
    const runs = runsOf(
      study
        .replace('  alone: { stages: [{ kind: pretrain, steps: 500 }] }\n', '')
        .replace('seed: [0, 1]', 'stages.1.temperature: [0.5]'),
    )
    expect(runs.map(({ config }) => config.stages[1])).toMatchObject(Array(4).fill({ temperature: 0.5 }))
  })

  test('arms alone make a grid, and may give what the stages leave open', () => {
    const runs = runsOf(`name: a
task: { kind: parity }
stages: [{ kind: rl }]
arms: { GRPO: { stages.0.algorithm: grpo, stages.0.clip: 0.2, stages.0.updatesPerBatch: 2 }, STaR: { stages.0.algorithm: star } }`)
    expect(runs.map(({ point, config }) => [point, config.stages[0]])).toMatchObject([
      [{ arm: 'GRPO' }, { algorithm: 'grpo', clip: 0.2 }],
      [{ arm: 'STaR' }, { algorithm: 'star' }],
    ])
  })
})

describe('what is wrong with an arm names it', () => {
  test.each([
    ['  GRPO: {}', '  GRPO: 3', /^a.yaml:7: arms.GRPO: must be a group of dotted paths/],
    [
      '  GRPO: {}',
      '  GRPO: { stages.1.cilp: 1 }',
      'a.yaml:7: arms.GRPO.stages.1.cilp: is no path of the config; did you mean stages.1.clip?',
    ],
    [
      '  GRPO: {}',
      '  GRPO: { stages.2.steps: 1 }',
      'a.yaml:7: arms.GRPO.stages.2.steps: is no path of the config: stages has 2 items (stages.0, stages.1)',
    ],
    [
      '  GRPO: {}',
      '  GRPO: { name: x }',
      'a.yaml:7: arms.GRPO.name: cannot be set by an arm: name belongs to the whole study',
    ],
    [
      '  GRPO: {}',
      '  GRPO: { seed: 3 }',
      'a.yaml:7: arms.GRPO.seed: overlaps with the axis sweep.seed, which would overwrite it',
    ],
    [
      '  GRPO: {}',
      '  GRPO: { stages.1: { kind: rl, algorithm: rloo }, stages.1.steps: 3 }',
      'a.yaml:7: arms.GRPO.stages.1: overlaps with stages.1.steps of the same arm: one of them would overwrite the other',
    ],
    [
      'stages.1.clip: 0.2',
      'stages.1.clip: -1',
      'a.yaml:9: stages.1.clip: must be a number above 0 and below 1, or null for none, got -1 (in arm clip 0.2)',
    ],
    [
      '  GRPO: {}',
      '  GRPO: { stages.1.group: 1, stages.1.scale: none }',
      'a.yaml:7: stages.1.group: must be at least 2 when stages.1.baseline is group-mean (a group of one has nothing to compare), got 1 (in arm GRPO)',
    ],
    [
      '  GRPO: {}',
      '  GRPO: {}\n  again: {}',
      'a.yaml:8: warning: arms.again: sets the same as the arm GRPO: those runs will be the same',
    ],
    [
      'sweep: { seed: [0, 1] }',
      'sweep: { stages.1.steps: [1, 2] }',
      /there is no stages\.1; .*at sweep point arm alone|in arm alone/,
    ],
  ])('%s -> %s', (part, by, message) => {
    if (typeof message === 'string') expect(complaint(part, by)).toBe(message)
    else expect(complaint(part, by)).toMatch(message)
  })

  test('no arms at all', () => {
    const empty = study.replace(/arms:[^]*sweep/, 'arms: {}\nsweep')
    const result = parseStudyText(empty)
    expect(!result.ok && formatProblems('a.yaml', result.problems)).toBe(
      'a.yaml:6: arms: must have at least 1 arm (a name with the fields it sets); leave arms out for none',
    )
  })
})

describe('the quick form', () => {
  const quick = `${study}quick:
  stages.0.steps: 10
  sweep.seed: [0]
  arms: [GRPO, clip 0.2]
  arms.clip 0.2.stages.1.steps: 2
`
  test('has the quick values in place: fields, axes, arms', () => {
    const runs = runsOf(toYaml(quickStudy(JSON.parse(JSON.stringify(parsedValue(quick))))))
    expect(runs.map(({ point }) => point)).toEqual([
      { arm: 'GRPO', seed: 0 },
      { arm: 'clip 0.2', seed: 0 },
    ])
    expect(runs.map(({ config }) => config.stages.map((stage) => 'steps' in stage && stage.steps))).toEqual([
      [10, 20],
      [10, 2],
    ])
  })

  test('the study itself is as it was', () => {
    expect(runsOf(quick)).toEqual(runsOf(study))
  })

  test('is checked with the study', () => {
    const wrong = (by: string) => {
      const result = parseStudyText(quick.replace('stages.0.steps: 10', by))
      return !result.ok && formatProblems('a.yaml', result.problems)
    }
    expect(wrong('stages.0.steps: 0')).toMatch(
      /^a.yaml:13: quick: in a quick run, stages.0.steps must be a whole/,
    )
    expect(wrong('stages.7.steps: 1')).toMatch(/^a.yaml:13: quick: stages.7.steps: there is no stages.7/)
    expect(wrong('stages.0.stepz: 1')).toMatch(
      /^a.yaml:13: quick: in a quick run, stages.0.stepz unknown key/,
    )
  })

  test('a path into an arm that is not there makes a new one', () => {
    expect(setStudyPath({ arms: { a: {} } }, 'arms.b', { seed: 1 })).toEqual({
      arms: { a: {}, b: { seed: 1 } },
    })
  })
})

function parsedValue(text: string): unknown {
  const result = parseStudyText(text)
  if (!result.ok) throw new Error(formatProblems('a.yaml', result.problems))
  const { study } = result.value
  return study
}
