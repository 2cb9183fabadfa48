// Studies small enough for a test: real training on two cores within seconds.

/** Two seeds of a tiny parity run with both stages; each takes a few seconds. */
export const quickStudy = `name: quick-parity
description: Small enough for a test.
task: { kind: parity, bits: 5, longFraction: 0.3 }
model: { kind: transformer, layers: 1, width: 16, heads: 2 }
stages:
  - { kind: pretrain, steps: 120, batch: 64, optimizer: { learningRate: 3.0e-3 } }
  - { kind: rl, algorithm: grpo, prompts: 4, group: 8, steps: 10 }
evaluate: { every: 10, samples: 128 }
checkpoint: { every: 50 }
log: { samples: 16 }
sweep: { seed: [0, 1] }
`

/** Long enough to be looked at while it trains; tests stop it. */
export const longStudy = `name: long-parity
task: { kind: parity, bits: 6, longFraction: 0.3 }
model: { kind: transformer, layers: 1, width: 16, heads: 2 }
stages:
  - { kind: pretrain, steps: 20000, batch: 32 }
evaluate: { every: 10, samples: 64 }
`

/** Levels, arms and an evaluate stage: what other screens are made of. A second or two of training. */
export const levelStudy = `name: quick-compose
task: { kind: compose }
model: { kind: transformer, layers: 1, width: 16, heads: 2 }
stages:
  - { kind: pretrain, steps: 6, batch: 16, optimizer: { warmupSteps: 2 } }
  - { kind: rl, algorithm: grpo, prompts: 2, group: 4, steps: 2 }
  - { kind: evaluate, problems: 16, samples: 4 }
arms: { GRPO: {}, 'positives only': { stages.1.algorithm: psr } }
evaluate: { every: 2, samples: 32 }
log: { samples: 16 }
`
