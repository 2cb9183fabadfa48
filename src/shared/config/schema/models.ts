// Models of a study, told apart by `kind`. What they compute is in src/lab/model and src/lab/linear.
import { z } from 'zod'
import { count, field } from './field'

const transformerModel = z.strictObject({
  kind: z.literal('transformer'),
  layers: field(count(48).default(2), {
    title: 'Layers',
    essential: true,
    description: 'Number of pre-norm transformer blocks.',
  }),
  width: field(count(4096).default(64), {
    title: 'Width',
    essential: true,
    description:
      'Size of the residual stream; the feed-forward part is four times as wide. A multiple of heads.',
  }),
  heads: field(count(64).default(4), {
    title: 'Heads',
    essential: true,
    description: 'Attention heads per layer; must divide width.',
  }),
})

const linearModel = z.strictObject({
  kind: z.literal('linear'),
  regularization: field(z.number().positive().max(1).default(1e-3), {
    title: 'Regularization',
    essential: true,
    description:
      'lambda of the penalty (lambda/2)|w|^2 on every head; the step size of its SGD is 1/(lambda t).',
  }),
})

/** Models, told apart by `kind`. */
export const modelSchema = z.discriminatedUnion('kind', [transformerModel, linearModel])
