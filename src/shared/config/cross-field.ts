// Rules that involve more than one field of a run, and warnings about settings that are valid but do not do what they
// seem to, by subject: sampling, policy gradients, references to weights and the task have files of their own. Every message
// names all the fields involved. Single fields are the schema's business.
import { idleRules } from './idle-rules'
import { linearRules } from './linear-rules'
import { problemAt, type ConfigProblem } from './problem'
import { policyGradientRules } from './policy-gradient-rules'
import { isSampling, samplingRules } from './sampling-rules'
import { isRejection, type EvaluateStage, type RunConfig, type StageConfig, type TaskConfig } from './schema'
import { referenceRules } from './stage-references'
import { taskRules } from './task-rules'

/** Everything that breaks a rule across fields, and the warnings. */
export function crossFieldProblems(config: RunConfig): ConfigProblem[] {
  return [
    ...modelRules(config),
    ...linearRules(config),
    ...config.stages.flatMap((stage, index) => stageRules(stage, index, config.task)),
    ...referenceRules(config),
    ...idleRules(config),
    ...taskRules(config),
  ]
}

function modelRules({ model }: RunConfig): ConfigProblem[] {
  if (model.kind !== 'transformer') return []
  const { heads, width } = model
  if (width % heads === 0) return []
  return [problemAt('model.heads', `must divide model.width: ${width} is no multiple of ${heads}`)]
}

function stageRules(stage: StageConfig, index: number, task: TaskConfig): ConfigProblem[] {
  const at = `stages.${index}`
  if (stage.kind === 'evaluate') return []
  return [
    ...(isSampling(stage) ? samplingRules(stage, at) : []),
    ...(stage.kind === 'rl' && !isRejection(stage) ? policyGradientRules(stage, at, task) : []),
    ...warmupRules(stage, at),
  ]
}

function warmupRules(stage: Exclude<StageConfig, EvaluateStage>, at: string): ConfigProblem[] {
  const { warmupSteps } = stage.optimizer
  if (warmupSteps <= stage.steps) return []
  const message = `must be at most ${at}.steps (${stage.steps}), got ${warmupSteps}`
  return [problemAt(`${at}.optimizer.warmupSteps`, message)]
}
