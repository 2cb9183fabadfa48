// The named RL algorithms: each sets the same orthogonal choices. A preset says what differs from `plain`; formulas and
// deviations from the sources are in docs/science.md.

/** The choices of a policy-gradient stage that a preset sets. */
export interface PolicyGradientChoices {
  wrongReward: number
  rightWeight: number
  wrongWeight: number
  baseline: 'none' | 'batch-mean' | 'group-mean' | 'leave-one-out' | 'greedy' | 'critic'
  scale: 'none' | 'group-std' | 'batch-std' | 'group-mean'
  surrogate: 'ratio' | 'log-probability'
  clip: number | null
  clipHigh: number | null
  aggregation: 'sequence-sum' | 'sequence-mean' | 'token-mean'
  groupsWithoutSignal: 'keep' | 'drop' | 'resample'
  updatesPerBatch: number
  epochs: number
  klCoefficient: number
  klIn: 'reward' | 'loss'
  klEstimator: 'k1' | 'k2' | 'k3' | 'exact'
}

/** A preset: what a person reads of it, and its choices where they differ from `plain`. */
export interface PolicyGradientPreset {
  title: string
  /** Paper and equation. */
  source: string
  /** The weight of log pi(y|x) of a sequence, in words and symbols. */
  formula: string
  choices: Partial<PolicyGradientChoices>
}

/** Policy gradient on rewards 1 and 0 with nothing added: E[r grad log pi(y|x)], token sums, one update a batch. */
export const plain: PolicyGradientChoices = {
  wrongReward: 0,
  rightWeight: 1,
  wrongWeight: 1,
  baseline: 'none',
  scale: 'none',
  surrogate: 'ratio',
  clip: null,
  clipHigh: null,
  aggregation: 'sequence-sum',
  groupsWithoutSignal: 'keep',
  updatesPerBatch: 1,
  epochs: 1,
  klCoefficient: 0,
  klIn: 'loss',
  klEstimator: 'k3',
}

/** Policy-gradient presets by the name that stands in a config's `algorithm`. */
export const policyGradientPresets = {
  grpo: {
    title: 'GRPO',
    source: 'Shao et al. 2024, arXiv 2402.03300, eq. 3, with token sums, without clip and KL',
    formula: '(r - mean_G) / (std_G + 1e-6)',
    choices: { baseline: 'group-mean', scale: 'group-std' },
  },
  'grpo-original': {
    title: 'GRPO (original, 1/T)',
    source: 'Shao et al. 2024, arXiv 2402.03300, eq. 3, without clip and KL',
    formula: '(r - mean_G) / (std_G + 1e-6) / T',
    choices: { baseline: 'group-mean', scale: 'group-std', aggregation: 'sequence-mean' },
  },
  'dr-grpo': {
    title: 'Dr. GRPO',
    source: 'Liu et al. 2025, arXiv 2503.20783, section 3.2; token sums stand for its constant length',
    formula: 'r - mean_G',
    choices: { baseline: 'group-mean' },
  },
  'grpo-mask': {
    title: 'GRPO mask',
    source: 'Kim 2026, CMU-CS-26-107, loss axis: GRPO on right answers only, groups without signal dropped',
    formula: '(1 - mean_G) / (std_G + 1e-6) where right, else 0',
    choices: { baseline: 'group-mean', scale: 'group-std', wrongWeight: 0, groupsWithoutSignal: 'drop' },
  },
  reinforce: {
    title: 'REINFORCE',
    source: 'Williams 1992, REINFORCE with the batch mean as baseline',
    formula: 'r - mean of the batch, r = +1 or -1',
    choices: { wrongReward: -1, baseline: 'batch-mean' },
  },
  'reinforce-no-baseline': {
    title: 'REINFORCE (no baseline)',
    source: 'Williams 1992, REINFORCE without a baseline',
    formula: 'r = +1 or -1',
    choices: { wrongReward: -1 },
  },
  'reinforce++': {
    title: 'REINFORCE++',
    source:
      'Hu et al. 2025, arXiv 2501.03262: KL in the reward, advantages normalised over the batch (over sequences here, over tokens there), PPO clip',
    formula: '(R - mean of the batch) / (std of the batch + 1e-6), R = r - 0.01 k1 of the sequence',
    choices: {
      baseline: 'batch-mean',
      scale: 'batch-std',
      clip: 0.2,
      aggregation: 'token-mean',
      updatesPerBatch: 4,
      klCoefficient: 0.01,
      klIn: 'reward',
      klEstimator: 'k1',
    },
  },
  rloo: {
    title: 'RLOO',
    source: 'Ahmadian et al. 2024, arXiv 2402.14740, the leave-one-out estimator without KL',
    formula: 'r - mean of the others in the group',
    choices: { baseline: 'leave-one-out' },
  },
  remax: {
    title: 'ReMax',
    source: 'Li et al. 2024, arXiv 2310.10505, the greedy answer as baseline, without KL',
    formula: 'r - r of the greedy answer',
    choices: { baseline: 'greedy' },
  },
  dapo: {
    title: 'DAPO',
    source:
      'Yu et al. 2025, arXiv 2503.14476, eq. 8: clip-higher, token mean, dynamic sampling; no overlong penalty',
    formula: '(r - mean_G) / (std_G + 1e-6), groups without signal drawn again',
    choices: {
      baseline: 'group-mean',
      scale: 'group-std',
      clip: 0.2,
      clipHigh: 0.28,
      aggregation: 'token-mean',
      groupsWithoutSignal: 'resample',
      updatesPerBatch: 4,
    },
  },
  ppo: {
    title: 'PPO',
    source:
      'Schulman et al. 2017, arXiv 1707.06347, eq. 7, 9 and 11; advantages normalised over the tokens of the batch, no KL',
    formula:
      '(A - mean of the batch) / (std of the batch + 1e-6), A = generalised advantage estimate of a critic',
    choices: {
      baseline: 'critic',
      scale: 'batch-std',
      clip: 0.2,
      aggregation: 'token-mean',
      updatesPerBatch: 4,
      epochs: 2,
    },
  },
  psr: {
    title: 'PSR',
    source: 'Zhu et al. 2025, arXiv 2506.01347: positive samples only',
    formula: '1 where right, else 0',
    choices: { wrongReward: -1, wrongWeight: 0 },
  },
  nsr: {
    title: 'NSR',
    source: 'Zhu et al. 2025, arXiv 2506.01347: negative samples only',
    formula: '0 where right, else -1',
    choices: { wrongReward: -1, rightWeight: 0 },
  },
  'w-reinforce': {
    title: 'W-REINFORCE',
    source: 'Zhu et al. 2025, arXiv 2506.01347, lambda = 0.1',
    formula: '0.1 where right, else -1',
    choices: { wrongReward: -1, rightWeight: 0.1 },
  },
  'pos-neg': {
    title: 'POS+NEG',
    source: 'Kim 2026, CMU-CS-26-107, loss axis; groups that are all right or all wrong are dropped',
    formula: '+1 where right, -1 where wrong',
    choices: { wrongReward: -1, groupsWithoutSignal: 'drop' },
  },
} as const satisfies Record<string, PolicyGradientPreset>

/** Name of a policy-gradient preset. */
export type PolicyGradientName = keyof typeof policyGradientPresets

/** Rejection sampling by name: rounds of sampling, keeping right answers and fine-tuning on them. */
export const rejectionPresets = {
  star: {
    title: 'STaR',
    source: 'Zelikman et al. 2022, arXiv 2203.14465, going on from the current weights',
    formula: '1 where right, else 0',
    choices: { prompts: 4096, group: 1, steps: 8, refreshEvery: 1, distinct: false },
  },
  rft: {
    title: 'RFT',
    source: 'Yuan et al. 2023, arXiv 2308.01825: one round of samples of the first weights, equal ones once',
    formula: '1 where right and new, else 0',
    choices: { prompts: 1024, group: 8, steps: 1, refreshEvery: null, distinct: true },
  },
} as const

/** Name of a rejection-sampling preset. */
export type RejectionName = keyof typeof rejectionPresets

/** Titles, sources and formulas of all RL algorithms. */
export const algorithms: Readonly<
  Record<PolicyGradientName | RejectionName, Pick<PolicyGradientPreset, 'title' | 'source' | 'formula'>>
> = { ...policyGradientPresets, ...rejectionPresets }
