// Rules about who writes the completions of a stage and which of them are trained on: settings that leave nothing to learn
// from are errors, those that merely do nothing are warnings. Advantages and losses are in policy-gradient-rules.ts.
import { problemAt, type ConfigProblem } from './problem'
import { isRejection, type RlStage, type SftStage, type StageConfig } from './schema'
import { rejectionPresets } from './schema/presets'

/** Stages that train on completions. */
export type SamplingStage = SftStage | RlStage

/** Rules of one stage that trains on completions; `at` is its dotted path. */
export function samplingRules(stage: SamplingStage, at: string): ConfigProblem[] {
  const { sampler, group, refreshEvery } = stage
  const problems: ConfigProblem[] = []
  if (sampler !== 'policy' && refreshEvery !== standardRefresh(stage))
    problems.push(
      problemAt(
        `${at}.refreshEvery`,
        `does nothing while ${at}.sampler is ${sampler}: only the policy is refreshed`,
        'warning',
      ),
    )
  if (sampler === 'data' && group > 1)
    problems.push(
      problemAt(
        `${at}.group`,
        `must be 1 while ${at}.sampler is data: each of the task's answers has a prompt of its own, so there are no groups; got ${group}`,
      ),
    )
  return stage.kind === 'sft'
    ? [...problems, ...sftRules(stage, at)]
    : [...problems, ...rlSamplingRules(stage, at)]
}

function standardRefresh(stage: SamplingStage): number | null {
  return isRejection(stage) ? rejectionPresets[stage.algorithm].choices.refreshEvery : 1
}

function sftRules(stage: SftStage, at: string): ConfigProblem[] {
  const { sampler, keep, refreshEvery, temperature, aggregation, mixture } = stage
  const problems: ConfigProblem[] = []
  const isOwnUnfiltered = sampler === 'policy' && keep === 'all' && temperature === 1
  const settings = `${at}.sampler is policy, ${at}.refreshEvery ${refreshEvery} and ${at}.temperature 1`
  if (isOwnUnfiltered && refreshEvery !== 1)
    problems.push(
      problemAt(
        `${at}.keep`,
        `all leaves nothing to learn while ${settings}: all of its own earlier samples only pull a model back to what it was`,
        'warning',
      ),
    )
  else if (isOwnUnfiltered && aggregation === 'sequence-sum')
    problems.push(
      problemAt(
        `${at}.keep`,
        `must be right while ${settings}: a model that is trained on all its own samples has zero expected gradient (with ${at}.aggregation sequence-sum)`,
      ),
    )
  else if (isOwnUnfiltered)
    problems.push(
      problemAt(
        `${at}.keep`,
        `all leaves nothing to learn while ${settings}: all that is left of the expected gradient comes from the lengths that ${at}.aggregation ${aggregation} divides by`,
        'warning',
      ),
    )
  if (sampler === 'data' && temperature !== 1)
    problems.push(
      problemAt(
        `${at}.temperature`,
        `does nothing while ${at}.sampler is data: nothing is sampled`,
        'warning',
      ),
    )
  if (sampler !== 'data' && mixture.some(({ longFraction }) => longFraction !== undefined))
    problems.push(
      problemAt(
        `${at}.mixture`,
        `has a longFraction that does nothing while ${at}.sampler is ${sampler}: the model writes the answers`,
        'warning',
      ),
    )
  return problems
}

function rlSamplingRules(stage: RlStage, at: string): ConfigProblem[] {
  if (isRejection(stage)) {
    if (!stage.distinct || stage.group > 1) return []
    return [
      problemAt(
        `${at}.distinct`,
        `does nothing while ${at}.group is 1: prompts are fresh, so no two are equal`,
        'warning',
      ),
    ]
  }
  const { sampler, group, groupsWithoutSignal } = stage
  if (groupsWithoutSignal === 'keep' || (group > 1 && sampler !== 'data')) return []
  const why = group > 1 ? `${at}.sampler is data` : `${at}.group is 1`
  return [
    problemAt(
      `${at}.groupsWithoutSignal`,
      `must be keep while ${why}: a group of one is all right or all wrong, so every group would be left out`,
    ),
  ]
}

/** Whether a stage trains on completions. */
export function isSampling(stage: StageConfig): stage is SamplingStage {
  return stage.kind === 'sft' || stage.kind === 'rl'
}
