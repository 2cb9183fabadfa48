// Whether a dotted path leads to a field of a run's config, for a given study; if not, the nearest one that does.
import { activeFields, childField, isRecord, studyForm, type FormField } from './form'
import { getPath, splitPath } from './paths'
import { listed, nearestName } from './words'

/** Fields that belong to the whole study: no axis and no arm sets them. */
export const studyFields: readonly string[] = [
  'name',
  'description',
  'origin',
  'about',
  'sweep',
  'random',
  'arms',
  'quick',
  'statements',
  'charts',
]

/** Why a path leads nowhere, with the nearest one that does; undefined where it is fine. */
export function unknownPath(path: string, base: unknown): string | undefined {
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
      const names = [...new Set(known)].filter((name) => index > 0 || !studyFields.includes(name))
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
