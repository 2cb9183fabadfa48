// Which steps are evaluated and saved.
import { expect, test } from 'vitest'
import { stageEvaluations } from '../../../src/shared/config/describe'
import { stageSteps } from '../../../src/shared/config/schema'
import { isEvaluated, isPermanent, isSaved, stageAt } from '../../../src/trainer/schedule'
import { runConfig } from '../../helpers/run-config'

const config = runConfig({
  stages: [
    { kind: 'pretrain', steps: 25 },
    { kind: 'rl', algorithm: 'star', steps: 3 },
  ],
  evaluate: { every: 10, samples: 64 },
  checkpoint: { every: 8, keep: 2, at: [0, 3] },
})
const steps = (stage: number, holds: typeof isSaved): number[] =>
  Array.from({ length: stageSteps(stageAt(config, stage)) + 1 }, (_, step) => step).filter((step) =>
    holds(config, stage, step),
  )

test('a stage is evaluated every so many steps and at both its ends, STaR after every round', () => {
  expect(steps(0, isEvaluated)).toEqual([0, 10, 20, 25])
  expect(steps(1, isEvaluated)).toEqual([0, 1, 2, 3])
})

test('a stage may be evaluated more seldom than the others', () => {
  const seldom = runConfig({
    stages: [
      { kind: 'pretrain', steps: 25, evaluateEvery: 20 },
      { kind: 'rl', algorithm: 'grpo', steps: 25 },
    ],
    evaluate: { every: 10, samples: 64 },
  })
  const all = Array.from({ length: 26 }, (_, step) => step)
  expect(all.filter((step) => isEvaluated(seldom, 0, step))).toEqual([0, 20, 25])
  expect(all.filter((step) => isEvaluated(seldom, 1, step))).toEqual([0, 10, 20, 25])
})

test('a stage is saved every so many steps, at its end and where the config says', () => {
  expect(steps(0, isSaved)).toEqual([0, 3, 8, 16, 24, 25])
  expect(steps(1, isSaved)).toEqual([0, 3])
})

test('pruning leaves the end of a stage and the named steps alone', () => {
  expect(steps(0, isPermanent)).toEqual([0, 3, 25])
})

test('the evaluations of a stage are counted without going through its steps', () => {
  for (const stages of [
    [{ kind: 'pretrain', steps: 25 }],
    [{ kind: 'pretrain', steps: 30 }],
    [{ kind: 'pretrain', steps: 25, evaluateEvery: 20 }],
    [{ kind: 'pretrain', steps: 3 }],
    [{ kind: 'rl', algorithm: 'star', steps: 3 }],
    [{ kind: 'evaluate', problems: 4, samples: 4 }],
  ]) {
    const one = runConfig({ stages, evaluate: { every: 10, samples: 64 } })
    const stage = stageAt(one, 0)
    const all = Array.from({ length: stageSteps(stage) + 1 }, (_, step) => step)
    const counted = all.filter((step) => isEvaluated(one, 0, step)).length
    expect(stageEvaluations(stage, one.evaluate)).toBe(counted)
  }
})
