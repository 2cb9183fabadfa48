// What the window says about a run: its state's colour and icon, how far it is, how long it took. Pure.
import { stageTitleAt } from '../../shared/config/describe'
import { isActiveState, isResumableState, type RunState } from '../../shared/run/record'
import { stageSteps, type RunConfig } from '../../shared/config/schema'
import type { RunSummary } from '../../shared/workbench-api'

/** How a state looks: text colour class, icon and what it means. */
export const stateLooks: Readonly<Record<RunState, { icon: string; color: string; help: string }>> = {
  queued: { icon: 'i-lucide-circle-dashed', color: 'text-muted', help: 'Waits for its turn.' },
  running: { icon: 'i-lucide-loader-circle', color: 'text-primary', help: 'Training now.' },
  paused: { icon: 'i-lucide-circle-pause', color: 'text-warning', help: 'Paused; it keeps its memory.' },
  finished: { icon: 'i-lucide-circle-check', color: 'text-success', help: 'Ran to its end.' },
  failed: { icon: 'i-lucide-circle-x', color: 'text-error', help: 'Ended with an error.' },
  stopped: { icon: 'i-lucide-circle-stop', color: 'text-toned', help: 'Stopped by you, with a checkpoint.' },
  interrupted: {
    icon: 'i-lucide-circle-slash',
    color: 'text-warning',
    help: 'Its process died; it can go on from its last checkpoint.',
  },
}

/** Whether a trainer process is behind the run. */
export function isActive(run: RunSummary): boolean {
  return isActiveState(run.record.state)
}

/** Whether the run can be put back in the queue. */
export function isResumable(run: RunSummary): boolean {
  return isResumableState(run.record.state)
}

/** Why the run ended, in a line: what follows in the record is the end of its log. */
export function exitLine(run: RunSummary): string | undefined {
  return run.record.exitReason?.split('\n')[0]
}

/** Steps done and planned over all stages. */
export interface Progress {
  done: number
  total: number
  fraction: number
  /** Steps a second right now, evaluations left out. */
  stepsPerSecond: number | undefined
  secondsLeft: number | undefined
  /** e.g. "GRPO, step 12 of 40" */
  label: string
}

/**
 * Where a run stands in its config. Time left begins in each stage with what a step takes there, and goes over to what all steps so
 * far took with their evaluations: the first steps follow an evaluation and a compilation, and say little about the rest.
 */
export function progressOf(run: RunSummary, config: RunConfig | undefined): Progress | undefined {
  if (!run.progress || !config) return undefined
  const { stage, step, time } = run.progress
  const steps = config.stages.map(stageSteps)
  const total = sum(steps)
  const done = sum(steps.slice(0, stage)) + step
  const current = config.stages[stage]
  const stepSeconds = run.last['perf/step_seconds']
  const stepsPerSecond = stepSeconds ? 1 / stepSeconds : time > 0 ? done / time : undefined
  const ofStage = current ? Math.min(1, step / Math.max(1, stageSteps(current))) : 1
  const soFar = done > 0 ? time / done : undefined
  const secondsPerStep =
    stepSeconds && soFar ? (1 - ofStage) * stepSeconds + ofStage * soFar : (soFar ?? stepSeconds)
  return {
    done,
    total,
    fraction: total > 0 ? Math.min(1, done / total) : 0,
    stepsPerSecond,
    secondsLeft: secondsPerStep === undefined ? undefined : (total - done) * secondsPerStep,
    label: `${stageName(config, stage)}, step ${step} of ${current ? stageSteps(current) : '?'}`,
  }
}

/** "Pretrain", "GRPO" or "After GRPO". */
export function stageName(config: RunConfig, stage: number): string {
  return stageTitleAt(config.stages, stage)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
