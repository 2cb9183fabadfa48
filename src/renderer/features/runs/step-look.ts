// When a run's value at a step is worth reading: rows come while it trains, and again when it goes on after an end. Pure.
import type { StepOfRun } from '../../../shared/run-filter/run-values'
import { isActiveState } from '../../../shared/run/record'
import type { RunSummary } from '../../../shared/workbench-api'

/**
 * When a run's value at a step is looked for: once it is past the step, in a stage that is not named after each stage; where it ended
 * before, again when it has gone on. Undefined while it has not come so far.
 */
export function stepLook({ record, progress }: RunSummary, { stage, step }: StepOfRun): string | undefined {
  const { stage: nowIn = 0, step: now = 0 } = progress ?? {}
  if (stage !== undefined && (nowIn > stage || (nowIn === stage && now > step))) return 'past'
  const isOpen = record.state === 'queued' || isActiveState(record.state)
  if (!isOpen) return `ended at ${nowIn}-${now}`
  const passed = nowIn + (now > step ? 1 : 0)
  return stage === undefined && passed > 0 ? `${passed} stages` : undefined
}
