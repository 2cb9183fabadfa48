// Stages of a study, told apart by `kind`, and what several of them share: where weights come from, which prompts are drawn,
// who samples. RL stages are in rl.ts.
import { z } from 'zod'
import { count, field, share } from './field'
import { optimizer } from './optimizer'

/** Weights by name: the end of an earlier stage of this run, or any checkpoint of another run. */
const WEIGHTS = String.raw`stage-\d+|[^/\s]+/\d+-\d+`
/** A valid reference to another run's checkpoint, for messages. */
const EXAMPLE = 'stage-0'

/** Where a stage's weights come from. */
export const from = field(
  z
    .string()
    .regex(new RegExp(`^(previous|fresh|${WEIGHTS})$`))
    .default('previous'),
  {
    title: 'Starts from',
    description:
      'Weights the stage begins with: previous (as the stage before left them), fresh (newly initialised), stage-<i> (the end of an earlier stage of this run) or <run id>/<stage>-<step> (a checkpoint of another run).',
    example: EXAMPLE,
    advanced: true,
  },
)

/** How often a stage is evaluated, where not as often as the others. */
export const evaluateEvery = field(count().nullable().default(null), {
  title: 'Evaluate every',
  unit: 'steps',
  description: 'Steps between evaluations in this stage; empty: as evaluate.every says for all stages.',
  advanced: true,
})

/** Which levels prompts are drawn from. */
export const levels = field(z.array(z.number().min(0)).min(1).max(8).nullable().default(null), {
  title: 'Levels',
  description:
    'Weights of levels 1, 2, … among the prompts, for tasks that have levels; empty: as the task mixes them.',
})

/** Who writes the completions that are trained on; `data`: the answers of the task's mixture. */
export const sampler = (fallback: 'policy' | 'data') =>
  field(
    z
      .string()
      .regex(new RegExp(`^(policy|data|${WEIGHTS})$`))
      .default(fallback),
    {
      title: 'Samples from',
      description:
        "Who writes the completions: policy (the model in training, see refreshEvery), data (the task's own answers, as pretraining shows them), stage-<i> (the model as an earlier stage of this run left it) or <run id>/<stage>-<step> (a checkpoint of another run, a teacher).",
      example: EXAMPLE,
    },
  )

/** How old the policy that samples may be. */
export const refreshEvery = field(count().nullable().default(1), {
  title: 'Refresh every',
  unit: 'steps',
  description:
    'The sampling policy takes over the trained weights every so many steps: 1 is on-policy, k > 1 samples from a policy up to k - 1 steps old (iterative), empty: never (all samples come from the weights the stage began with: bootstrap).',
  section: 'Samples',
  advanced: true,
})

/** Sampling temperature. */
export const temperature = field(z.number().positive().max(10).default(1), {
  title: 'Temperature',
  description:
    'Sampling temperature of the rollouts; a policy-gradient loss uses the same one, fine-tuning on samples is at 1.',
})

/** What earns reward 1. */
export const reward = field(z.enum(['answer', 'chain']).default('answer'), {
  title: 'Reward',
  description:
    'answer: 1 if the final answer is right (r_e2e). chain: 1 if the whole output is a correct short or long one (r_cot).',
})

/** How a loss averages over tokens and sequences. */
export const aggregation = (fallback: 'sequence-sum' | 'sequence-mean' | 'token-mean') =>
  field(z.enum(['sequence-sum', 'sequence-mean', 'token-mean']).default(fallback), {
    title: 'Aggregation',
    description:
      'sequence-sum: the mean over sequences of their token sums. sequence-mean: of their token means (1/T): long wrong answers are then punished less a token, the length bias of GRPO (Liu et al. 2025, arXiv 2503.20783). token-mean: the mean over all tokens of the batch.',
    section: 'Update',
    advanced: true,
  })

const mixture = field(
  z
    .array(
      z.strictObject({
        at: field(share(), {
          title: 'At',
          description: 'Where in the stage the point lies: 0 is its beginning, 1 its end.',
        }),
        longFraction: field(share().optional(), {
          title: 'Long fraction',
          description: "Takes the place of the task's.",
        }),
        levels: field(z.array(z.number().min(0)).min(1).max(8).optional(), {
          title: 'Levels',
          description: "Takes the place of the task's weights of levels.",
        }),
      }),
    )
    .default([]),
  {
    title: 'Mixture over time',
    description:
      "Points of a schedule for the data mixture, linear in between and constant outside; empty: the task's mixture throughout.",
    advanced: true,
  },
)

/** Next-token prediction on fresh sequences of the task. */
export const pretrainStage = z.strictObject({
  kind: z.literal('pretrain'),
  steps: field(count().default(1500), {
    title: 'Steps',
    essential: true,
    unit: 'steps',
    description: 'Optimizer steps of this stage.',
  }),
  batch: field(count(1_000_000).default(128), {
    title: 'Batch',
    essential: true,
    unit: 'sequences',
    description: 'Sequences a step, drawn fresh from the task for every step.',
  }),
  from,
  mixture,
  evaluateEvery,
  optimizer: optimizer(1e-3),
})

/** Next-token prediction on chosen sequences: the task's right answers, or a model's samples that pass a filter. */
export const sftStage = z.strictObject({
  kind: z.literal('sft'),
  steps: field(count().default(200), {
    title: 'Steps',
    essential: true,
    unit: 'steps',
    description: 'Optimizer steps of this stage.',
  }),
  sampler: sampler('data'),
  prompts: field(count(1_000_000).default(128), {
    title: 'Prompts',
    essential: true,
    unit: 'a step',
    description: 'Fresh prompts a step.',
  }),
  group: field(count(65_536).default(1), {
    title: 'Group',
    unit: 'completions a prompt',
    description:
      'Completions sampled for each prompt, before the filter. Must be 1 where samples come from data.',
  }),
  keep: field(z.enum(['right', 'all']).default('right'), {
    title: 'Keep',
    description:
      'Which samples of a model are trained on: those with reward 1, or all. The task’s own answers all are.',
  }),
  refreshEvery,
  temperature,
  reward,
  aggregation: aggregation('token-mean'),
  from,
  levels,
  mixture,
  evaluateEvery,
  optimizer: optimizer(3e-4),
})

/** A measurement without training: several completions a problem. */
export const evaluateStage = z.strictObject({
  kind: z.literal('evaluate'),
  problems: field(count(1_000_000).default(256), {
    title: 'Problems',
    essential: true,
    description: 'Fresh problems; for tasks with splits and levels, of each split and level.',
  }),
  samples: field(count(100_000).default(16), {
    title: 'Samples',
    essential: true,
    unit: 'a problem',
    description: 'Completions sampled for each problem (n of pass@k).',
  }),
  k: field(z.array(count(100_000)).default([]), {
    title: 'k',
    description:
      'Numbers of attempts for pass@k and majority, each at most the samples; empty: the powers of 2 up to them.',
  }),
  temperature: field(z.number().positive().max(10).default(1), {
    title: 'Temperature',
    description: 'Sampling temperature.',
  }),
  reward,
  from,
})
