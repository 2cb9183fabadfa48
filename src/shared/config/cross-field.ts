// Rules that involve more than one field of a run, and warnings about settings that are valid but do not do what they
// seem to, by subject: sampling, policy gradients, references to weights and the task have files of their own. Every message
// names all the fields involved. Single fields are the schema's business.
import { problemAt, type ConfigProblem } from './problem'
import { policyGradientRules } from './policy-gradient-rules'
import { isSampling, samplingRules } from './sampling-rules'
import { isRejection, type EvaluateStage, type RunConfig, type StageConfig } from './schema'
import { referenceRules } from './stage-references'
import { taskRules } from './task-rules'

/** Everything that breaks a rule across fields, and the warnings. */
export function crossFieldProblems(config: RunConfig): ConfigProblem[] {
  return [
    ...modelRules(config),
    ...config.stages.flatMap(stageRules),
    ...referenceRules(config),
    ...taskRules(config),
  ]
}

const error = problemAt

function modelRules({ model }: RunConfig): ConfigProblem[] {
  if (model.kind !== 'transformer') return []
  const { heads, width } = model
  if (width % heads === 0) return []
  return [error('model.heads', `must divide model.width: ${width} is no multiple of ${heads}`)]
}

function stageRules(stage: StageConfig, index: number): ConfigProblem[] {
  const at = `stages.${index}`
  if (stage.kind === 'evaluate') return attemptRules(stage, at)
  return [
    ...(isSampling(stage) ? samplingRules(stage, at) : []),
    ...(stage.kind === 'rl' && !isRejection(stage) ? policyGradientRules(stage, at) : []),
    ...scheduleRules(stage, at),
  ]
}

function attemptRules({ k, samples }: EvaluateStage, at: string): ConfigProblem[] {
  const tooMany = k.filter((attempts) => attempts > samples)
  if (tooMany.length === 0) return []
  return [error(`${at}.k`, `must be at most ${at}.samples (${samples}), got ${tooMany.join(', ')}`)]
}

function scheduleRules(stage: Exclude<StageConfig, EvaluateStage>, at: string): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  const { warmupSteps } = stage.optimizer
  if (warmupSteps > stage.steps)
    problems.push(
      error(
        `${at}.optimizer.warmupSteps`,
        `must be at most ${at}.steps (${stage.steps}), got ${warmupSteps}`,
      ),
    )
  const points = 'mixture' in stage ? stage.mixture.map((point) => point.at) : []
  if (points.some((point, index) => index > 0 && point <= (points[index - 1] ?? 0)))
    problems.push(error(`${at}.mixture`, `must be in the order of at, each once, got ${points.join(', ')}`))
  return problems
}
