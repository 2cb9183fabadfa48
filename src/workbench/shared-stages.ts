// Which leading stages two runs of a study have in common, by their configs. Pure; copying them is stage-sharing.ts.
import { isDeepStrictEqual } from 'node:util'
import type { RunConfig } from '../shared/config/schema'

/** What must be equal, beside the stages, for the first stages of two runs to give the same rows and weights. */
const sharedFields = [
  'task',
  'model',
  'precision',
  'seed',
  'init',
  'evaluate',
  'log',
  'checkpoint',
] as const satisfies readonly (keyof RunConfig)[]

/**
 * Number of leading stages that `config` can take over from a run with config `donor`: equal stages under equal task,
 * model, precision, seed, init, evaluation, log and checkpoint settings. The last stage of a run is always its own.
 */
export function countSharedStages(config: RunConfig, donor: RunConfig): number {
  if (!sharedFields.every((name) => isDeepStrictEqual(config[name], donor[name]))) return 0
  const most = Math.min(config.stages.length - 1, donor.stages.length)
  let count = 0
  while (count < most && isDeepStrictEqual(config.stages[count], donor.stages[count])) count++
  return count
}
