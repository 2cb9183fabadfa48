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
    help: 'Share of fresh inputs whose greedily decoded answer ends in the right token.',
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
    help: 'Share of right last tokens when sampling once at temperature 1.',
  },
  'eval/mean_length': {
    title: 'Mean length',
    unit: 'tokens',
    ...notNegative,
    help: 'Mean answer length when sampling at temperature 1.',
  },
  'eval/long_fraction': {
    title: 'Long fraction',
    ...share,
    help: 'Share of sampled answers with more than one token. Greedy decoding flips to the long chain above 1/3.',
  },
  'eval/long_accuracy': {
    title: 'Accuracy of long answers',
    better: 'higher',
    ...share,
    help: 'Among sampled long answers, share with the right last token; left out below 50 of them. Near 1: the chain is learned.',
  },
  'eval/short_accuracy': {
    title: 'Accuracy of short answers',
    better: 'higher',
    ...share,
    help: 'Among sampled one-token answers, share that is right; left out below 50 of them. Near 1/2: guessing.',
  },
  'rl/reward': { title: 'Reward', better: 'higher', help: 'Mean reward of the rollouts of this step.' },
  'rl/reward_std': {
    title: 'Reward spread',
    ...notNegative,
    help: 'Standard deviation of the rewards within a group, averaged over groups.',
  },
  'rl/frac_reward_zero_std': {
    title: 'Groups without signal',
    ...share,
    help: 'Share of groups whose rewards are all equal: their advantages are zero and they teach nothing.',
  },
  'rl/entropy': {
    title: 'Entropy',
    unit: 'nats',
    ...notNegative,
    help: 'Mean entropy of the next-token distribution over answer tokens.',
  },
  'rl/kl': {
    title: 'Sampler-trainer KL',
    unit: 'nats',
    help: 'Mean of log p(sampler) - log p(trainer) over sampled tokens: 0 up to rounding when both are one model.',
  },
  'rl/clip_ratio': {
    title: 'Clipped share',
    ...share,
    help: 'Share of tokens whose probability ratio was clipped.',
  },
  'rl/mean_length': {
    title: 'Rollout length',
    unit: 'tokens',
    ...notNegative,
    help: 'Mean answer length of the rollouts of this step.',
  },
  'rl/kept_fraction': {
    title: 'Kept share',
    ...share,
    help: 'STaR: share of completions with reward 1, kept for fine-tuning.',
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
  return (metrics as Record<string, MetricInfo>)[name] ?? { title: name, help: '' }
}
