// SGD with averaged iterates on the linear model, at the setting of the acceptance figures (d = 11, lambda = 1e-3).
import { describe, expect, it } from 'vitest'
import { AveragedSgd } from '../../../src/lab/linear/averaged-sgd'
import { linearExperiment } from './linear-small'

/** Pretrains on `sequences` fresh sequences and evaluates on 4,096. */
async function pretrained(longFraction: number, sequences: number, seed: number) {
  const experiment = linearExperiment({
    task: { kind: 'parity', bits: 11, longFraction },
    stages: [{ kind: 'pretrain', steps: 20, batch: sequences / 20 }],
    evaluate: { samples: 4096 },
    seed,
  })
  await experiment.beginStage(0)
  for (let step = 1; step <= 20; step++) experiment.step(0, step)
  return experiment.evaluate(0, 20).values
}

describe('SGD on 11 bits, lambda 1e-3', () => {
  it.each([0.05, 0.1, 0.2])('stays at chance at p = %f after 60,000 sequences', async (p) => {
    const values = await pretrained(p, 60_000, 0)
    expect(values['eval/greedy_accuracy']).toBeGreaterThan(0.44)
    expect(values['eval/greedy_accuracy']).toBeLessThan(0.56)
    expect(Math.abs((values['eval/long_fraction'] ?? 0) - p)).toBeLessThan(0.1)
    expect(values['eval/median_length']).toBe(1)
  })

  it('answers by the chain at p = 0.6', async () => {
    const values = await pretrained(0.6, 60_000, 0)
    expect(values['eval/greedy_accuracy']).toBeGreaterThan(0.97)
    expect(values['eval/median_length']).toBe(11)
  })

  it('comes within 0.1 of p = 0.6 with more sequences: the first iterates weigh as 1/T', async () => {
    const values = await pretrained(0.6, 240_000, 0)
    expect(Math.abs((values['eval/long_fraction'] ?? 0) - 0.6)).toBeLessThan(0.1)
  })
})

describe('AveragedSgd', () => {
  it('follows w_(t+1) = w_t - (lambda w_t - y sigma(-y w x) x) / (lambda t) and averages w_1 … w_T', () => {
    const lambda = 0.1
    const head = new AveragedSgd(1, lambda)
    let [weight, sum] = [0, 0]
    const labels = [1, -1, -1, 1, 1]
    labels.forEach((label, index) => {
      sum += weight
      const slope = lambda * weight - (label / (1 + Math.exp(label * weight * 2))) * 2
      weight -= slope / (lambda * (index + 1))
      head.update(Float64Array.of(2), label)
    })
    expect(head.average[0]).toBeCloseTo(sum / labels.length, 10)
    expect(head.save().iterate[0]).toBeCloseTo(weight, 5)
    expect(head.rate).toBeCloseTo(1 / (lambda * labels.length), 12)
  })

  it('survives first steps as large as 1/lambda', () => {
    const head = new AveragedSgd(2, 1e-6)
    for (let step = 0; step < 50; step++)
      head.update(Float64Array.of(1, step % 2 ? -1 : 1), step % 3 ? 1 : -1)
    expect([...head.average].every(Number.isFinite)).toBe(true)
  })

  it('counts beyond the exact range of float32', () => {
    const head = new AveragedSgd(1, 1)
    head.restore(Float32Array.of(0), [3, 17])
    expect(head.rate).toBe(1 / (3 * 2 ** 24 + 17))
    expect(head.save().count).toEqual([3, 17])
  })
})
