// Which runs are one line of a chart: seeds of one arm together, and where arms share a stage, those arms together. Pure.
import { leadingStagesKey } from '../shared/config/leading-stages'
import type { RunConfig } from '../shared/config/schema'
import { isEqual } from './align'
import type { RunCurves } from './curves'

/** A run to draw. With `groupSeeds`, runs of equal label whose configs differ in the seed alone become one line. */
export interface ChartRun {
  /** Where a caller must know it again. */
  id?: string
  label: string
  config: RunConfig
  curves: RunCurves
  /** Trained scalars, where the run recorded them: FLOPs are counted by them. */
  parameters?: number
}

/** Runs that are one line. */
export interface RunGroup {
  label: string
  runs: readonly ChartRun[]
  /** Stands for all arms: they have this stage in common. */
  isShared?: true
  /** Lines of equal keys have one colour; the label where not given. */
  colourKey?: string
  dash?: 'solid' | 'dashed' | 'dotted'
}

/** Fields in which seeds of one arm may differ. */
const perRunFields = ['seed', 'name', 'description']

/** A config without what seeds of one arm may differ in, as a text. */
export function armKey(config: RunConfig): string {
  return JSON.stringify(Object.entries(config).filter(([field]) => !perRunFields.includes(field)))
}

/** Runs by label and config without the seed; equal labels of different configs get a number. */
export function groupRuns(runs: readonly ChartRun[], isGrouped: boolean): RunGroup[] {
  const groups = new Map<string, { label: string; runs: ChartRun[] }>()
  for (const [index, run] of runs.entries()) {
    const key = isGrouped ? JSON.stringify([run.label, armKey(run.config)]) : String(index)
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
    runs.some(({ curves }) => curves.stagesOf(metric).includes(stage)),
  )
  const keysOf = new Map(
    present.map(({ runs }) => [runs, runs.map(({ config }) => leadingStagesKey(config, stage + 1))]),
  )
  const isWithin = (group: RunGroup, host: RunGroup) =>
    group.runs.every((run, place) => {
      const same = host.runs[keysOf.get(host.runs)?.indexOf(keysOf.get(group.runs)?.[place] ?? '') ?? -1]
      return same !== undefined && isSameCurve(run, same, stage, metric)
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

/** Whether two runs logged the same values of the metric at the same steps of a stage. */
function isSameCurve(a: ChartRun, b: ChartRun, stage: number, metric: string): boolean {
  if (a === b) return true
  const [one, other] = [a.curves.curve(stage, metric), b.curves.curve(stage, metric)]
  return isEqual(one.steps, other.steps) && isEqual(one.values, other.values)
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
