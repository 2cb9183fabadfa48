// What others can be compared with: a group of the runs' studies, or a single run. Pure.
import type { Comparison } from '../../../shared/comparison'
import type { RunSummary } from '../../../shared/workbench-api'
import { formatPoint } from '../../ui/format'

/** A baseline in words. */
export interface BaselineItem {
  readonly baseline: NonNullable<Comparison['baseline']>
  readonly label: string
  readonly description: string
}

/** Single runs are offered up to this many. */
const MOST_RUNS = 60
/** What a comparison can name (src/shared/comparison.ts). */
const pathRule = /^[A-Za-z]\w*(\.\w+)*$/

/** Groups first, each once: the points of the runs' grids without their seeds. */
export function baselineItems(runs: readonly RunSummary[]): BaselineItem[] {
  const groups = new Map<string, { where: Record<string, unknown>; count: number }>()
  for (const { record } of runs) {
    const where = Object.fromEntries(
      Object.entries(record.point).filter(([path]) => path !== 'seed' && pathRule.test(path)),
    )
    if (Object.keys(where).length === 0) continue
    const key = JSON.stringify(Object.entries(where).sort(([a], [b]) => (a < b ? -1 : 1)))
    const known = groups.get(key)
    if (known) known.count += 1
    else groups.set(key, { where, count: 1 })
  }
  const ofGroups =
    groups.size > 1
      ? [...groups.values()].map(({ where, count }) => ({
          baseline: { where } as BaselineItem['baseline'],
          label: formatPoint(where),
          description: count === 1 ? '1 run' : `${count} runs`,
        }))
      : []
  const ofRuns = runs.slice(0, MOST_RUNS).map(({ record }) => ({
    baseline: { run: record.id },
    label: [record.study, formatPoint(record.point)].filter(Boolean).join(', '),
    description: `This run alone: ${record.id}`,
  }))
  return [...ofGroups, ...ofRuns]
}
