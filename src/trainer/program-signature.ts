// What a run's programs are, as one hash: equal hashes mean programs that cost the same, whatever their seeds, rates and
// numbers of steps.
import { createHash } from 'node:crypto'
import type { RunConfig, StageConfig } from '../shared/config/schema'

/** Fields that change numbers, lengths of runs or what is written down, and not what a program computes. */
const irrelevant = {
  config: ['name', 'description', 'checkpoint', 'log', 'seed', 'init'],
  task: ['longFraction', 'partialFraction', 'levels'],
  evaluate: ['every'],
  stage: ['steps', 'reward', 'wrongReward', 'rightWeight', 'wrongWeight', 'scale', 'aggregation', 'from', 'levels', 'mixture'],
  optimizer: ['learningRate', 'warmupSteps', 'decay'],
} as const

/** SHA-256 of a config's programs and of the versions that run them; a config field that is new counts until it is named above. */
export function programSignature(config: RunConfig, versions: Readonly<Record<string, string>>): string {
  const { task, evaluate, stages, ...rest } = config
  const programs = {
    ...without(rest, irrelevant.config),
    task: without(task, irrelevant.task),
    evaluate: without(evaluate, irrelevant.evaluate),
    stages: stages.map(programFields),
    versions,
  }
  return createHash('sha256')
    .update(JSON.stringify(sorted(programs)))
    .digest('hex')
}

function programFields(stage: StageConfig): Record<string, unknown> {
  const fields = without(stage, irrelevant.stage)
  return stage.kind === 'evaluate'
    ? fields
    : { ...fields, optimizer: without(stage.optimizer, irrelevant.optimizer) }
}

function without(value: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))
}

/** The same value with every object's keys in alphabetical order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)]))
}
