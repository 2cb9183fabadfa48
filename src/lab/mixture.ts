// A stage's data mixture over time: points of a schedule, linear in between and constant outside. Pure numbers.
import type { PretrainStage } from '../shared/config/schema'
import type { Mixture } from '../shared/tasks/task'

/** Points of a schedule as a stage's `mixture` gives them; `at` is 0 at the stage's first step and 1 at its last. */
export type MixturePoints = PretrainStage['mixture']

/**
 * The mixture of a step (from 1) of `steps`. Long fraction and levels follow the points that give them; what no point gives is
 * that of `otherwise`. Lists of levels of different lengths are filled up with zeros.
 */
export function mixtureAt(
  points: MixturePoints,
  step: number,
  steps: number,
  otherwise: Mixture = {},
): Mixture {
  const at = steps === 1 ? 0 : (step - 1) / (steps - 1)
  const sorted = [...points].sort((a, b) => a.at - b.at)
  const longFraction = along(
    sorted.flatMap((point) =>
      point.longFraction === undefined ? [] : [{ at: point.at, values: [point.longFraction] }],
    ),
    at,
  )?.[0]
  const levels = along(
    sorted.flatMap((point) => (point.levels === undefined ? [] : [{ at: point.at, values: point.levels }])),
    at,
  )
  return {
    ...otherwise,
    ...(longFraction === undefined ? {} : { longFraction }),
    ...(levels === undefined ? {} : { levels }),
  }
}

interface Knot {
  readonly at: number
  readonly values: readonly number[]
}

/** Values at a place along sorted knots; undefined where there is no knot. At a jump (two knots at one place) the later one. */
function along(knots: readonly Knot[], at: number): number[] | undefined {
  const after = knots.find((knot) => knot.at > at)
  const before = knots.filter((knot) => knot.at <= at).at(-1) ?? after
  if (before === undefined) return undefined
  const end = after ?? before
  const share = end.at === before.at ? 0 : (at - before.at) / (end.at - before.at)
  const length = Math.max(before.values.length, end.values.length)
  return Array.from({ length }, (_, index) => {
    const [from = 0, to = 0] = [before.values[index], end.values[index]]
    return from + share * (to - from)
  })
}
