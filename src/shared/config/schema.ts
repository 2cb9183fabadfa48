// The one schema of a study: types, defaults, validation, form metadata and the documentation table come from here. Its
// parts are in schema/. It knows the shape of single fields; rules across fields and messages for people are in parse.ts.
import { z } from 'zod'
import { MOST_DRAWS } from './random-points'
import { count, field } from './schema/field'
import { modelSchema } from './schema/models'
import { rejectionPresets, type RejectionName } from './schema/presets'
import { rlStageSchema } from './schema/rl'
import { evaluateStage, pretrainStage, sftStage } from './schema/stages'
import { charts, statements } from './schema/statements'
import { taskSchema } from './schema/tasks'

/** Stages, told apart by `kind`, run in order. */
export const stageSchema = z.discriminatedUnion('kind', [
  pretrainStage,
  sftStage,
  rlStageSchema,
  evaluateStage,
])

const evaluateSchema = z.strictObject({
  every: field(count().default(10), {
    title: 'Every',
    unit: 'steps',
    description: 'Steps between evaluations; STaR is evaluated after every round.',
  }),
  samples: field(count(1_000_000).default(1024), {
    title: 'Samples',
    unit: 'inputs',
    description: 'Fresh inputs an evaluation, decoded greedily and sampled at temperature 1.',
  }),
  completions: field(count(1024).default(1), {
    title: 'Completions',
    unit: 'an input',
    description:
      'Completions sampled for each input; with more than one, pass@k and majority votes are logged for the powers of 2 up to it.',
    advanced: true,
  }),
  cells: field(z.int().min(0).max(1_000_000).default(0), {
    title: 'Cells',
    unit: 'inputs',
    description:
      'Fresh inputs for every split and level of a task that has them, answered like the others and logged as eval/<split>/level-<n>/…; 0: none.',
    advanced: true,
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

const aboutSchema = z.strictObject({
  claim: field(z.string().default(''), {
    title: 'Claim',
    description: 'What the work claims that the study is built around; its first sentence stands in lists.',
  }),
  lookFor: field(z.string().default(''), {
    title: 'Look for',
    description: 'What to look at in the charts, and what it says.',
  }),
  source: field(z.string().default(''), {
    title: 'Source',
    description: 'The work: authors, year, identifier, section.',
  }),
  machine: field(z.enum(['any', 'gpu']).default('any'), {
    title: 'Machine',
    description:
      'gpu: too large for a workstation without one, where `afterword reproduce` only checks the config.',
  }),
  onRequest: field(z.boolean().default(false), {
    title: 'On request',
    description:
      'Whether `afterword reproduce` trains it only where it is named: an open question that takes long.',
  }),
})

const randomRange = z.strictObject({
  min: z.number(),
  max: z.number(),
  scale: z.enum(['linear', 'log']).default('linear'),
  integer: z.boolean().default(false),
})
/** Random draws of a study. */
export const randomSchema = z.strictObject({
  count: field(count(MOST_DRAWS), {
    title: 'Draws',
    description: 'Points that are drawn, no two equal; more of them begin with the same ones.',
  }),
  seed: field(
    z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(0),
    {
      title: 'Seed of the draws',
      description: 'Another seed draws other points. The seed of the runs is another field.',
    },
  ),
  axes: field(
    z.record(
      z.string(),
      field(z.union([randomRange, z.array(z.json()).min(1)]), {
        title: 'Axis',
        description: 'A range or a list of values that are equally likely.',
        rule: 'a range { min, max } with scale linear or log and integer true or false where needed, or a list of values',
      }),
    ),
    {
      title: 'Axes',
      description:
        'Dotted paths into the config, each with the values it is drawn from: a list (equally likely), or a range { min, max, scale, integer }: scale linear (the default) or log, uniform in the logarithm; integer: whole numbers only.',
    },
  ),
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
    description:
      'transformer: decoder-only, pre-norm, learned positions, GELU. linear: one linear head per output position (parity only).',
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

/** A study: a run config plus an optional grid of arms and axes (dotted path -> values), one run a point. */
export const studySchema = z.strictObject({
  ...runShape,
  sweep: field(z.record(z.string(), z.array(z.json()).min(1)).optional(), {
    title: 'Sweep',
    description: 'Grid of axes: a dotted path into the config and its values; one run a point.',
  }),
  random: field(randomSchema.optional(), {
    title: 'Random',
    description:
      'Points drawn at random, one run a point; every point of the sweep (seeds, say) is trained at each of them.',
  }),
  arms: field(z.record(z.string(), z.record(z.string(), z.json())).optional(), {
    title: 'Arms',
    description:
      'Named variants that set several fields at once: a name with dotted paths and their values, a whole stage or list of stages included. One more axis of the grid, the outermost; axes of the sweep are written after them.',
  }),
  origin: field(
    z
      .strictObject({
        run: field(z.string().min(1).max(300).optional(), { title: 'Run', description: 'Id of a run.' }),
        study: field(z.string().min(1).max(300).optional(), {
          title: 'Study',
          description: 'Name of a study.',
        }),
      })
      .optional(),
    {
      title: 'Origin',
      description:
        'The run or study that this one was made from. The window marks what was changed against it; nothing else depends on it.',
    },
  ),
  about: field(aboutSchema.optional(), {
    title: 'About',
    description: 'What the study is about, for whoever opens it.',
  }),
  quick: field(z.record(z.string(), z.json()).optional(), {
    title: 'Quick',
    description:
      'Dotted paths and the values they have in a quick run of the study (sweep.seed: [0]; arms: a list of names keeps those arms).',
  }),
  statements,
  charts,
})

export type RunConfig = z.output<typeof runConfigSchema>
export type Study = z.output<typeof studySchema>
export type TaskConfig = z.output<typeof taskSchema>
export type ModelConfig = z.output<typeof modelSchema>
export type TransformerConfig = Extract<ModelConfig, { kind: 'transformer' }>
export type LinearConfig = Extract<ModelConfig, { kind: 'linear' }>
export type StageConfig = z.output<typeof stageSchema>
export type PretrainStage = Extract<StageConfig, { kind: 'pretrain' }>
export type SftStage = Extract<StageConfig, { kind: 'sft' }>
export type EvaluateStage = Extract<StageConfig, { kind: 'evaluate' }>
export type RlStage = z.output<typeof rlStageSchema>
export type RejectionStage = Extract<RlStage, { algorithm: RejectionName }>
export type PolicyGradientStage = Exclude<RlStage, { algorithm: RejectionName }>
export type OptimizerConfig = PretrainStage['optimizer']

/** Whether an RL stage is of the rejection-sampling family (STaR, RFT): its steps are rounds. */
export function isRejection(stage: StageConfig): stage is RejectionStage {
  return stage.kind === 'rl' && stage.algorithm in rejectionPresets
}

/** Optimizer steps (rejection sampling: rounds) of a stage; an evaluate stage has none, only its step 0. */
export function stageSteps(stage: StageConfig): number {
  return stage.kind === 'evaluate' ? 0 : stage.steps
}
