// Names of metrics with title, unit, direction and how to read them. Names are TRL's and the papers' where they exist.
// A metric that is not in the table is still shown, under its own name.

/** How a metric is shown and read. */
export interface MetricInfo {
  title: string
  unit?: string
  /** Which direction is an improvement, where there is one. */
  better?: 'higher' | 'lower'
  /** Natural bounds, Infinity where a side has none: axes and intervals end there. */
  range?: readonly [number, number]
  /** One or two sentences for a tooltip: what it is and how to read it. */
  help: string
}

const share = { range: [0, 1] as const }
const notNegative = { range: [0, Infinity] as const }

/** Every metric Afterword logs. */
export const metrics = {
  'train/loss': {
    title: 'Loss per token',
    unit: 'nats',
    better: 'lower',
    help: 'Mean negative log-likelihood per answer token, end token included. In RL stages it is the surrogate loss: judge RL by reward, not by this.',
  },
  'train/loss_per_sequence': {
    title: 'Loss per sequence',
    unit: 'nats',
    better: 'lower',
    ...notNegative,
    help: 'Negative log-likelihood summed over an answer, averaged over sequences. The plateau of the closed form means: the chain is learned, the parity is not.',
  },
  'train/grad_norm': {
    title: 'Gradient norm',
    ...notNegative,
    help: 'Global norm of the gradient before clipping.',
  },
  'train/learning_rate': {
    title: 'Learning rate',
    ...notNegative,
    help: 'Rate of the optimizer at this step.',
  },
  'eval/greedy_accuracy': {
    title: 'Greedy accuracy',
    better: 'higher',
    ...share,
    help: 'Share of fresh inputs whose greedily decoded answer is right.',
  },
  'eval/median_length': {
    title: 'Median length',
    unit: 'tokens',
    ...notNegative,
    help: 'Median number of answer tokens under greedy decoding, end token not counted.',
  },
  'eval/accuracy': {
    title: 'Sampled accuracy',
    better: 'higher',
    ...share,
    help: 'Share of sampled answers that are right: at temperature 1, in an evaluate stage at its own.',
  },
  'eval/mean_length': {
    title: 'Mean length',
    unit: 'tokens',
    ...notNegative,
    help: 'Mean length of the sampled answers.',
  },
  'eval/long_fraction': {
    title: 'Long fraction',
    ...share,
    help: 'Share of sampled answers that show more than the bare answer. On parity greedy decoding flips to the long chain above 1/3.',
  },
  'eval/long_accuracy': {
    title: 'Accuracy of long answers',
    better: 'higher',
    ...share,
    help: 'Among sampled long answers, share that is right; left out below 50 of them. Near 1: the chain is learned.',
  },
  'eval/short_accuracy': {
    title: 'Accuracy of short answers',
    better: 'higher',
    ...share,
    help: 'Among sampled bare answers, share that is right; left out below 50 of them. On parity, near 1/2: guessing.',
  },
  'rl/reward': {
    title: 'Reward',
    better: 'higher',
    help: 'Mean reward of everything sampled in this step, before weights and penalties. It should rise; a jump to its maximum within a few steps while lengths collapse says that the reward is gamed.',
  },
  'rl/reward_std': {
    title: 'Reward spread',
    ...notNegative,
    help: 'Standard deviation of the rewards within a group, averaged over groups. Near 0 there is nothing to compare: the task is solved or out of reach.',
  },
  'rl/frac_reward_zero_std': {
    title: 'Groups without signal',
    ...share,
    help: 'Share of groups whose rewards are all equal: with a group baseline they teach nothing, while a KL term still pulls. Above 0.8 most of the sampling is wasted: other levels, larger groups, or resample.',
  },
  'rl/frac_all_right': {
    title: 'Groups all right',
    ...share,
    help: 'Share of groups whose completions are all right. Rising towards 1: the prompts have become too easy.',
  },
  'rl/frac_all_wrong': {
    title: 'Groups all wrong',
    ...share,
    help: 'Share of groups without a right completion. Staying near 1 from the start: the policy has nothing to amplify; pretrain longer or begin with easier levels.',
  },
  'rl/groups_drawn': {
    title: 'Groups drawn',
    ...notNegative,
    help: 'Groups sampled until the batch held enough of them with signal. At 10 times the prompts of a step the search gave up and the batch is smaller.',
  },
  'rl/kept_fraction': {
    title: 'Kept share',
    ...share,
    help: 'Share of the sampled completions that is trained on: right ones in fine-tuning on samples, those of groups with signal in policy gradient. Near 0 a step rests on a few sequences.',
  },
  'rl/staleness': {
    title: 'Staleness',
    unit: 'steps',
    ...notNegative,
    help: 'Steps by which the weights that sample are behind those in training. Read it with the sampler-trainer KL, which should stay small while it rises.',
  },
  'rl/entropy': {
    title: 'Entropy',
    unit: 'nats',
    ...notNegative,
    help: 'Mean entropy of the distribution each sampled token was drawn from. A fast fall towards 0 is a collapse: later samples are all alike, and pass@k for large k drops.',
  },
  'rl/entropy_bonus': {
    title: 'Entropy bonus',
    ...notNegative,
    help: 'What the entropy bonus adds to the objective: coefficient times entropy, averaged as the loss is. Larger than the policy loss it drives the training by itself.',
  },
  'rl/kl': {
    title: 'Sampler-trainer KL',
    unit: 'nats a token',
    help: 'Mean of log p(sampler) - log p(trainer) over the tokens of all updates (k1): 0 up to rounding when both are one model. It grows with stale samples and with several updates a batch; a steady rise is an early warning. In fine-tuning it is over the samples kept, the trainer at temperature 1: below 0 where it finds them likelier than who wrote them.',
  },
  'rl/kl_sample_train_v2': {
    title: 'Sampler-trainer KL, second estimate',
    unit: 'nats a token',
    ...notNegative,
    help: 'Mean of half the squared difference of the two log-probabilities (k2): never negative and less noisy than the first estimate, biased where the two models are far apart.',
  },
  'rl/importance_ess': {
    title: 'Effective sample size',
    ...share,
    help: 'Effective number of sequences over their number, (sum w)^2 / (n sum w^2) with w = p(trainer) / p(sampler) of a whole sequence: 1 when both are one model. Below 0.5 a few sequences carry the update: sample afresh more often or take fewer updates a batch.',
  },
  'rl/kl_reference': {
    title: 'KL to the reference',
    unit: 'nats a sequence',
    help: 'Divergence from the reference by the chosen estimator, summed over a sequence and averaged. It starts at 0 where the reference is the start; growing without bound while the reward stands still, the policy drifts.',
  },
  'rl/kl_coefficient': {
    title: 'KL coefficient',
    ...notNegative,
    help: 'Cost of a nat of divergence from the reference. With a target it is adapted: it rises while the divergence is above the target and falls below it.',
  },
  'rl/policy_loss': {
    title: 'Policy loss',
    help: 'The surrogate alone, without KL term and entropy bonus. Its value says little (on-policy with a mean baseline it is 0 by construction); judge by the reward.',
  },
  'rl/value_loss': {
    title: 'Value loss',
    better: 'lower',
    ...notNegative,
    help: "Half the mean squared error of the critic's values against the returns. It should fall to half the variance that nothing predicts; rising, the critic lags behind the policy.",
  },
  'rl/explained_variance': {
    title: 'Explained variance',
    better: 'higher',
    range: [-Infinity, 1] as const,
    help: "Share of the returns' variance that the critic's values explain, before its update. 1: perfect; 0: no better than a constant; below 0: the critic misleads. Left out where all returns are equal.",
  },
  'rl/clip_ratio': {
    title: 'Clipped share',
    ...share,
    help: 'Share of tokens whose gradient the clipping cut off, on either side. Above 0.2 much of the batch is thrown away: a lower learning rate or fewer updates a batch.',
  },
  'rl/clip_ratio/low_mean': {
    title: 'Clipped share, low side',
    ...share,
    help: 'Share of tokens of negative advantage whose probability had already fallen below the range.',
  },
  'rl/clip_ratio/high_mean': {
    title: 'Clipped share, high side',
    ...share,
    help: 'Share of tokens of positive advantage whose probability had already risen above the range. High while entropy falls: a wider upper range (clip-higher) lets rare tokens grow.',
  },
  'rl/mean_length': {
    title: 'Rollout length',
    unit: 'tokens',
    ...notNegative,
    help: 'Mean answer length of everything sampled in this step, end token not counted.',
  },
  'rl/min_length': {
    title: 'Shortest rollout',
    unit: 'tokens',
    ...notNegative,
    help: 'Shortest answer of this step. At 0 the policy ends answers before they begin.',
  },
  'rl/max_length': {
    title: 'Longest rollout',
    unit: 'tokens',
    ...notNegative,
    help: 'Longest answer of this step. At the limit of the task: look at the share that is cut off.',
  },
  'rl/mean_terminated_length': {
    title: 'Length of ended rollouts',
    unit: 'tokens',
    ...notNegative,
    help: 'Mean length of the sampled answers that end by themselves; left out where none does. Well below the mean length of all, answers that were cut off make up the difference.',
  },
  'rl/mean_length_right': {
    title: 'Length of right answers',
    unit: 'tokens',
    ...notNegative,
    help: 'Mean length of right answers; left out where there are none. Above that of wrong answers, length pays.',
  },
  'rl/mean_length_wrong': {
    title: 'Length of wrong answers',
    unit: 'tokens',
    ...notNegative,
    help: 'Mean length of wrong answers; left out where there are none. Growing alone under a 1/T loss it is the length bias: long wrong answers are punished less a token.',
  },
  'rl/mean_length_long': {
    title: 'Length of long answers',
    unit: 'tokens',
    ...notNegative,
    help: 'Mean length of answers of the long kind (more than the bare answer); left out where there are none.',
  },
  'rl/mean_length_short': {
    title: 'Length of short answers',
    unit: 'tokens',
    ...notNegative,
    help: 'Mean length of bare answers; left out where there are none.',
  },
  'rl/long_fraction': {
    title: 'Long share of rollouts',
    ...share,
    help: 'Share of sampled answers of the long kind. Its logistic rise under policy gradient is the growth of length; a fall to 0 is the contraction.',
  },
  'rl/truncated_fraction': {
    title: 'Cut off share',
    ...share,
    help: 'Share of sampled answers without an end token: they reached the limit and earn no reward. Rising, the policy rambles.',
  },
  'perf/tokens_per_second': {
    title: 'Tokens per second',
    better: 'higher',
    ...notNegative,
    help: 'Tokens of this step over perf/step_seconds.',
  },
  'perf/step_seconds': {
    title: 'Step time',
    unit: 's',
    better: 'lower',
    ...notNegative,
    help: 'One optimizer step with its batch making and, in RL, its rollout and scoring; evaluation, saving and compiling are left out.',
  },
  'perf/compile_seconds': {
    title: 'Compile time',
    unit: 's',
    better: 'lower',
    ...notNegative,
    help: 'Compiling since the row before, where there was any: when a stage begins, on the engines graph and xla.',
  },
  'perf/data_seconds': {
    title: 'Data time',
    unit: 's',
    better: 'lower',
    ...notNegative,
    help: 'Part of the step that draws and packs the batch.',
  },
  'perf/rollout_seconds': {
    title: 'Rollout time',
    unit: 's',
    better: 'lower',
    ...notNegative,
    help: 'Sampling part of the step.',
  },
  'perf/update_seconds': {
    title: 'Update time',
    unit: 's',
    better: 'lower',
    ...notNegative,
    help: 'Gradient and optimizer part of the step.',
  },
  'perf/evaluate_seconds': {
    title: 'Evaluation time',
    unit: 's',
    better: 'lower',
    ...notNegative,
    help: 'Time of this evaluation.',
  },
  'system/memory_bytes': {
    title: 'Memory',
    unit: 'bytes',
    ...notNegative,
    help: 'Resident memory of the trainer process.',
  },
  'system/tensors': {
    title: 'Live tensors',
    ...notNegative,
    help: 'Tensors alive in the trainer; flat unless something leaks.',
  },
} as const satisfies Record<string, MetricInfo>

/** Info of any metric name; unknown ones get their own name as title, `theory/x` the info of x. */
export function metricInfo(name: string): MetricInfo {
  if (name.startsWith('theory/')) {
    const of = metricInfo(name.slice('theory/'.length))
    return { ...of, title: `${of.title} (theory)`, help: `What the closed form predicts. ${of.help}` }
  }
  return evaluationInfo(name) ?? (metrics as Record<string, MetricInfo>)[name] ?? { title: name, help: '' }
}

/** The name of an eval/… metric over the problems of one split and level: eval/heldout/level-2/accuracy. */
export function cellMetric(name: string, split: 'train' | 'heldout', level: number): string {
  return name.replace(/^eval\//, `eval/${split}/level-${level}/`)
}

/** What stands for the number in the name of a metric that was measured for several numbers of attempts: eval/pass@k. */
const ATTEMPTS = /@(\d+|k)$/

/** eval/pass@k of eval/pass@8; undefined of a metric that has no number of attempts. */
export const overAttempts = (metric: string): string | undefined =>
  ATTEMPTS.test(metric) ? metric.replace(ATTEMPTS, '@k') : undefined

/** eval/pass@8 of eval/pass@k; other names stay. */
export const atAttempts = (metric: string, k: number): string => metric.replace(/@k$/, `@${k}`)

/** The numbers of attempts that eval/pass@k was logged for, in order. */
export function attemptsOf(metric: string, logged: Iterable<string>): number[] {
  const found = [...logged].filter((name) => overAttempts(name) === metric && name !== metric)
  return found.map((name) => Number(name.slice(name.lastIndexOf('@') + 1))).sort((a, b) => a - b)
}

/** Info of the eval/… metrics that are made by number of attempts, split and level. */
function evaluationInfo(name: string): MetricInfo | undefined {
  const cell = /^eval\/(train|heldout)\/level-(\d+)\/(.+)$/.exec(name)
  if (cell) {
    const [, split, level, rest] = cell
    const of = metricInfo(`eval/${rest}`)
    const which = split === 'train' ? 'the training split' : 'the held-out split'
    const title = `${of.title}, ${split === 'train' ? 'train' : 'held-out'} level ${level}`
    return { ...of, title, help: `Problems of level ${level} of ${which} only. ${of.help}` }
  }
  const attempts = /^eval\/(pass|maj)@(\d+|k)$/.exec(name)
  if (!attempts) return undefined
  const [, kind, k] = attempts
  return {
    title: kind === 'pass' ? `pass@${k}` : `Majority of ${k}`,
    better: 'higher',
    ...share,
    help:
      kind === 'pass'
        ? `Share of problems of which at least one of ${k} samples is right, exact from the samples at hand (Chen et al. 2021). What the model can do in ${k} attempts; with many attempts guesses count too.`
        : `Share of problems whose right answer has the most votes among ${k} samples, ties broken at random. Above pass@1: the samples agree on what is right more than on any one error.`,
  }
}
