// A step of a run in words. Pure.
import type { RunConfig } from '../../../shared/config/schema'
import type { StageStep } from '../../api/route'
import { formatInteger } from '../../ui/format'
import { stageName } from '../../ui/run-view'

/** "GRPO, step 40"; an evaluate stage has no steps. */
export function placeText(config: RunConfig | undefined, { stage, step }: StageStep): string {
  const name = config && stage in config.stages ? stageName(config, stage) : `Stage ${stage}`
  const isEvaluation = config?.stages[stage]?.kind === 'evaluate'
  return isEvaluation ? name : `${name}, step ${formatInteger(step)}`
}
