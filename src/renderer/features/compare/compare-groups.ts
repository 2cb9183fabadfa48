// Names of compared runs: what tells them apart, with or without the seed. Pure.
import type { RunSummary } from '../../../shared/workbench-api'
import { formatPoint } from '../../ui/format'

/**
 * A label for each run, by id: the study where studies differ, and the sweep's values that differ. Grouped runs share a
 * label; single ones have their seed in it.
 */
export function labelsOf(runs: readonly RunSummary[], isGrouped: boolean): Map<string, string> {
  const studies = new Set(runs.map((run) => run.record.study))
  const paths = new Set(runs.flatMap((run) => Object.keys(run.record.point)))
  const differing = [...paths].filter(
    (path) => new Set(runs.map((run) => JSON.stringify(run.record.point[path]))).size > 1,
  )
  const shown = differing.filter((path) => !isGrouped || path !== 'seed')
  const labels = new Map(
    runs.map((run) => {
      const entries = shown.flatMap((path) =>
        path in run.record.point ? [[path, run.record.point[path]]] : [],
      )
      const point = formatPoint(Object.fromEntries(entries) as Record<string, unknown>)
      const study = studies.size > 1 || point === '' ? run.record.study : ''
      return [run.record.id, [study, point].filter(Boolean).join(', ')]
    }),
  )
  return isGrouped ? labels : numbered(labels)
}

/** Runs that nothing tells apart get a number. */
function numbered(labels: ReadonlyMap<string, string>): Map<string, string> {
  const seen = new Map<string, number>()
  return new Map(
    [...labels].map(([id, label]) => {
      const count = (seen.get(label) ?? 0) + 1
      seen.set(label, count)
      return [id, count === 1 ? label : `${label} (${count})`]
    }),
  )
}
