// The text of a run filter to its tree:
//   filter = [or]    or = and { "or" and }    and = not { ["and"] not }    not = { "not" } term
//   term = "(" or ")" | "has" name | name operator value | name ["not"] "in" "(" value { "," value } ")" | tag:value | word
// Whether a name is a field, and its value fits, is evaluate.ts's business.
import { readTokens, type FilterProblem, type FilterToken, type Span } from './tokens'
import { filterKeywords, joined, type FilterName, type FilterNode, type FilterValue } from './tree'

/** A filter that was read, or what is wrong with it. */
export type ParsedFilter =
  { readonly ok: true; readonly tree: FilterNode } | { readonly ok: false; readonly problem: FilterProblem }

/** Deeper parentheses are taken for a mistake. */
const DEEPEST = 100

/** Reads a filter; an empty one lets every run pass. */
export function parseFilter(text: string): ParsedFilter {
  const { tokens, problem } = readTokens(text)
  if (problem) return { ok: false, problem }
  if (tokens.length === 0) return { ok: true, tree: { kind: 'all' } }
  try {
    return { ok: true, tree: new Parser(tokens, text.trimEnd().length).whole() }
  } catch (error) {
    if (error instanceof Expectation) return { ok: false, problem: error.problem }
    throw error
  }
}

/** Ends the parse; seen by parseFilter only. */
class Expectation extends Error {
  constructor(readonly problem: FilterProblem) {
    super(problem.message)
  }
}

class Parser {
  private place = 0
  private depth = 0

  constructor(
    private readonly tokens: readonly FilterToken[],
    private readonly end: number,
  ) {}

  whole(): FilterNode {
    const tree = this.either()
    if (this.peek()) this.expect(`expected "and", "or" or the end, not ${this.shown()}`)
    return tree
  }

  private either(): FilterNode {
    const items = [this.both()]
    while (this.takeKeyword('or')) items.push(this.both())
    return joined('or', items)
  }

  private both(): FilterNode {
    const items = [this.negated()]
    while (this.takeKeyword('and') || this.beginsTerm()) items.push(this.negated())
    return joined('and', items)
  }

  private negated(): FilterNode {
    if (!this.takeKeyword('not')) return this.term()
    this.deepen()
    const item = this.negated()
    this.depth -= 1
    return { kind: 'not', item }
  }

  private term(): FilterNode {
    if (this.take('open')) {
      this.deepen()
      const inside = this.either()
      if (!this.take('close')) this.expect('expected ")"')
      this.depth -= 1
      return inside
    }
    if (this.takeKeyword('has')) return { kind: 'has', field: this.parenthesised() }
    const token = this.peek()
    if (token?.kind === 'quoted') {
      this.place += 1
      return { kind: 'text', value: valueOf(token) }
    }
    if (token?.kind !== 'word' || isKeyword(token))
      return this.expect('expected a condition, such as state = finished')
    this.place += 1
    return this.tagged(token) ?? this.condition(token)
  }

  /** `tag:slides` and `tag:"two words"`: short for `tag = slides`. */
  private tagged(token: FilterToken): FilterNode | undefined {
    if (!/^tag:/i.test(token.text)) return undefined
    const { start, end } = token.at
    const field = { name: 'tag', at: { start, end: start + 3 } }
    const written = token.text.slice(4)
    if (written !== '') {
      const at = { start: start + 4, end }
      return { kind: 'compare', field, operator: '=', value: { text: written, isQuoted: false, at } }
    }
    const next = this.peek()
    if (next?.kind !== 'quoted' || next.at.start !== end) return this.expect('expected a tag after "tag:"')
    this.place += 1
    return { kind: 'compare', field, operator: '=', value: valueOf(next) }
  }

  private condition(token: FilterToken): FilterNode {
    const field = { name: token.text, at: token.at }
    const next = this.peek()
    if (next?.kind === 'operator') {
      this.place += 1
      return { kind: 'compare', field, operator: next.text, value: this.value(next.text) }
    }
    if (this.takeKeyword('in')) return { kind: 'in', field, values: this.list() }
    const isNotIn = isKeyword(next, 'not') && isKeyword(this.tokens[this.place + 1], 'in')
    if (!isNotIn) return { kind: 'text', value: valueOf(token) }
    this.place += 2
    return { kind: 'not', item: { kind: 'in', field, values: this.list() } }
  }

  private list(): FilterValue[] {
    if (!this.take('open')) this.expect('expected "(" after "in"')
    const values = [this.value('in')]
    while (this.take('comma')) values.push(this.value('in'))
    if (!this.take('close')) this.expect('expected "," or ")"')
    return values
  }

  private parenthesised(): FilterName {
    const isOpen = this.take('open')
    const token = this.peek()
    if (token?.kind !== 'word') return this.expect('expected a field after "has"')
    this.place += 1
    if (isOpen && !this.take('close')) this.expect('expected ")"')
    return { name: token.text, at: token.at }
  }

  private value(after: string): FilterValue {
    const token = this.peek()
    const isValue = token?.kind === 'quoted' || token?.kind === 'pattern' || token?.kind === 'word'
    if (!isValue || isKeyword(token))
      return this.expect(`expected a value after "${after}"${isKeyword(token) ? ' (text in quotes)' : ''}`)
    this.place += 1
    return valueOf(token)
  }

  private deepen(): void {
    this.depth += 1
    if (this.depth > DEEPEST) this.expect(`expected at most ${DEEPEST} conditions inside each other`)
  }

  private peek(): FilterToken | undefined {
    return this.tokens[this.place]
  }

  private take(kind: FilterToken['kind']): boolean {
    const isThere = this.peek()?.kind === kind
    if (isThere) this.place += 1
    return isThere
  }

  private takeKeyword(keyword: string): boolean {
    const isThere = isKeyword(this.peek(), keyword)
    if (isThere) this.place += 1
    return isThere
  }

  private beginsTerm(): boolean {
    const token = this.peek()
    if (token === undefined || isKeyword(token, 'or') || isKeyword(token, 'in')) return false
    return token.kind === 'word' || token.kind === 'quoted' || token.kind === 'open'
  }

  private shown(): string {
    return `"${this.peek()?.text ?? ''}"`
  }

  private expect(message: string): never {
    const at: Span = this.peek()?.at ?? { start: this.end, end: this.end }
    throw new Expectation({ message, ...at })
  }
}

function isKeyword(token: FilterToken | undefined, keyword?: string): boolean {
  if (token?.kind !== 'word') return false
  const word = token.text.toLowerCase()
  return keyword === undefined ? filterKeywords.includes(word) : word === keyword
}

function valueOf(token: FilterToken): FilterValue {
  const { text, at } = token
  const flags = token.kind === 'pattern' ? { flags: token.flags } : {}
  return { text, isQuoted: token.kind === 'quoted', ...flags, at }
}
