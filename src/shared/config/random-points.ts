// Points drawn at random from axes that each span a range or list some values. Every value is a function of seed, path and
// number of the draw, so a study always draws the same points, more of them begin with the same ones, and an axis that is added
// leaves the values of the others as they are. What is wrong with an axis is said here too; whether its path is one is not.
import { problemAt, type ConfigProblem } from './problem'

/** A range that an axis is drawn from: both ends included. */
interface RandomRange {
  readonly min: number
  readonly max: number
  readonly scale: 'linear' | 'log'
  readonly integer: boolean
}
/** What an axis is drawn from: a range, or values that are equally likely. */
export type RandomAxis = RandomRange | readonly unknown[]
/** `random` of a study, complete. */
export interface RandomDraws {
  readonly count: number
  readonly seed: number
  readonly axes: Readonly<Record<string, RandomAxis>>
}

/**
 * Digits of a drawn number behind the first one of its range: few enough to read, and enough for more different values than the
 * most points there may be.
 */
const DIGITS = 4
/** Most points a study draws: as many as it may have runs. */
export const MOST_DRAWS = 10_000

/** The points in the order they are drawn, no two equal; at most as many as the axes have. */
export function randomPoints({ count, seed, axes }: RandomDraws): Record<string, unknown>[] {
  const wanted = Math.min(count, distinctPoints(axes))
  const found = new Map<string, Record<string, unknown>>()
  for (let draw = 0; found.size < wanted; draw++) {
    const point = Object.fromEntries(
      Object.entries(axes).map(([path, axis]) => [path, drawn(axis, share(seed, path, draw))]),
    )
    const key = JSON.stringify(point)
    if (!found.has(key)) found.set(key, point)
  }
  return [...found.values()]
}

/** The value of an axis at a share of it, in [0, 1): linear in the range, or in its logarithm. */
export function drawn(axis: RandomAxis, at: number): unknown {
  if (isList(axis)) return axis[Math.floor(at * axis.length)]
  const { min, max, scale, integer } = axis
  const isLog = scale === 'log'
  if (integer) {
    // P(n) is the length of [n, n + 1) on the scale.
    const value = isLog ? min * ((max + 1) / min) ** at : min + at * (max + 1 - min)
    return Math.min(max, Math.floor(value))
  }
  const value = isLog ? min * (max / min) ** at : min + at * (max - min)
  return Math.min(max, Math.max(min, rounded(value, isLog ? Math.min(value, max - min) : max - min)))
}

/** A number with `DIGITS` digits behind the first one of `size`. */
function rounded(value: number, size: number): number {
  const place = DIGITS - Math.floor(Math.log10(size))
  return place > 0
    ? Number(value.toFixed(Math.min(100, place)))
    : Math.round(value / 10 ** -place) * 10 ** -place
}

/**
 * A share in [0, 1) for a draw of an axis: the 53 bits of two chains of multiply and xor-shift over the key's characters
 * (cyrb53, public domain), the same everywhere.
 */
function share(seed: number, path: string, draw: number): number {
  const key = `${seed} ${path} ${draw}`
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let index = 0; index < key.length; index++) {
    const code = key.charCodeAt(index)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return ((low >>> 0) * 2 ** 21 + (high >>> 11)) / 2 ** 53
}

const isList = (axis: RandomAxis): axis is readonly unknown[] => Array.isArray(axis)

/** Different points that the axes have, as far as that is known: without end where a range is not of whole numbers. */
function distinctPoints(axes: RandomDraws['axes']): number {
  return Object.values(axes).reduce<number>((product, axis) => product * distinctValues(axis), 1)
}

function distinctValues(axis: RandomAxis): number {
  if (isList(axis)) return new Set(axis.map((value) => JSON.stringify(value))).size
  if (axis.min >= axis.max) return 1
  return axis.integer ? axis.max - axis.min + 1 : Infinity
}

/** What is wrong with count and axes in themselves, and what is only worth knowing. */
export function randomProblems({ count, axes }: RandomDraws): ConfigProblem[] {
  const paths = Object.keys(axes)
  if (paths.length === 0)
    return [
      problemAt(
        'random.axes',
        'must have at least 1 axis (a dotted path with a range or values); leave random out for none',
      ),
    ]
  const ofAxes = paths.flatMap((path) => {
    const axis = axes[path]
    return axis === undefined || isList(axis) ? [] : rangeProblems(`random.axes.${path}`, axis)
  })
  if (ofAxes.length > 0) return ofAxes
  const most = distinctPoints(axes)
  return count <= most
    ? []
    : [
        problemAt(
          'random.count',
          `must be at most ${most}: random.axes has no more different points, got ${count}`,
        ),
      ]
}

function rangeProblems(at: string, { min, max, scale, integer }: RandomRange): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  if (min >= max) problems.push(problemAt(at, `min must be below max, got min ${min} and max ${max}`))
  if (scale === 'log' && min <= 0)
    problems.push(problemAt(at, `min must be above 0 with scale log, got ${min}`))
  if (integer && !(Number.isInteger(min) && Number.isInteger(max)))
    problems.push(problemAt(at, `min and max must be whole numbers with integer true, got ${min} and ${max}`))
  return problems
}
