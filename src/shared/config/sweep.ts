// The grid of a study: its arms (outermost) and the axes of its sweep, which of them are valid, and the points in order (the
// last axis changes fastest).
import { armProblems, armsAround, withArm, type Arms } from './arms'
import { problemAt, type ConfigProblem } from './problem'
import { getPath, setPath } from './paths'
import { isRecord } from './form'
import { studyFields, unknownPath } from './valid-path'

/** A point of the grid: dotted path -> value, and the arm's name under `arm`. */
export type SweepPoint = Record<string, unknown>
/** Axes by path. */
type SweepAxes = Readonly<Record<string, readonly unknown[]>>

/** What spans the points of a study. */
export interface Grid {
  readonly arms?: Arms
  readonly axes?: SweepAxes
}

/** Key of a point that holds the name of its arm. */
export const ARM_KEY = 'arm'
/** More runs than this are taken for a mistake. */
const MOST_RUNS = 10_000

/** The grid of a study as written; parts that do not have the right shape are left out: the schema refuses them. */
export function gridOf(value: unknown): Grid {
  const arms = getPath(value, ['arms'])
  const axes = getPath(value, ['sweep'])
  const isArms = isRecord(arms) && Object.values(arms).every(isRecord)
  const isAxes =
    isRecord(axes) && Object.values(axes).every((values) => Array.isArray(values) && values.length > 0)
  return { ...(isArms ? { arms: arms as Arms } : {}), ...(isAxes ? { axes: axes as SweepAxes } : {}) }
}

/** Every point of the grid, arms outermost, the last axis fastest; one empty point where there is no grid. */
export function sweepPoints({ arms, axes }: Grid): SweepPoint[] {
  const first: SweepPoint[] = arms ? Object.keys(arms).map((name) => ({ [ARM_KEY]: name })) : [{}]
  return Object.entries(axes ?? {}).reduce<SweepPoint[]>(
    (points, [path, values]) =>
      points.flatMap((point) => values.map((value) => ({ ...point, [path]: value }))),
    first,
  )
}

/** A config with a point's values written in: the arm's first. Throws `invalid-input` where a path leads nowhere. */
export function atPoint(base: unknown, point: SweepPoint, arms?: Arms): unknown {
  const { [ARM_KEY]: name, ...axes } = point
  const arm = typeof name === 'string' ? arms?.[name] : undefined
  return Object.entries(axes).reduce(
    (value, [path, setting]) => setPath(value, path, setting),
    arm === undefined ? base : withArm(base, arm),
  )
}

/** `arm GRPO, task.longFraction=0.1, seed=0`. */
export function pointName(point: SweepPoint): string {
  return Object.entries(point)
    .map(([path, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      return path === ARM_KEY ? `arm ${text}` : `${path}=${text}`
    })
    .join(', ')
}

/** What is wrong with arms and axes themselves; `base` is the study as written. */
export function gridProblems({ arms, axes }: Grid, base: unknown): ConfigProblem[] {
  const problems = [
    ...(arms ? armProblems(arms, Object.keys(axes ?? {}), base) : []),
    ...(axes ? sweepProblems(axes, arms, base) : []),
  ]
  const counts = [
    ...Object.values(axes ?? {}).map((values) => values.length),
    Object.keys(arms ?? { '': 0 }).length,
  ]
  const runs = counts.reduce((product, count) => product * count, 1)
  if (runs > MOST_RUNS)
    problems.push(problemAt(axes ? 'sweep' : 'arms', `must have at most ${MOST_RUNS} points, got ${runs}`))
  return problems
}

function sweepProblems(axes: SweepAxes, arms: Arms | undefined, base: unknown): ConfigProblem[] {
  const paths = Object.keys(axes)
  if (paths.length > 0)
    return paths.flatMap((path) => axisProblems(path, axes[path] ?? [], paths, arms, base))
  return [
    problemAt(
      'sweep',
      'must have at least 1 axis (a dotted path with a list of values); leave sweep out for a single run',
    ),
  ]
}

function axisProblems(
  path: string,
  values: readonly unknown[],
  paths: readonly string[],
  arms: Arms | undefined,
  base: unknown,
): ConfigProblem[] {
  const at = `sweep.${path}`
  const top = path.split('.')[0] ?? ''
  if (studyFields.includes(top))
    return [problemAt(at, `cannot be an axis: ${top} belongs to the whole study`)]
  const wrong = armsAround(base, arms).map((value) => unknownPath(path, value))
  if (wrong[0] !== undefined && wrong.every((message) => message !== undefined))
    return [problemAt(at, wrong[0])]
  const inner = paths.find((other) => other !== path && other.startsWith(`${path}.`))
  if (inner) return [problemAt(at, `overlaps with the axis ${inner}: one of them would overwrite the other`)]
  const texts = values.map((value) => JSON.stringify(value))
  const twice = texts.find((text, index) => texts.indexOf(text) !== index)
  return twice === undefined
    ? []
    : [problemAt(at, `has ${twice} twice: those runs will be the same`, 'warning')]
}
