// In which fields a study differs from a baseline: from what holds where nothing is written (defaults, and what an RL preset
// sets), or from another study as written, its saved file or its origin. Compared is what holds, so a default that is written out
// changes nothing. Pure.
import { activeFields, isRecord, studyForm, type FormField } from '../../../shared/config/form'
import { getPath } from '../../../shared/config/paths'

/** A field that says something else than the baseline. */
export interface FieldChange {
  /** What holds in the baseline; undefined where it has no such field. */
  readonly from: unknown
  readonly to: unknown
}

/** Parts of a study without controls in the form. */
const notInForm = new Set(['about', 'quick', 'statements', 'charts', 'origin'])

/**
 * The fields of the form, by dotted path, in which a study as written differs from `baseline` (undefined: from the defaults).
 * Lists, sweep, draws and arms are one field each, the stages a field for their number and one for each of their fields.
 */
export function fieldChanges(study: unknown, baseline: unknown): Map<string, FieldChange> {
  const own = heldFields(study)
  const other = baseline === undefined ? undefined : heldFields(baseline)
  const changes = new Map<string, FieldChange>()
  for (const [path, { value, standard }] of own) {
    const held = other === undefined ? standard : (other.get(path)?.value ?? standard)
    // Without a default and a baseline there is nothing that it could be changed from.
    const isOpen = other === undefined && standard === undefined && !optionalParts.has(path)
    if (!isOpen && !isEqual(held, value)) changes.set(path, { from: held, to: value })
  }
  return changes
}

/** Parts that are absent by default: having them is a change. */
const optionalParts = new Set(['sweep', 'random', 'arms', 'init.run', 'init.checkpoint'])

const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

interface HeldField {
  /** What holds: the value that is written, else the default. */
  readonly value: unknown
  readonly standard: unknown
}

function heldFields(study: unknown): Map<string, HeldField> {
  const found = new Map<string, HeldField>()
  for (const field of studyForm.fields)
    if (!notInForm.has(field.key)) collect(field, field.key, getPath(study, [field.key]), found)
  return found
}

function collect(field: FormField, path: string, written: unknown, found: Map<string, HeldField>): void {
  if (field.kind === 'group' || field.kind === 'union') {
    if (path === 'random') {
      found.set(path, { value: written, standard: undefined })
      return
    }
    const value = isRecord(written) ? written : field.default
    for (const child of activeFields(field, value))
      collect(child, `${path}.${child.key}`, isRecord(value) ? value[child.key] : undefined, found)
    return
  }
  if (path === 'stages' && field.kind === 'list') {
    const stages: readonly unknown[] = Array.isArray(written) ? written : []
    found.set(path, { value: stages.length, standard: undefined })
    stages.forEach((stage, index) => collect(field.item, `${path}.${index}`, stage, found))
    return
  }
  const isFixed = field.kind === 'choice' && field.required && field.choices.length === 1
  if (!isFixed) found.set(path, { value: written ?? field.default, standard: field.default })
}
