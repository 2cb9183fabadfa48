// An experiment as the trainer drives it: what steps and evaluations give, equal seeds, saved states, no leaks.
import { describe, expect, it } from 'vitest'
import type { Experiment } from '../../../src/lab/experiment'
import { createExperiment } from '../../../src/lab/experiment'
import { stageSteps, type RunConfig } from '../../../src/shared/config/schema'
import { metrics } from '../../../src/shared/run/metrics'
import { openEngines } from '../engine/engines'
import { configOf, openQuick } from './small'

const engine = await openQuick()
const stages = [
  { kind: 'pretrain', steps: 6, batch: 8 },
  { kind: 'rl', algorithm: 'grpo', prompts: 4, group: 4, steps: 3 },
  { kind: 'rl', algorithm: 'reinforce', prompts: 4, group: 4, steps: 3, updatesPerBatch: 3, clip: 0.2 },
  { kind: 'rl', algorithm: 'star', prompts: 20, group: 1, steps: 2, batch: 8, reward: 'chain' },
]
const clockOf = () => {
  let seconds = 0
  return () => (seconds += 1)
}
const make = (config: RunConfig = configOf({ stages }), sampleLimit?: number): Experiment =>
  createExperiment({
    engine,
    config,
    clock: clockOf(),
    ...(sampleLimit === undefined ? {} : { sampleLimit }),
  })

/** Runs all stages and gives everything they gave. */
async function runAll(experiment: Experiment, config: RunConfig) {
  const results: unknown[] = []
  for (const [stage, settings] of config.stages.entries()) {
    const steps = stageSteps(settings)
    await experiment.beginStage(stage)
    results.push(experiment.evaluate(stage, 0))
    for (let step = 1; step <= steps; step++) results.push(experiment.step(stage, step))
    results.push(experiment.evaluate(stage, steps), experiment.readState())
  }
  return results
}

describe('an experiment', () => {
  it('gives bit-equal values and samples for equal seeds, others for another seed', async () => {
    const config = configOf({ stages })
    const [first, second, other] = [make(config), make(config), make({ ...config, seed: 1 })]
    const results = await runAll(first, config)
    expect(await runAll(second, config)).toEqual(results)
    expect(await runAll(other, config)).not.toEqual(results)
    for (const experiment of [first, second, other]) experiment.dispose()
  })

  it('continues from a saved state as if it had not stopped', async () => {
    const config = configOf({ stages })
    for (const stage of [0, 2, 3]) {
      const whole = make(config)
      await whole.beginStage(stage)
      whole.step(stage, 1)
      const saved = whole.readState()
      const expected = [whole.step(stage, 2), whole.evaluate(stage, 2), whole.readState()]
      whole.dispose()
      const resumed = make(config)
      await resumed.beginStage(stage)
      resumed.writeState(saved)
      expect([resumed.step(stage, 2), resumed.evaluate(stage, 2), resumed.readState()]).toEqual(expected)
      resumed.dispose()
    }
  })

  it('keeps weights and drops moments when a stage begins', async () => {
    const experiment = make()
    await experiment.beginStage(0)
    experiment.step(0, 1)
    const trained = experiment.readState()
    expect(trained.optimizer['updates']?.values).toEqual(Float32Array.of(1))
    await experiment.beginStage(1)
    const begun = experiment.readState()
    expect(begun.model).toEqual(trained.model)
    expect(Object.values(begun.optimizer).every(({ values }) => values.every((value) => value === 0))).toBe(
      true,
    )
    experiment.dispose()
  })

  it('evaluates without changing anything', async () => {
    const experiment = make()
    await experiment.beginStage(0)
    const before = experiment.readState()
    const evaluation = experiment.evaluate(0, 3)
    expect(experiment.evaluate(0, 3).values).toEqual(evaluation.values)
    expect(experiment.evaluate(0, 4).values).not.toEqual(evaluation.values)
    expect(experiment.readState()).toEqual(before)
    experiment.dispose()
  })

  it('leaks no tensors over many steps, evaluations and stages', async () => {
    const start = engine.liveTensors()
    const experiment = make()
    const counts = new Set<number>()
    for (const [stage, { kind }] of stages.entries()) {
      await experiment.beginStage(stage)
      for (let step = 1; step <= (kind === 'pretrain' ? 100 : 8); step++) {
        experiment.step(stage, step)
        if (step % 4 === 0) experiment.evaluate(stage, step)
        counts.add(experiment.liveTensors())
      }
    }
    // State lives in tensors (eager) or inside the session (graph): either way the number never changes.
    expect(counts.size).toBe(1)
    experiment.dispose()
    expect(engine.liveTensors()).toBe(start)
  })

  it('logs metrics that the table knows, with counts without padding', async () => {
    const config = configOf({ stages, evaluate: { samples: 200 } })
    const experiment = make(config)
    const known = Object.keys(metrics)
    const names: string[][] = []
    for (const [stage] of config.stages.entries()) {
      await experiment.beginStage(stage)
      const result = experiment.step(stage, 1)
      const evaluation = experiment.evaluate(stage, 1)
      for (const name of [...Object.keys(result.values), ...Object.keys(evaluation.values)]) {
        expect(known).toContain(name)
      }
      names.push(Object.keys(result.values).filter((name) => name.startsWith('rl/')))
      for (const value of Object.values({ ...result.values, ...evaluation.values })) {
        expect(Number.isFinite(value)).toBe(true)
      }
      const sequences = stage === 0 ? 8 : stage === 3 ? 20 : 16
      expect(result.sequences).toBe(sequences)
      // Prompt of 7 tokens and 1 to 7 more.
      expect(result.tokens).toBeGreaterThan(8 * sequences - 1)
      expect(result.tokens).toBeLessThanOrEqual(14 * sequences)
    }
    // Lengths by outcome or kind, and of ended answers, are left out where there is no such answer.
    const isSteady = (name: string) => !/length_(right|wrong|long|short)$|terminated/.test(name)
    const steady = names.map((each) => each.filter(isSteady).sort())
    const ofGroups = ['rl/frac_all_right', 'rl/frac_all_wrong', 'rl/frac_reward_zero_std', 'rl/reward_std']
    const ofRollouts = [
      'rl/entropy',
      'rl/long_fraction',
      'rl/max_length',
      'rl/mean_length',
      'rl/min_length',
      'rl/reward',
      'rl/truncated_fraction',
    ]
    const ofUpdates = ['rl/importance_ess', 'rl/kl', 'rl/kl_sample_train_v2', 'rl/policy_loss']
    const clipped = ['rl/clip_ratio', 'rl/clip_ratio/high_mean', 'rl/clip_ratio/low_mean']
    expect(steady[0]).toEqual([])
    expect(steady[1]).toEqual([...ofGroups, ...ofRollouts, ...ofUpdates].sort())
    expect(steady[2]).toEqual([...ofGroups, ...ofRollouts, ...ofUpdates, ...clipped].sort())
    expect(steady[3]).toEqual([...ofRollouts, 'rl/kept_fraction', 'rl/kl', 'rl/kl_sample_train_v2'].sort())
    // Some answers of a model that knows nothing are wrong.
    expect(names[1]).toContain('rl/mean_length_wrong')
    experiment.dispose()
  })

  it('records whole prompt groups in RL, and pairs of one prompt in evaluations', async () => {
    const experiment = make(configOf({ stages }), 10)
    await experiment.beginStage(1)
    const { completions } = experiment.step(1, 1)
    expect(completions).toHaveLength(8)
    expect(new Set(completions.map(({ promptId }) => promptId))).toEqual(new Set(['1-1-0', '1-1-1']))
    for (const { tokens, logprobs, length, completion, advantage } of completions) {
      expect(logprobs).toHaveLength(tokens.length)
      expect(length).toBe(tokens.at(-1) === 3 ? tokens.length - 1 : tokens.length)
      expect(completion.endsWith('<end>')).toBe(tokens.at(-1) === 3)
      expect(advantage).toBeTypeOf('number')
    }
    const evaluated = experiment.evaluate(1, 1).completions
    expect(evaluated.map(({ greedy }) => greedy)).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
      true,
      false,
      true,
      false,
    ])
    for (let pair = 0; pair < 10; pair += 2) expect(evaluated[pair]?.prompt).toBe(evaluated[pair + 1]?.prompt)
    experiment.dispose()
  })

  it('has one probability ratio of 1 with one update a batch, and others with several', async () => {
    const experiment = make()
    await experiment.beginStage(1)
    expect(Math.abs(experiment.step(1, 1).values['rl/kl'] ?? NaN)).toBeLessThan(1e-5)
    await experiment.beginStage(2)
    expect(Math.abs(experiment.step(2, 1).values['rl/kl'] ?? NaN)).toBeGreaterThan(1e-6)
    experiment.dispose()
  })

  it('counts the parameters of the paper setting', () => {
    const config = configOf({
      task: { kind: 'parity', bits: 20 },
      model: { kind: 'transformer', layers: 2, width: 64, heads: 4 },
    })
    expect(make(config).parameters).toBe(103_424)
  })

  it('refuses weights of another model, naming what is wrong', () => {
    const experiment = make()
    const { model } = experiment.readState()
    const headless = { ...model }
    delete headless['head']
    expect(() => experiment.writeState({ model: headless })).toThrow('weights lack head [16, 5]')
    const wider = make(configOf({ model: { kind: 'transformer', layers: 1, width: 32, heads: 2 } }))
    expect(() => wider.writeState({ model })).toThrow(
      "weights token_embedding are [5, 16]; the config's model has [5, 32]",
    )
  })
})

describe('js and eager', () => {
  it('train alike', async () => {
    const losses: number[][] = []
    for (const each of await openEngines()) {
      const experiment = createExperiment({ engine: each, config: configOf({ stages }), clock: clockOf() })
      await experiment.beginStage(0)
      losses.push(
        Array.from({ length: 6 }, (_, index) => experiment.step(0, index + 1).values['train/loss'] as number),
      )
      experiment.dispose()
    }
    for (const other of losses.slice(1)) {
      other.forEach((loss, step) => expect(loss).toBeCloseTo(losses[0]?.[step] as number, 4))
    }
  })
})
