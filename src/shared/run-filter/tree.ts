// A run filter as a tree, as it was written: names are not looked up yet. Printing a tree and parsing the text gives the tree.
import { assertNever } from '../assert'
import type { FilterOperator, Span } from './tokens'

/** A field's name as it was written. */
export interface FilterName {
  readonly name: string
  readonly at: Span
}

/** A value as it was written; with `flags` it is a regular expression. */
export interface FilterValue {
  readonly text: string
  readonly isQuoted: boolean
  readonly flags?: string
  readonly at: Span
}

/** `text`: a word to be found, or the name of a flag such as `starred`. */
export type FilterNode =
  | { readonly kind: 'all' }
  | { readonly kind: 'and' | 'or'; readonly items: readonly FilterNode[] }
  | { readonly kind: 'not'; readonly item: FilterNode }
  | {
      readonly kind: 'compare'
      readonly field: FilterName
      readonly operator: FilterOperator
      readonly value: FilterValue
    }
  | { readonly kind: 'in'; readonly field: FilterName; readonly values: readonly FilterValue[] }
  | { readonly kind: 'has'; readonly field: FilterName }
  | { readonly kind: 'text'; readonly value: FilterValue }

/** Words that join or turn conditions; in quotes they are text. */
export const filterKeywords: readonly string[] = ['and', 'or', 'not', 'in', 'has']

/** `and` or `or` of some conditions: the only one itself, nested ones of the same kind in one list. */
export function joined(kind: 'and' | 'or', items: readonly FilterNode[]): FilterNode {
  const flat = items.flatMap((item) => (item.kind === kind ? item.items : [item]))
  const [only] = flat
  return only !== undefined && flat.length === 1 ? only : { kind, items: flat }
}

/** The filter as text. */
export function printFilter(node: FilterNode): string {
  switch (node.kind) {
    case 'all':
      return ''
    case 'and':
    case 'or':
      return node.items.map((item) => printInside(item, node.kind)).join(` ${node.kind} `)
    case 'not':
      return `not ${printInside(node.item, 'not')}`
    case 'compare':
      return `${node.field.name} ${node.operator} ${printValue(node.value)}`
    case 'in':
      return `${node.field.name} in (${node.values.map(printValue).join(', ')})`
    case 'has':
      return `has(${node.field.name})`
    case 'text':
      return printValue(node.value)
    default:
      return assertNever(node)
  }
}

/** `or` binds least and `not` most. */
function printInside(node: FilterNode, outer: 'and' | 'or' | 'not'): string {
  const isLooser = (node.kind === 'or' && outer !== 'or') || (node.kind === 'and' && outer !== 'and')
  return isLooser ? `(${printFilter(node)})` : printFilter(node)
}

function printValue({ text, isQuoted, flags }: FilterValue): string {
  if (flags !== undefined) return `/${text}/${flags}`
  return isQuoted ? quoted(text) : text
}

/** A text in quotes. */
function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

/** A value as it has to be written: in quotes where it would be read as something else. */
export function writtenValue(text: string): string {
  const isPlain = /^[^\s()=<>~,!:"'/][^\s()=<>~,!:"']*$/.test(text)
  return isPlain && !filterKeywords.includes(text.toLowerCase()) ? text : quoted(text)
}

/** Whether a filter names a field, as it was written. */
export function filterMentions(node: FilterNode, name: string): boolean {
  switch (node.kind) {
    case 'all':
      return false
    case 'and':
    case 'or':
      return node.items.some((item) => filterMentions(item, name))
    case 'not':
      return filterMentions(node.item, name)
    case 'compare':
    case 'in':
    case 'has':
      return node.field.name.toLowerCase() === name
    case 'text':
      return !node.value.isQuoted && node.value.text.toLowerCase() === name
    default:
      return assertNever(node)
  }
}
