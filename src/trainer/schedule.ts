// Which steps of a run are evaluated, which are saved, and which saves stay. Pure.
import { assert } from '../shared/assert'
import { isRejection, stageSteps, type RunConfig, type StageConfig } from '../shared/config/schema'

/** A stage of a config, by index. */
export function stageAt(config: RunConfig, stage: number): StageConfig {
  const found = config.stages[stage]
  assert(found, `stage ${stage} exists`)
  return found
}

/** Where training is: a step of a stage; step 0 is its first evaluation. */
export interface Position {
  stage: number
  step: number
}

/** Below 0 where `a` comes before `b`, above 0 where after it. */
export function comparePositions(a: Position, b: Position): number {
  return a.stage - b.stage || a.step - b.step
}

/**
 * Evaluations: before the first update (step 0), every `evaluateEvery` steps of the stage or else `evaluate.every`, at the
 * stage's end, after each round of rejection sampling.
 */
export function isEvaluated(config: RunConfig, stage: number, step: number): boolean {
  const settings = stageAt(config, stage)
  if (isRejection(settings) || settings.kind === 'evaluate') return true
  return step === stageSteps(settings) || step % (settings.evaluateEvery ?? config.evaluate.every) === 0
}

/** Checkpoints: every `checkpoint.every` steps (not at step 0) and the permanent ones. */
export function isSaved(config: RunConfig, stage: number, step: number): boolean {
  return (step > 0 && step % config.checkpoint.every === 0) || isPermanent(config, stage, step)
}

/** Checkpoints that pruning leaves alone: a stage's end and the steps of `checkpoint.at`, which counts within each stage. */
export function isPermanent(config: RunConfig, stage: number, step: number): boolean {
  return step === stageSteps(stageAt(config, stage)) || config.checkpoint.at.includes(step)
}
