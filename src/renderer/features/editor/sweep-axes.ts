// The fields of a study that can be an axis of its sweep, for the value it has now. Pure.
import { activeFields, studyForm, type FormField } from '../../../shared/config/form'
import { getPath } from '../../../shared/config/paths'

/** A field a sweep may vary. */
export interface AxisField {
  path: string
  title: string
  field: FormField
}

const notAxes = new Set(['name', 'description', 'sweep', 'init'])

/** Every leaf field with its dotted path; stages by their index. */
export function axisFields(value: unknown): AxisField[] {
  return studyForm.fields
    .filter((field) => !notAxes.has(field.key))
    .flatMap((field) => leaves(field, [field.key], field.title, value))
}

function leaves(field: FormField, path: readonly string[], title: string, study: unknown): AxisField[] {
  const value = getPath(study, path)
  switch (field.kind) {
    case 'group':
    case 'union':
      return activeFields(field, value)
        .filter((child) => !(child.kind === 'choice' && child.choices.length === 1))
        .flatMap((child) => leaves(child, [...path, child.key], `${title} / ${child.title}`, study))
    case 'list':
      if (field.items || !Array.isArray(value)) return []
      return value.flatMap((_, index) =>
        leaves(field.item, [...path, String(index)], `Stage ${index + 1}`, study),
      )
    case 'map':
      return []
    default:
      return [{ path: path.join('.'), title, field }]
  }
}
