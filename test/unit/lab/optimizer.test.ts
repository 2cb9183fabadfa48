// The learning-rate schedule and how losses weigh tokens.
import { describe, expect, it } from 'vitest'
import { decayMask, parameterSpecs } from '../../../src/lab/model/parameters'
import { learningRateAt } from '../../../src/lab/optimizer'
import { sequenceWeights } from '../../../src/lab/weights'
import type { OptimizerConfig } from '../../../src/shared/config/schema'
import { openQuick, valuesOf } from './small'

const optimizer = (fields: Partial<OptimizerConfig>): OptimizerConfig => ({
  learningRate: 1,
  warmupSteps: 0,
  decay: 'constant',
  clipNorm: null,
  weightDecay: 0,
  betas: [0.9, 0.999],
  eps: 1e-8,
  ...fields,
})
const rates = (fields: Partial<OptimizerConfig>, steps: number) =>
  Array.from({ length: steps }, (_, index) =>
    Number(learningRateAt(optimizer(fields), index + 1, steps).toFixed(4)),
  )

describe('the learning rate', () => {
  it('rises linearly to its peak at the last warm-up step', () => {
    expect(rates({ warmupSteps: 4 }, 6)).toEqual([0.25, 0.5, 0.75, 1, 1, 1])
  })
  it('falls linearly, or as a cosine, to 0 at the last step', () => {
    expect(rates({ warmupSteps: 2, decay: 'linear' }, 6)).toEqual([0.5, 1, 0.75, 0.5, 0.25, 0])
    expect(rates({ warmupSteps: 2, decay: 'cosine' }, 6)).toEqual([0.5, 1, 0.8536, 0.5, 0.1464, 0])
    expect(rates({ decay: 'linear' }, 4)).toEqual([0.75, 0.5, 0.25, 0])
  })
  it('keeps rising where the warm-up is longer than the stage', () => {
    expect(rates({ warmupSteps: 8, decay: 'linear' }, 4)).toEqual([0.125, 0.25, 0.375, 0.5])
  })
})

describe('token weights', () => {
  const round = (weights: Float32Array) => [...weights].map((weight) => Number(weight.toFixed(4)))
  it('of the token mean are equal for all tokens, and 0 on padding and on padded rows', () => {
    expect(round(sequenceWeights([1, 3], 3, 3, 'token-mean'))).toEqual([
      0.25, 0, 0, 0.25, 0.25, 0.25, 0, 0, 0,
    ])
  })
  it('of the sequence sum are one over the sequences; of the sequence mean also one over the length', () => {
    expect(round(sequenceWeights([1, 2], 2, 2, 'sequence-sum'))).toEqual([0.5, 0, 0.5, 0.5])
    expect(round(sequenceWeights([1, 2], 2, 2, 'sequence-mean'))).toEqual([0.5, 0, 0.25, 0.25])
  })
})

describe('weight decay', () => {
  it('acts on matrices, embeddings included, and on nothing else', async () => {
    await openQuick()
    const specs = parameterSpecs(
      { kind: 'transformer', layers: 1, width: 4, heads: 1 },
      { vocabulary: 3, context: 5 },
    )
    const mask = valuesOf(() => decayMask(specs))
    const matrices = specs.filter(({ shape }) => shape.length === 2).map(({ name }) => name)
    expect(matrices).toEqual([
      'token_embedding',
      'position_embedding',
      'block.0.attention_in.weight',
      'block.0.attention_out.weight',
      'block.0.mlp_in.weight',
      'block.0.mlp_out.weight',
      'head',
    ])
    const decayed = 3 * 4 + 5 * 4 + 4 * 12 + 4 * 4 + 4 * 16 + 16 * 4 + 4 * 3
    expect(mask.reduce((sum, value) => sum + value, 0)).toBe(decayed)
  })
})
