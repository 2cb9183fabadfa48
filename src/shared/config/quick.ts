// The quick form of a study: the same study with the values of `quick` in place. Also how a dotted path that goes into the
// sweep or an arm is written, where the name itself has dots.
import { AfterwordError } from '../errors'
import { isRecord } from './form'
import { getPath, setPath } from './paths'

const RANDOM_AXES = 'random.axes.'

/** A study as written with its `quick` settings in place, and without `quick`. Throws `invalid-input` where a path leads nowhere. */
export function quickStudy(study: unknown): unknown {
  const quick = getPath(study, ['quick'])
  if (!isRecord(study) || !isRecord(quick)) return study
  const whole = Object.fromEntries(Object.entries(study).filter(([key]) => key !== 'quick'))
  return Object.entries(quick).reduce(
    (value, [path, setting]) => setStudyPath(value, path, setting),
    whole as unknown,
  )
}

/**
 * A copy of a study with a value at a dotted path. `sweep.task.bits` is the axis `task.bits`, `random.axes.task.bits` too, `arms.GRPO.stages.1.clip` the
 * field `stages.1.clip` of the arm GRPO, and `arms` with a list of names keeps those arms only. Throws `invalid-input`.
 */
export function setStudyPath(study: unknown, path: string, value: unknown): unknown {
  if (path.startsWith('sweep.')) return setEntry(study, 'sweep', path.slice('sweep.'.length), value)
  if (path.startsWith(RANDOM_AXES)) {
    const axes = getPath(study, ['random', 'axes'])
    const own = { ...(isRecord(axes) ? axes : {}), [path.slice(RANDOM_AXES.length)]: value }
    return setPath(study, 'random.axes', own)
  }
  if (path === 'arms' && Array.isArray(value)) return setPath(study, 'arms', chosenArms(study, value))
  if (!path.startsWith('arms.')) return setPath(study, path, value)
  const own = path.slice('arms.'.length)
  const names = Object.keys(armsOf(study)).filter((name) => own.startsWith(`${name}.`))
  const [name] = names.sort((a, b) => b.length - a.length)
  if (name === undefined) return setEntry(study, 'arms', own, value)
  return setEntry(study, 'arms', name, { ...armsOf(study)[name], [own.slice(name.length + 1)]: value })
}

function setEntry(study: unknown, group: 'sweep' | 'arms', key: string, value: unknown): unknown {
  const entries = getPath(study, [group])
  return setPath(study, group, { ...(isRecord(entries) ? entries : {}), [key]: value })
}

function chosenArms(study: unknown, names: readonly unknown[]): Record<string, unknown> {
  const arms = armsOf(study)
  return Object.fromEntries(
    names.map((name) => {
      const arm = arms[String(name)]
      if (arm !== undefined) return [String(name), arm]
      throw new AfterwordError(
        'invalid-input',
        `arms: there is no arm ${String(name)}; there are ${Object.keys(arms).join(', ') || 'none'}`,
      )
    }),
  )
}

function armsOf(study: unknown): Record<string, Record<string, unknown>> {
  const arms = getPath(study, ['arms'])
  return isRecord(arms) ? (arms as Record<string, Record<string, unknown>>) : {}
}
