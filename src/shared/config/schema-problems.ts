// What zod found wrong with a study, said in the schema's own terms: which field, what it must be, what it is; an
// unknown key gets the nearest valid one at that place.
import type { z } from 'zod'
import { activeFields, childField, fieldAt, isRecord, type FormField, type UnionField } from './form'
import { getPath } from './paths'
import type { ConfigProblem } from './problem'
import { listed, nearestName, ruleOf, shown } from './words'

type Issue = z.core.$ZodIssue

/** Members of a union that a message lists. */
const MOST_OWNERS = 3

/** One problem a field that is wrong, missing or unknown; `value` is what was parsed. */
export function schemaProblems(issues: readonly Issue[], value: unknown): ConfigProblem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map(String)
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], value))
    return [wrongValue(path, value, issue.message)]
  })
}

function wrongValue(path: readonly string[], value: unknown, fallback: string): ConfigProblem {
  const field = fieldAt(path, value)
  const actual = getPath(value, path)
  const rule = field ? `must be ${ruleOf(field)}` : fallback
  const message =
    actual === undefined && path.length > 0 ? `is missing; it ${rule}` : `${rule}, got ${shown(actual)}`
  return { path: path.join('.'), message, severity: 'error' }
}

function unknownKey(path: readonly string[], value: unknown): ConfigProblem {
  const parent = path.slice(0, -1)
  const key = path.at(-1) ?? ''
  const field = fieldAt(parent, value)
  const group = getPath(value, parent)
  const message = `unknown key${hint(key, parent, field, group)}`
  return { path: path.join('.'), message, severity: 'error' }
}

function hint(key: string, parent: readonly string[], field: FormField | undefined, group: unknown): string {
  if (field?.kind !== 'group' && field?.kind !== 'union') return ''
  const children = activeFields(field, group)
  const names = children.map((child) => child.key)
  const owners = children.filter(
    (child) => child.kind === 'group' && child.fields.some((inner) => inner.key === key),
  )
  const deeper = owners.find((child) => !child.advanced) ?? owners[0]
  if (deeper) return `; did you mean ${[...parent, deeper.key, key].join('.')}?`
  const nearest = nearestName(key, names)
  const elsewhere = field.kind === 'union' ? membersWith(field, key) : ''
  if (elsewhere) return ` of ${chosen(field, group)}; it belongs to ${elsewhere}`
  const which = chosen(field, group)
  const where = which ? ` of ${which}` : ''
  return nearest ? `${where}; did you mean ${nearest}?` : `${where}; valid keys: ${listed(names)}`
}

/** `kind pretrain` or `algorithm grpo`: the member of a union that a value chose. */
function chosen(field: FormField, value: unknown): string {
  if (field.kind !== 'union' || !isRecord(value)) return ''
  const member = field.members.find((candidate) => candidate.value === value[field.discriminator])
  if (!member) return ''
  return chosen(member.field, value) || `${field.discriminator} ${member.value}`
}

/** The members of a union that do have a key, innermost discriminator first: `algorithm star`. */
function membersWith(union: UnionField, key: string): string {
  const owners = union.members.flatMap((member): string[] => {
    if (member.field.kind === 'union') {
      const inner = membersWith(member.field, key)
      return inner === '' ? [] : [inner]
    }
    return childField(member.field, key, undefined) ? [`${union.discriminator} ${member.value}`] : []
  })
  const [first] = owners
  return first !== undefined && owners.length > MOST_OWNERS
    ? `${first} and ${owners.length - 1} more`
    : owners.join(' and ')
}
