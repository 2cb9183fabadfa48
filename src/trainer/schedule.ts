// Which steps of a run are evaluated, which are saved, and which saves stay. Pure.
import { assert } from '../shared/assert'
import type { RunConfig, StageConfig } from '../shared/config/schema'

/** A stage of a config, by index. */
export function stageAt(config: RunConfig, stage: number): StageConfig {
  const found = config.stages[stage]
  assert(found, `stage ${stage} exists`)
  return found
}

/** Evaluations: before the first update (step 0), every `evaluate.every` steps, at the stage's end, after each round of STaR. */
export function isEvaluated(config: RunConfig, stage: number, step: number): boolean {
  const settings = stageAt(config, stage)
  const isStar = settings.kind === 'rl' && settings.algorithm === 'star'
  return isStar || step === settings.steps || step % config.evaluate.every === 0
}

/** Checkpoints: every `checkpoint.every` steps (not at step 0) and the permanent ones. */
export function isSaved(config: RunConfig, stage: number, step: number): boolean {
  return (step > 0 && step % config.checkpoint.every === 0) || isPermanent(config, stage, step)
}

/** Checkpoints that pruning leaves alone: a stage's end and the steps of `checkpoint.at`, which counts within each stage. */
export function isPermanent(config: RunConfig, stage: number, step: number): boolean {
  return step === stageAt(config, stage).steps || config.checkpoint.at.includes(step)
}
