// Two runs share a measurement where their programs are the same, and only there.
import { expect, test } from 'vitest'
import { programSignature } from '../../../src/trainer/program-signature'
import { runConfig } from '../../helpers/run-config'

const versions = { tensorflow: '2.21.0', afterword: '0.1.0' }
const stage = { kind: 'pretrain', steps: 30, batch: 16 }
/** Epochs are passes over a round's samples: they make a step longer. */
const star = (epochs: number) => ({ kind: 'rl', algorithm: 'star', epochs })
const of = (changes: Record<string, unknown>) => programSignature(runConfig(changes), versions)

test('seeds, rates, lengths of runs and what is written down leave the programs as they are', () => {
  const same = [
    { seed: 8 },
    { name: 'other', log: { samples: 0 }, checkpoint: { every: 7 } },
    { task: { kind: 'parity', bits: 4, longFraction: 0.1 } },
    { stages: [{ ...stage, steps: 9, optimizer: { learningRate: 1, warmupSteps: 3, decay: 'linear' } }] },
    { evaluate: { every: 3, samples: 64 } },
  ]
  for (const changes of same) expect(of(changes), JSON.stringify(changes)).toBe(of({ stages: [stage] }))
})

test('shapes, stages, the optimizer, and versions make other programs', () => {
  const others = [
    { task: { kind: 'parity', bits: 5 } },
    { model: { kind: 'transformer', layers: 1, width: 16, heads: 4 } },
    { stages: [{ ...stage, batch: 17 }] },
    { stages: [stage, stage] },
    { stages: [{ ...stage, optimizer: { clipNorm: 1 } }] },
    { evaluate: { every: 10, samples: 65 } },
    { precision: 'bfloat16' },
    { stages: [star(2)] },
    { stages: [star(3)] },
  ].map(of)
  others.push(programSignature(runConfig(), { ...versions, tensorflow: '2.22.0' }))
  expect(new Set([of({}), ...others]).size).toBe(others.length + 1)
})

test('a policy gradient counts by what its functions compute, not by the name of its preset', () => {
  const rl = (fields: Record<string, unknown>) => of({ stages: [stage, { kind: 'rl', ...fields }] })
  const plain = { algorithm: 'grpo' }
  const same = [
    { algorithm: 'dr-grpo' },
    { algorithm: 'rloo' },
    { algorithm: 'psr' },
    { ...plain, aggregation: 'token-mean' },
    { ...plain, kl: { estimator: 'exact' } },
    { ...plain, critic: { lambda: 0.5 } },
  ]
  for (const fields of same) expect(rl(fields), JSON.stringify(fields)).toBe(rl(plain))
  const others = [
    plain,
    { ...plain, refreshEvery: 4 },
    { ...plain, sampler: 'data' },
    { ...plain, baseline: 'greedy' },
    { ...plain, baseline: 'critic' },
    { ...plain, groupsWithoutSignal: 'resample' },
    { ...plain, entropyBonus: 0.01 },
    { ...plain, kl: { coefficient: 0.1 } },
    { ...plain, kl: { coefficient: 0.1, estimator: 'exact' } },
    { ...plain, kl: { coefficient: 0.1, in: 'reward' } },
    { ...plain, kl: { coefficient: 0.1, target: 1 } },
    { ...plain, updatesPerBatch: 4 },
    { ...plain, updatesPerBatch: 4, clip: 0.2 },
    { ...plain, epochs: 2 },
  ].map(rl)
  expect(new Set(others).size).toBe(others.length)
})
