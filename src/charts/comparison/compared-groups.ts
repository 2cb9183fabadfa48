// The runs of a comparison as groups with names, colours, dashes and facets: what the comparison says, and by itself everything
// but the seed together, named by what tells the groups apart. Pure.
import { shareText } from '../../shared/config/describe'
import { isRecord } from '../../shared/config/form'
import { getPath, splitPath } from '../../shared/config/paths'
import { isMeant } from '../../shared/config/statement-rules'
import type { Comparison } from '../../shared/comparison'
import { AfterwordError } from '../../shared/errors'
import type { Difference } from '../difference'
import { dashAt, lineDashes } from '../repeated-colours'
import type { Facet } from '../run-chart'
import { armKey, type ChartRun, type RunGroup } from '../run-groups'

/** A run of a comparison. */
export interface ComparedRun extends Omit<ChartRun, 'label'> {
  id: string
  study: string
  /** Its values on the axes of its study, the arm's name under `arm`. */
  point: Readonly<Record<string, unknown>>
}

/** What a comparison draws: groups by facet, and the one that they are compared with. */
export interface ComparedGroups {
  facets: Facet[]
  difference?: Difference
  /** What groups get their colours by, in order; the baseline's too. */
  colourKeys: string[]
}

type GroupRules = Pick<Comparison, 'group' | 'colour' | 'dash' | 'facet' | 'baseline' | 'difference'>

/**
 * Groups the runs of a comparison. Throws invalid-input where its baseline is none of the runs.
 */
export function comparedGroups(runs: readonly ComparedRun[], rules: GroupRules): ComparedGroups {
  const { group, colour, dash, facet } = rules
  const own = Array.isArray(group) ? group : []
  const looks = [colour, dash].filter((path) => path !== null)
  const drawn = facet === null ? looks : [...looks, facet]
  const byKey = new Map<string, ComparedRun[]>()
  for (const run of runs) {
    const rest =
      group === 'seed' ? [run.study, armOf(run), armKey(run.config)] : group === 'run' ? [run.id] : []
    const key = JSON.stringify([rest, [...own, ...drawn].map((path) => fieldValue(run, path) ?? null)])
    byKey.set(key, [...(byKey.get(key) ?? []), run])
  }
  const members = [...byKey.values()]
  const labels = labelsOf(members, {
    facet,
    isSingle: group === 'run',
    ...(Array.isArray(group) ? { given: [...own, ...looks] } : {}),
  })
  const dashOf = places(runs, dash)
  const named = members.map((members, index): NamedGroup => {
    const [first] = members
    const label = labels[index] ?? ''
    const text = (path: string) => (first ? fieldText(first, path) : '')
    return {
      label,
      runs: members.map((run) => ({ ...run, label })),
      facet: facet === null ? '' : text(facet),
      ...(colour === null ? {} : { colourKey: text(colour) }),
      ...(dash === null
        ? {}
        : { dash: lineDashes[(dashOf.get(text(dash)) ?? 0) % lineDashes.length] ?? 'solid' }),
    }
  })
  const colourKeys = [...new Set(named.map((each) => each.colourKey ?? each.label))]
  if (dash === null)
    for (const each of named) {
      const own = dashAt(colourKeys.indexOf(each.colourKey ?? each.label))
      if (own) each.dash = own
    }
  const difference = differenceOf(runs, named, rules)
  const isBaseline = (run: ChartRun) => difference?.baseline.runs.some((other) => idOf(other) === idOf(run))
  const shown = difference ? named.filter((each) => !each.runs.every(isBaseline)) : named
  const titles = [...places(runs, facet).keys()]
  const facets =
    facet === null
      ? [{ title: '', groups: shown }]
      : titles.map((title) => ({ title, groups: shown.filter((each) => each.facet === title) }))
  return {
    facets: facets.filter(({ groups }) => groups.length > 0),
    colourKeys,
    ...(difference ? { difference } : {}),
  }
}

interface NamedGroup extends RunGroup {
  facet: string
}

function differenceOf(
  runs: readonly ComparedRun[],
  groups: readonly NamedGroup[],
  { baseline, difference }: GroupRules,
): Difference | undefined {
  if (difference === 'none' || baseline === null) return undefined
  const isBase = (run: ComparedRun) =>
    'run' in baseline ? run.id === baseline.run : isMeant(baseline.where, run)
  const ids = new Set(runs.filter(isBase).map(({ id }) => id))
  const inside = groups.flatMap((group) => group.runs).filter((run) => ids.has(idOf(run)))
  if (inside.length === 0) {
    const what = 'run' in baseline ? `run ${baseline.run}` : `a run with ${whereText(baseline.where)}`
    throw new AfterwordError('invalid-input', `baseline: ${what} is none of the runs compared`)
  }
  const label = [...new Set(inside.map((run) => run.label))].slice(0, 2).join(', ')
  return { kind: difference, baseline: { label, runs: inside } }
}

const whereText = (where: Readonly<Record<string, unknown>>): string =>
  Object.entries(where)
    .map(([path, value]) => `${path} = ${JSON.stringify(value)}`)
    .join(' and ')

const idOf = (run: ChartRun): string => run.id ?? ''

/** The value of a config field of a run; `study` and `arm` are fields too. */
export function fieldValue(run: ComparedRun, path: string): unknown {
  if (path === 'study') return run.study
  return path === 'arm' ? armOf(run) : getPath(run.config, splitPath(path))
}

const armOf = ({ point }: ComparedRun): unknown => point['arm'] ?? null

/** `longFraction 0.2`; an arm or a study by its name. */
function fieldText(run: ComparedRun, path: string, isWhole = false): string {
  const value = fieldValue(run, path)
  if (path === 'study' || path === 'arm') return typeof value === 'string' ? value : `no ${path}`
  const name = isWhole ? path : lastPart(path)
  return `${name} ${valueText(value)}`
}

/** A value as it is read; whole numbers in full: seeds may have many digits. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'none'
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : shareText(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The texts of a field, numbers in order, each with its place. */
function places(runs: readonly ComparedRun[], path: string | null): Map<string, number> {
  if (path === null) return new Map()
  const values = new Map(runs.map((run) => [fieldText(run, path), fieldValue(run, path)]))
  const sorted = [...values].sort(([, a], [, b]) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : 0,
  )
  return new Map(sorted.map(([text], index) => [text, index]))
}

/** How groups get their names. */
interface NameRules {
  /** Fields that names are made of; without them the axes of the runs' studies that differ. */
  given?: readonly string[]
  /** Stands over the panels, so not in the names: groups of two panels may have the same one. */
  facet: string | null
  /** Groups are runs: the seed tells them apart. */
  isSingle: boolean
}

/** A name for each group; where what it is made of leaves equal names in a panel, what else differs of the configs. */
function labelsOf(
  groups: readonly (readonly ComparedRun[])[],
  { given, facet, isSingle }: NameRules,
): string[] {
  const firsts = groups.flatMap(([run]) => run ?? [])
  const differs = (path: string) =>
    new Set(firsts.map((run) => JSON.stringify(fieldValue(run, path)) ?? '')).size > 1
  const axes = [...new Set(firsts.flatMap((run) => Object.keys(run.point)))]
  const found = axes.filter((path) => (isSingle || path !== 'seed') && path !== facet && differs(path))
  const paths = given ? [...new Set(given)] : found
  const nameOf = (run: ComparedRun, shown: readonly string[]) => {
    const ends = shown.map(lastPart)
    return shown
      .filter((path) => path !== 'arm' || armOf(run) !== null)
      .map((path) => fieldText(run, path, ends.filter((end) => end === lastPart(path)).length > 1))
      .join(', ')
  }
  const labels = firsts.map((run) => {
    const name = nameOf(run, paths)
    const hasStudy = name === '' || (!given && facet !== 'study' && differs('study'))
    return hasStudy ? [run.study, name].filter(Boolean).join(', ') : name
  })
  const panel = (index: number) => {
    const run = firsts[index]
    return run && facet !== null ? fieldText(run, facet) : ''
  }
  const equals = (names: readonly string[], index: number) =>
    [...names.keys()].filter((other) => names[other] === names[index] && panel(other) === panel(index))
  const more = differingPaths(
    firsts.filter((_, index) => equals(labels, index).length > 1),
    isSingle,
  ).filter((path) => !paths.includes(path) && path !== facet)
  const full = labels.map((label, index) => {
    const run = firsts[index]
    const rest = run && equals(labels, index).length > 1 ? nameOf(run, more.slice(0, MOST_PATHS)) : ''
    return [label, rest].filter(Boolean).join(', ')
  })
  return full.map((label, index) => {
    const place = equals(full, index).indexOf(index)
    return place < 1 ? label : `${label} (${place + 1})`
  })
}

/** What a field is called where there is little room. */
export const lastPart = (path: string): string => path.slice(path.lastIndexOf('.') + 1)

/** Config fields a name may take in where nothing else tells groups apart. */
const MOST_PATHS = 3

/** Config fields in which runs differ, names and descriptions aside. */
function differingPaths(runs: readonly ComparedRun[], isSingle: boolean): string[] {
  const leaves = runs.map(({ config }) => new Map(leavesOf(config, '')))
  const ignored = isSingle ? ['name', 'description'] : ['name', 'description', 'seed']
  return [...new Set(leaves.flatMap((each) => [...each.keys()]))].filter(
    (path) => !ignored.includes(path) && new Set(leaves.map((each) => each.get(path))).size > 1,
  )
}

function leavesOf(value: unknown, path: string): [string, string][] {
  if (!isRecord(value) && !Array.isArray(value)) return [[path, JSON.stringify(value) ?? '']]
  return Object.entries(value).flatMap(([key, child]) =>
    leavesOf(child, path === '' ? key : `${path}.${key}`),
  )
}
