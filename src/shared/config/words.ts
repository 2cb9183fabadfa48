// Rules and values in plain words, and the nearest valid name to a mistyped one. Words only; nothing is checked here.
import type { FormField, NumberField, TextField } from './form'
import { assertNever } from '../assert'

/** Largest number of names a message lists. */
const LISTED = 16
/** Longest value a message quotes. */
const QUOTED = 60

/** What a value of this field must be, to go after "must be": `a whole number from 1 to 64`. */
export function ruleOf(field: FormField): string {
  return field.nullable ? `${plainRule(field)}, or null for none` : plainRule(field)
}

function plainRule(field: FormField): string {
  switch (field.kind) {
    case 'integer':
      return `a whole number${range(field)}`
    case 'number':
      return `a number${range(field)}`
    case 'text':
      return textRule(field)
    case 'choice':
      return orList(field.choices)
    case 'list': {
      if (field.items) return `a list of ${field.items.length} items, each ${ruleOf(field.item)}`
      const size =
        field.minItems > 0 ? ` with at least ${field.minItems} item${field.minItems > 1 ? 's' : ''}` : ''
      return `a list${size}`
    }
    case 'group':
      return `a group of fields (${listed(field.fields.map((child) => child.key))})`
    case 'union':
      return `a group of fields with ${field.discriminator}: ${orList(field.members.map((member) => member.value))}`
    case 'map':
      if (field.item.kind === 'map') return 'a group of names, each with dotted paths and their values'
      if (field.item.kind === 'any' && field.item.rule !== undefined)
        return 'a group of axes, each a dotted path with a range or values'
      return field.item.kind === 'list'
        ? 'a group of axes, each a dotted path with its values'
        : 'a group of dotted paths, each with its value'
    case 'any':
      return field.rule ?? 'a value'
    default:
      return assertNever(field)
  }
}

function range({ min, max, exclusiveMin, exclusiveMax }: NumberField): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`
  const low =
    min === undefined ? (exclusiveMin === undefined ? '' : `above ${exclusiveMin}`) : `at least ${min}`
  const high =
    max === undefined ? (exclusiveMax === undefined ? '' : `below ${exclusiveMax}`) : `at most ${max}`
  const both = [low, high].filter((part) => part !== '').join(' and ')
  return both === '' ? '' : min === undefined ? ` ${both}` : ` of ${both}`
}

function textRule({ minLength = 0, maxLength, pattern, example }: TextField): string {
  if (example !== undefined) return `text like "${example}"`
  if (pattern !== undefined) return `text that matches ${pattern}`
  if (maxLength !== undefined) return `text of ${minLength} to ${maxLength} characters`
  return minLength > 0 ? 'text, not empty' : 'text'
}

/** A value as a message shows it, shortened where it is long. */
export function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))
  return text.length > QUOTED ? `${text.slice(0, QUOTED - 1)}…` : text
}

/** `a`, `a or b`, `a, b or c`. */
function orList(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? 'nothing') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}

/** Names for a message, with the count of those left out where there are many. */
export function listed(names: readonly string[]): string {
  const rest = names.length - LISTED
  return rest > 0 ? `${names.slice(0, LISTED).join(', ')} and ${rest} more` : names.join(', ')
}

/** The name nearest to a mistyped one by edits, letter case nearly free; undefined where all are far off. */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  const scored = names
    .map((name) => ({ name, distance: editDistance(typed.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const best = scored[0]
  const limit = Math.max(2, Math.floor(typed.length / 2))
  return best && best.distance <= limit && best.distance < best.name.length ? best.name : undefined
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number) => rows[row]?.[column] ?? Infinity
  for (let row = 1; row <= a.length; row++) {
    rows.push([row])
    for (let column = 1; column <= b.length; column++) {
      const isEqual = a[row - 1] === b[column - 1]
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      rows[row]?.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (isEqual ? 0 : 1),
          isSwap ? at(row - 2, column - 2) + 1 : Infinity,
        ),
      )
    }
  }
  return at(a.length, b.length)
}
