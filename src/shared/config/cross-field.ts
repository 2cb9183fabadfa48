// Rules that involve more than one field of a run, and warnings about settings that are valid but do not do what they
// seem to. Every message names all the fields involved. Single fields are the schema's business.
import { isRejection, stageSteps, type RlStage, type RunConfig } from './schema'

/** One thing wrong, or worth knowing, about a config. */
export interface ConfigProblem {
  /** Dotted path of the field; '' for the study as a whole. */
  path: string
  /** The rule in plain words, without the path. */
  message: string
  /** Line in the file, from 1, where it is known. */
  line?: number
  severity: 'error' | 'warning'
}

/** Everything that breaks a rule across fields, and the warnings. */
export function crossFieldProblems(config: RunConfig): ConfigProblem[] {
  return [
    ...modelRules(config),
    ...config.stages.flatMap((_, index) => stageRules(config, index)),
    ...exposure(config),
  ]
}

const error = (path: string, message: string): ConfigProblem => ({ path, message, severity: 'error' })
const warning = (path: string, message: string): ConfigProblem => ({ path, message, severity: 'warning' })

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

/** Sequences drawn for pretraining against the number of different inputs there are. */
function exposure({ task, stages }: RunConfig): ConfigProblem[] {
  if (task.kind !== 'parity') return []
  const { bits } = task
  const seen = stages.reduce(
    (sum, stage) => sum + (stage.kind === 'pretrain' ? stageSteps(stage) * stage.batch : 0),
    0,
  )
  if (seen <= 2 ** bits) return []
  const involved = stages.flatMap((stage, index) =>
    stage.kind === 'pretrain' ? [`stages.${index}.steps x stages.${index}.batch`] : [],
  )
  return [
    warning(
      'task.bits',
      `pretraining sees ${seen} sequences (${involved.join(' + ')}) but ${bits} bits have only ${2 ** bits} different inputs: the model may memorise them`,
    ),
  ]
}
