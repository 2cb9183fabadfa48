// What a run's steps were computed on, as run.json tells it, and the sentence for a person when that changes. Pure.
import type { EngineName, EngineSegment, RunRecord } from '../shared/run/record'
import type { Position } from './schedule'

/** What a step is computed on. */
export type ComputedOn = Pick<EngineSegment, 'engine' | 'threads' | 'device'>

/**
 * The history with a process that computes from `first` on: what stood from there on was cut with its rows, and nothing is
 * added where nothing changes.
 */
export function continueHistory(
  record: RunRecord,
  first: Position,
  now: ComputedOn,
  checkpoint?: Pick<EngineSegment, 'engine' | 'threads'>,
): EngineSegment[] {
  const isBefore = (at: Position) =>
    at.stage < first.stage || (at.stage === first.stage && at.step < first.step)
  const earlier = (record.engineHistory ?? firstSegment(record.device ?? now.device, checkpoint)).filter(
    isBefore,
  )
  const last = earlier.at(-1)
  const isSame = last?.engine === now.engine && last.threads === now.threads && last.device === now.device
  return isSame ? earlier : [...earlier, { ...first, ...now }]
}

/** For a run that kept no history, or one that begins with another run's checkpoint. */
function firstSegment(
  device: string,
  checkpoint: Pick<EngineSegment, 'engine' | 'threads'> | undefined,
): EngineSegment[] {
  if (checkpoint === undefined) return []
  const { engine, threads } = checkpoint
  return [{ stage: 0, step: 0, engine, threads, device }]
}

/** Why a run goes on on another engine than the one before, and what that means. */
export function switchReason(before: EngineName, now: EngineName): string {
  return `resumed on ${now} as asked, after ${before}: from there on the numbers may differ in the last bits from those of a run that stayed on one engine`
}
