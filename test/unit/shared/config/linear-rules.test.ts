// What a config with a linear model may ask for.
import { describe, expect, test } from 'vitest'
import { linearRules } from '../../../../src/shared/config/linear-rules'
import { parseStudy } from '../../../../src/shared/config/parse'
import { runConfig } from '../../../helpers/run-config'

const star = { kind: 'rl', algorithm: 'star', steps: 2 }
const linear = (changes: Record<string, unknown> = {}) => ({
  model: { kind: 'linear' },
  task: { kind: 'parity', bits: 8, longFraction: 0.2 },
  stages: [{ kind: 'pretrain', steps: 2 }, star, { kind: 'evaluate' }],
  ...changes,
})
const problems = (changes: Record<string, unknown>) =>
  linearRules(runConfig(linear(changes))).map(({ path, message }) => `${path} ${message}`)

test('parity, pretraining, STaR from its own samples and evaluation are what it can do', () => {
  expect(problems({})).toEqual([])
})

describe('refused, naming field, rule and model.kind', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ task: { kind: 'hidden-method' } }, 'task.kind must be parity, got hidden-method'],
    [{ task: { kind: 'parity', bits: 2 } }, 'task.bits must be at least 3, got 2'],
    [
      { task: { kind: 'parity', bits: 8, partialFraction: 0.5 } },
      'task.partialFraction must be 0 (its heads stop after one bit or write the whole chain), got 0.5',
    ],
    [
      { stages: [{ kind: 'pretrain' }, { kind: 'sft' }] },
      'stages.1.kind must be pretrain, rl or evaluate, got sft',
    ],
    [
      { stages: [{ kind: 'pretrain' }, { kind: 'rl', algorithm: 'grpo' }] },
      'stages.1.algorithm must be star, got grpo',
    ],
    [
      { stages: [{ kind: 'pretrain' }, { ...star, sampler: 'stage-0' }] },
      'stages.1.sampler must be policy, got stage-0',
    ],
    [
      { stages: [{ kind: 'pretrain' }, { ...star, refreshEvery: 2 }] },
      'stages.1.refreshEvery must be 1, got 2',
    ],
    [
      { stages: [{ kind: 'pretrain' }, { ...star, distinct: true }] },
      'stages.1.distinct must be false (samples are not stored), got true',
    ],
  ])('%j', (changes, expected) => {
    expect(problems(changes)).toEqual([`${expected}; model.kind is linear`])
  })
})

test('what does nothing is a warning: an optimizer that was changed, a lower precision', () => {
  const found = linearRules(
    runConfig(
      linear({
        precision: 'bfloat16',
        stages: [{ kind: 'pretrain', optimizer: { learningRate: 0.5 } }, star],
      }),
    ),
  )
  expect(found.map(({ path, severity }) => [path, severity])).toEqual([
    ['precision', 'warning'],
    ['stages.0.optimizer', 'warning'],
  ])
})

test('every problem is told at once, and a transformer has none of them', () => {
  const changes = { task: { kind: 'parity', bits: 2, partialFraction: 1 }, stages: [{ kind: 'sft' }] }
  expect(problems(changes)).toHaveLength(3)
  expect(problems({ ...changes, model: { kind: 'transformer' } })).toEqual([])
})

test('a study with a linear model is refused by the parser through these rules', () => {
  const parsed = parseStudy({ name: 'a', ...linear({ task: { kind: 'parity', bits: 2 } }) })
  expect(parsed.ok ? [] : parsed.problems.map(({ path }) => path)).toContain('task.bits')
})
