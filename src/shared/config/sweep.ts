// The points of a study: its arms (outermost), its random draws, and the axes of its sweep, which of them are valid, and the
// points in order (the last axis changes fastest).
import { armProblems, armsAround, withArm, type Arms } from './arms'
import { problemAt, type ConfigProblem } from './problem'
import { getPath, setPath } from './paths'
import { isRecord } from './form'
import { MOST_DRAWS, randomPoints, randomProblems, type RandomDraws } from './random-points'
import { randomSchema } from './schema'
import { studyFields, unknownPath } from './valid-path'

/** A point of the grid: dotted path -> value, and the arm's name under `arm`. */
export type SweepPoint = Record<string, unknown>
/** Axes by path. */
type SweepAxes = Readonly<Record<string, readonly unknown[]>>

/** What spans the points of a study. */
export interface Grid {
  readonly arms?: Arms
  readonly random?: RandomDraws
  readonly axes?: SweepAxes
}

/** Key of a point that holds the name of its arm. */
export const ARM_KEY = 'arm'
/** More runs than this are taken for a mistake. */
const MOST_RUNS = MOST_DRAWS

/** The grid of a study as written; parts that do not have the right shape are left out: the schema refuses them. */
export function gridOf(value: unknown): Grid {
  const arms = getPath(value, ['arms'])
  const axes = getPath(value, ['sweep'])
  const isArms = isRecord(arms) && Object.values(arms).every(isRecord)
  const isAxes =
    isRecord(axes) && Object.values(axes).every((values) => Array.isArray(values) && values.length > 0)
  const random = randomSchema.safeParse(getPath(value, ['random']))
  return {
    ...(isArms ? { arms: arms as Arms } : {}),
    ...(random.success ? { random: random.data } : {}),
    ...(isAxes ? { axes: axes as SweepAxes } : {}),
  }
}

/** Every point, arms outermost, then the draws, the last axis fastest; one empty point where there is nothing of these. */
export function sweepPoints({ arms, random, axes }: Grid): SweepPoint[] {
  const ofArms: SweepPoint[] = arms ? Object.keys(arms).map((name) => ({ [ARM_KEY]: name })) : [{}]
  const draws = random ? randomPoints(random) : [{}]
  const first = ofArms.flatMap((arm) => draws.map((draw) => ({ ...arm, ...draw })))
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

/** What is wrong with arms, draws and axes themselves; `base` is the study as written. */
export function gridProblems({ arms, random, axes }: Grid, base: unknown): ConfigProblem[] {
  const gridPaths = Object.keys(axes ?? {})
  const drawnPaths = Object.keys(random?.axes ?? {})
  const paths = [...gridPaths, ...drawnPaths]
  const bases = armsAround(base, arms)
  const problems = [
    ...(arms ? armProblems(arms, { sweep: gridPaths, 'random.axes': drawnPaths }, base) : []),
    ...(random ? randomProblems(random) : []),
    ...drawnPaths.flatMap((path) => pathProblems('random.axes', path, paths, bases)),
    ...drawnPaths.flatMap((path) => {
      const twice = gridPaths.includes(path)
      return twice
        ? [problemAt(`random.axes.${path}`, `is an axis of the sweep too, which would overwrite it`)]
        : []
    }),
    ...(axes && gridPaths.length === 0 ? [noAxis] : []),
    ...gridPaths.flatMap((path) => {
      const wrong = pathProblems('sweep', path, paths, bases)
      return wrong.length > 0 ? wrong : valueProblems(path, axes?.[path] ?? [])
    }),
  ]
  const counts = [
    ...Object.values(axes ?? {}).map((values) => values.length),
    Object.keys(arms ?? { '': 0 }).length,
    random?.count ?? 1,
  ]
  const runs = counts.reduce((product, count) => product * count, 1)
  const place = axes ? 'sweep' : random ? 'random.count' : 'arms'
  if (runs > MOST_RUNS) problems.push(problemAt(place, `must have at most ${MOST_RUNS} points, got ${runs}`))
  return problems
}

const noAxis = problemAt(
  'sweep',
  'must have at least 1 axis (a dotted path with a list of values); leave sweep out for a single run',
)

/** What is wrong with the path of an axis; `paths` are those of all axes. */
function pathProblems(
  group: 'sweep' | 'random.axes',
  path: string,
  paths: readonly string[],
  bases: readonly unknown[],
): ConfigProblem[] {
  const at = `${group}.${path}`
  const top = path.split('.')[0] ?? ''
  if (studyFields.includes(top))
    return [problemAt(at, `cannot be an axis: ${top} belongs to the whole study`)]
  const wrong = bases.map((value) => unknownPath(path, value))
  if (wrong[0] !== undefined && wrong.every((message) => message !== undefined))
    return [problemAt(at, wrong[0])]
  const inner = paths.find((other) => other !== path && other.startsWith(`${path}.`))
  return inner
    ? [problemAt(at, `overlaps with the axis ${inner}: one of them would overwrite the other`)]
    : []
}

function valueProblems(path: string, values: readonly unknown[]): ConfigProblem[] {
  const texts = values.map((value) => JSON.stringify(value))
  const twice = texts.find((text, index) => texts.indexOf(text) !== index)
  return twice === undefined
    ? []
    : [problemAt(`sweep.${path}`, `has ${twice} twice: those runs will be the same`, 'warning')]
}
