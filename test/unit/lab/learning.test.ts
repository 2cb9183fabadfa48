// The phenomenon in small: next-token prediction learns the chain but stays at chance greedily; GRPO then flips it.
import { describe, expect, it } from 'vitest'
import { createExperiment } from '../../../src/lab/experiment'
import { openFastest } from '../engine/engines'
import { configOf } from './small'

const engine = await openFastest()
const bits = 6
const steps = { pretrain: 2000, rl: 100 }

describe('parity of 6 bits with 20% long answers', () => {
  it.skipIf(engine.name === 'js')(
    'is learned as a chain, ignored greedily, and flipped by GRPO',
    { timeout: 180_000 },
    async () => {
      const config = configOf({
        task: { kind: 'parity', bits, longFraction: 0.2 },
        model: { kind: 'transformer', layers: 1, width: 64, heads: 2 },
        stages: [
          {
            kind: 'pretrain',
            steps: steps.pretrain,
            batch: 64,
            optimizer: { learningRate: 3e-3, warmupSteps: 20, clipNorm: 1 },
          },
          { kind: 'rl', algorithm: 'grpo', steps: steps.rl },
        ],
        evaluate: { samples: 512 },
      })
      const experiment = createExperiment({ engine, config, clock: () => 0 })
      await experiment.beginStage(0)
      // Until it is learned, and below until it is flipped: when that is depends on the last bits of the arithmetic.
      let pretrained: Record<string, number> = {}
      for (
        let step = 1;
        step <= steps.pretrain && !((pretrained['eval/long_accuracy'] ?? 0) > 0.95);
        step++
      ) {
        experiment.step(0, step)
        if (step % 50 === 0) pretrained = experiment.evaluate(0, step).values
      }
      await experiment.beginStage(1)
      let reinforced: Record<string, number> = {}
      for (let step = 1; step <= steps.rl && !((reinforced['eval/greedy_accuracy'] ?? 0) > 0.95); step++) {
        experiment.step(1, step)
        if (step % 10 === 0) reinforced = experiment.evaluate(1, step).values
      }
      experiment.dispose()

      expect(pretrained['eval/long_accuracy']).toBeGreaterThan(0.95)
      expect(pretrained['eval/median_length']).toBe(1)
      expect(Math.abs((pretrained['eval/greedy_accuracy'] ?? NaN) - 0.5)).toBeLessThan(0.15)
      expect(reinforced['eval/greedy_accuracy']).toBeGreaterThan(0.95)
      expect(reinforced['eval/median_length']).toBe(bits)
    },
  )
})
