// Rules about the choices of a policy-gradient stage: advantages, surrogate, KL. Settings under which nothing could be learned
// or that contradict each other are errors, those that merely do nothing are warnings.
import { problemAt, type ConfigProblem } from './problem'
import type { PolicyGradientStage, TaskConfig } from './schema'

/** Rules of one policy-gradient stage on a task; `at` is its dotted path. */
export function policyGradientRules(
  stage: PolicyGradientStage,
  at: string,
  task: TaskConfig,
): ConfigProblem[] {
  return [
    ...groupRules(stage, at),
    ...signalRules(stage, at),
    ...ownAnswerRules(stage, at, task),
    ...scaleRules(stage, at),
    ...updateRules(stage, at),
    ...klRules(stage, at),
  ]
}

const comparing = ['group-mean', 'leave-one-out']

function groupRules(stage: PolicyGradientStage, at: string): ConfigProblem[] {
  const { prompts, group, baseline, scale, sampler } = stage
  if (group > 1) return []
  const settings = [
    [`${at}.baseline`, baseline],
    [`${at}.scale`, scale],
  ] as const
  const needing = (words: readonly string[]) =>
    settings.flatMap(([path, value]) => (words.includes(value) ? [`${path} is ${value}`] : [])).join(' and ')
  const ofGroups = needing([...comparing, 'group-std'])
  // Of the task's own answers there cannot be more: ownAnswerRules says so.
  if (ofGroups !== '' && sampler !== 'data')
    return [
      problemAt(
        `${at}.group`,
        `must be at least 2 when ${ofGroups} (a group of one has nothing to compare), got ${group}`,
      ),
    ]
  const ofBatch = needing(['batch-mean', 'batch-std'])
  if (prompts > 1 || ofBatch === '' || baseline === 'critic') return []
  return [
    problemAt(
      `${at}.prompts`,
      `must be at least 2 when ${ofBatch} and ${at}.group is 1 (a batch of one has nothing to compare), got ${prompts}`,
    ),
  ]
}

/** Whether any sequence can have an advantage other than 0. */
function signalRules(stage: PolicyGradientStage, at: string): ConfigProblem[] {
  const { rightWeight, wrongWeight, wrongReward, baseline } = stage
  const error = (field: string, message: string) => [problemAt(`${at}.${field}`, message)]
  if (rightWeight === 0 && wrongWeight === 0)
    return error('rightWeight', `must be above 0 while ${at}.wrongWeight is 0: no sequence would be left`)
  if (wrongReward === 1 && (baseline !== 'none' || rightWeight === wrongWeight))
    return error('wrongReward', `must be below 1: right and wrong answers would count the same`)
  if (baseline === 'none' && rightWeight === 0 && wrongReward === 0)
    return error(
      'wrongReward',
      `must not be 0 while ${at}.rightWeight is 0 and ${at}.baseline is none: every advantage would be 0`,
    )
  return []
}

/** What makes no sense where the task's own answers are trained on: one a prompt, and right in all tasks but one. */
function ownAnswerRules(stage: PolicyGradientStage, at: string, task: TaskConfig): ConfigProblem[] {
  const { sampler, rightWeight, baseline, scale } = stage
  if (sampler !== 'data') return []
  const refuse = (field: 'baseline' | 'scale', why: string) =>
    problemAt(`${at}.${field}`, `must not be ${stage[field]} while ${at}.sampler is data: ${why}`)
  const problems: ConfigProblem[] = []
  // The short answers that hidden-method shows are methods by their prior, often not the one that is needed.
  const areAllRight = task.kind !== 'hidden-method' || task.longFraction === 1
  const earnsOne = `all answers of the task ${task.kind} earn 1`
  if (areAllRight && rightWeight === 0)
    problems.push(problemAt(`${at}.rightWeight`, `must be above 0 while ${at}.sampler is data: ${earnsOne}`))
  const alone = 'each answer has a prompt of its own, so there is nothing to compare it with'
  if (comparing.includes(baseline)) problems.push(refuse('baseline', alone))
  if (baseline === 'greedy')
    problems.push(refuse('baseline', 'nothing is sampled, so no prompt has a greedy answer'))
  if (baseline === 'batch-mean' && areAllRight)
    problems.push(refuse('baseline', `${earnsOne}, so every advantage would be 0`))
  if (scale === 'group-std' || scale === 'group-mean') problems.push(refuse('scale', alone))
  return problems
}

function scaleRules(stage: PolicyGradientStage, at: string): ConfigProblem[] {
  const { scale, baseline, wrongReward, groupsWithoutSignal, kl } = stage
  const isPenalised = kl.coefficient > 0 && kl.in === 'reward'
  const problems: ConfigProblem[] = []
  if (baseline === 'critic' && (scale === 'group-std' || scale === 'group-mean'))
    problems.push(
      problemAt(
        `${at}.scale`,
        `must be none or batch-std while ${at}.baseline is critic: its advantages are those of tokens, not of groups; got ${scale}`,
      ),
    )
  if (scale === 'group-mean' && (wrongReward < 0 || isPenalised)) {
    const why = wrongReward < 0 ? `${at}.wrongReward is ${wrongReward}` : `${at}.kl.in is reward`
    problems.push(
      problemAt(
        `${at}.scale`,
        `must not be group-mean while ${why}: a group's mean reward may be 0 or below, which turns advantages round`,
      ),
    )
  }
  const equal = vanishingScale(stage)
  if (equal !== undefined)
    problems.push(
      problemAt(
        `${at}.scale`,
        `must not be ${scale} while ${at}.baseline is ${baseline}${scale === 'batch-std' ? '' : ` and ${at}.groupsWithoutSignal keep`}: where ${equal}, advantages other than 0 would be divided by 1e-6`,
      ),
    )
  if (scale === 'group-std' && isPenalised && groupsWithoutSignal === 'keep' && comparing.includes(baseline))
    problems.push(
      problemAt(
        `${at}.scale`,
        `group-std with ${at}.kl.in reward and ${at}.groupsWithoutSignal keep: in a group that is all right or all wrong only penalties differ, and divided by their spread they count as much as a right answer`,
        'warning',
      ),
    )
  if (groupsWithoutSignal !== 'keep' && baseline === 'batch-mean')
    problems.push(
      problemAt(
        `${at}.groupsWithoutSignal`,
        `leaves out groups that do have a signal while ${at}.baseline is batch-mean: an all-right group lies above the batch`,
        'warning',
      ),
    )
  return problems
}

/** Where the scale is 0 though advantages are not, in words; undefined where that cannot be. */
function vanishingScale({
  scale,
  baseline,
  group,
  wrongReward,
  groupsWithoutSignal,
}: PolicyGradientStage): string | undefined {
  if (scale === 'batch-std') return baseline === 'none' ? 'all answers of a batch are right' : undefined
  // A baseline of the group itself is 0 there, and a critic's scales are refused above.
  if (group === 1 || groupsWithoutSignal !== 'keep' || comparing.includes(baseline) || baseline === 'critic')
    return undefined
  if (scale === 'group-std') return 'all answers of a group are right'
  return scale === 'group-mean' && baseline !== 'none' && wrongReward === 0
    ? 'all answers of a group are wrong'
    : undefined
}

function updateRules(stage: PolicyGradientStage, at: string): ConfigProblem[] {
  const { prompts, group, updatesPerBatch, epochs, surrogate, clip, clipHigh, sampler, refreshEvery } = stage
  const problems: ConfigProblem[] = []
  const error = (field: string, message: string) => problems.push(problemAt(`${at}.${field}`, message))
  if ((prompts * group) % updatesPerBatch !== 0)
    error(
      'updatesPerBatch',
      `must divide the rollouts of a step, ${at}.prompts x ${at}.group = ${prompts} x ${group} = ${prompts * group}, got ${updatesPerBatch}`,
    )
  if (clipHigh !== null && clip === null)
    error('clipHigh', `needs ${at}.clip: it is the upper end of that range`)
  if (clip !== null && surrogate === 'log-probability')
    error('clip', `must be null while ${at}.surrogate is log-probability: there is no ratio to clip`)
  const isOnPolicy = sampler === 'data' || (sampler === 'policy' && refreshEvery === 1)
  if (clip !== null && surrogate === 'ratio' && updatesPerBatch === 1 && epochs === 1 && isOnPolicy)
    problems.push(
      problemAt(
        `${at}.clip`,
        `does nothing while ${at}.updatesPerBatch and ${at}.epochs are 1: the probability ratio is then always 1`,
        'warning',
      ),
    )
  return problems
}

/** Largest relative error the KL controller acts on (lab/kl.ts). */
const LARGEST_ERROR = 0.2

function klRules(stage: PolicyGradientStage, at: string): ConfigProblem[] {
  const { kl, steps, updatesPerBatch, epochs } = stage
  const sequences = stage.prompts * stage.group
  if (kl.coefficient === 0) {
    if (kl.target === null) return []
    return [problemAt(`${at}.kl.target`, `needs ${at}.kl.coefficient above 0: the coefficient is multiplied`)]
  }
  if (kl.in === 'loss' && kl.estimator === 'k1')
    return [
      problemAt(
        `${at}.kl.estimator`,
        `must not be k1 while ${at}.kl.in is loss: its expected gradient is zero; k2, k3 and exact have one, or put k1 into the reward`,
      ),
    ]
  const problems: ConfigProblem[] = []
  if (kl.target !== null && kl.horizon <= LARGEST_ERROR * sequences)
    problems.push(
      problemAt(
        `${at}.kl.horizon`,
        `must be above a fifth of ${at}.prompts x ${at}.group = ${sequences}: a step would else take the coefficient to 0 or below; got ${kl.horizon}`,
      ),
    )
  if (kl.in === 'reward' && kl.estimator !== 'k1')
    problems.push(
      problemAt(
        `${at}.kl.estimator`,
        `${kl.estimator} in the reward (${at}.kl.in) does not have the gradient of the divergence, k1 does${kl.estimator === 'exact' ? ': what is summed over the vocabulary says nothing of the token that was sampled' : ''}`,
        'warning',
      ),
    )
  if (kl.reference !== 'start' || steps > 1 || updatesPerBatch * epochs > 1) return problems
  problems.push(
    problemAt(
      `${at}.kl.coefficient`,
      `does nothing while ${at}.steps, ${at}.updatesPerBatch and ${at}.epochs are 1 and ${at}.kl.reference is start: the policy is then its own reference`,
      'warning',
    ),
  )
  return problems
}
