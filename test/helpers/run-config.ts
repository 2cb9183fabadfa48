// Small complete configs for tests: real parity studies that take a second or two.
import { runConfigSchema, type RunConfig } from '../../src/shared/config/schema'

/** A complete config; `changes` replaces top-level fields before defaults are filled in. */
export function runConfig(changes: Record<string, unknown> = {}): RunConfig {
  return runConfigSchema.parse({
    name: 'small parity',
    task: { kind: 'parity', bits: 4, longFraction: 0.5 },
    model: { kind: 'transformer', layers: 1, width: 16, heads: 2 },
    stages: [{ kind: 'pretrain', steps: 30, batch: 16, optimizer: { learningRate: 3e-3 } }],
    evaluate: { every: 10, samples: 64 },
    checkpoint: { every: 10, keep: 2 },
    log: { samples: 4 },
    seed: 1,
    ...changes,
  })
}
