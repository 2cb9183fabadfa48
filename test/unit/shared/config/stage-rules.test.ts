// Settings of a stage that leave nothing to learn from, contradict each other or do nothing: each is refused or flagged with
// the reason and every field involved, and not a step beyond it.
import { describe, expect, test } from 'vitest'
import { parseStudy } from '../../../../src/shared/config/parse'
import { algorithms } from '../../../../src/shared/config/schema/presets'

/** Problems of a stage behind a pretraining, as `severity field: message`, without the stage's path. */
function complaints(stage: Record<string, unknown>, kind = 'parity'): string[] {
  const result = parseStudy({
    name: 'a',
    task: { kind },
    stages: [{ kind: 'pretrain' }, stage],
  })
  const problems = result.ok ? result.value.warnings : result.problems
  return problems.map(({ severity, path, message }) =>
    `${severity} ${path}: ${message}`.replaceAll('stages.1.', ''),
  )
}
const rl = (settings: Record<string, unknown> = {}) =>
  complaints({ kind: 'rl', algorithm: 'grpo', ...settings })
const plain = (settings: Record<string, unknown> = {}) => rl({ baseline: 'none', scale: 'none', ...settings })
const sft = (settings: Record<string, unknown> = {}) => complaints({ kind: 'sft', ...settings })
const star = (settings: Record<string, unknown> = {}) =>
  complaints({ kind: 'rl', algorithm: 'star', ...settings })

test.each(Object.keys(algorithms))('%s as it stands has no problem', (algorithm) => {
  expect(complaints({ kind: 'rl', algorithm })).toEqual([])
})
test('sft and evaluate as they stand have no problem', () => {
  expect(sft()).toEqual([])
  expect(complaints({ kind: 'evaluate' })).toEqual([])
})

describe('refused', () => {
  test.each([
    [
      rl({ baseline: 'leave-one-out', scale: 'none', group: 1 }),
      /^error group: must be at least 2 when baseline is leave-one-out/,
    ],
    [plain({ rightWeight: 0, wrongWeight: 0 }), /^error rightWeight: must be above 0 while wrongWeight is 0/],
    [
      plain({ rightWeight: 0 }),
      /^error wrongReward: must not be 0 while rightWeight is 0 and baseline is none/,
    ],
    [rl({ wrongReward: 1 }), /^error wrongReward: must be below 1/],
    [rl({ sampler: 'data' }), /^error baseline: must not be group-mean while sampler is data/],
    [plain({ sampler: 'data' }), /^error group: must be 1 while sampler is data.*got 16$/],
    [sft({ group: 4 }), /^error group: must be 1 while sampler is data.*no groups; got 4$/],
    [star({ sampler: 'data', group: 2 }), /^error group: must be 1 while sampler is data/],
    [
      plain({ sampler: 'data', group: 1, scale: 'group-mean' }),
      /^error scale: must not be group-mean while sampler is data: each answer has a prompt of its own/,
    ],
    [
      plain({ sampler: 'data', group: 1, rightWeight: 0 }),
      /^error rightWeight: must be above 0 while sampler is data: all answers of the task parity earn 1/,
    ],
    [
      plain({ sampler: 'data', group: 1, baseline: 'batch-mean' }),
      /^error baseline: must not be batch-mean while sampler is data: all answers of the task parity earn 1/,
    ],
    [
      rl({ baseline: 'critic' }),
      /^error scale: must be none or batch-std while baseline is critic.*got group-std/,
    ],
    [
      plain({ scale: 'group-mean', wrongReward: -1 }),
      /^error scale: must not be group-mean while wrongReward is -1/,
    ],
    [
      rl({ baseline: 'none' }),
      /^error scale: must not be group-std while baseline is none and groupsWithoutSignal keep: where all answers of a group are right/,
    ],
    [
      rl({ baseline: 'greedy' }),
      /^error scale: must not be group-std while baseline is greedy and groupsWithoutSignal keep/,
    ],
    [
      plain({ scale: 'batch-std' }),
      /^error scale: must not be batch-std while baseline is none: where all answers of a batch are right/,
    ],
    [
      plain({ baseline: 'batch-mean', scale: 'group-mean' }),
      /^error scale: must not be group-mean while baseline is batch-mean.*where all answers of a group are wrong/,
    ],
    [
      plain({ scale: 'group-mean', kl: { coefficient: 0.1, in: 'reward', estimator: 'k1' } }),
      /^error scale: must not be group-mean while kl.in is reward/,
    ],
    [plain({ group: 1, scale: 'group-mean' }), /^error group: must be at least 2 when scale is group-mean/],
    [
      plain({ baseline: 'batch-mean', prompts: 1, group: 1 }),
      /^error prompts: must be at least 2 when baseline is batch-mean and group is 1/,
    ],
    [
      plain({ sampler: 'data', group: 1, baseline: 'greedy' }),
      /^error baseline: must not be greedy while sampler is data: nothing is sampled/,
    ],
    [
      plain({ group: 1, groupsWithoutSignal: 'resample' }),
      /^error groupsWithoutSignal: must be keep while group is 1/,
    ],
    [
      plain({ sampler: 'data', groupsWithoutSignal: 'drop' }),
      /^error groupsWithoutSignal: must be keep while sampler is data/,
    ],
    [rl({ clipHigh: 0.3 }), /^error clipHigh: needs clip/],
    [
      rl({ clip: 0.2, updatesPerBatch: 4, surrogate: 'log-probability' }),
      /^error clip: must be null while surrogate is log-probability/,
    ],
    [
      rl({ kl: { coefficient: 0.1, in: 'loss', estimator: 'k1' } }),
      /^error kl.estimator: must not be k1 while kl.in is loss.*expected gradient is zero/,
    ],
    [
      rl({ prompts: 10, group: 10, kl: { coefficient: 0.1, target: 1, horizon: 20 } }),
      /^error kl.horizon: must be above a fifth of prompts x group = 100/,
    ],
    [rl({ kl: { target: 1 } }), /^error kl.target: needs kl.coefficient above 0/],
    [
      sft({ sampler: 'policy', keep: 'all', aggregation: 'sequence-sum' }),
      /^error keep: must be right while sampler is policy.*zero expected gradient/,
    ],
  ])('%s', (found, message) => {
    expect(found.some((each) => message.test(each))).toBe(true)
    expect(found.every((each) => each.startsWith('error'))).toBe(true)
  })
})

describe('flagged', () => {
  test.each([
    [rl({ clip: 0.2 }), /^warning clip: does nothing while updatesPerBatch and epochs are 1/],
    [
      rl({ sampler: 'stage-0', refreshEvery: 4 }),
      /^warning refreshEvery: does nothing while sampler is stage-0/,
    ],
    [
      rl({ baseline: 'batch-mean', scale: 'none', groupsWithoutSignal: 'drop' }),
      /^warning groupsWithoutSignal: leaves out groups that do have a signal/,
    ],
    [
      rl({ steps: 1, kl: { coefficient: 0.1 } }),
      /^warning kl.coefficient: does nothing while steps, updatesPerBatch and epochs are 1/,
    ],
    [
      plain({ kl: { coefficient: 0.1, in: 'reward', estimator: 'exact' } }),
      /^warning kl.estimator: exact in the reward \(kl.in\) does not have the gradient of the divergence, k1 does: /,
    ],
    [
      plain({ kl: { coefficient: 0.1, in: 'reward', estimator: 'k3' } }),
      /^warning kl.estimator: k3 in the reward \(kl.in\) does not have the gradient of the divergence, k1 does$/,
    ],
    [
      rl({ kl: { coefficient: 0.1, in: 'reward', estimator: 'k1' } }),
      /^warning scale: group-std with kl.in reward and groupsWithoutSignal keep: in a group that is all right/,
    ],
    [sft({ temperature: 0.5 }), /^warning temperature: does nothing while sampler is data/],
    [
      sft({ sampler: 'policy', keep: 'all', refreshEvery: null, aggregation: 'sequence-sum' }),
      /^warning keep: all leaves nothing to learn.*refreshEvery null.*only pull a model back/,
    ],
    [
      sft({ sampler: 'stage-0', mixture: [{ at: 0, longFraction: 0.5 }] }),
      /^warning mixture: has a longFraction that does nothing/,
    ],
    [
      sft({ sampler: 'policy', keep: 'all', aggregation: 'sequence-mean' }),
      /^warning keep: all leaves nothing to learn.*aggregation sequence-mean/,
    ],
    [
      sft({ sampler: 'stage-0', keep: 'all' }),
      /^warning keep: all leaves nothing to learn while sampler stage-0 names the weights that the stage begins with/,
    ],
    [
      sft({ mixture: [{ at: 0, longFraction: 0.5 }, { at: 1 }] }),
      /^warning mixture.1: does nothing: it gives neither a longFraction nor levels$/,
    ],
    [rl({ kl: { in: 'reward' } }), /^warning kl.in: does nothing while kl.coefficient is 0$/],
    [rl({ kl: { reference: 'stage-0' } }), /^warning kl.reference: does nothing while kl.coefficient is 0$/],
    [
      rl({ kl: { coefficient: 0.1, horizon: 500 } }),
      /^warning kl.horizon: does nothing while kl.target is empty/,
    ],
    [rl({ critic: { lambda: 1 } }), /^warning critic.lambda: does nothing while baseline is group-mean/],
    [star({ distinct: true }), /^warning distinct: does nothing while group is 1/],
    [star({ sampler: 'stage-0', refreshEvery: null }), /^warning refreshEvery: does nothing/],
  ])('%s', (found, message) => {
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(message)
  })
})

describe('let through: one step beyond a rule', () => {
  test.each([
    ['a clip with two epochs', rl({ clip: 0.2, epochs: 2 })],
    ['a clip on stale samples', rl({ clip: 0.2, refreshEvery: 4 })],
    ['k1 in the reward', plain({ kl: { coefficient: 0.1, in: 'reward', estimator: 'k1' } })],
    ['group-std without a baseline, groups dropped', rl({ baseline: 'none', groupsWithoutSignal: 'drop' })],
    ['group-mean without a baseline', plain({ scale: 'group-mean' })],
    ['a batch mean over two prompts', plain({ baseline: 'batch-mean', prompts: 2, group: 1 })],
    ['a KL to the start over two steps', rl({ steps: 2, kl: { coefficient: 0.1 } })],
    [
      'a KL controller with room to move',
      rl({ prompts: 10, group: 10, kl: { coefficient: 0.1, target: 1, horizon: 21 } }),
    ],
    ['negatives alone that earn -1', plain({ rightWeight: 0, wrongReward: -1 })],
    ['a critic whitened over the batch', rl({ baseline: 'critic', scale: 'batch-std' })],
    ['SFT on all samples of a teacher', sft({ sampler: 'stage-0', keep: 'all', group: 4, from: 'fresh' })],
    ['SFT on all samples of another run', sft({ sampler: 'other/0-10', keep: 'all' })],
    [
      'SFT on all samples of its start at another temperature',
      sft({ sampler: 'stage-0', keep: 'all', temperature: 0.7 }),
    ],
    ['a critic of its own settings', complaints({ kind: 'rl', algorithm: 'ppo', critic: { lambda: 1 } })],
    [
      'the KL settings of a preset',
      complaints({ kind: 'rl', algorithm: 'reinforce++', kl: { in: 'reward' } }),
    ],
    [
      'a horizon with a target',
      rl({ prompts: 10, group: 10, kl: { coefficient: 0.1, target: 1, horizon: 500 } }),
    ],
    [
      "a batch mean over hidden-method's own answers, some of them wrong",
      complaints({ kind: 'rl', algorithm: 'reinforce', sampler: 'data', group: 1 }, 'hidden-method'),
    ],
    [
      "hidden-method's own wrong answers alone",
      complaints({ kind: 'rl', algorithm: 'nsr', sampler: 'data', group: 1 }, 'hidden-method'),
    ],
    [
      'SFT on all its own samples at another temperature',
      sft({ sampler: 'policy', keep: 'all', temperature: 0.7 }),
    ],
    ['positives of the data, group of one', plain({ sampler: 'data', group: 1 })],
  ])('%s', (_, found) => {
    expect(found).toEqual([])
  })
})

test('rules across fields are told together with fields that are wrong in themselves, unless they are about those', () => {
  expect(rl({ clipHigh: 0.3, temperature: 0, unknown: 1 })).toEqual([
    'error temperature: must be a number above 0 and at most 10, got 0',
    expect.stringMatching(/^error unknown: unknown key/),
    expect.stringMatching(/^error clipHigh: needs clip/),
  ])
  expect(rl({ group: 0, baseline: 'leave-one-out' })).toEqual([
    'error group: must be a whole number from 1 to 65536, got 0',
  ])
})
