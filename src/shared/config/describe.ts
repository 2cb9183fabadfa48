// What a study will run, in numbers: runs, stages, sequences. Parameter and token counts are in theory/.
import { leadingStagesKey } from './leading-stages'
import type { ParsedRun } from './parse'
import {
  isRejection,
  stageSteps,
  type ModelConfig,
  type RunConfig,
  type StageConfig,
  type TaskConfig,
} from './schema'
import { algorithms } from './schema/presets'

/** What a stage costs. */
interface StageCost {
  /** `Pretrain`, `SFT`, `Evaluate` or the RL algorithm's name. */
  title: string
  steps: number
  /** What its steps are called: rejection sampling goes by rounds. */
  unit: 'steps' | 'rounds'
  /** Sequences trained on, or sampled to train on, over the whole stage. */
  sequences: number
}

/** What a stage is called in a legend or heading. */
export function stageTitle(stage: StageConfig): string {
  switch (stage.kind) {
    case 'pretrain':
      return 'Pretrain'
    case 'sft':
      return 'SFT'
    case 'evaluate':
      return 'Evaluate'
    case 'rl':
      return algorithms[stage.algorithm].title
  }
}

/** What a stage is called where it stands: one that only evaluates by what it evaluates, `After GRPO`. */
export function stageTitleAt(stages: readonly StageConfig[], index: number): string {
  const stage = stages[index]
  if (stage === undefined) return `Stage ${index}`
  if (stage.kind !== 'evaluate') return stageTitle(stage)
  const [, from] = /^stage-(\d+)$/.exec(stage.from) ?? []
  const before = stages[from === undefined ? index - 1 : Number(from)]
  return stage.from.includes('/') || before === undefined ? 'Evaluation' : `After ${stageTitle(before)}`
}

/** Steps and sequences of one stage. */
export function stageCost(stage: StageConfig): StageCost {
  const unit = isRejection(stage) ? 'rounds' : 'steps'
  const steps = stageSteps(stage)
  return { title: stageTitle(stage), steps, unit, sequences: steps * sequencesPerStep(stage) }
}

/**
 * Evaluations of a stage: before its first update, every `evaluateEvery` of its steps or else `evaluate.every`, at its end, and
 * after each round of rejection sampling.
 */
export function stageEvaluations(
  stage: StageConfig,
  { every }: Pick<RunConfig['evaluate'], 'every'>,
): number {
  const steps = stageSteps(stage)
  if (isRejection(stage) || stage.kind === 'evaluate') return steps + 1
  return 1 + Math.ceil(steps / (stage.evaluateEvery ?? every))
}

/** Sequences trained on, or sampled to train on, in one step. */
function sequencesPerStep(stage: StageConfig): number {
  switch (stage.kind) {
    case 'pretrain':
      return stage.batch
    case 'evaluate':
      return 0
    default:
      return stage.prompts * stage.group
  }
}

/** A task by what tells it from others of its kind, in a line. */
export function describeTask(task: TaskConfig): string {
  switch (task.kind) {
    case 'parity':
      return `${task.bits} bits, p ${shareText(task.longFraction)}`
    case 'compose':
      return `${task.trainFunctions} + ${task.heldOutFunctions} functions, p ${shareText(task.longFraction)}`
    case 'hidden-method':
      return `${task.shares.length} methods, p ${shareText(task.longFraction)}`
    case 'dataset':
      return task.file
  }
}

/** A share as it is read: 1/12 is .08333, not sixteen digits. */
export function shareText(share: number): string {
  return String(Number(share.toPrecision(4)))
}

/** A model in a line. */
export function describeModel(model: ModelConfig): string {
  return model.kind === 'linear' ? 'linear' : `${model.layers} x ${model.width}, ${model.heads} heads`
}

/** What a study will run. */
export interface StudyDescription {
  runs: number
  /** Stages of the first run; of another point of the sweep they may differ. */
  stages: StageCost[]
  /** Sequences of one run, over the runs of the sweep. */
  sequencesPerRun: { smallest: number; largest: number }
  /** Sequences of all runs, stages that runs share counted once. */
  sequences: number
  /** Stages saved because runs share them. */
  sharedStages: number
}

/** Says what the runs of a study will do; at least one run. */
export function describeStudy(runs: readonly ParsedRun[]): StudyDescription {
  const costs = runs.map(({ config }) => config.stages.map(stageCost))
  const perRun = costs.map((stages) => stages.reduce((sum, stage) => sum + stage.sequences, 0))
  const distinct = new Map<string, number>()
  for (const [index, { config }] of runs.entries())
    for (const [stage, cost] of (costs[index] ?? []).entries()) {
      const isLast = stage === config.stages.length - 1
      distinct.set(isLast ? `run ${index}` : leadingStagesKey(config, stage + 1), cost.sequences)
    }
  const stageCount = costs.reduce((sum, stages) => sum + stages.length, 0)
  return {
    runs: runs.length,
    stages: costs[0] ?? [],
    sequencesPerRun: { smallest: Math.min(...perRun), largest: Math.max(...perRun) },
    sequences: [...distinct.values()].reduce((sum, sequences) => sum + sequences, 0),
    sharedStages: stageCount - distinct.size,
  }
}
