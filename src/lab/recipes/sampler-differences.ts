// How far the model in training is from who wrote the samples it is trained on, over the tokens of a step's updates: what every
// stage that samples logs. Importance weights and clipping are policy-minibatch.ts.
import { sumOf } from '../weights'

/** Sums over the tokens of one update; differences are log p(sampler) - log p(trainer), each at the temperature it is used at. */
export interface SamplerDifferences {
  readonly tokens: number
  readonly differences: number
  readonly squaredDifferences: number
}

/** rl/kl (k1) and rl/kl_sample_train_v2 (k2), nats a token, of a step's updates; at least one of them. */
export function samplerKl(updates: readonly SamplerDifferences[]): Record<string, number> {
  const tokens = sumOf(updates.map((one) => one.tokens))
  return {
    'rl/kl': sumOf(updates.map(({ differences }) => differences)) / tokens,
    'rl/kl_sample_train_v2':
      sumOf(updates.map(({ squaredDifferences }) => squaredDifferences)) / (2 * tokens),
  }
}
