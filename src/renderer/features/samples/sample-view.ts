// Groups and colours of sampled completions. Pure.
import type { SampleRow } from '../../../shared/run/rows'

/** The completions of one prompt. */
export interface SampleGroup {
  promptId: string
  prompt: string
  rows: readonly SampleRow[]
  meanReward: number
}

/** Which completions of a step are shown. */
export type SampleKind = 'all' | 'sampled' | 'greedy'

/** The rows of a kind. */
export function ofKind(rows: readonly SampleRow[], kind: SampleKind): readonly SampleRow[] {
  return kind === 'all' ? rows : rows.filter((row) => row.greedy === (kind === 'greedy'))
}

export type SampleOrder = 'as drawn' | 'reward' | 'advantage' | 'length' | 'log-probability'

/** Rows by prompt in file order; within a group by `order`, largest first. */
export function groupSamples(rows: readonly SampleRow[], order: SampleOrder): SampleGroup[] {
  const groups = new Map<string, SampleRow[]>()
  for (const row of rows) {
    const group = groups.get(row.prompt_id)
    if (group) group.push(row)
    else groups.set(row.prompt_id, [row])
  }
  return [...groups].map(([promptId, members]) => ({
    promptId,
    prompt: members[0]?.prompt ?? '',
    rows: order === 'as drawn' ? members : [...members].sort((a, b) => keyOf(b, order) - keyOf(a, order)),
    meanReward: members.reduce((sum, row) => sum + row.reward, 0) / members.length,
  }))
}

function keyOf(row: SampleRow, order: Exclude<SampleOrder, 'as drawn'>): number {
  switch (order) {
    case 'reward':
      return row.reward
    case 'advantage':
      return row.advantage ?? 0
    case 'length':
      return row.length
    case 'log-probability':
      return sumOf(row.logprobs)
  }
}

/** Sum of log-probabilities: how likely the whole completion was, nats. */
export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

/** One piece of a completion with the log-probability of its token. */
export interface SamplePiece {
  text: string
  logprob: number | undefined
  isEnd: boolean
}

/**
 * A completion cut into its tokens where every token is one character or one `<name>` (the synthetic tasks), the end token
 * drawn as a mark; else in one piece, without colour.
 */
export function piecesOf(row: SampleRow): SamplePiece[] {
  const texts: string[] = [...(row.completion.match(/<[\w-]+>|[^]/gu) ?? [])]
  const hasEnd = texts.at(-1) === '<end>'
  if (texts.length === row.tokens.length - 1 && !hasEnd) texts.push('<end>')
  if (texts.length !== row.tokens.length) return [{ text: row.completion, logprob: undefined, isEnd: false }]
  return texts.map((text, index) => {
    const isEnd = text === '<end>' && index === texts.length - 1
    return { text: isEnd ? endMark : text, logprob: row.logprobs[index], isEnd }
  })
}

/** "1 completion", "64 completions". */
export function completionCount(count: number): string {
  return `${count} ${count === 1 ? 'completion' : 'completions'}`
}

const endMark = '\u23ce'

/** How surprising a token was, 0 (certain) to 1 (probability below 5 %): the strength of its colour. */
export function surpriseOf(logprob: number | undefined): number {
  const strongest = Math.log(0.05)
  return logprob === undefined ? 0 : Math.min(1, Math.max(0, logprob / strongest))
}
