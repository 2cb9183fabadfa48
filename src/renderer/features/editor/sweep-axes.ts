// The fields of a study that can be an axis of its sweep, for the value it has now. Pure.
import { activeFields, studyForm, type FormField } from '../../../shared/config/form'
import { getPath } from '../../../shared/config/paths'
import { studyFields } from '../../../shared/config/valid-path'

/** A field a sweep may vary. */
export interface AxisField {
  path: string
  title: string
  field: FormField
}

const notAxes = new Set([...studyFields, 'init'])

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
      return activeFields(field, value ?? field.default)
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

/** A range as the text of a study has it: what it leaves out is linear and not of whole numbers. */
export interface WrittenRange {
  min: number
  max: number
  scale?: 'log'
  integer?: true
}

/**
 * What a new axis of random draws starts with, for the value that the field has now: the choices it has; whole numbers up to
 * twice the value; shares from 0 to 1; of other positive numbers a tenth to ten times the value, on a log scale.
 */
export function firstDraws({ field }: AxisField, value: unknown): WrittenRange | unknown[] {
  if (field.kind === 'choice') return [...field.choices]
  if (field.kind !== 'integer' && field.kind !== 'number') return value === undefined ? [] : [value]
  const now = typeof value === 'number' ? value : 1
  const [lowest, highest] = [field.min ?? 0, field.max ?? Infinity]
  if (field.kind === 'integer') {
    const min = Math.max(lowest, 1)
    return { min, max: Math.min(highest, Math.max(2 * now, min + 1)), integer: true }
  }
  if (highest <= 1 || now <= 0) return { min: lowest, max: Math.min(highest, 1) }
  const times = (factor: number) => Number((now * factor).toPrecision(4))
  return { min: Math.max(lowest, times(0.1)), max: Math.min(highest, times(10)), scale: 'log' }
}
