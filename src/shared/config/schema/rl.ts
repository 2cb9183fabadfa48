// RL stages, told apart by `algorithm`: the policy-gradient family (one set of orthogonal choices, many presets) and
// rejection sampling. What a preset sets is in presets.ts.
import { z } from 'zod'
import { count, field, share } from './field'
import { optimizer } from './optimizer'
import {
  plain,
  policyGradientPresets,
  rejectionPresets,
  type PolicyGradientChoices,
  type PolicyGradientName,
  type RejectionName,
} from './presets'
import {
  aggregation,
  evaluateEvery,
  from,
  levels,
  refreshEvery,
  reward,
  sampler,
  temperature,
} from './stages'

const rolloutFields = (preset: { prompts: number; group: number; steps: number; unit: string }) => ({
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
  temperature,
  reward,
  levels,
  from,
})

const kl = (choices: PolicyGradientChoices) =>
  field(
    z
      .strictObject({
        coefficient: field(z.number().min(0).max(100).default(choices.klCoefficient), {
          title: 'Coefficient',
          description: 'beta: how much a nat of divergence from the reference costs; 0: no reference.',
        }),
        in: field(z.enum(['reward', 'loss']).default(choices.klIn), {
          title: 'In',
          description:
            'reward: subtracted from the reward of every token before advantages. loss: a term of its own in the loss.',
        }),
        estimator: field(z.enum(['k1', 'k2', 'k3', 'exact']).default(choices.klEstimator), {
          title: 'Estimator',
          description:
            'With d = log pi - log pi_ref of a sampled token: k1 = d, k2 = d^2/2, k3 = exp(-d) - 1 + d (Schulman 2020). exact: summed over the vocabulary.',
        }),
        reference: field(
          z
            .string()
            .regex(/^(start|stage-\d+|[^/\s]+\/\d+-\d+)$/)
            .default('start'),
          {
            title: 'Reference',
            description:
              'The model to stay near: start (the weights the stage began with), stage-<i> or <run id>/<stage>-<step>.',
            example: 'stage-0',
          },
        ),
        target: field(z.number().positive().nullable().default(null), {
          title: 'Target',
          unit: 'nats a sequence',
          description:
            'The coefficient is adapted so that the divergence of a sequence comes near this (Ziegler et al. 2019, arXiv 1909.08593, section 2.2); empty: it stays as it is.',
        }),
        horizon: field(count().default(10_000), {
          title: 'Horizon',
          unit: 'sequences',
          description: 'How slowly the coefficient is adapted.',
        }),
      })
      .prefault({}),
    {
      title: 'KL',
      description: 'Divergence from a reference policy: coefficient, estimator, place, target.',
      advanced: true,
    },
  )

const critic = field(
  z
    .strictObject({
      learningRate: field(z.number().positive().max(10).default(1e-3), {
        title: 'Learning rate',
        description: 'Rate of the critic, a model of its own with one output a token.',
      }),
      discount: field(share().default(1), { title: 'Discount', description: 'gamma of the returns.' }),
      lambda: field(share().default(0.95), {
        title: 'Lambda',
        description:
          'lambda of the generalised advantage estimate (Schulman et al. 2016, arXiv 1506.02438, eq. 16).',
      }),
      clip: field(z.number().positive().nullable().default(0.2), {
        title: 'Value clipping',
        description:
          'How far a value may move from that of the rollout within one batch; empty: no clipping.',
      }),
    })
    .prefault({}),
  {
    title: 'Critic',
    description: 'Value model and advantage estimate; used where baseline is critic.',
    advanced: true,
  },
)

const choiceFields = (preset: PolicyGradientChoices) => ({
  sampler: sampler('policy'),
  refreshEvery,
  wrongReward: field(z.number().min(-10).max(1).default(preset.wrongReward), {
    title: 'Reward of a wrong answer',
    description: 'A right answer earns 1, a wrong one this.',
    section: 'Advantage',
    advanced: true,
  }),
  rightWeight: field(z.number().min(0).max(100).default(preset.rightWeight), {
    title: 'Weight of right answers',
    description: 'Multiplies the advantage of right answers; 0 leaves them out.',
    section: 'Advantage',
    advanced: true,
  }),
  wrongWeight: field(z.number().min(0).max(100).default(preset.wrongWeight), {
    title: 'Weight of wrong answers',
    description: 'Multiplies the advantage of wrong answers; 0 leaves them out.',
    section: 'Advantage',
    advanced: true,
  }),
  baseline: field(
    z
      .enum(['none', 'batch-mean', 'group-mean', 'leave-one-out', 'greedy', 'critic'])
      .default(preset.baseline),
    {
      title: 'Baseline',
      description:
        'What is subtracted from a reward to give its advantage: nothing, the mean of the batch or of the group, the mean of the others in the group, the reward of the greedy answer, or what a critic expects.',
      section: 'Advantage',
      advanced: true,
    },
  ),
  scale: field(z.enum(['none', 'group-std', 'batch-std', 'group-mean']).default(preset.scale), {
    title: 'Scale',
    description:
      "What advantages are divided by: group-std and batch-std (population standard deviation + 1e-6), group-mean (the group's mean reward + 1e-6).",
    section: 'Advantage',
    advanced: true,
  }),
  surrogate: field(z.enum(['ratio', 'log-probability']).default(preset.surrogate), {
    title: 'Surrogate',
    description:
      'ratio: advantage times pi/pi_old (importance weighted; clipped where clip is set). log-probability: advantage times log pi, as if the samples were on-policy.',
    section: 'Update',
    advanced: true,
  }),
  clip: field(z.number().positive().lt(1).nullable().default(preset.clip), {
    title: 'Ratio clipping',
    description: 'PPO clip range of the probability ratio (Schulman 2017, eq. 7); empty: no clipping.',
    section: 'Update',
    advanced: true,
  }),
  clipHigh: field(z.number().positive().max(100).nullable().default(preset.clipHigh), {
    title: 'Upper clipping',
    description: 'Range above 1 where it differs from the one below (clip-higher of DAPO); empty: the same.',
    section: 'Update',
    advanced: true,
  }),
  aggregation: aggregation(preset.aggregation),
  groupsWithoutSignal: field(z.enum(['keep', 'drop', 'resample']).default(preset.groupsWithoutSignal), {
    title: 'Groups without signal',
    description:
      'Groups that are all right or all wrong: keep them, drop them from the batch, or draw prompts again until the batch is full (at most 10 times).',
    section: 'Samples',
    advanced: true,
  }),
  updatesPerBatch: field(count(1024).default(preset.updatesPerBatch), {
    title: 'Updates per batch',
    description:
      'The rollouts are split into this many minibatches, one optimizer step each. With 1 the probability ratio is 1 and clipping does nothing.',
    section: 'Update',
    advanced: true,
  }),
  epochs: field(count(1000).default(preset.epochs), {
    title: 'Epochs',
    description: 'Passes over the rollouts of a step.',
    section: 'Update',
    advanced: true,
  }),
  entropyBonus: field(z.number().min(0).max(100).default(0), {
    title: 'Entropy bonus',
    description: 'Coefficient of the entropy of the next-token distribution, added to what is maximised.',
    section: 'Update',
    advanced: true,
  }),
  kl: kl(preset),
  critic,
})

/** The stage of one policy-gradient preset. All have one type, so that the compiler does not multiply them. */
const policyGradientStage = (algorithm: PolicyGradientName) =>
  z.strictObject({
    kind: z.literal('rl'),
    algorithm: z.literal(algorithm),
    ...rolloutFields({ prompts: 16, group: 16, steps: 40, unit: 'step' }),
    ...choiceFields({ ...plain, ...policyGradientPresets[algorithm].choices }),
    evaluateEvery,
    optimizer: optimizer(3e-4),
  })

const rejectionStage = (algorithm: RejectionName) => {
  const { choices } = rejectionPresets[algorithm]
  return z.strictObject({
    kind: z.literal('rl'),
    algorithm: z.literal(algorithm),
    ...rolloutFields({ ...choices, unit: 'round' }),
    sampler: sampler('policy'),
    refreshEvery: refreshEvery
      .unwrap()
      .default(choices.refreshEvery)
      .meta({
        ...refreshEvery.meta(),
        unit: 'rounds',
      }),
    distinct: field(z.boolean().default(choices.distinct), {
      title: 'Distinct',
      description: 'Equal completions of one prompt count once.',
      section: 'Samples',
      advanced: true,
    }),
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
    optimizer: optimizer(3e-4),
  })
}

/** RL stages, told apart by `algorithm`: presets of the same choices. */
export const rlStageSchema = z.discriminatedUnion('algorithm', [
  policyGradientStage('grpo'),
  policyGradientStage('grpo-original'),
  policyGradientStage('dr-grpo'),
  policyGradientStage('grpo-mask'),
  policyGradientStage('reinforce'),
  policyGradientStage('reinforce-no-baseline'),
  policyGradientStage('reinforce++'),
  policyGradientStage('rloo'),
  policyGradientStage('remax'),
  policyGradientStage('dapo'),
  policyGradientStage('ppo'),
  policyGradientStage('psr'),
  policyGradientStage('nsr'),
  policyGradientStage('w-reinforce'),
  policyGradientStage('pos-neg'),
  rejectionStage('star'),
  rejectionStage('rft'),
])
