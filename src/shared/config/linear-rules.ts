// What a linear model can be used for, and settings that mean nothing to it: it learns parity, by its own SGD.
import { problemAt, type ConfigProblem } from './problem'
import type { RunConfig, StageConfig } from './schema'
import { pretrainStage } from './schema/stages'

/** Fewest bits: with 2 the parity of a short answer is a product the stop head sees. */
const FEWEST_BITS = 3

/** Rules of a config with model.kind linear; none for other models. */
export function linearRules({ model, task, precision, stages }: RunConfig): ConfigProblem[] {
  if (model.kind !== 'linear') return []
  const needs = (path: string, message: string) => problemAt(path, `${message}; model.kind is linear`)
  const taskProblems =
    task.kind !== 'parity'
      ? [needs('task.kind', `must be parity, got ${task.kind}`)]
      : [
          ...(task.bits < FEWEST_BITS
            ? [needs('task.bits', `must be at least ${FEWEST_BITS}, got ${task.bits}`)]
            : []),
          ...(task.partialFraction > 0
            ? [
                needs(
                  'task.partialFraction',
                  `must be 0 (its heads stop after one bit or write the whole chain), got ${task.partialFraction}`,
                ),
              ]
            : []),
        ]
  return [
    ...taskProblems,
    ...(precision === 'float32'
      ? []
      : [
          problemAt(
            'precision',
            'does nothing where model.kind is linear: it has no matrix products',
            'warning',
          ),
        ]),
    ...stages.flatMap((stage, index) => stageProblems(stage, `stages.${index}`)),
  ]
}

function stageProblems(stage: StageConfig, at: string): ConfigProblem[] {
  const problem = (path: string, message: string) =>
    problemAt(`${at}.${path}`, `${message}; model.kind is linear`)
  switch (stage.kind) {
    case 'evaluate':
      return []
    case 'pretrain':
      return optimizerProblems(stage.optimizer, pretrainStage.shape.optimizer.parse({}), at)
    case 'sft':
      return [problem('kind', 'must be pretrain, rl or evaluate, got sft')]
    case 'rl':
      if (stage.algorithm !== 'star') return [problem('algorithm', `must be star, got ${stage.algorithm}`)]
      return [
        ...(stage.sampler === 'policy' ? [] : [problem('sampler', `must be policy, got ${stage.sampler}`)]),
        ...(stage.refreshEvery === 1
          ? []
          : [problem('refreshEvery', `must be 1, got ${stage.refreshEvery}`)]),
        ...(stage.distinct ? [problem('distinct', 'must be false (samples are not stored), got true')] : []),
      ]
  }
}

function optimizerProblems(optimizer: object, untouched: object, at: string): ConfigProblem[] {
  if (JSON.stringify(optimizer) === JSON.stringify(untouched)) return []
  const why =
    'does nothing where model.kind is linear: its SGD has the step size 1/(lambda t), lambda being model.regularization'
  return [problemAt(`${at}.optimizer`, why, 'warning')]
}
