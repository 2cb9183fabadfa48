// What differs between configs: one entry a field, in the order of the first config that has it. Values are compared, not judged.
import { inlineYaml } from './inline-yaml'
import { isRecord } from './form'

/** A field in which configs differ, with the value of each; undefined where a config has no such field. */
export interface ConfigDifference {
  readonly path: readonly string[]
  readonly values: readonly unknown[]
}

/**
 * The fields in which configs differ, as deep as all of them have groups or lists there. A list that some have longer differs in
 * the items the others lack.
 */
export function configDifferences(configs: readonly unknown[]): ConfigDifference[] {
  return differencesAt(configs, [])
}

function differencesAt(values: readonly unknown[], path: readonly string[]): ConfigDifference[] {
  const parts = values.map(partsOf)
  const present = parts.filter((part, index) => part !== undefined || values[index] !== undefined)
  const groups = parts.filter((part) => part !== undefined)
  if (groups.length > 1 && groups.length === present.length) {
    const keys = new Set(groups.flatMap((part) => [...part.keys()]))
    return [...keys].flatMap((key) =>
      differencesAt(
        parts.map((part) => part?.get(key)),
        [...path, key],
      ),
    )
  }
  const isEqual = new Set(values.map((value) => JSON.stringify(value))).size < 2
  return isEqual ? [] : [{ path, values }]
}

/** The fields of a group or the items of a list; plain lists of numbers and words are values. */
function partsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (isRecord(value)) return new Map(Object.entries(value))
  const isList = Array.isArray(value) && value.some((item) => isRecord(item))
  return isList ? new Map(value.map((item: unknown, index) => [String(index), item])) : undefined
}

/** Most changes a line names. */
const NAMED = 3

/** `learningRate 0.001 → 0.003, seed 0 → 1`: what a config changed against another, in a line; '' where nothing differs. */
export function changeLine(before: unknown, after: unknown): string {
  const found = configDifferences([before, after]).filter(({ path }) => !isName(path))
  const named = found
    .slice(0, NAMED)
    .map(({ path, values: [from, to] }) => `${lastNames(path)} ${shortText(from)} → ${shortText(to)}`)
  const rest = found.length - named.length
  return [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(', ')
}

const isName = (path: readonly string[]): boolean => path[0] === 'name' || path[0] === 'description'

/** The last part of a path that says something: an item of a list goes with what it is in, `stages.1`. */
function lastNames(path: readonly string[]): string {
  const last = path.at(-1) ?? ''
  return /^\d+$/.test(last) ? path.slice(-2).join('.') : last
}

/** Longest value a line shows. */
const LONGEST = 32

/** A value of a config on one line; a dash where there is none. */
export function shortText(value: unknown, longest = LONGEST): string {
  if (value === undefined || value === null) return '–'
  const text = typeof value === 'string' ? value : inlineYaml(value)
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}
