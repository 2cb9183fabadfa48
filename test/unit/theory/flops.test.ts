// Operations of training by the count of Kaplan et al.: 6 a parameter and token, 2 more where it is sampled.
import { expect, test } from 'vitest'
import { flopsPerParameterToken, isSampled, runParameters } from '../../../src/theory/flops'
import { comparedConfig } from '../../helpers/compared-run'

const stages = comparedConfig({
  stages: [
    { kind: 'pretrain', steps: 1 },
    { kind: 'sft', steps: 1 },
    { kind: 'rl', algorithm: 'grpo', steps: 1 },
    { kind: 'rl', algorithm: 'ppo', steps: 1 },
    { kind: 'rl', algorithm: 'star', steps: 1 },
    { kind: 'evaluate' },
  ],
}).stages

test('every stage by what it does with a token', () => {
  // PPO passes twice over its rollouts, STaR too.
  expect(stages.map(flopsPerParameterToken)).toEqual([6, 6, 8, 14, 14, 0])
  expect(stages.map(isSampled)).toEqual([false, false, true, true, true, false])
})

test('parameters are those of the model for the sequences of the task', () => {
  // 2 layers x 64 at d = 20, as measured from a trained checkpoint.
  expect(runParameters(comparedConfig({ task: { kind: 'parity', bits: 20 } }))).toBe(103_424)
})
