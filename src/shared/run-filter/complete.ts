// What may stand at the cursor of a filter that is being written: fields, comparisons, values that runs have, connectives.
import { operatorsOf } from './evaluate'
import type { FieldCatalog, RunField } from './fields'
import { readTokens, type FilterToken, type Span } from './tokens'
import { writtenValue } from './tree'

/** Something to put at the cursor. */
export interface FilterSuggestion {
  readonly kind: 'field' | 'operator' | 'value' | 'word'
  /** What is written in place of the completion's span, a space after it included where one belongs there. */
  readonly insert: string
  readonly label: string
  /** What it means, in a few words. */
  readonly detail: string
}

/** What may stand at the cursor, best first; it replaces `at`. */
export interface FilterCompletion {
  readonly at: Span
  readonly items: readonly FilterSuggestion[]
}

/** What completion is made from; `valuesOf`: values of a field among the runs, most frequent first. */
interface CompletionSource {
  readonly catalog: FieldCatalog
  readonly valuesOf: (field: RunField) => readonly string[]
}

/** More suggestions than this help nobody. */
const MOST_ITEMS = 40

/** Completes a filter at the cursor (UTF-16 units from its start). */
export function completeFilter(text: string, cursor: number, source: CompletionSource): FilterCompletion {
  const { tokens, problem } = readTokens(text.slice(0, cursor))
  const isInQuotes = problem !== undefined && /^["']/.test(text.slice(problem.start))
  const last = tokens.at(-1)
  const isInWord = !isInQuotes && last?.kind === 'word' && last.at.end === cursor
  const before = isInWord ? tokens.slice(0, -1) : tokens
  const start = isInQuotes ? problem.start : isInWord ? last.at.start : cursor
  const typed = text.slice(isInQuotes ? start + 1 : start, cursor)
  const rest = isInQuotes ? '' : (/^[^\s()=<>~,"']*/.exec(text.slice(cursor))?.[0] ?? '')
  const items = suggestionsAfter(before, typed, source)
  return { at: { start, end: cursor + rest.length }, items: items.slice(0, MOST_ITEMS) }
}

type Place =
  | { readonly expects: 'condition' | 'connective' | 'field' }
  | { readonly expects: 'comparison' | 'value' | 'listValue' | 'listEnd'; readonly field: RunField }

function suggestionsAfter(
  before: readonly FilterToken[],
  typed: string,
  source: CompletionSource,
): FilterSuggestion[] {
  const place = placeAfter(before, source.catalog)
  switch (place.expects) {
    case 'condition':
      if (/^tag:/i.test(typed)) return tagItems(typed.slice(4), source)
      return [...fieldItems(typed, source.catalog, true), ...wordItems(typed, ['not', 'has'])]
    case 'field':
      return fieldItems(typed, source.catalog, false)
    case 'comparison':
      return [...operatorItems(typed, place.field), ...wordItems(typed, ['in', 'not in'])]
    case 'value':
    case 'listValue':
      return valueItems(typed, place.field, source)
    case 'connective':
      return wordItems(typed, ['and', 'or'])
    case 'listEnd':
      return []
  }
}

/** Where the tokens lead, as the parser would read them; what it would refuse leads to nothing in particular. */
function placeAfter(tokens: readonly FilterToken[], catalog: FieldCatalog): Place {
  let place: Place = { expects: 'condition' }
  for (const token of tokens) place = step(place, token, catalog)
  return place
}

function step(place: Place, token: FilterToken, catalog: FieldCatalog): Place {
  const keyword = token.kind === 'word' ? token.text.toLowerCase() : ''
  switch (place.expects) {
    case 'value':
      return { expects: 'connective' }
    case 'listValue':
      return token.kind === 'open' ? place : { expects: 'listEnd', field: place.field }
    case 'listEnd':
      return token.kind === 'close' ? { expects: 'connective' } : { expects: 'listValue', field: place.field }
    case 'comparison':
      if (token.kind === 'operator') return { expects: 'value', field: place.field }
      if (keyword === 'in') return { expects: 'listValue', field: place.field }
      if (keyword === 'not') return place
      break
    case 'field':
      return token.kind === 'open' ? place : { expects: 'connective' }
    default:
  }
  if (keyword === 'and' || keyword === 'or' || keyword === 'not' || token.kind === 'open')
    return { expects: 'condition' }
  if (keyword === 'has') return { expects: 'field' }
  if (token.kind !== 'word') return { expects: 'connective' }
  const found = catalog.find(token.text)
  return found.ok && found.field.kind !== 'flag'
    ? { expects: 'comparison', field: found.field }
    : { expects: 'connective' }
}

function fieldItems(typed: string, catalog: FieldCatalog, isCondition: boolean): FilterSuggestion[] {
  const wanted = typed.toLowerCase()
  return ranked(catalog.fields, (field) => rankOf(field, catalog.shortName(field), wanted)).map((field) => {
    const name = catalog.shortName(field)
    const isTag = field.kind === 'tags' && isCondition
    return { kind: 'field', insert: isTag ? 'tag:' : `${name} `, label: name, detail: field.title }
  })
}

/** Smaller is better: the name begins so, a part of it does, it or the title contains it; undefined: it does not fit. */
function rankOf(field: RunField, short: string, wanted: string): number | undefined {
  const section = { Run: 0, Annotations: 0.1, Config: 0.2, Metrics: 0.3 }[field.section]
  if (wanted === '') return section
  const name = short.toLowerCase()
  if (name.startsWith(wanted)) return section
  if (name.split(/[./]/).some((part) => part.startsWith(wanted))) return 1 + section
  if (field.name.toLowerCase().includes(wanted)) return 2 + section
  return field.title.toLowerCase().includes(wanted) ? 3 + section : undefined
}

function ranked<T>(items: readonly T[], rank: (item: T) => number | undefined): T[] {
  return items
    .flatMap((item) => {
      const place = rank(item)
      return place === undefined ? [] : [{ item, place }]
    })
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

const operatorWords = {
  '=': 'is',
  '!=': 'is not',
  '~': 'contains, or matches /…/',
  '<': 'is less than',
  '<=': 'is at most',
  '>': 'is more than',
  '>=': 'is at least',
} as const

function operatorItems(typed: string, field: RunField): FilterSuggestion[] {
  if (typed !== '') return []
  return operatorsOf(field).map((operator) => ({
    kind: 'operator',
    insert: `${operator} `,
    label: operator,
    detail: operatorWords[operator],
  }))
}

const wordMeanings: Readonly<Record<string, string>> = {
  and: 'both hold',
  or: 'one of them holds',
  not: 'does not hold',
  has: 'has a value: has(field)',
  in: 'is one of: in (a, b)',
  'not in': 'is none of: not in (a, b)',
}

function wordItems(typed: string, words: readonly string[]): FilterSuggestion[] {
  return words
    .filter((word) => word.startsWith(typed.toLowerCase()))
    .map((word) => ({
      kind: 'word',
      insert: word.endsWith('in') ? `${word} (` : word === 'has' ? 'has(' : `${word} `,
      label: word,
      detail: wordMeanings[word] ?? '',
    }))
}

/** What fits a time best is known without any run. */
const times = ['today', 'yesterday', '-7d', '-30d']

function valueItems(typed: string, field: RunField, { valuesOf }: CompletionSource): FilterSuggestion[] {
  const seen = field.kind === 'time' ? times : field.kind === 'flag' ? ['true', 'false'] : valuesOf(field)
  const wanted = typed.toLowerCase()
  const all = [...new Set([...seen, ...field.choices])]
  return ranked(all, (value) => {
    const place = value.toLowerCase().indexOf(wanted)
    return place < 0 ? undefined : Number(place > 0) + (seen.includes(value) ? 0 : 0.5)
  }).map((value) => ({
    kind: 'value',
    insert: `${writtenValue(value)} `,
    label: value,
    detail: seen.includes(value) ? field.title : `${field.title}, of no run here`,
  }))
}

function tagItems(typed: string, source: CompletionSource): FilterSuggestion[] {
  const found = source.catalog.find('tag')
  if (!found.ok) return []
  return valueItems(typed, found.field, source).map((item) => ({ ...item, insert: `tag:${item.insert}` }))
}
