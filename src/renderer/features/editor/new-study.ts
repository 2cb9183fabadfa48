// What a new study starts as: small enough to see its first curve within seconds. A starting text only, not a default.

/** YAML of a new study. */
export const newStudyText = `name: my-study
description: Next-token prediction on short and long answers, then GRPO.
task: { kind: parity, bits: 16, longFraction: 0.2 }
model: { kind: transformer, layers: 2, width: 64, heads: 4 }
stages:
  - { kind: pretrain, steps: 500, batch: 128, optimizer: { learningRate: 1.0e-3, warmupSteps: 50, decay: linear } }
  - { kind: rl, algorithm: grpo, prompts: 16, group: 16, steps: 40 }
evaluate: { every: 10, samples: 512 }
seed: 0
`
