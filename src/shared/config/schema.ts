// The one schema of a study: types, defaults, validation, form metadata and the documentation table come from here.
// It knows the shape of single fields; rules across fields and messages for people are in parse.ts.
import { z } from 'zod'

/** What a form and the docs need to know about a field beside its type. */
interface FieldMeta {
  title: string
  /** One or two sentences: meaning, and the reason for the default. */
  description: string
  unit?: string
  /** Hidden behind "more settings" in a form. */
  advanced?: boolean
  /** Written into a study's text even where it equals the default: it says what the study is about. */
  essential?: boolean
  /** A valid value, where the rule is a pattern. */
  example?: string
  [key: string]: unknown
}
const field = <T extends z.ZodType>(schema: T, meta: FieldMeta): T => schema.meta(meta)
const count = (max = 1_000_000_000) => z.int().min(1).max(max)

const parityTask = z.strictObject({
  kind: z.literal('parity'),
  bits: field(count(64).default(20), {
    title: 'Bits',
    essential: true,
    description:
      'Number d of input bits whose parity is asked for. Below 20 a run may see more sequences than there are inputs.',
  }),
  longFraction: field(z.number().min(0).max(1).default(0.2), {
    title: 'Long fraction',
    essential: true,
    description:
      'Share p of training sequences that show the whole chain of prefix parities; the rest show the answer only. Below 1/3 greedy decoding of a model trained on next tokens stays at chance.',
  }),
})

/** Tasks, told apart by `kind`. */
export const taskSchema = z.discriminatedUnion('kind', [parityTask])

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

/** Models, told apart by `kind`. */
const modelSchema = z.discriminatedUnion('kind', [transformerModel])

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
const optimizer = (learningRate: number) =>
  field(z.strictObject(optimizerShape(learningRate)).prefault({}), {
    title: 'Optimizer',
    description: 'AdamW: rate, warm-up, decay, clipping.',
  })

const pretrainStage = z.strictObject({
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
  optimizer: optimizer(1e-3),
})

const rlCommon = (preset: { prompts: number; group: number; steps: number; unit: string }) => ({
  prompts: field(count(1_000_000).default(preset.prompts), {
    title: 'Prompts',
    essential: true,
    unit: `a ${preset.unit}`,
    description: 'Fresh prompts sampled from; prompts x group completions in all.',
  }),
  group: field(count(65_536).default(preset.group), {
    title: 'Group',
    essential: true,
    unit: 'completions a prompt',
    description: 'Completions sampled for each prompt; advantages with a group baseline compare them.',
  }),
  steps: field(count().default(preset.steps), {
    title: 'Steps',
    essential: true,
    unit: `${preset.unit}s`,
    description: 'Length of this stage.',
  }),
  temperature: field(z.number().positive().max(10).default(1), {
    title: 'Temperature',
    description:
      'Sampling temperature of the rollouts; a policy-gradient loss uses the same one, STaR fine-tunes at 1.',
  }),
  reward: field(z.enum(['answer', 'chain']).default('answer'), {
    title: 'Reward',
    description:
      'answer: 1 if the last token before the end token is right (r_e2e). chain: 1 if the whole output is a correct short or long one (r_cot).',
  }),
  optimizer: optimizer(3e-4),
})

interface PolicyGradientPreset {
  wrongReward: number
  baseline: 'none' | 'batch-mean' | 'group-mean'
  scale: 'none' | 'group-std'
  aggregation: 'sequence-sum' | 'sequence-mean'
}
const policyGradientStage = <A extends string>(algorithm: A, preset: PolicyGradientPreset) =>
  z.strictObject({
    kind: z.literal('rl'),
    algorithm: z.literal(algorithm),
    ...rlCommon({ prompts: 16, group: 16, steps: 40, unit: 'step' }),
    wrongReward: field(z.number().min(-10).max(1).default(preset.wrongReward), {
      title: 'Reward of a wrong answer',
      description: 'A right answer earns 1, a wrong one this.',
      advanced: true,
    }),
    baseline: field(z.enum(['none', 'batch-mean', 'group-mean']).default(preset.baseline), {
      title: 'Baseline',
      description: 'What is subtracted from a reward to give its advantage.',
      advanced: true,
    }),
    scale: field(z.enum(['none', 'group-std']).default(preset.scale), {
      title: 'Scale',
      description: "group-std: divide by the group's population standard deviation + 1e-6.",
      advanced: true,
    }),
    aggregation: field(z.enum(['sequence-sum', 'sequence-mean']).default(preset.aggregation), {
      title: 'Aggregation',
      description:
        'sequence-sum: a sequence counts with the sum of its token terms; sequence-mean: divided by its number of tokens (1/T).',
      advanced: true,
    }),
    updatesPerBatch: field(count(1024).default(1), {
      title: 'Updates per batch',
      description:
        'The rollouts are split into this many minibatches, one optimizer step each. With 1 the probability ratio is 1 and clipping does nothing.',
      advanced: true,
    }),
    clip: field(z.number().positive().lt(1).nullable().default(null), {
      title: 'Ratio clipping',
      description: 'PPO clip range of the probability ratio (Schulman 2017, eq. 7); empty: no clipping.',
      advanced: true,
    }),
  })

const starStage = z.strictObject({
  kind: z.literal('rl'),
  algorithm: z.literal('star'),
  ...rlCommon({ prompts: 4096, group: 1, steps: 8, unit: 'round' }),
  epochs: field(count(1000).default(2), {
    title: 'Epochs',
    description: 'Passes over the completions kept in a round.',
  }),
  batch: field(count(1_000_000).default(128), {
    title: 'Batch',
    essential: true,
    unit: 'sequences',
    description: 'Sequences an optimizer step of the fine-tuning.',
  }),
})

/** RL stages, told apart by `algorithm`: each is a preset of the same choices. Sources: docs/science.md. */
const rlStageSchema = z.discriminatedUnion('algorithm', [
  policyGradientStage('grpo', {
    wrongReward: 0,
    baseline: 'group-mean',
    scale: 'group-std',
    aggregation: 'sequence-sum',
  }),
  policyGradientStage('grpo-original', {
    wrongReward: 0,
    baseline: 'group-mean',
    scale: 'group-std',
    aggregation: 'sequence-mean',
  }),
  policyGradientStage('reinforce', {
    wrongReward: -1,
    baseline: 'batch-mean',
    scale: 'none',
    aggregation: 'sequence-sum',
  }),
  starStage,
])

/** Stages, told apart by `kind`, run in order. */
export const stageSchema = z.discriminatedUnion('kind', [pretrainStage, rlStageSchema])

const evaluateSchema = z.strictObject({
  every: field(count().default(10), {
    title: 'Every',
    unit: 'steps',
    description: 'Steps between evaluations; STaR is evaluated after every round.',
  }),
  samples: field(count(1_000_000).default(1024), {
    title: 'Samples',
    unit: 'inputs',
    description: 'Fresh inputs an evaluation, decoded greedily and sampled once at temperature 1.',
  }),
})
const checkpointSchema = z.strictObject({
  every: field(count().default(100), {
    title: 'Every',
    unit: 'steps',
    description: 'Steps between checkpoints.',
  }),
  keep: field(count(10_000).default(2), {
    title: 'Keep',
    description: 'Periodic checkpoints kept; the one at a stage end is always kept.',
  }),
  at: field(z.array(z.int().min(0)).default([]), {
    title: 'Also at',
    description: 'Steps whose checkpoint is kept for good.',
    advanced: true,
  }),
})
const logSchema = z.strictObject({
  samples: field(z.int().min(0).max(1_000_000).default(64), {
    title: 'Samples',
    unit: 'sequences a logged step',
    description: 'Completions recorded at a step, whole prompt groups.',
  }),
})

const runShape = {
  name: field(z.string().trim().min(1).max(120), { title: 'Name', description: 'Name of the study.' }),
  description: field(z.string().default(''), {
    title: 'Description',
    description: 'What the study is for; free text.',
  }),
  task: field(taskSchema, {
    title: 'Task',
    description: 'What is learned, and the mixture of training sequences.',
  }),
  model: field(modelSchema.prefault({ kind: 'transformer' }), {
    title: 'Model',
    essential: true,
    description: 'Decoder-only transformer: pre-norm, learned positions, GELU.',
  }),
  precision: field(z.enum(['float32', 'bfloat16']).default('float32'), {
    title: 'Precision',
    description:
      'bfloat16: matrix products round their inputs to 8 significant bits, faster on hardware that has them. Weights and all else stay float32.',
    advanced: true,
  }),
  stages: field(z.array(stageSchema).min(1), {
    title: 'Stages',
    description: 'What is done to the model, in order.',
  }),
  evaluate: field(evaluateSchema.prefault({}), {
    title: 'Evaluation',
    description: 'On fresh inputs, greedy and sampled.',
  }),
  checkpoint: field(checkpointSchema.prefault({}), { title: 'Checkpoints', description: 'Saved states.' }),
  log: field(logSchema.prefault({}), { title: 'Samples log', description: 'Completions written down.' }),
  seed: field(
    z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(0),
    {
      title: 'Seed',
      essential: true,
      description: 'Keys every random draw together with purpose, stage and step.',
    },
  ),
  init: field(
    z
      .strictObject({
        run: field(z.string().min(1), { title: 'Run', description: 'Id of the other run.' }),
        checkpoint: field(z.string().regex(/^\d+-\d+$/), {
          title: 'Checkpoint',
          description: 'Its checkpoint, <stage>-<step>.',
          example: '0-1500',
        }),
      })
      .optional(),
    {
      title: 'Start from',
      description:
        'Checkpoint of another run whose weights this one starts from (checkpoint: <stage>-<step>).',
    },
  ),
}

/** The complete config of one run: config.json of a run folder. */
export const runConfigSchema = z.strictObject(runShape)

/** A study: a run config plus an optional grid of axes (dotted path -> values), one run a point. */
export const studySchema = z.strictObject({
  ...runShape,
  sweep: field(z.record(z.string(), z.array(z.json()).min(1)).optional(), {
    title: 'Sweep',
    description: 'Grid of axes: a dotted path into the config and its values; one run a point.',
  }),
})

export type RunConfig = z.output<typeof runConfigSchema>
export type Study = z.output<typeof studySchema>
export type TaskConfig = z.output<typeof taskSchema>
export type ModelConfig = z.output<typeof modelSchema>
export type StageConfig = z.output<typeof stageSchema>
export type PretrainStage = Extract<StageConfig, { kind: 'pretrain' }>
export type RlStage = z.output<typeof rlStageSchema>
export type StarStage = Extract<RlStage, { algorithm: 'star' }>
export type PolicyGradientStage = Exclude<RlStage, { algorithm: 'star' }>
export type OptimizerConfig = PretrainStage['optimizer']
