// A field's value as the text of an input, and back. What does not read as the field's kind stays text: the parser then says
// what is wrong with it, beside the field. Pure.
import type { FormField } from '../../../shared/config/form'
import { ruleOf } from '../../../shared/config/words'

/** How an input shows a value: numbers as they are read back, lists with commas. */
export function toText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(toText).join(', ')
  if (typeof value === 'number') return numberText(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function numberText(value: number): string {
  const plain = String(value)
  return Math.abs(value) < 1e-3 && value !== 0 ? value.toExponential() : plain
}

/** The value an input's text stands for; undefined (take the field out) where it is empty and there is a default. */
export function fromText(field: FormField, text: string): unknown {
  const trimmed = text.trim()
  if (field.kind === 'text') {
    return trimmed === '' && !field.required ? undefined : text
  }
  if (trimmed === '') return field.nullable && field.default !== null ? null : undefined
  if (field.kind === 'list') return valuesFromText(field.item, trimmed)
  return scalarFromText(field, trimmed)
}

/** The values of a list or axis, typed with commas between them. */
export function valuesFromText(field: FormField | undefined, text: string): unknown[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => scalarFromText(field, part))
}

/** One value. */
export function scalarFromText(field: FormField | undefined, text: string): unknown {
  if (field?.kind === 'choice' || field?.kind === 'text') return text
  if (field?.nullable && (text === 'none' || text === 'null')) return null
  // Half-typed numbers ("1e", "-") stay text: the message beside the field says that a number is wanted.
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : text
}

/** What may be typed into a field, as a hint: `A whole number from 1 to 64`; lists by their items. */
export function fieldRule(field: FormField): string {
  const rule =
    field.kind === 'list' && !field.items ? `values with commas, each ${ruleOf(field.item)}` : ruleOf(field)
  return rule.charAt(0).toUpperCase() + rule.slice(1)
}
