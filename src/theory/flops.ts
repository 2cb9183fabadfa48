// Floating-point operations of training, by the usual count: 2 a parameter and token forward, twice that backward (Kaplan et
// al. 2020, arXiv 2001.08361, section 2.1). Attention scores, evaluations, critics and reference models are left out.
import type { RunConfig, StageConfig } from '../shared/config/schema'
import { parameterCount, sequenceShape } from './counts'

const FORWARD = 2
const TRAINING = 6

/** Trained scalars of a run's model; undefined where only a data set's rows could tell. */
export function runParameters({ task, model }: Pick<RunConfig, 'task' | 'model'>): number | undefined {
  const shape = sequenceShape(task)
  return shape && parameterCount(model, shape)
}

/**
 * FLOPs a parameter for every token that a stage counts: 6 where it is trained on; 2 where it is sampled and 6 for every pass
 * over it. Tokens that a filter keeps from training count as trained on.
 */
export function flopsPerParameterToken(stage: StageConfig): number {
  if (stage.kind === 'evaluate') return 0
  if (!isSampled(stage)) return TRAINING
  const passes = stage.kind === 'rl' ? stage.epochs : 1
  return FORWARD + TRAINING * passes
}

/** Whether a stage trains on completions that a model samples. */
export function isSampled(stage: StageConfig): boolean {
  return (stage.kind === 'rl' || stage.kind === 'sft') && stage.sampler !== 'data'
}
