// Rules that involve more than one field of a run, and warnings about settings that are valid but do not do what they
// seem to. Every message names all the fields involved. Single fields are the schema's business.
import { problemAt, type ConfigProblem } from './problem'
import { isRejection, type RlStage, type RunConfig } from './schema'
import { taskRules } from './task-rules'

/** Everything that breaks a rule across fields, and the warnings. */
export function crossFieldProblems(config: RunConfig): ConfigProblem[] {
  return [
    ...modelRules(config),
    ...config.stages.flatMap((_, index) => stageRules(config, index)),
    ...taskRules(config),
  ]
}

const error = (path: string, message: string) => problemAt(path, message)
const warning = (path: string, message: string) => problemAt(path, message, 'warning')

function modelRules({ model }: RunConfig): ConfigProblem[] {
  if (model.kind !== 'transformer') return []
  const { heads, width } = model
  if (width % heads === 0) return []
  return [error('model.heads', `must divide model.width: ${width} is no multiple of ${heads}`)]
}

function stageRules(config: RunConfig, index: number): ConfigProblem[] {
  const stage = config.stages[index]
  if (!stage || stage.kind === 'evaluate') return []
  const at = `stages.${index}`
  const problems = stage.kind === 'rl' ? rlRules(stage, at) : []
  const { warmupSteps } = stage.optimizer
  if (warmupSteps > stage.steps)
    problems.push(
      error(
        `${at}.optimizer.warmupSteps`,
        `must be at most ${at}.steps (${stage.steps}), got ${warmupSteps}`,
      ),
    )
  return problems
}

function rlRules(stage: RlStage, at: string): ConfigProblem[] {
  if (isRejection(stage)) return []
  const problems: ConfigProblem[] = []
  const { prompts, group, updatesPerBatch, baseline, scale, clip } = stage
  if (group < 2 && (baseline === 'group-mean' || scale === 'group-std')) {
    const why = [
      ...(baseline === 'group-mean' ? [`${at}.baseline is group-mean`] : []),
      ...(scale === 'group-std' ? [`${at}.scale is group-std`] : []),
    ].join(' and ')
    problems.push(
      error(
        `${at}.group`,
        `must be at least 2 when ${why} (a group of one has nothing to compare), got ${group}`,
      ),
    )
  }
  if ((prompts * group) % updatesPerBatch !== 0)
    problems.push(
      error(
        `${at}.updatesPerBatch`,
        `must divide the rollouts of a step, ${at}.prompts x ${at}.group = ${prompts} x ${group} = ${prompts * group}, got ${updatesPerBatch}`,
      ),
    )
  if (clip !== null && updatesPerBatch === 1)
    problems.push(
      warning(
        `${at}.clip`,
        `does nothing while ${at}.updatesPerBatch is 1: the probability ratio is then always 1`,
      ),
    )
  return problems
}
