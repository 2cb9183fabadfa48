// Warnings about settings that were given a value of their own and have no effect beside another one. What differs from its
// default counts as set. Settings that also break something are refused in the files of their subjects.
import { problemAt, type ConfigProblem } from './problem'
import {
  isRejection,
  type PolicyGradientStage,
  type RunConfig,
  type SftStage,
  type StageConfig,
} from './schema'
import { rlStageSchema } from './schema/rl'

/** Settings of a run's stages that do nothing. */
export function idleRules({ stages }: RunConfig): ConfigProblem[] {
  return stages.flatMap((stage, index) => {
    const at = `stages.${index}`
    return [
      ...(stage.kind === 'rl' && !isRejection(stage) ? policyGradientIdle(stage, at) : []),
      ...(stage.kind === 'sft' ? ownStartRules(stage, index, stages) : []),
      ...('mixture' in stage ? emptyPoints(stage.mixture, at) : []),
    ]
  })
}

/** The fields of a record that differ from their defaults, as warnings; `skip`: those that other rules speak of. */
function setFields(
  { at, values, defaults }: { at: string; values: object; defaults: object },
  why: string,
  skip: readonly string[] = [],
): ConfigProblem[] {
  const untouched = new Map<string, unknown>(Object.entries(defaults))
  return Object.entries(values).flatMap(([key, value]) =>
    skip.includes(key) || value === untouched.get(key)
      ? []
      : [problemAt(`${at}.${key}`, `does nothing while ${why}`, 'warning')],
  )
}

function policyGradientIdle(stage: PolicyGradientStage, at: string): ConfigProblem[] {
  const { kl, critic, baseline, algorithm } = stage
  const untouched = rlStageSchema.parse({ kind: 'rl', algorithm }) as PolicyGradientStage
  const ofKl = { at: `${at}.kl`, values: kl, defaults: untouched.kl }
  const ofCritic = { at: `${at}.critic`, values: critic, defaults: untouched.critic }
  const noTarget = `${at}.kl.target is empty: the coefficient stays as it is`
  return [
    ...(kl.coefficient === 0
      ? setFields(ofKl, `${at}.kl.coefficient is 0`, ['coefficient', 'target'])
      : kl.target === null && kl.horizon !== untouched.kl.horizon
        ? [problemAt(`${at}.kl.horizon`, `does nothing while ${noTarget}`, 'warning')]
        : []),
    ...(baseline === 'critic'
      ? []
      : setFields(ofCritic, `${at}.baseline is ${baseline}: there is no critic`)),
  ]
}

/** Fine-tuning on everything that the weights it begins with write. */
function ownStartRules(stage: SftStage, index: number, stages: readonly StageConfig[]): ConfigProblem[] {
  const { sampler, keep, temperature } = stage
  if (keep !== 'all' || temperature !== 1 || sampler === 'policy' || sampler === 'data') return []
  const at = `stages.${index}`
  const start = startOf(index, stages)
  if (start === undefined || start !== weightsAt(sampler, index, stages)) return []
  const message = `all leaves nothing to learn while ${at}.sampler ${sampler} names the weights that the stage begins with and ${at}.temperature is 1: all of its own earlier samples only pull a model back to what it was`
  return [problemAt(`${at}.keep`, message, 'warning')]
}

/** A name for the weights a stage begins with, equal for equal weights; undefined for fresh ones and for those of `init`. */
function startOf(index: number, stages: readonly StageConfig[]): string | undefined {
  const from = stages[index]?.from
  return from === undefined ? undefined : weightsAt(from, index, stages)
}

/** The same of what a field of a stage names. An evaluate stage leaves weights as they are. */
function weightsAt(text: string, index: number, stages: readonly StageConfig[]): string | undefined {
  const named = /^stage-(\d+)$/.exec(text)
  const source = text === 'previous' ? index - 1 : named ? Number(named[1]) : undefined
  if (source === undefined) return text === 'fresh' ? undefined : text
  // Only an earlier stage can be meant; others are refused.
  if (source < 0 || source >= index) return undefined
  return stages[source]?.kind === 'evaluate' ? startOf(source, stages) : `stage-${source}`
}

function emptyPoints(
  mixture: readonly { longFraction?: number | undefined; levels?: readonly number[] | undefined }[],
  at: string,
): ConfigProblem[] {
  return mixture.flatMap(({ longFraction, levels }, place) =>
    longFraction === undefined && levels === undefined
      ? [
          problemAt(
            `${at}.mixture.${place}`,
            'does nothing: it gives neither a longFraction nor levels',
            'warning',
          ),
        ]
      : [],
  )
}
