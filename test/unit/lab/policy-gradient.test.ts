// Policy gradient choice by choice: who samples, what is trained on, advantages, penalties, and that every preset learns.
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Completion, Experiment, NamedArrays, StepResult } from '../../../src/lab/experiment'
import { createExperiment } from '../../../src/lab/experiment'
import { packOutputs } from '../../../src/lab/completions'
import { createLanguageModel, joinSequences } from '../../../src/lab/model/language-model'
import { packArrays } from '../../../src/lab/model/parameters'
import { targetLogprobs } from '../../../src/lab/objectives'
import { effectiveShare } from '../../../src/lab/recipes/policy-minibatch'
import { policyGradientPresets } from '../../../src/shared/config/schema/presets'
import { metrics } from '../../../src/shared/run/metrics'
import { createTask } from '../../../src/shared/tasks/create-task'
import { configOf, maxDifference, openQuick, valuesOf } from './small'

const engine = await openQuick()
const HOOK = 120_000
const pretraining = { kind: 'pretrain', steps: 1, batch: 8 }
const small = { kind: 'rl', algorithm: 'grpo', prompts: 4, group: 4, steps: 10 }

const task = { kind: 'parity', bits: 3, longFraction: 0.2 }
const configWith = (stage: Record<string, unknown>) =>
  configOf({ task, stages: [pretraining, { ...small, ...stage }] })
type Config = ReturnType<typeof configWith>

/** An experiment in its RL stage, from weights whose choices differ from token to token. */
async function begin(config: Config, weightsOf?: (reference: string) => NamedArrays): Promise<Experiment> {
  const experiment = createExperiment({ engine, config, clock: () => 0, sampleLimit: 1024 })
  experiment.writeState({ model: startOf(config) })
  await experiment.beginStage(1, weightsOf)
  return experiment
}

/** Five times the initial matrices. */
function startOf(config: Config, seed = 0): NamedArrays {
  const experiment = createExperiment({ engine, config: { ...config, seed }, clock: () => 0 })
  const { model } = experiment.readState()
  return Object.fromEntries(
    Object.entries(model).map(([name, { shape, values }]) => [
      name,
      { shape, values: shape.length === 2 ? values.map((value) => 5 * value) : values },
    ]),
  )
}

/** The weights after a config's pretraining. */
async function pretrained(config: Config): Promise<NamedArrays> {
  const experiment = createExperiment({ engine, config, clock: () => 0 })
  await experiment.beginStage(0)
  const [{ steps } = { steps: 0 }] = config.stages.flatMap((stage) =>
    stage.kind === 'pretrain' ? [stage] : [],
  )
  for (let step = 1; step <= steps; step++) experiment.step(0, step)
  const { model } = experiment.readState()
  experiment.dispose()
  return model
}

/** Steps 1 … count of a stage, then disposes. */
async function runSteps(config: Config, count: number): Promise<StepResult[]> {
  const experiment = await begin(config)
  const results = Array.from({ length: count }, (_, index) => experiment.step(1, index + 1))
  experiment.dispose()
  return results
}

/** Log-probabilities of completions' tokens under weights, by one pass over whole sequences. */
function logprobsUnder(config: Config, weights: NamedArrays, completions: readonly Completion[]): number[][] {
  const task = createTask(config.task)
  if (config.model.kind !== 'transformer') throw new Error('a transformer')
  const model = createLanguageModel(config.model, task)
  const rows = completions.length
  const prompts = Int32Array.from(completions.flatMap(({ prompt }) => tokensOf(task.vocabulary, prompt)))
  const answers = packOutputs(
    task,
    completions.map(({ tokens }) => tokens),
    rows,
  )
  const values = valuesOf(() =>
    targetLogprobs(
      model.answerLogits(
        tf.tensor1d(packArrays(model.specs, weights)),
        tf.tensor2d(joinSequences(task, prompts, answers, rows), [
          rows,
          task.promptLength + task.answerLength - 1,
        ]),
      ),
      tf.tensor1d(answers),
      1,
    ),
  )
  return completions.map(({ tokens }, row) => [
    ...values.subarray(row * task.answerLength, row * task.answerLength + tokens.length),
  ])
}

/** Token ids of a text. */
function tokensOf(vocabulary: readonly string[], text: string): number[] {
  if (text === '') return []
  const token = vocabulary.findIndex((word) => text.startsWith(word))
  return [token, ...tokensOf(vocabulary, text.slice(vocabulary[token]?.length))]
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const mean = (values: readonly number[]) => sum(values) / values.length
const sampledBy = (experiment: Experiment) => experiment.readState().optimizer['sampler']?.values
const flatModel = (experiment: Experiment) =>
  Float32Array.from(Object.values(experiment.readState().model).flatMap(({ values }) => [...values]))

describe('who samples', () => {
  it('takes over the trained weights exactly every k steps, and never where k is empty', async () => {
    for (const { refreshEvery, steps } of [
      { refreshEvery: 2, steps: [0, 0, 2, 2, 4] },
      { refreshEvery: null, steps: [0, 0, 0] },
    ]) {
      const experiment = await begin(configWith({ refreshEvery, optimizer: { learningRate: 0.01 } }))
      const trained = [flatModel(experiment)]
      for (const [index, of] of steps.entries()) {
        const { values } = experiment.step(1, index + 1)
        trained.push(flatModel(experiment))
        expect(sampledBy(experiment), `step ${index + 1}`).toEqual(trained[of])
        expect(values['rl/staleness']).toBe(index - of)
      }
      expect(trained.at(-1)).not.toEqual(trained.at(-2))
      experiment.dispose()
    }
  })

  it('is on-policy by default, with no copy of the weights', async () => {
    const experiment = await begin(configWith({}))
    experiment.step(1, 1)
    const { values } = experiment.step(1, 2)
    expect(sampledBy(experiment)).toBeUndefined()
    expect(Math.abs(values['rl/kl'] ?? NaN)).toBeLessThan(1e-6)
    expect(values['rl/importance_ess']).toBeCloseTo(1, 6)
    experiment.dispose()
  })

  it('weighs stale samples by exp(new - old) of the sampler, token by token', async () => {
    const config = configWith({
      refreshEvery: null,
      baseline: 'none',
      scale: 'none',
      wrongReward: -1,
      optimizer: { learningRate: 0.01 },
    })
    const experiment = await begin(config)
    const start = experiment.readState().model
    experiment.step(1, 1)
    const { model } = experiment.readState()
    const { completions, values } = experiment.step(1, 2)
    experiment.dispose()
    const before = logprobsUnder(config, start, completions)
    completions.forEach(({ logprobs }, row) => {
      expect(maxDifference(logprobs, before[row] ?? [])).toBeLessThan(1e-4)
    })
    const differences = logprobsUnder(config, model, completions).map((now, row) =>
      now.map((value, t) => value - (completions[row]?.logprobs[t] ?? NaN)),
    )
    const terms = completions.map(({ reward }, row) =>
      sum((differences[row] ?? []).map((difference) => reward * Math.exp(difference))),
    )
    expect(values['rl/policy_loss']).toBeCloseTo(-mean(terms), 3)
    const flat = differences.flat()
    expect(Math.max(...flat.map(Math.abs))).toBeGreaterThan(0.01)
    expect(values['rl/kl']).toBeCloseTo(-mean(flat), 4)
    expect(values['rl/kl_sample_train_v2']).toBeCloseTo(mean(flat.map((value) => value ** 2 / 2)), 4)
    const weights = differences.map((one) => Math.exp(sum(one)))
    expect(values['rl/importance_ess']).toBeCloseTo(
      sum(weights) ** 2 / (weights.length * sum(weights.map((weight) => weight ** 2))),
      4,
    )
  })

  it('samples from the weights that a reference names, and never changes them', async () => {
    const config = configWith({ sampler: 'other/0-7', optimizer: { learningRate: 0.01 } })
    const other = startOf(config, 5)
    const asked: string[] = []
    const experiment = await begin(config, (reference) => {
      asked.push(reference)
      return other
    })
    experiment.step(1, 1)
    const { completions, values } = experiment.step(1, 2)
    expect(asked).toEqual(['other/0-7'])
    expect(values['rl/staleness']).toBeUndefined()
    expect(values['rl/kl']).toBeGreaterThan(0.01)
    logprobsUnder(config, other, completions).forEach((expected, row) => {
      expect(maxDifference(completions[row]?.logprobs ?? [], expected)).toBeLessThan(1e-4)
    })
    experiment.dispose()
  })

  it("trains on the task's right answers as the next-token loss does, with data as sampler", async () => {
    const config = configWith({
      sampler: 'data',
      group: 1,
      prompts: 16,
      baseline: 'none',
      scale: 'none',
      surrogate: 'log-probability',
      aggregation: 'token-mean',
      optimizer: { learningRate: 0.01 },
    })
    const results = await runSteps(config, 6)
    const [{ completions, values } = { completions: [], values: {} as Record<string, number> }] = results
    expect(values['rl/reward']).toBe(1)
    expect(Math.abs(values['rl/kl'] ?? NaN)).toBeLessThan(1e-6)
    expect(values['train/loss']).toBeCloseTo(-mean(completions.flatMap(({ logprobs }) => logprobs)), 4)
    const losses = results.map((result) => result.values['train/loss'] ?? NaN)
    expect(losses.at(-1)).toBeLessThan(0.8 * (losses[0] ?? NaN))
  })
})

describe('which completions count', () => {
  // Three outputs of one token are likely and one of them is right, so that groups of each kind come up.
  const mixed = { wrongReward: -1, baseline: 'none', scale: 'none', prompts: 8, group: 2 }
  const signalOf = (completions: readonly Completion[], group: number) =>
    Array.from({ length: completions.length / group }, (_, index) => {
      const rewards = completions.slice(index * group, (index + 1) * group).map(({ reward }) => reward)
      return new Set(rewards).size > 1
    })

  const trainedConfig = (stage: Record<string, unknown>) =>
    configOf({
      task: { ...task, longFraction: 0 },
      stages: [
        { kind: 'pretrain', steps: 30, batch: 32, optimizer: { learningRate: 0.01 } },
        { ...small, ...mixed, ...stage },
      ],
    })
  let trained: NamedArrays = {}

  // A model that knows how answers look, so that groups of each kind come up.
  beforeAll(async () => {
    trained = await pretrained(trainedConfig({}))
  }, HOOK)

  async function beginTrained(stage: Record<string, unknown>) {
    const experiment = createExperiment({
      engine,
      config: trainedConfig(stage),
      clock: () => 0,
      sampleLimit: 4096,
    })
    experiment.writeState({ model: trained })
    await experiment.beginStage(1)
    return experiment
  }

  it('keeps every group by default, and drops those without signal where told', async () => {
    const kept = await beginTrained({})
    const all = kept.step(1, 1)
    kept.dispose()
    expect(all.values['rl/kept_fraction']).toBeUndefined()
    expect(all.completions.every(({ advantage }) => advantage !== undefined)).toBe(true)
    const dropping = await beginTrained({ groupsWithoutSignal: 'drop' })
    const { completions, values, sequences } = dropping.step(1, 1)
    dropping.dispose()
    const signal = signalOf(completions, 2)
    expect(new Set(signal).size).toBe(2)
    expect(sequences).toBe(16)
    expect(values['rl/kept_fraction']).toBe(signal.filter(Boolean).length / 8)
    expect(values['rl/frac_reward_zero_std']).toBeCloseTo(1 - signal.filter(Boolean).length / 8, 12)
    completions.forEach(({ advantage, reward }, index) => {
      expect(advantage).toBe(signal[Math.floor(index / 2)] ? reward : undefined)
    })
    // Half of the rewards of a mixed group of two are +1 and half are -1.
    expect(Math.abs(values['rl/policy_loss'] ?? NaN)).toBeLessThan(1.01)
  })

  it('draws whole rounds until enough groups have signal, and counts all that was sampled', async () => {
    const experiment = await beginTrained({ groupsWithoutSignal: 'resample' })
    for (let step = 1; step <= 2; step++) {
      const { completions, values, sequences } = experiment.step(1, step)
      const signal = signalOf(completions, 2)
      const drawn = values['rl/groups_drawn'] ?? NaN
      expect(drawn % 8).toBe(0)
      expect(signal).toHaveLength(drawn)
      expect(sequences).toBe(2 * drawn)
      // Enough with the last round, too few without it.
      expect(signal.filter(Boolean).length).toBeGreaterThanOrEqual(8)
      expect(signal.slice(0, -8).filter(Boolean).length).toBeLessThan(8)
      expect(completions.filter(({ advantage }) => advantage !== undefined)).toHaveLength(16)
      expect(values['rl/kept_fraction']).toBeCloseTo(16 / (2 * drawn), 12)
    }
    experiment.dispose()
  })

  it('gives up after ten rounds, and makes no update where nothing is left', async () => {
    // A group of one never has signal.
    const experiment = await begin(
      configWith({ group: 1, algorithm: 'reinforce', groupsWithoutSignal: 'resample' }),
    )
    const before = experiment.readState()
    const { values, sequences } = experiment.step(1, 1)
    expect(values['rl/groups_drawn']).toBe(40)
    expect(sequences).toBe(40)
    expect(values['train/loss']).toBeUndefined()
    expect(experiment.readState()).toEqual(before)
    experiment.dispose()
  })

  it('multiplies advantages by the weights of right and wrong answers', async () => {
    const experiment = await beginTrained({ rightWeight: 0.5, wrongWeight: 3 })
    const { completions } = experiment.step(1, 1)
    experiment.dispose()
    expect(new Set(completions.map(({ advantage }) => advantage))).toEqual(new Set([0.5, -3]))
  })

  it('answers each prompt greedily once more for the greedy baseline', async () => {
    const experiment = await beginTrained({ baseline: 'greedy' })
    const { completions, sequences } = experiment.step(1, 1)
    experiment.dispose()
    expect(sequences).toBe(8 * 3)
    expect(completions).toHaveLength(16)
    for (let start = 0; start < 16; start += 2) {
      const baselines = completions
        .slice(start, start + 2)
        .map(({ reward, advantage = NaN }) => reward - advantage)
      expect([1, -1]).toContain(baselines[0])
      expect(baselines[1]).toBe(baselines[0])
    }
  })
})

describe('divergence from a reference', () => {
  const penalty = (kl: Record<string, unknown>) =>
    configWith({ algorithm: 'reinforce', kl: { coefficient: 0.1, ...kl }, optimizer: { learningRate: 0.01 } })

  it.each([
    { in: 'loss', estimator: 'k2' },
    { in: 'loss', estimator: 'k3' },
    { in: 'loss', estimator: 'exact' },
    { in: 'reward', estimator: 'k3' },
    { in: 'reward', estimator: 'exact' },
  ])('is 0 to itself and grows with training ($estimator in the $in)', async (kl) => {
    const results = await runSteps(penalty(kl), 3)
    const divergences = results.map(({ values }) => values['rl/kl_reference'] ?? NaN)
    expect(Math.abs(divergences[0] ?? NaN)).toBeLessThan(1e-5)
    expect(divergences[2]).toBeGreaterThan(1e-3)
    expect(results.map(({ values }) => values['rl/kl_coefficient'])).toEqual([0.1, 0.1, 0.1])
    // What is written down of the tokens adds up to what is logged of the step.
    for (const { values, completions } of results) {
      const kls = completions.map((one) => sum(one.kls ?? [NaN]))
      expect(sum(kls) / kls.length).toBeCloseTo(values['rl/kl_reference'] ?? NaN, 4)
      expect(completions.every((one) => one.kls?.length === one.tokens.length)).toBe(true)
      const entropies = completions.map((one) => sum(one.entropies ?? [NaN]))
      const tokens = sum(completions.map((one) => one.tokens.length))
      expect(sum(entropies) / tokens).toBeCloseTo(values['rl/entropy'] ?? NaN, 3)
    }
  })

  it('takes the divergence of a whole sequence off its reward', async () => {
    const config = configWith({
      baseline: 'none',
      scale: 'none',
      kl: { coefficient: 0.3, in: 'reward', estimator: 'k1', reference: 'stage-0' },
    })
    const reference = startOf(config, 9)
    const experiment = await begin(config, () => reference)
    const { completions } = experiment.step(1, 1)
    experiment.dispose()
    logprobsUnder(config, reference, completions).forEach((under, row) => {
      const { logprobs = [], reward = NaN, advantage } = completions[row] ?? {}
      expect(advantage).toBeCloseTo(reward - 0.3 * (sum(logprobs) - sum(under)), 3)
    })
  })

  it('adapts its coefficient towards the target, and keeps it in a saved state', async () => {
    for (const { target, factor } of [
      // An error of at most 0.2, 16 sequences, a horizon of 100.
      { target: 1e-9, factor: 1 + (0.2 * 16) / 100 },
      { target: 1e9, factor: 1 - (0.2 * 16) / 100 },
    ]) {
      const config = penalty({ target, horizon: 100, in: 'loss', estimator: 'exact' })
      const experiment = await begin(config)
      experiment.step(1, 1)
      const [first, second, third] = [2, 3, 4].map(
        (step) => experiment.step(1, step).values['rl/kl_coefficient'] ?? NaN,
      ) as [number, number, number]
      expect(second / first).toBeCloseTo(factor, 5)
      expect(third / second).toBeCloseTo(factor, 5)
      expect(experiment.readState().optimizer['klCoefficient']?.values[0]).toBeCloseTo(third * factor, 6)
      experiment.dispose()
    }
  })
})

describe('entropy bonus', () => {
  it('raises entropy by itself', async () => {
    const config = configWith({
      rightWeight: 0,
      wrongWeight: 0,
      entropyBonus: 1,
      optimizer: { learningRate: 0.01 },
    })
    const results = await runSteps(config, 5)
    const entropies = results.map(({ values }) => values['rl/entropy'] ?? NaN)
    expect(entropies[4]).toBeGreaterThan((entropies[0] ?? NaN) + 0.02)
    expect(results[0]?.values['rl/policy_loss']).toBeCloseTo(0, 10)
    expect(results[0]?.values['train/loss']).toBeCloseTo(-(results[0]?.values['rl/entropy_bonus'] ?? NaN), 5)
  })
})

describe('a critic', () => {
  // The policy hardly moves.
  const actorCritic = { algorithm: 'ppo', updatesPerBatch: 1, optimizer: { learningRate: 1e-6 } }

  it('learns constant returns, from values of 0', async () => {
    // Every answer earns 1.
    const stage = { ...actorCritic, wrongReward: 1, epochs: 4, critic: { learningRate: 0.02, clip: null } }
    const losses = (await runSteps(configWith(stage), 5)).map(({ values }) => values['rl/value_loss'] ?? NaN)
    expect(losses[4]).toBeLessThan(0.1 * (losses[0] ?? NaN))
  })

  it('gives its first advantages from values of 0: whitened returns of lambda', async () => {
    const stage = { ...actorCritic, wrongReward: -1, critic: { lambda: 0.5, discount: 0.8 } }
    const [{ completions, values } = { completions: [], values: {} as Record<string, number> }] =
      await runSteps(configWith(stage), 1)
    const plain = completions.map(({ tokens, reward }) =>
      tokens.map((_, t) => reward * 0.4 ** (tokens.length - 1 - t)),
    )
    const all = plain.flat()
    const std = Math.sqrt(mean(all.map((value) => (value - mean(all)) ** 2)))
    completions.forEach(({ advantage }, row) => {
      expect(advantage).toBeCloseTo((mean(plain[row] ?? []) - mean(all)) / std, 4)
    })
    expect(values['rl/explained_variance']).toBeCloseTo(0, 6)
  })
})

describe('a saved state', () => {
  it.each<{ name: string; stage: Record<string, unknown> }>([
    { name: 'a stale sampler', stage: { refreshEvery: 2 } },
    { name: 'a critic', stage: { algorithm: 'ppo', updatesPerBatch: 2, epochs: 1 } },
    { name: 'an adapted penalty', stage: { kl: { coefficient: 0.1, target: 0.01, horizon: 50 } } },
    { name: 'groups drawn again', stage: { algorithm: 'dapo', updatesPerBatch: 2, sampler: 'stage-0' } },
  ])('with $name goes on bit by bit', async ({ stage }) => {
    const config = configWith(stage)
    const whole = await begin(config)
    for (let step = 1; step <= 2; step++) whole.step(1, step)
    const saved = whole.readState()
    const expected = [whole.step(1, 3), whole.step(1, 4), whole.readState()]
    whole.dispose()
    const resumed = createExperiment({ engine, config, clock: () => 0, sampleLimit: 1024 })
    await resumed.beginStage(1)
    resumed.writeState(saved)
    expect([resumed.step(1, 3), resumed.step(1, 4), resumed.readState()]).toEqual(expected)
    resumed.dispose()
  })
})

describe('every preset', () => {
  const names = Object.keys(policyGradientPresets)
  const copying = configOf({
    // One bit: the answer is the prompt.
    task: { kind: 'parity', bits: 1, longFraction: 0 },
    stages: [
      { kind: 'pretrain', steps: 12, batch: 32, optimizer: { learningRate: 0.01 } },
      ...names.map((algorithm) => ({
        kind: 'rl',
        algorithm,
        prompts: 16,
        group: 8,
        steps: 8,
        from: 'stage-0',
        optimizer: { learningRate: 0.01 },
      })),
    ],
  })
  const experiment = createExperiment({ engine, config: copying, clock: () => 0, sampleLimit: 8 })
  let base: NamedArrays = {}

  beforeAll(async () => {
    base = await pretrained(copying)
  }, HOOK)

  it.each(names.map((name, index) => [name, index + 1] as const))(
    '%s raises the reward of a trivial task, with finite numbers that the table of metrics knows',
    async (_, stage) => {
      await experiment.beginStage(stage, () => base)
      const rewards = [1, 2, 3, 4, 5, 6, 7, 8].map((step) => {
        const { values } = experiment.step(stage, step)
        for (const [name, value] of Object.entries(values)) {
          expect(Object.keys(metrics)).toContain(name)
          expect(Number.isFinite(value), name).toBe(true)
        }
        return values['rl/reward'] ?? NaN
      })
      expect(mean(rewards.slice(-2))).toBeGreaterThan(mean(rewards.slice(0, 2)) + 0.05)
    },
  )
})

describe('effective share', () => {
  it('is 1 for equal weights and 1/n where one weight is all', () => {
    expect(effectiveShare([3, 3, 3, 3])).toBeCloseTo(1, 12)
    expect(effectiveShare([800, 0, 0, 0])).toBeCloseTo(0.25, 12)
    expect(effectiveShare([0, Math.log(3)])).toBeCloseTo(16 / 20, 12)
  })
})
