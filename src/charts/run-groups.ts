// Which runs are one line of a chart: seeds of one arm together, and where arms share a stage, those arms together. Pure.
import { leadingStagesKey } from '../shared/config/describe'
import type { RunConfig } from '../shared/config/schema'
import type { MetricsRow } from '../shared/run/rows'

/** A run to draw. With `groupSeeds`, runs of equal label whose configs differ in the seed alone become one line. */
export interface ChartRun {
  label: string
  config: RunConfig
  rows: readonly MetricsRow[]
}

/** Runs that are one line. */
export interface RunGroup {
  label: string
  runs: readonly ChartRun[]
  /** Stands for all arms: they have this stage in common. */
  isShared?: true
}

/** Fields in which seeds of one arm may differ. */
const perRunFields = ['seed', 'name', 'description']

/** Runs by label and config without the seed; equal labels of different configs get a number. */
export function groupRuns(runs: readonly ChartRun[], isGrouped: boolean): RunGroup[] {
  const groups = new Map<string, { label: string; runs: ChartRun[] }>()
  for (const [index, run] of runs.entries()) {
    const rest = Object.entries(run.config).filter(([field]) => !perRunFields.includes(field))
    const key = isGrouped ? JSON.stringify([run.label, rest]) : String(index)
    const group = groups.get(key)
    if (group) group.runs.push(run)
    else groups.set(key, { label: run.label, runs: [run] })
  }
  return numbered([...groups.values()])
}

/**
 * The groups of one stage, those that share it as one: each run of theirs is one of the largest group's, its config equal up to
 * the end of the stage and every value of the metric that was logged there too. Groups without a value are left out.
 */
export function groupsOfStage(groups: readonly RunGroup[], stage: number, metric: string): RunGroup[] {
  const present = groups.filter(({ runs }) =>
    runs.some(({ rows }) => rows.some((row) => row.stage === stage && metric in row.values)),
  )
  const keysOf = new Map(
    present.map(({ runs }) => [runs, runs.map(({ config }) => leadingStagesKey(config, stage + 1))]),
  )
  const isWithin = (group: RunGroup, host: RunGroup) =>
    group.runs.every((run, place) => {
      const same = host.runs[keysOf.get(host.runs)?.indexOf(keysOf.get(group.runs)?.[place] ?? '') ?? -1]
      return same !== undefined && valuesText(run, stage, metric) === valuesText(same, stage, metric)
    })
  const shared: RunGroup[][] = []
  for (const group of [...present].sort((a, b) => b.runs.length - a.runs.length)) {
    const home = shared.find(([host]) => host !== undefined && isWithin(group, host))
    if (home) home.push(group)
    else shared.push([group])
  }
  const placeOf = (alike: readonly RunGroup[]) => Math.min(...alike.map((group) => present.indexOf(group)))
  const merged = shared
    .sort((a, b) => placeOf(a) - placeOf(b))
    .flatMap((alike): RunGroup[] => {
      const [host] = alike
      if (host === undefined || alike.length === 1) return alike
      const isAll = alike.length === present.length
      const label = sharedLabel(alike, isAll)
      return [{ label, runs: host.runs, ...(isAll ? { isShared: true } : {}) }]
    })
  return numbered(merged)
}

/** Everything the metric was in a stage, as a text. */
function valuesText({ rows }: ChartRun, stage: number, metric: string): string {
  return rows
    .flatMap((row) =>
      row.stage === stage && metric in row.values ? [`${row.step}:${row.values[metric]}`] : [],
    )
    .join(' ')
}

/** What the labels have in common, `bits 20, shared`; `All arms` where nothing else is drawn. */
function sharedLabel(groups: readonly RunGroup[], isAll: boolean): string {
  if (isAll) return 'All arms'
  const [first = [], ...rest] = groups.map(({ label }) => label.split(', '))
  const common = first.filter((part) => rest.every((parts) => parts.includes(part)))
  return `${common.length > 0 ? common.join(', ') : `${groups.length} arms`}, shared`
}

function numbered<T extends { label: string }>(groups: readonly T[]): T[] {
  const seen = new Map<string, number>()
  return groups.map((group) => {
    const count = (seen.get(group.label) ?? 0) + 1
    seen.set(group.label, count)
    return count === 1 ? group : { ...group, label: `${group.label} (${count})` }
  })
}
