// The text of a run filter as tokens with their places. A text that cannot be read to its end gives the tokens before that
// place too, for completion while it is being written. It knows no fields.

/** A stretch of the filter's text, in UTF-16 units. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** What is wrong with a filter, and where. */
export interface FilterProblem extends Span {
  /** What was expected there, in a sentence without a full stop. */
  readonly message: string
}

/** Comparisons, longest first. `~`: contains, or matches a regular expression. */
export const filterOperators = ['!=', '<=', '>=', '=', '<', '>', '~'] as const
export type FilterOperator = (typeof filterOperators)[number]

export type FilterToken =
  | { readonly kind: 'word' | 'quoted'; readonly text: string; readonly at: Span }
  | { readonly kind: 'pattern'; readonly text: string; readonly flags: string; readonly at: Span }
  | { readonly kind: 'operator'; readonly text: FilterOperator; readonly at: Span }
  | { readonly kind: 'open' | 'close' | 'comma'; readonly text: string; readonly at: Span }

const punctuation = { '(': 'open', ')': 'close', ',': 'comma' } as const

/** Tokens in order; `problem` says why the rest could not be read. */
export function readTokens(text: string): { tokens: FilterToken[]; problem?: FilterProblem } {
  const tokens: FilterToken[] = []
  let place = 0
  while (place < text.length) {
    const here = text.charAt(place)
    if (/\s/.test(here)) {
      place += 1
      continue
    }
    const previous = tokens.at(-1)
    const isPattern = here === '/' && previous?.kind === 'operator' && previous.text === '~'
    const next = isPattern
      ? patternAt(text, place)
      : here === '"' || here === "'"
        ? quotedAt(text, place, here)
        : plainAt(text, place)
    if ('message' in next) return { tokens, problem: next }
    tokens.push(next)
    place = next.at.end
  }
  return { tokens }
}

function quotedAt(text: string, start: number, quote: string): FilterToken | FilterProblem {
  let content = ''
  for (let place = start + 1; place < text.length; place++) {
    const here = text.charAt(place)
    if (here === quote) return { kind: 'quoted', text: content, at: { start, end: place + 1 } }
    if (here === '\\' && place + 1 < text.length) place += 1
    content += text.charAt(place)
  }
  return { message: `expected ${quote} at the end of the quoted text`, start, end: text.length }
}

/** A regular expression as `/…/` with flags, `\/` for a slash. */
function patternAt(text: string, start: number): FilterToken | FilterProblem {
  const [whole, body = '', flags = ''] = /^\/((?:\\.|[^/\\])+)\/([a-z]*)/.exec(text.slice(start)) ?? []
  if (whole === undefined)
    return { message: 'expected a / at the end of the regular expression', start, end: text.length }
  const at = { start, end: start + whole.length }
  try {
    new RegExp(body, flags)
  } catch {
    return { message: 'expected a valid regular expression', ...at }
  }
  return { kind: 'pattern', text: body, flags, at }
}

function plainAt(text: string, start: number): FilterToken {
  const rest = text.slice(start)
  const operator = filterOperators.find((each) => rest.startsWith(each))
  if (operator !== undefined)
    return { kind: 'operator', text: operator, at: { start, end: start + operator.length } }
  const first = rest.charAt(0)
  if (first === '(' || first === ')' || first === ',')
    return { kind: punctuation[first], text: first, at: { start, end: start + 1 } }
  const end = wordEnd(text, start)
  return { kind: 'word', text: text.slice(start, end), at: { start, end } }
}

/** `.at(120)` belongs to the name of a metric; in `tag:"two words"` the quote begins a text of its own. */
function wordEnd(text: string, start: number): number {
  let end = start
  while (end < text.length) {
    const [step] = /^\.at\([^()\s]*\)/i.exec(text.slice(end, end + 40)) ?? []
    const here = text.charAt(end)
    const isTagText = (here === '"' || here === "'") && text.charAt(end - 1) === ':' && end > start
    if (step === undefined && (/[\s()=<>~,]/.test(here) || text.startsWith('!=', end) || isTagText)) break
    end += step?.length ?? 1
  }
  return end
}
