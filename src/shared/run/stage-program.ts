// What a run's stages compute, as far as it decides what a step costs: stages with equal programs are as fast as each other on
// one machine, whatever their seeds, rates and numbers of steps. Plain data; nothing is measured here.
import { isRejection, type PolicyGradientStage, type RunConfig, type StageConfig } from '../config/schema'

/** Fields that change numbers, lengths of runs or what is written down, and not what a program computes. */
const irrelevant = {
  config: ['name', 'description', 'checkpoint', 'log', 'seed', 'init'],
  task: ['longFraction', 'partialFraction', 'levels', 'file', 'heldOutFraction'],
  evaluate: ['every'],
  stage: [
    'steps',
    'reward',
    'wrongReward',
    'rightWeight',
    'wrongWeight',
    'scale',
    'aggregation',
    'from',
    'levels',
    'mixture',
  ],
  optimizer: ['learningRate', 'warmupSteps', 'decay'],
} as const

/** Everything of a config that decides what its programs compute; a config field that is new counts until it is named above. */
export function runProgram(config: RunConfig): {
  stages: Record<string, unknown>[]
  [part: string]: unknown
} {
  const { task, evaluate, stages, ...rest } = config
  return {
    ...without(rest, irrelevant.config),
    task: without(task, irrelevant.task),
    evaluate: without(evaluate, irrelevant.evaluate),
    stages: stages.map(programFields),
  }
}

/** The program of each stage as a text: equal texts cost the same. */
export function stagePrograms(config: RunConfig): string[] {
  const { stages, ...rest } = runProgram(config)
  return stages.map((stage) => JSON.stringify(sorted({ ...rest, stage: without(stage, ['evaluateEvery']) })))
}

function programFields(stage: StageConfig): Record<string, unknown> {
  const fields = without(stage, irrelevant.stage)
  if (stage.kind === 'evaluate') return fields
  return {
    ...fields,
    optimizer: without(stage.optimizer, irrelevant.optimizer),
    ...(stage.kind === 'rl' && !isRejection(stage) ? choiceFields(stage) : {}),
  }
}

/** Of a policy gradient's choices what its functions depend on: two presets with the same functions cost the same. */
function choiceFields(stage: PolicyGradientStage): Record<string, unknown> {
  const { sampler, refreshEvery, baseline, surrogate, clip, groupsWithoutSignal, entropyBonus, kl } = stage
  const withKl = { in: kl.in, estimator: kl.estimator, adapted: kl.target !== null }
  return {
    algorithm: 'policy-gradient',
    sampler: sampler === 'data' ? 'data' : sampler === 'policy' && refreshEvery === 1 ? 'policy' : 'frozen',
    refreshEvery: undefined,
    baseline: baseline === 'critic' || baseline === 'greedy' ? baseline : 'rewards',
    clip: surrogate === 'ratio' && clip !== null,
    clipHigh: undefined,
    groupsWithoutSignal: groupsWithoutSignal === 'resample',
    entropyBonus: entropyBonus > 0,
    kl: kl.coefficient > 0 ? withKl : null,
    critic: baseline === 'critic' ? stage.critic.clip !== null : null,
  }
}

function without(value: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))
}

/** The same value with every object's keys in alphabetical order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)]))
}
