// Dotted paths into a config (`stages.1.optimizer.learningRate`): read, write a copy, join. Values stay untouched.
import { AfterwordError } from '../errors'
import { isRecord } from './form'

/** The parts of a dotted path. */
export function splitPath(path: string): string[] {
  return path.split('.')
}

/** The value at a path, undefined where there is none. */
export function getPath(value: unknown, path: readonly string[]): unknown {
  let current = value
  for (const key of path) {
    if (Array.isArray(current)) current = /^\d+$/.test(key) ? (current as unknown[])[Number(key)] : undefined
    else current = isRecord(current) && Object.hasOwn(current, key) ? current[key] : undefined
  }
  return current
}

/**
 * A copy of `value` with `newValue` at a dotted path; groups on the way that are missing are made. Whether the key is a
 * valid one is left to the parser. Throws `invalid-input` where the path leads through a plain value or past a list's end.
 */
export function setPath(value: unknown, path: string, newValue: unknown): unknown {
  return setParts(value, splitPath(path), newValue, [])
}

function setParts(
  value: unknown,
  parts: readonly string[],
  newValue: unknown,
  done: readonly string[],
): unknown {
  const [key, ...rest] = parts
  if (key === undefined) return newValue
  const here = done.join('.')
  const path = [...done, ...parts].join('.')
  const set = (child: unknown) => setParts(child, rest, newValue, [...done, key])
  if (Array.isArray(value)) {
    const items = value as unknown[]
    if (/^\d+$/.test(key) && Number(key) < items.length)
      return items.map((item, index) => (index === Number(key) ? set(item) : item))
    const valid = items.length === 1 ? `${here}.0` : `${here}.0 to ${here}.${items.length - 1}`
    throw new AfterwordError(
      'invalid-input',
      `${path}: there is no ${here}.${key}; ${here} is a list${items.length > 0 ? ` with ${valid}` : ' without items'}`,
    )
  }
  if (value !== undefined && value !== null && !isRecord(value))
    throw new AfterwordError(
      'invalid-input',
      `${path}: ${here} is ${JSON.stringify(value)}, not a group of fields`,
    )
  const group = value ?? {}
  return { ...group, [key]: set(Object.hasOwn(group, key) ? group[key] : undefined) }
}
