// Every path of a run's config as a field of filters and columns, from the schema. Values are run-values.ts's business.
import { studyForm, type FormField } from '../config/form'
import { studyFields } from '../config/valid-path'

/** A path of the config without the places of lists: `stages.optimizer.learningRate`. */
export interface ConfigField {
  readonly path: string
  readonly kind: 'number' | 'choice' | 'flag' | 'text'
  readonly title: string
  readonly help: string
  /** The words a choice knows. */
  readonly choices: readonly string[]
}

/** All fields with a plain value, by path, in the order of the form. */
export const configFields: ReadonlyMap<string, ConfigField> = collect()

function collect(): Map<string, ConfigField> {
  const found = new Map<string, ConfigField>()
  for (const field of studyForm.fields) if (!studyFields.includes(field.key)) walk(field, [field.key], found)
  return found
}

function walk(field: FormField, path: readonly string[], found: Map<string, ConfigField>): void {
  switch (field.kind) {
    case 'group':
      for (const child of field.fields) walk(child, [...path, child.key], found)
      return
    case 'union':
      for (const member of field.members) {
        add(field.discriminator, path, [member.value], found)
        walk(member.field, path, found)
      }
      return
    case 'list':
      walk(field.item, path, found)
      return
    case 'integer':
    case 'number':
      return put({ path: path.join('.'), kind: 'number', ...wordsOf(field), choices: [] }, found)
    case 'choice':
      return put({ path: path.join('.'), kind: 'choice', ...wordsOf(field), choices: field.choices }, found)
    case 'any':
    case 'text':
      return put({ path: path.join('.'), kind: 'text', ...wordsOf(field), choices: [] }, found)
    case 'map':
      return
  }
}

function wordsOf({ title, description, unit }: FormField): { title: string; help: string } {
  return { title, help: unit === undefined ? description : `${description} In ${unit}.` }
}

function add(
  key: string,
  path: readonly string[],
  choices: readonly string[],
  found: Map<string, ConfigField>,
): void {
  const title = key.charAt(0).toUpperCase() + key.slice(1)
  put({ path: [...path, key].join('.'), kind: 'choice', title, help: '', choices }, found)
}

/** Members of a union may have a field in common; its choices are put together. */
function put(field: ConfigField, found: Map<string, ConfigField>): void {
  const known = found.get(field.path)
  if (known === undefined) found.set(field.path, field)
  else if (known.kind !== field.kind) found.set(field.path, { ...known, kind: 'text', choices: [] })
  else found.set(field.path, { ...known, choices: [...new Set([...known.choices, ...field.choices])] })
}
