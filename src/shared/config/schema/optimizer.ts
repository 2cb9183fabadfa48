// The optimizer of a stage: AdamW with warm-up, decay and clipping.
import { z } from 'zod'
import { field } from './field'

const optimizerShape = (learningRate: number) => ({
  learningRate: field(z.number().positive().max(10).default(learningRate), {
    title: 'Learning rate',
    description: 'Peak rate of AdamW, reached after the warm-up.',
  }),
  warmupSteps: field(z.int().min(0).default(0), {
    title: 'Warm-up',
    unit: 'steps',
    description: 'Steps over which the rate rises linearly from 0 to its peak.',
  }),
  decay: field(z.enum(['constant', 'linear', 'cosine']).default('constant'), {
    title: 'Decay',
    description:
      'How the rate falls after the warm-up; linear and cosine reach 0 at the last step of the stage.',
  }),
  clipNorm: field(z.number().positive().nullable().default(null), {
    title: 'Gradient clipping',
    description: 'Largest global norm of the gradient; empty: no clipping.',
  }),
  weightDecay: field(z.number().min(0).max(1).default(0), {
    title: 'Weight decay',
    description: 'Decoupled weight decay of AdamW (Loshchilov and Hutter 2019), on matrices only.',
    advanced: true,
  }),
  betas: field(z.tuple([z.number().min(0).lt(1), z.number().min(0).lt(1)]).default([0.9, 0.999]), {
    title: 'Betas',
    description: 'Decay rates of the two moment estimates of Adam.',
    advanced: true,
  }),
  eps: field(z.number().positive().default(1e-8), {
    title: 'Epsilon',
    description: 'Added to the root of the second moment.',
    advanced: true,
  }),
})

/** Optimizer fields with a stage's own default rate. */
export const optimizer = (learningRate: number) =>
  field(z.strictObject(optimizerShape(learningRate)).prefault({}), {
    title: 'Optimizer',
    description: 'AdamW: rate, warm-up, decay, clipping.',
  })
