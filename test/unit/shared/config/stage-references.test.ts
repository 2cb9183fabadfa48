// What stages may refer to.
import { expect, test } from 'vitest'
import { referenceRules } from '../../../../src/shared/config/stage-references'
import { runConfig } from '../../../helpers/run-config'

const pretrain = { kind: 'pretrain' }
const problemsOf = (...stages: unknown[]) =>
  referenceRules(runConfig({ stages })).map(({ path, message }) => `${path} ${message}`)

test('a reference names a stage before it, whatever field it stands in', () => {
  expect(problemsOf(pretrain, { ...pretrain, from: 'stage-0' }, { kind: 'sft', sampler: 'stage-1' })).toEqual(
    [],
  )
  expect(problemsOf({ ...pretrain, from: 'stage-3' })).toEqual([
    'stages.0.from must name an earlier stage (there is none before stages.0), got stage-3',
  ])
  const kl = { coefficient: 0.1, reference: 'stage-2' }
  expect(
    problemsOf(pretrain, { kind: 'sft', sampler: 'stage-1' }, { kind: 'rl', algorithm: 'grpo', kl }),
  ).toEqual([
    'stages.1.sampler must name an earlier stage (only stage-0), got stage-1',
    'stages.2.kl.reference must name an earlier stage (stage-0 to stage-1), got stage-2',
  ])
})

test('a reference that does nothing is not looked at, and other runs are looked up elsewhere', () => {
  const kl = { coefficient: 0, reference: 'stage-7' }
  expect(problemsOf(pretrain, { kind: 'rl', algorithm: 'grpo', kl })).toEqual([])
  expect(problemsOf({ ...pretrain, from: 'another/3-20' })).toEqual([])
})

test('pass@k needs k samples', () => {
  expect(problemsOf(pretrain, { kind: 'evaluate', samples: 8, k: [1, 8] })).toEqual([])
  expect(problemsOf(pretrain, { kind: 'evaluate', samples: 8, k: [4, 9, 16] })).toEqual([
    'stages.1.k must be at most stages.1.samples (8), got 9, 16',
  ])
})

test('a first stage that measures or samples a model nothing has trained is flagged', () => {
  const flagged = (stage: object, fields: object = {}) =>
    referenceRules(runConfig({ stages: [stage], ...fields })).map(({ severity, message }) => [
      severity,
      message,
    ])
  const why = (use: string) => [
    [
      'warning',
      `previous: before stages.0 there is no stage, and no init names a checkpoint, so freshly initialised weights are ${use}`,
    ],
  ]
  const grpo = { kind: 'rl', algorithm: 'grpo' }
  expect(flagged({ kind: 'evaluate' })).toEqual(why('measured'))
  expect(flagged(grpo)).toEqual(why('sampled from'))
  expect(flagged({ kind: 'sft', sampler: 'policy' })).toEqual(why('sampled from'))
  expect(flagged({ kind: 'sft' })).toEqual([])
  expect(flagged(pretrain)).toEqual([])
  expect(flagged({ ...grpo, from: 'fresh' })).toEqual([])
  expect(flagged({ ...grpo, from: 'another/0-10' })).toEqual([])
  const init = { run: 'another', checkpoint: '0-10' }
  expect(flagged(grpo, { init })).toEqual([])
  expect(flagged({ ...pretrain, from: 'fresh' }, { init })).toEqual([
    ['warning', 'does nothing while stages.0.from is fresh'],
  ])
})
