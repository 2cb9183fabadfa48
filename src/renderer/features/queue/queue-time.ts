// How long the queue will take, by what runs of the same studies took. Pure.
import type { RunConfig } from '../../../shared/config/schema'
import type { RunSummary } from '../../../shared/workbench-api'
import { median } from '../../../statistics/summary'
import { isActive, progressOf } from '../../ui/run-view'

/** An estimate and what it stands on. */
export interface QueueTime {
  seconds: number
  /** Waiting runs of whose study nothing was measured yet; they are left out. */
  unknown: number
}

/**
 * Seconds until the last run ends: what active runs have left, and for every waiting run the median of the finished runs of
 * its study, or what an active one of it is going to take; shared out among as many as run side by side. Undefined where
 * nothing is known.
 */
export function queueTime(
  runs: readonly RunSummary[],
  configs: ReadonlyMap<string, RunConfig>,
): QueueTime | undefined {
  const active = runs.filter(isActive)
  const waiting = runs.filter(({ record }) => record.state === 'queued')
  const ahead = active.map((run) => ({ run, progress: progressOf(run, configs.get(run.record.id)) }))
  const known = waiting.map(({ record: { study } }) => {
    const ended = runs.flatMap(({ record }) =>
      record.study === study && record.state === 'finished' && record.seconds !== undefined
        ? [record.seconds]
        : [],
    )
    if (ended.length > 0) return median(ended)
    const going = ahead.find(({ run }) => run.record.study === study)
    const left = going?.progress?.secondsLeft
    return left === undefined ? undefined : left + (going?.run.progress?.time ?? 0)
  })
  const counted = known.filter((seconds) => seconds !== undefined)
  const lefts = ahead.flatMap(({ progress }) =>
    progress?.secondsLeft === undefined ? [] : [progress.secondsLeft],
  )
  if (counted.length + lefts.length === 0) return undefined
  const work = [...counted, ...lefts].reduce((sum, seconds) => sum + seconds, 0)
  const width = Math.max(1, active.length)
  // No run is split: the longest one left is a lower bound.
  const seconds = Math.max(work / width, ...lefts, ...counted)
  return { seconds, unknown: known.length - counted.length }
}
