// Arms of a study: named variants that set several fields at once (dotted path -> value). Which arms are valid, and a config
// with an arm written in. They are one more axis of the grid, the outermost; axes of the sweep are written after them.
import { problemAt, type ConfigProblem } from './problem'
import { setPath } from './paths'
import { studyFields, unknownPath } from './valid-path'

/** What an arm sets: dotted path -> value; a whole stage or list of stages is a value too. */
export type Arm = Readonly<Record<string, unknown>>
/** Arms by name. */
export type Arms = Readonly<Record<string, Arm>>

/** Longest name: it stands in legends. */
const LONGEST_NAME = 60

/** A config with an arm's values written in. Throws `invalid-input` where a path leads nowhere. */
export function withArm(base: unknown, arm: Arm): unknown {
  return Object.entries(arm).reduce((value, [path, setting]) => setPath(value, path, setting), base)
}

/** The study with each arm written in, as far as its paths lead somewhere; the study itself where there are no arms. */
export function armsAround(base: unknown, arms: Arms | undefined): unknown[] {
  return arms === undefined ? [base] : Object.values(arms).map((arm) => withArmWhereItFits(base, arm))
}

function withArmWhereItFits(base: unknown, arm: Arm): unknown {
  return Object.entries(arm).reduce((value, setting) => {
    try {
      return withArm(value, Object.fromEntries([setting]))
    } catch {
      return value
    }
  }, base)
}

/** Paths of axes by the part of the study they stand in: `sweep`, `random.axes`. */
type AxisPaths = Readonly<Record<string, readonly string[]>>

/** What is wrong with the arms themselves; `base` is the study as written. */
export function armProblems(arms: Arms, axes: AxisPaths, base: unknown): ConfigProblem[] {
  const names = Object.keys(arms)
  if (names.length === 0)
    return [
      problemAt('arms', 'must have at least 1 arm (a name with the fields it sets); leave arms out for none'),
    ]
  const texts = names.map((name) => JSON.stringify(arms[name]))
  return names.flatMap((name, index) => {
    const arm = arms[name] ?? {}
    const twin = names[texts.indexOf(texts[index] ?? '')]
    return [
      ...nameProblems(name),
      ...Object.keys(arm).flatMap((path) => settingProblems(name, path, arm, axes, base)),
      ...(twin === undefined || twin === name
        ? []
        : [
            problemAt(
              `arms.${name}`,
              `sets the same as the arm ${twin}: those runs will be the same`,
              'warning',
            ),
          ]),
    ]
  })
}

function nameProblems(name: string): ConfigProblem[] {
  if (name.trim() !== '' && name.length <= LONGEST_NAME) return []
  return [
    problemAt(
      'arms',
      `an arm must have a name of 1 to ${LONGEST_NAME} characters, got ${JSON.stringify(name)}`,
    ),
  ]
}

function settingProblems(
  name: string,
  path: string,
  arm: Arm,
  axes: AxisPaths,
  base: unknown,
): ConfigProblem[] {
  const at = `arms.${name}.${path}`
  const top = path.split('.')[0] ?? ''
  if (studyFields.includes(top))
    return [problemAt(at, `cannot be set by an arm: ${top} belongs to the whole study`)]
  const wrong = unknownPath(path, withArmWhereItFits(base, arm))
  if (wrong) return [problemAt(at, wrong)]
  const isAround = (outer: string, inner: string) => outer === inner || inner.startsWith(`${outer}.`)
  const inner = Object.keys(arm).find((other) => other !== path && isAround(path, other))
  if (inner)
    return [problemAt(at, `overlaps with ${inner} of the same arm: one of them would overwrite the other`)]
  const axis = Object.entries(axes).flatMap(([group, paths]) =>
    paths.filter((each) => isAround(each, path)).map((each) => `${group}.${each}`),
  )[0]
  return axis ? [problemAt(at, `overlaps with the axis ${axis}, which would overwrite it`)] : []
}
