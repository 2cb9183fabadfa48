// Which leading stages runs have in common, by their configs. Pure; copying them is src/workbench/stage-sharing.ts.
import type { RunConfig } from './schema'

/** Equal for two runs where their first `count` stages compute and record the same thing. */
export function leadingStagesKey(config: RunConfig, count: number): string {
  const { task, model, precision, seed, init = null, evaluate, checkpoint, log, stages } = config
  const shared = [task, model, precision, seed, init, evaluate, checkpoint, log]
  return JSON.stringify([...shared, stages.slice(0, count)])
}

/**
 * Number of leading stages that `config` can take over from a run with config `donor`. The last stage of a run is always its
 * own; a donor may end with the shared ones.
 */
export function countSharedStages(config: RunConfig, donor: RunConfig): number {
  const most = Math.min(config.stages.length - 1, donor.stages.length)
  let count = 0
  while (count < most && leadingStagesKey(config, count + 1) === leadingStagesKey(donor, count + 1)) count++
  return count
}
