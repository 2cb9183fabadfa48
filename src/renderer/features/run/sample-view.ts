// Groups and colours of sampled completions. Pure.
import type { SampleRow } from '../../../shared/run/rows'

/** The completions of one prompt. */
export interface SampleGroup {
  promptId: string
  prompt: string
  rows: readonly SampleRow[]
  meanReward: number
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
 * A completion cut into its tokens where one character is one token (the synthetic tasks), the end token drawn as a mark;
 * else in one piece, without colour.
 */
export function piecesOf(row: SampleRow): SamplePiece[] {
  const characters = [...row.completion]
  const extra = row.tokens.length - characters.length
  if (extra !== 0 && extra !== 1) return [{ text: row.completion, logprob: undefined, isEnd: false }]
  const pieces = characters.map((text, index) => ({ text, logprob: row.logprobs[index], isEnd: false }))
  if (extra === 1) pieces.push({ text: '⏎', logprob: row.logprobs[characters.length], isEnd: true })
  return pieces
}

/** How surprising a token was, 0 (certain) to 1 (probability below 5 %): the strength of its colour. */
export function surpriseOf(logprob: number | undefined): number {
  const strongest = Math.log(0.05)
  return logprob === undefined ? 0 : Math.min(1, Math.max(0, logprob / strongest))
}
