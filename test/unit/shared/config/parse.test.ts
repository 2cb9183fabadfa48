// What a study file may say, and what a person is told when it says something else.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatProblems, parseStudy, parseStudyText } from '../../../../src/shared/config/parse'
import { setPath } from '../../../../src/shared/config/paths'

const complete = `name: parity-ntp-then-grpo
task: { kind: parity, bits: 20, longFraction: 0.2 }
model: { kind: transformer, layers: 2, width: 64, heads: 4 }
stages:
  - { kind: pretrain, steps: 1500, batch: 128, optimizer: { learningRate: 1.0e-3, warmupSteps: 50, decay: linear, clipNorm: 1 } }
  - { kind: rl, algorithm: grpo, prompts: 16, group: 16, steps: 40, temperature: 1, reward: answer, optimizer: { learningRate: 3.0e-4 } }
evaluate: { every: 10, samples: 1024 }
seed: 0
sweep: { task.longFraction: [0.1, 0.2, 0.4], seed: [0, 1, 2] }      # optional
`
/** The complaint about the complete study with one part of its text replaced. */
function complaint(part: string, by: string, text = complete): string {
  expect(text).toContain(part)
  const result = parseStudyText(text.replace(part, by))
  return result.ok
    ? formatProblems('a.yaml', result.value.warnings)
    : formatProblems('a.yaml', result.problems)
}

function runsOf(text: string) {
  const result = parseStudyText(text)
  if (!result.ok) throw new Error(formatProblems('a.yaml', result.problems))
  return result.value.runs
}

const small = { name: 'small', task: { kind: 'parity' }, stages: [{ kind: 'pretrain' }] }

describe('a valid study', () => {
  test('the complete example parses without a word', () => {
    expect(complaint('# optional', '')).toBe('')
  })

  test('defaults are filled in from task, name and stages alone', () => {
    const result = parseStudy(small)
    expect(result.ok && result.value.runs).toMatchInlineSnapshot(`
      [
        {
          "config": {
            "checkpoint": {
              "at": [],
              "every": 100,
              "keep": 2,
            },
            "description": "",
            "evaluate": {
              "cells": 0,
              "completions": 1,
              "every": 10,
              "samples": 1024,
            },
            "log": {
              "samples": 64,
            },
            "model": {
              "heads": 4,
              "kind": "transformer",
              "layers": 2,
              "width": 64,
            },
            "name": "small",
            "precision": "float32",
            "seed": 0,
            "stages": [
              {
                "batch": 128,
                "evaluateEvery": null,
                "from": "previous",
                "kind": "pretrain",
                "mixture": [],
                "optimizer": {
                  "betas": [
                    0.9,
                    0.999,
                  ],
                  "clipNorm": null,
                  "decay": "constant",
                  "eps": 1e-8,
                  "learningRate": 0.001,
                  "warmupSteps": 0,
                  "weightDecay": 0,
                },
                "steps": 1500,
              },
            ],
            "task": {
              "bits": 20,
              "kind": "parity",
              "leap": 2,
              "longFraction": 0.2,
              "partialFraction": 0,
            },
          },
          "point": {},
        },
      ]
    `)
  })

  test('JSON is read too, tabs and all', () => {
    const runs = runsOf(JSON.stringify(small, null, '\t'))
    expect(runs).toHaveLength(1)
    expect(runs[0]?.point).toEqual({})
  })

  test('the last axis of a sweep changes fastest and every point is a complete config of its own', () => {
    const runs = runsOf(complete)
    expect(runs.map((run) => [run.config.task.longFraction, run.config.seed])).toEqual([
      [0.1, 0],
      [0.1, 1],
      [0.1, 2],
      [0.2, 0],
      [0.2, 1],
      [0.2, 2],
      [0.4, 0],
      [0.4, 1],
      [0.4, 2],
    ])
    expect(runs[3]?.point).toEqual({ 'task.longFraction': 0.2, seed: 0 })
    expect(Object.keys(runs[0]?.config ?? {})).not.toContain('sweep')
  })

  test('a swept algorithm brings its own preset along', () => {
    const runs = runsOf(`name: a
task: { kind: parity }
stages: [{ kind: pretrain }, { kind: rl }]
sweep: { stages.1.algorithm: [grpo, reinforce, star] }`)
    expect(runs.map(({ config }) => config.stages[1])).toMatchObject([
      { algorithm: 'grpo', prompts: 16, group: 16, steps: 40, baseline: 'group-mean', wrongReward: 0 },
      { algorithm: 'reinforce', prompts: 16, group: 16, steps: 40, baseline: 'batch-mean', wrongReward: -1 },
      { algorithm: 'star', prompts: 4096, group: 1, steps: 8, epochs: 2 },
    ])
  })

  test('longFraction may be 0 and 1', () => {
    for (const fraction of ['0', '1'])
      expect(complaint('longFraction: 0.2', `longFraction: ${fraction}`)).toBe('')
  })

  test('a start from another run is kept', () => {
    const result = parseStudy({ ...small, init: { run: 'abc', checkpoint: '0-1500' } })
    expect(result.ok && result.value.runs[0]?.config.init).toEqual({ run: 'abc', checkpoint: '0-1500' })
  })
})

describe('a wrong field is named with its rule, its value and its line', () => {
  test.each([
    ['bits: 20', 'bits: 0', 'a.yaml:2: task.bits: must be a whole number from 1 to 64, got 0'],
    ['bits: 20', 'bits: 2.5', 'a.yaml:2: task.bits: must be a whole number from 1 to 64, got 2.5'],
    ['bits: 20', 'bits: .nan', 'a.yaml:2: task.bits: must be a whole number from 1 to 64, got NaN'],
    [
      'longFraction: 0.2',
      'longFraction: 2',
      'a.yaml:2: task.longFraction: must be a number from 0 to 1, got 2',
    ],
    [
      'steps: 1500',
      'steps: many',
      'a.yaml:5: stages.0.steps: must be a whole number from 1 to 1000000000, got "many"',
    ],
    [
      '1.0e-3',
      '0',
      'a.yaml:5: stages.0.optimizer.learningRate: must be a number above 0 and at most 10, got 0',
    ],
    [
      'clipNorm: 1',
      'clipNorm: -1',
      'a.yaml:5: stages.0.optimizer.clipNorm: must be a number above 0, or null for none, got -1',
    ],
    [
      'clipNorm: 1',
      'betas: [0.9, 2]',
      'a.yaml:5: stages.0.optimizer.betas.1: must be a number of at least 0 and below 1, got 2',
    ],
    [
      'decay: linear',
      'decay: log',
      'a.yaml:5: stages.0.optimizer.decay: must be constant, linear or cosine, got "log"',
    ],
    [
      'kind: pretrain',
      'kind: tune',
      'a.yaml:5: stages.0.kind: must be pretrain, sft, rl or evaluate, got "tune"',
    ],
    [
      'algorithm: grpo',
      'algorithm: dpo',
      'a.yaml:6: stages.1.algorithm: must be grpo, grpo-original, dr-grpo, grpo-mask, reinforce, reinforce-no-baseline, reinforce++, rloo, remax, dapo, ppo, psr, nsr, w-reinforce, pos-neg, star or rft, got "dpo"',
    ],
    [
      'algorithm: grpo,',
      '',
      'a.yaml:6: stages.1.algorithm: is missing; it must be grpo, grpo-original, dr-grpo, grpo-mask, reinforce, reinforce-no-baseline, reinforce++, rloo, remax, dapo, ppo, psr, nsr, w-reinforce, pos-neg, star or rft',
    ],
    ['name: parity-ntp-then-grpo\n', '', 'a.yaml: name: is missing; it must be text of 1 to 120 characters'],
    ['seed: 0', 'seed: 0.5', 'a.yaml:8: seed: must be a whole number from 0 to 2147483647, got 0.5'],
    [
      'seed: 0',
      'init: { run: x, checkpoint: last }',
      'a.yaml:8: init.checkpoint: must be text like "0-1500", got "last"',
    ],
  ])('%s -> %s', (part, by, message) => {
    expect(complaint(part, by)).toBe(message)
  })

  test('no stages', () => {
    const result = parseStudy({ ...small, stages: [] })
    expect(!result.ok && formatProblems('a.json', result.problems)).toBe(
      'a.json: stages: must be a list with at least 1 item, got []',
    )
  })

  test('something that is no study at all', () => {
    for (const value of [null, 5, 'text', [1]]) {
      const result = parseStudy(value)
      expect(!result.ok && result.problems[0]?.message).toContain(
        'must be a group of fields (name, description, task',
      )
    }
  })

  test('all wrong fields are told at once', () => {
    const result = parseStudy({
      name: '',
      task: { kind: 'parity', bits: 0 },
      stages: [{ kind: 'pretrain', batch: 'x' }],
    })
    expect(!result.ok && result.problems.map((problem) => problem.path)).toEqual([
      'name',
      'task.bits',
      'stages.0.batch',
    ])
  })
})

describe('an unknown key is named with the nearest valid one at that place', () => {
  test.each([
    ['bits: 20', 'bitz: 20', 'a.yaml:2: task.bitz: unknown key of kind parity; did you mean bits?'],
    ['seed: 0', 'sede: 0', 'a.yaml:8: sede: unknown key; did you mean seed?'],
    [
      'warmupSteps: 50',
      'warmupstep: 50',
      'a.yaml:5: stages.0.optimizer.warmupstep: unknown key; did you mean warmupSteps?',
    ],
    [
      'group: 16',
      'groups: 16',
      'a.yaml:6: stages.1.groups: unknown key of algorithm grpo; did you mean group?',
    ],
    [
      'group: 16',
      'distinct: true',
      'a.yaml:6: stages.1.distinct: unknown key of algorithm grpo; it belongs to algorithm star and algorithm rft',
    ],
    [
      'group: 16',
      'learningRate: 1',
      'a.yaml:6: stages.1.learningRate: unknown key; did you mean stages.1.optimizer.learningRate?',
    ],
    [
      'heads: 4',
      'somethingElse: 4',
      'a.yaml:3: model.somethingElse: unknown key of kind transformer; valid keys: kind, layers, width, heads',
    ],
  ])('%s -> %s', (part, by, message) => {
    expect(complaint(part, by)).toBe(message)
  })

  test('keys of the object prototype are unknown keys like others', () => {
    const result = parseStudyText(
      '{"name":"a","task":{"kind":"parity"},"stages":[{"kind":"pretrain"}],"constructor":1}',
    )
    expect(!result.ok && result.problems[0]?.path).toBe('constructor')
  })
})

describe('rules across fields name every field involved', () => {
  test.each([
    ['heads: 4', 'heads: 3', 'a.yaml:3: model.heads: must divide model.width: 64 is no multiple of 3'],
    [
      'group: 16',
      'group: 1',
      'a.yaml:6: stages.1.group: must be at least 2 when stages.1.baseline is group-mean and stages.1.scale is group-std (a group of one has nothing to compare), got 1',
    ],
    [
      'group: 16',
      'group: 1, baseline: none',
      'a.yaml:6: stages.1.group: must be at least 2 when stages.1.scale is group-std (a group of one has nothing to compare), got 1',
    ],
    [
      'group: 16',
      'group: 16, updatesPerBatch: 3',
      'a.yaml:6: stages.1.updatesPerBatch: must divide the rollouts of a step, stages.1.prompts x stages.1.group = 16 x 16 = 256, got 3',
    ],
    [
      'warmupSteps: 50',
      'warmupSteps: 1501',
      'a.yaml:5: stages.0.optimizer.warmupSteps: must be at most stages.0.steps (1500), got 1501',
    ],
  ])('%s -> %s', (part, by, message) => {
    expect(complaint(part, by)).toBe(message)
  })

  test('a group of one is fine where nothing is compared in it', () => {
    expect(complaint('group: 16', 'group: 1, baseline: batch-mean, scale: none')).toBe('')
  })

  test('a clip that cannot act is a warning, with more updates a batch it is none', () => {
    expect(complaint('group: 16', 'group: 16, clip: 0.2')).toBe(
      'a.yaml:6: warning: stages.1.clip: does nothing while stages.1.updatesPerBatch and stages.1.epochs are 1: the probability ratio is then always 1',
    )
    expect(complaint('group: 16', 'group: 16, clip: 0.2, updatesPerBatch: 4')).toBe('')
  })

  test('more training sequences than there are inputs is a warning, from the first one too many', () => {
    const study = (steps: number) => ({
      ...small,
      task: { kind: 'parity', bits: 10 },
      stages: [{ kind: 'pretrain', steps, batch: 128 }],
    })
    const warnings = (steps: number) => {
      const result = parseStudy(study(steps))
      return result.ok ? result.value.warnings.map((warning) => warning.message) : undefined
    }
    expect(warnings(8)).toEqual([])
    expect(warnings(9)).toEqual([
      "training on the task's own sequences sees 1152 of them (stages.0.steps x stages.0.batch) but there are only 1024 different inputs: the model may memorise them",
    ])
  })
})

describe('a sweep', () => {
  const axes = '{ task.longFraction: [0.1, 0.2, 0.4], seed: [0, 1, 2] }'
  test.each([
    [
      '{}',
      'a.yaml:9: sweep: must have at least 1 axis (a dotted path with a list of values); leave sweep out for a single run',
    ],
    ['{ seed: [] }', 'a.yaml:9: sweep.seed: must be a list with at least 1 item, got []'],
    ['{ seed: 3 }', 'a.yaml:9: sweep.seed: must be a list with at least 1 item, got 3'],
    ['[seed]', 'a.yaml:9: sweep: must be a group of axes, each a dotted path with its values, got ["seed"]'],
    [
      '{ task.longfraction: [0.1] }',
      'a.yaml:9: sweep.task.longfraction: is no path of the config; did you mean task.longFraction?',
    ],
    [
      '{ stages.1.optimiser.learningRate: [0.1] }',
      'a.yaml:9: sweep.stages.1.optimiser.learningRate: is no path of the config; did you mean stages.1.optimizer.learningRate?',
    ],
    [
      '{ stages.2.steps: [1] }',
      'a.yaml:9: sweep.stages.2.steps: is no path of the config: stages has 2 items (stages.0, stages.1)',
    ],
    ['{ name: [a, b] }', 'a.yaml:9: sweep.name: cannot be an axis: name belongs to the whole study'],
    [
      '{ task: [{ kind: parity }], task.bits: [8] }',
      'a.yaml:9: sweep.task: overlaps with the axis task.bits: one of them would overwrite the other',
    ],
    ['{ seed: [1, 1] }', 'a.yaml:9: warning: sweep.seed: has 1 twice: those runs will be the same'],
  ])('%s', (by, message) => {
    expect(complaint(axes, by)).toBe(message)
  })

  test('a point that is wrong is named, on the line of its axis', () => {
    expect(complaint(axes, '{ seed: [0, 1], model.heads: [4, 3] }')).toBe(
      'a.yaml:9: model.heads: must divide model.width: 64 is no multiple of 3 (at sweep point seed=0, model.heads=3 and 1 more)',
    )
    expect(complaint(axes, '{ seed: [0, 1.5] }')).toBe(
      'a.yaml:9: seed: must be a whole number from 0 to 2147483647, got 1.5 (at sweep point seed=1.5)',
    )
  })

  test('too many points are refused before they are made', () => {
    const values = Array.from({ length: 1000 }, (_, index) => index)
    const result = parseStudy({
      ...small,
      sweep: { seed: values, 'task.bits': values, 'model.width': values },
    })
    expect(!result.ok && result.problems.at(-1)?.message).toBe(
      'must have at most 10000 points, got 1000000000',
    )
  })
})

describe('syntax errors carry their line', () => {
  test.each([
    ['kind: pretrain, steps', 'kind: pretrain steps', 5],
    ['seed: 0', 'seed: 0\nseed: 1', 9],
    ['evaluate: {', 'evaluate: }', 7],
    ['seed: 0', ' seed: 0', 8],
  ])('%s -> %s', (part, by, line) => {
    const result = parseStudyText(complete.replace(part, by))
    expect(result.ok).toBe(false)
    expect(!result.ok && result.problems).toHaveLength(1)
    expect(!result.ok && result.problems[0]?.line).toBe(line)
    expect(!result.ok && result.problems[0]?.message).toMatch(/^syntax error at column \d+: /)
  })

  test('an empty file says so', () => {
    expect(complaint(complete, '')).toBe('a.yaml: the study is empty')
    expect(complaint(complete, '# only a comment\n')).toBe('a.yaml: the study is empty')
  })

  test('no text, however odd, makes the parser throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]:,- \n\t"\'&*!#|>%@`a1.') }), (text) => {
        const result = parseStudyText(text)
        expect(result.ok).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  test('no value, however odd, makes the parser throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (task, stages, sweep) => {
        parseStudy({ name: 'a', task, stages, sweep })
        parseStudy({ ...small, sweep: { 'task.bits': sweep, 'stages.0': [stages] } })
      }),
    )
  })
})

describe('setPath', () => {
  test('writes a copy and makes missing groups', () => {
    const before = { a: { b: 1 }, list: [{ c: 1 }, { c: 2 }] }
    expect(setPath(before, 'list.1.d.e', 5)).toEqual({ a: { b: 1 }, list: [{ c: 1 }, { c: 2, d: { e: 5 } }] })
    expect(before).toEqual({ a: { b: 1 }, list: [{ c: 1 }, { c: 2 }] })
  })

  test.each([
    ['stages.2.steps', 'stages.2.steps: there is no stages.2; stages is a list with stages.0 to stages.1'],
    [
      'stages.first.steps',
      'stages.first.steps: there is no stages.first; stages is a list with stages.0 to stages.1',
    ],
    ['seed.x', 'seed.x: seed is 0, not a group of fields'],
  ])('%s leads nowhere', (path, message) => {
    expect(() => setPath({ seed: 0, stages: [{}, {}] }, path, 1)).toThrow(message)
  })

  test('cannot reach a prototype', () => {
    setPath({}, '__proto__.polluted', true)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

test('rules across fields are told beside errors of single fields and of the grid, and warnings apart from them', () => {
  const parsed = parseStudyText(`name: x
task: { kind: parity, bits: 0 }
model: { kind: transformer, width: 30, heads: 4 }
stages:
  - { kind: pretrain, steps: 10, optimizer: { warmupSteps: 20 } }
  - { kind: rl, algorithm: grpo, clip: 0.2 }
sweep: { task.bitz: [4, 5] }
`)
  if (parsed.ok) throw new Error('it has problems')
  expect(parsed.problems.map(({ path, line }) => `${line} ${path}`)).toEqual([
    '2 task.bits',
    '3 model.heads',
    '5 stages.0.optimizer.warmupSteps',
    '7 sweep.task.bitz',
  ])
  expect(parsed.warnings?.map(({ path }) => path)).toEqual(['stages.1.clip'])
})
