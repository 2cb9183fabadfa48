// The grid of a study: which axes are valid, and its points in order (the last axis changes fastest).
import type { ConfigProblem } from './cross-field'
import { activeFields, childField, isRecord, studyForm, type FormField } from './form'
import { getPath, setPath, splitPath } from './paths'
import { listed, nearestName } from './words'

/** A point of the grid: dotted path -> value. */
export type SweepPoint = Record<string, unknown>
/** A study's grid: axes by path. */
export type SweepAxes = Readonly<Record<string, readonly unknown[]>>

/** More runs than this are taken for a mistake. */
const MOST_RUNS = 10_000
/** Fields of a study that are no axes: they name it. */
const NOT_AXES = ['name', 'description', 'sweep']

/** Every point of the grid, the last axis fastest; one empty point where there is no sweep. */
export function sweepPoints(axes: SweepAxes | undefined): SweepPoint[] {
  return Object.entries(axes ?? {}).reduce<SweepPoint[]>(
    (points, [path, values]) =>
      points.flatMap((point) => values.map((value) => ({ ...point, [path]: value }))),
    [{}],
  )
}

/** A config with a point's values written in. */
export function atPoint(base: unknown, point: SweepPoint): unknown {
  return Object.entries(point).reduce((value, [path, setting]) => setPath(value, path, setting), base)
}

/** `task.longFraction=0.1, seed=0`. */
export function pointName(point: SweepPoint): string {
  return Object.entries(point)
    .map(([path, value]) => `${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
}

/** What is wrong with the axes themselves; `base` is the study as written. */
export function sweepProblems(axes: SweepAxes, base: unknown): ConfigProblem[] {
  const paths = Object.keys(axes)
  if (paths.length === 0)
    return [
      {
        path: 'sweep',
        message:
          'must have at least 1 axis (a dotted path with a list of values); leave sweep out for a single run',
        severity: 'error',
      },
    ]
  const problems = paths.flatMap((path) => axisProblems(path, axes[path] ?? [], paths, base))
  const runs = Object.values(axes).reduce((product, values) => product * values.length, 1)
  if (runs > MOST_RUNS)
    problems.push({
      path: 'sweep',
      message: `must have at most ${MOST_RUNS} points, got ${runs}`,
      severity: 'error',
    })
  return problems
}

function axisProblems(
  path: string,
  values: readonly unknown[],
  paths: readonly string[],
  base: unknown,
): ConfigProblem[] {
  const at = `sweep.${path}`
  const problem = (message: string, severity: 'error' | 'warning' = 'error') => [
    { path: at, message, severity },
  ]
  const top = splitPath(path)[0] ?? ''
  if (NOT_AXES.includes(top)) return problem(`cannot be an axis: ${top} belongs to the whole study`)
  const wrong = unknownPath(path, base)
  if (wrong) return problem(wrong)
  const inner = paths.find((other) => other !== path && other.startsWith(`${path}.`))
  if (inner) return problem(`overlaps with the axis ${inner}: one of them would overwrite the other`)
  const texts = values.map((value) => JSON.stringify(value))
  const twice = texts.find((text, index) => texts.indexOf(text) !== index)
  return twice === undefined ? [] : problem(`has ${twice} twice: those runs will be the same`, 'warning')
}

/** Why a path leads nowhere, with the nearest one that does; undefined where it is fine. */
function unknownPath(path: string, base: unknown): string | undefined {
  const parts = splitPath(path)
  let fields: FormField[] = [studyForm]
  for (const [index, key] of parts.entries()) {
    const here = parts.slice(0, index)
    const value = getPath(base, here)
    if (Array.isArray(value) && !(/^\d+$/.test(key) && Number(key) < value.length)) {
      const valid = value.map((_, item) => [...here, item].join('.'))
      return `is no path of the config: ${here.join('.')} has ${value.length} item${value.length === 1 ? '' : 's'} (${listed(valid)})`
    }
    const next = fields
      .flatMap((field) => branches(field, value))
      .flatMap((field) => childField(field, key, value) ?? [])
    if (next.length === 0) {
      const known = fields.flatMap((field) => branches(field, value)).flatMap(namesOf)
      const names = [...new Set(known)].filter((name) => index > 0 || !NOT_AXES.includes(name))
      const nearest = nearestName(key, names)
      const rest = parts.slice(index + 1)
      if (nearest) return `is no path of the config; did you mean ${[...here, nearest, ...rest].join('.')}?`
      return names.length === 0
        ? `is no path of the config: ${here.join('.')} has no fields`
        : `is no path of the config; valid there: ${listed(names.map((name) => [...here, name].join('.')))}`
    }
    fields = next
  }
  return undefined
}

/** A field, or for a union all its groups: another axis may choose the member. */
function branches(field: FormField, value: unknown): FormField[] {
  if (field.kind !== 'union') return [field]
  const chosen = isRecord(value) ? value[field.discriminator] : undefined
  const members = field.members.filter((member) => field.discriminator !== 'kind' || member.value === chosen)
  const inner = (members.length > 0 ? members : field.members).flatMap((member) =>
    branches(member.field, value),
  )
  return [field, ...inner]
}

function namesOf(field: FormField): string[] {
  if (field.kind === 'group' || field.kind === 'union')
    return activeFields(field, undefined).map((child) => child.key)
  return []
}
