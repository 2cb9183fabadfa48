// A linear model's experiment as the trainer drives it: STaR's recursion, saved states, completions, evaluations.
import { describe, expect, it } from 'vitest'
import { metrics } from '../../../src/shared/run/metrics'
import { parameterCount, sequenceShape } from '../../../src/theory/counts'
import { linearTheoryValues } from '../../../src/theory/linear'
import { linearExperiment } from './linear-small'
import { configOf } from './small'

const task = { kind: 'parity', bits: 6, longFraction: 0.3 } as const
const star = { kind: 'rl', algorithm: 'star', prompts: 60_000, epochs: 1, steps: 4, reward: 'chain' }
const stages = [
  { kind: 'pretrain', steps: 4, batch: 15_000 },
  star,
  { kind: 'evaluate', problems: 100, samples: 4 },
]
/** A strong penalty: 60,000 sequences are then many times 1/lambda. */
const quickToTrain = {
  task: { kind: 'parity', bits: 4, longFraction: 0.3 },
  model: { kind: 'linear', regularization: 5e-3 },
  evaluate: { samples: 10_000 },
}

describe('the linear experiment', () => {
  it('has the weights that the counts promise, all zero at first', async () => {
    const experiment = linearExperiment({ task, stages })
    const config = configOf({ task, stages, model: { kind: 'linear' } })
    const shape = sequenceShape(config.task)
    expect(shape && parameterCount(config.model, shape)).toBe(experiment.parameters)
    await experiment.beginStage(0)
    const { model } = experiment.readState()
    expect(Object.keys(model)).toEqual([
      'head.1',
      'head.2a',
      'head.2',
      'head.3',
      'head.4',
      'head.5',
      'head.6',
    ])
    expect(Object.values(model).every(({ values }) => values.every((value) => value === 0))).toBe(true)
  })

  it('follows 2q/(1+q) in every round of STaR, from the share measured before', async () => {
    const experiment = linearExperiment({
      ...quickToTrain,
      task: { ...quickToTrain.task, longFraction: 0.2 },
      stages: [
        { kind: 'pretrain', steps: 4, batch: 15_000 },
        { ...star, steps: 3 },
      ],
    })
    await experiment.beginStage(0)
    for (let step = 1; step <= 4; step++) experiment.step(0, step)
    await experiment.beginStage(1)
    let before = experiment.evaluate(1, 0).values['eval/long_fraction'] ?? 0
    for (let round = 1; round <= 3; round++) {
      const { values } = experiment.step(1, round)
      expect(values['rl/kept_fraction']).toBeCloseTo((1 + before) / 2, 1)
      const after = experiment.evaluate(1, round).values
      const share = after['eval/long_fraction'] ?? 0
      expect(Math.abs(share - (2 * before) / (1 + before))).toBeLessThan(0.1)
      before = share
    }
    expect(before).toBeGreaterThan(0.5)
    expect(experiment.evaluate(1, 3).values['eval/greedy_accuracy']).toBeGreaterThan(0.9)
  })

  it('approaches the optimum that theory computes for its lambda', async () => {
    const fields = { ...quickToTrain, stages: [{ kind: 'pretrain', steps: 10, batch: 10_000 }] }
    const experiment = linearExperiment(fields)
    await experiment.beginStage(0)
    let loss = 0
    for (let step = 1; step <= 10; step++)
      loss = experiment.step(0, step).values['train/loss_per_sequence'] ?? 0
    const theory = linearTheoryValues(configOf(fields))
    expect(Math.abs(loss - (theory['theory/train/loss_per_sequence'] ?? 0))).toBeLessThan(0.03)
    const { values } = experiment.evaluate(0, 10)
    for (const name of ['eval/accuracy', 'eval/long_fraction', 'eval/long_accuracy']) {
      expect(Math.abs((values[name] ?? 0) - (theory[`theory/${name}`] ?? 0)), name).toBeLessThan(0.03)
    }
  })

  it('continues from a saved state bit by bit, in pretraining and in STaR', async () => {
    for (const stage of [0, 1]) {
      const small = [
        { ...stages[0], batch: 500 },
        { ...star, prompts: 500, epochs: 2 },
      ]
      const whole = linearExperiment({ task, stages: small })
      await whole.beginStage(stage)
      whole.step(stage, 1)
      const saved = whole.readState()
      whole.step(stage, 2)
      const expected = [whole.readState(), whole.evaluate(stage, 2).values]
      const resumed = linearExperiment({ task, stages: small })
      resumed.writeState({ model: saved.model })
      await resumed.beginStage(stage)
      resumed.writeState(saved)
      resumed.step(stage, 2)
      expect([resumed.readState(), resumed.evaluate(stage, 2).values]).toEqual(expected)
    }
  })

  it('gives completions whose log-probabilities are those of their tokens, and names every metric', async () => {
    const experiment = linearExperiment({
      task,
      stages: [
        { ...stages[0], batch: 1000 },
        { ...star, prompts: 400, group: 4 },
      ],
    })
    await experiment.beginStage(0)
    for (let step = 1; step <= 4; step++) experiment.step(0, step)
    await experiment.beginStage(1)
    const { values, completions, sequences } = experiment.step(1, 1)
    expect(sequences).toBe(1600)
    for (const name of Object.keys(values)) expect(metrics).toHaveProperty([name])
    for (const { tokens, logprobs, length } of completions) {
      expect(tokens).toHaveLength(logprobs.length)
      expect([1, task.bits]).toContain(length)
      expect(logprobs.every((logprob) => logprob <= 0)).toBe(true)
    }
  })

  it('says in an evaluate stage what several samples of a problem are worth', async () => {
    const experiment = linearExperiment({ task, stages })
    await experiment.beginStage(2)
    const { values, problems } = experiment.evaluate(2, 0)
    expect(problems).toHaveLength(100)
    expect(problems?.every(({ n }) => n === 4)).toBe(true)
    expect(values['eval/pass@1']).toBeCloseTo(values['eval/accuracy'] ?? 0, 12)
    expect(values['eval/pass@4']).toBeGreaterThan(values['eval/pass@1'] ?? 1)
  })

  it('starts a stage from the weights it names, and refuses those of another model', async () => {
    const experiment = linearExperiment({
      task,
      stages: [
        { ...stages[0], from: 'stage-0' },
        { ...star, from: 'fresh' },
      ],
    })
    const other = linearExperiment({ task: { ...task, bits: 7 }, stages })
    await other.beginStage(0)
    await expect(async () => experiment.beginStage(0, () => other.readState().model)).rejects.toThrow(
      "weights head.1 are [7]; the config's model has [6]",
    )
  })
})
