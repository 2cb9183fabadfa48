// A value without the fields that are wrong in themselves, so that the rules across the other fields can be told as well.
import type { z } from 'zod'
import { isRecord } from './form'
import { getPath } from './paths'

/**
 * The value less every field that an issue is about (for an item of a list: less the list), so that defaults hold there;
 * `faults` are the dotted paths taken out.
 */
export function withoutFaults(
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
): { value: unknown; faults: string[] } {
  const paths = issues.flatMap((issue) => {
    const path = issue.path.map(String)
    return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path]
  })
  const faults = paths.map((path) => groupMember(value, path)).filter((path) => path.length > 0)
  return {
    value: faults.reduce((rest, path) => without(rest, path), value),
    faults: faults.map((path) => path.join('.')),
  }
}

/** The path up to the last key that stands in a group. */
function groupMember(value: unknown, path: readonly string[]): readonly string[] {
  let end = path.length
  while (end > 0 && !isRecord(getPath(value, path.slice(0, end - 1)))) end--
  return path.slice(0, end)
}

function without(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return value
  if (Array.isArray(value))
    return value.map((item, index): unknown => (index === Number(key) ? without(item, rest) : item))
  if (!isRecord(value)) return value
  const entries = Object.entries(value)
  return Object.fromEntries(
    rest.length === 0
      ? entries.filter(([name]) => name !== key)
      : entries.map(([name, inner]) => [name, name === key ? without(inner, rest) : inner]),
  )
}
