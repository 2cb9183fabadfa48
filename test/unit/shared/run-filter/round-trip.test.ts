// Printing a filter and parsing the text gives the same filter.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseFilter } from '../../../../src/shared/run-filter/parse'
import { filterOperators } from '../../../../src/shared/run-filter/tokens'
import {
  filterKeywords,
  joined,
  printFilter,
  type FilterNode,
  type FilterValue,
} from '../../../../src/shared/run-filter/tree'

const at = { start: 0, end: 0 }
const plain = fc
  .oneof(
    fc.stringMatching(/^[A-Za-z0-9_.:@/*-]{1,12}$/),
    fc.constantFrom('eval/pass@8.last', 'eval/accuracy.at(1-40)', 'stages.1.steps', '-3e-4', 'naïve'),
  )
  .filter((text) => !filterKeywords.includes(text.toLowerCase()) && !/^tag:/i.test(text))
const name = plain.map((text) => ({ name: text, at }))
const pattern = fc
  .array(fc.constantFrom('a', '\\/', '\\d', '.', '[b-d]', '(e|f)'), { minLength: 1, maxLength: 4 })
  .map((parts): FilterValue => ({ text: parts.join(''), isQuoted: false, flags: 'i', at }))
const value: fc.Arbitrary<FilterValue> = fc.oneof(
  plain.map((text): FilterValue => ({ text, isQuoted: false, at })),
  fc.string({ maxLength: 12 }).map((text): FilterValue => ({ text, isQuoted: true, at })),
)
// After ~ a slash begins a regular expression.
const contained = value.filter(({ text, isQuoted }) => isQuoted || !text.startsWith('/'))
const compared = fc.constantFrom(...filterOperators).chain((operator) =>
  fc.record({
    kind: fc.constant('compare' as const),
    field: name,
    operator: fc.constant(operator),
    value: operator === '~' ? fc.oneof(contained, pattern) : value,
  }),
)
const { node } = fc.letrec<{ node: FilterNode }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    compared,
    fc.record({
      kind: fc.constant('in' as const),
      field: name,
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('has' as const), field: name }),
    value.map((found): FilterNode => ({ kind: 'text', value: found })),
    tie('node').map((item): FilterNode => ({ kind: 'not', item })),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
      )
      .map(([kind, items]) => joined(kind, items)),
  ),
}))

test('printing and parsing a tree gives the tree', () => {
  fc.assert(
    fc.property(node, (tree) => {
      const parsed = parseFilter(printFilter(tree))
      expect(parsed.ok && withoutPlaces(parsed.tree)).toEqual(withoutPlaces(tree))
    }),
    { numRuns: 500 },
  )
})

test('any text is read or refused with a place inside it', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...' ()=<>~!,"\'/\\andorinths.:1'), maxLength: 30 }),
      (text) => {
        const parsed = parseFilter(text)
        if (parsed.ok) return
        const { start, end } = parsed.problem
        expect(start).toBeLessThanOrEqual(end)
        expect(end).toBeLessThanOrEqual(text.length)
      },
    ),
    { numRuns: 2000 },
  )
})

function withoutPlaces(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === 'at' ? undefined : part)))
}
