// What may stand at the cursor of a filter.
import { expect, test } from 'vitest'
import { completeFilter } from '../../../../src/shared/run-filter/complete'
import { readFilter } from '../../../../src/shared/run-filter/evaluate'
import { fieldCatalog } from '../../../../src/shared/run-filter/fields'

const catalog = fieldCatalog(['eval/greedy_accuracy', 'rl/entropy'])
const seen: Readonly<Record<string, readonly string[]>> = {
  study: ['parity/threshold', 'my study'],
  'stages.algorithm': ['grpo'],
  tag: ['slides', 'bad seed'],
}
const source = { catalog, valuesOf: (field: { name: string }) => seen[field.name] ?? [] }

/** `|` is the cursor. */
function labels(text: string): string[] {
  const cursor = text.indexOf('|')
  return completeFilter(text.replace('|', ''), cursor, source).items.map(({ label }) => label)
}
/** The text after the first suggestion is taken. */
function taken(text: string): string {
  const cursor = text.indexOf('|')
  const whole = text.replace('|', '')
  const { at, items } = completeFilter(whole, cursor, source)
  return whole.slice(0, at.start) + (items[0]?.insert ?? '') + whole.slice(at.end)
}

test('fields at the start, by the beginning of any part of their name', () => {
  expect(labels('|')).toEqual(expect.arrayContaining(['state', 'study']))
  expect(labels('algo|')[0]).toBe('algorithm')
  expect(labels('greedy|')).toEqual(['eval/greedy_accuracy.last', 'eval/greedy_accuracy.best'])
  expect(labels('entropy|')).toContain('rl/entropy.last')
  expect(labels('not sta|').slice(0, 2)).toEqual(['state', 'started'])
  expect(labels('(starred or arc|')[0]).toBe('archived')
})

test('comparisons that fit the field, then its values, then connectives', () => {
  expect(labels('algorithm |')).toEqual(['=', '!=', '~', 'in', 'not in'])
  expect(labels('eval/greedy_accuracy.last |')).toEqual(['=', '!=', '<', '<=', '>', '>=', 'in', 'not in'])
  expect(labels('algorithm = |')[0]).toBe('grpo')
  expect(labels('algorithm = d|').slice(0, 2)).toEqual(['dr-grpo', 'dapo'])
  expect(labels('state = f|')).toEqual(['finished', 'failed'])
  expect(labels('algorithm in (grpo, p|')).toContain('ppo')
  expect(labels('algorithm = grpo |')).toEqual(['and', 'or'])
  expect(labels('algorithm = grpo a|')).toEqual(['and'])
  expect(labels('starred |')).toEqual(['and', 'or'])
  expect(labels('has(sta|')).toContain('state')
  expect(labels('created > |')[0]).toBe('today')
  expect(labels('parameters > |')).toEqual([])
})

test('what is taken replaces the word at the cursor and nothing else', () => {
  expect(taken('al|gox = grpo')).toBe('algorithm  = grpo')
  expect(taken('study = my|')).toBe('study = "my study" ')
  expect(taken('study = "my s|')).toBe('study = "my study" ')
  expect(taken('tag:b|')).toBe('tag:"bad seed" ')
  expect(taken('ta|')).toBe('tag:')
  expect(taken('state no|')).toBe('state not in (')
})

test('every field that is suggested is one', () => {
  for (const field of catalog.fields) {
    const found = catalog.find(catalog.shortName(field))
    expect([field.name, found.ok && found.field.name]).toEqual([field.name, field.name])
    expect(readFilter(`has(${field.name})`, { catalog, now: 0 }).ok).toBe(true)
  }
})
