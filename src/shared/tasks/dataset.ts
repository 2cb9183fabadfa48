// A person's own problems: prompts with answers, and with worked chains where rows have them. Tokens are the characters or
// words of the texts. Rows without a split of their own are held out by a hash of their prompt.
import type { TaskConfig } from '../config/schema'
import { AfterwordError } from '../errors'
import { answerAfterMark, areEqual, startsWithSteps } from './outputs'
import { tokenKey, tokensOf, type DatasetRow, type TokenKind } from './dataset-rows'
import { drawBelow, drawWeighted } from './draw'
import type { Cell, Examples, PromptChoice, RandomStream, Split, Task, TaskData } from './task'

type DatasetConfig = Extract<TaskConfig, { kind: 'dataset' }>

/** A row in token ids. */
interface Problem {
  readonly split: Split
  readonly level: number
  /** [promptLength], padded before. */
  readonly prompt: Int32Array
  readonly short: readonly number[]
  /** Where the row has a chain. */
  readonly long?: readonly number[]
  /** The same as typed arrays, which are copied faster. */
  readonly packed: { readonly short: Int32Array; readonly long: Int32Array }
}

/** What is right for a prompt: rows may show several chains of it. */
interface Solution {
  readonly answer: readonly number[]
  readonly short: readonly number[]
  readonly longs: readonly (readonly number[])[]
}

/**
 * The task for a config and the rows of its file. Prompt = the text's tokens and the separator. Long answer = the chain, the
 * answer mark, the answer; short answer = mark and answer. Prompts are drawn with replacement, rows being equally likely. Throws
 * AfterwordError where there are no rows or none to train on.
 */
export function createDatasetTask(config: DatasetConfig, { rows = [] }: TaskData): Task {
  if (rows.length === 0)
    throw new AfterwordError('invalid-input', `task.file ${config.file}: its rows are not at hand`)
  const texts = vocabularyOf(rows, config.tokens)
  const ids = new Map(texts.map((text, id) => [text, id]))
  // Words are joined into texts as they are: the blank between them is part of the token's text.
  const blank = config.tokens === 'whitespace' ? ' ' : ''
  const vocabulary = [...texts.map((text) => `${text}${blank}`), '<sep>', '<ans>', '<end>', '<pad>']
  const [separator, mark, end, pad] = [0, 1, 2, 3].map((index) => texts.length + index) as [
    number,
    number,
    number,
    number,
  ]
  const encode = (text: string): number[] =>
    tokensOf(text, config.tokens).map((token) => ids.get(token) as number)
  const promptLength = longest(rows.map(({ prompt }) => encode(prompt))) + 1
  const problems = rows.map((row): Problem => {
    const prompt = [...encode(row.prompt), separator]
    const short = [mark, ...encode(row.answer), end]
    const chain = encode(row.chain ?? '')
    return {
      split:
        row.split ??
        (isHeldOut(tokenKey(row.prompt, config.tokens), config.heldOutFraction) ? 'heldout' : 'train'),
      level: row.level ?? 1,
      prompt: Int32Array.from([...new Array<number>(promptLength - prompt.length).fill(pad), ...prompt]),
      short,
      ...(chain.length === 0 ? {} : { long: [...chain, ...short] }),
      packed: { short: Int32Array.from(short), long: Int32Array.from([...chain, ...short]) },
    }
  })
  const answerLength = longest(problems.map(({ short, long = short }) => long))
  const solutions = solutionsOf(problems)
  const solutionOf = (prompt: Int32Array): Solution =>
    solutions.get(prompt.join()) ?? { answer: [], short: [mark, end], longs: [] }
  const groups = groupRows(problems)
  if (!groups.some(({ split }) => split === 'train'))
    throw new AfterwordError(
      'invalid-input',
      `task.file ${config.file}: every row is held out (by its split or by task.heldOutFraction ${config.heldOutFraction}); none is left to train on`,
    )

  /** Groups of rows to draw from, and their weights. */
  const groupsOf = ({ split = 'train', levels }: PromptChoice) => {
    const ofSplit = groups.filter((group) => group.split === split)
    if (ofSplit.length === 0)
      throw new AfterwordError('invalid-input', `task.file ${config.file}: there are no ${split} rows`)
    const weights = ofSplit.map(({ level, members }) => (levels ? (levels[level - 1] ?? 0) : members.length))
    const lacking = levels?.findIndex(
      (weight, index) => weight > 0 && ofSplit.every(({ level }) => level !== index + 1),
    )
    if (lacking !== undefined && lacking !== -1)
      throw new AfterwordError(
        'invalid-input',
        `task.file ${config.file}: there are no ${split} rows of level ${lacking + 1}, which levels [${levels?.join(', ')}] give a weight`,
      )
    return { ofSplit, weights }
  }
  const drawProblems = (stream: RandomStream, count: number, choice: PromptChoice): Problem[] => {
    const { ofSplit, weights } = groupsOf(choice)
    return Array.from({ length: count }, () => {
      const { members } = ofSplit[drawWeighted(stream, weights)] as Group
      return members[drawBelow(stream, members.length)] as Problem
    })
  }
  return {
    vocabulary,
    endToken: end,
    padToken: pad,
    promptLength,
    hasPaddedPrompts: problems.some(({ prompt }) => prompt[0] === pad),
    answerLength,
    cells: groups.map(({ split, level }): Cell => ({ split, level })),
    inputs: differentPrompts(problems.filter(({ split }) => split === 'train')).length,
    drawPrompts: (stream, count, choice = {}) =>
      joinRows(
        drawProblems(stream, count, choice).map(({ prompt }) => prompt),
        promptLength,
      ),
    drawExamples(stream, count, { longFraction = config.longFraction, levels } = {}): Examples {
      const drawn = drawProblems(stream, count, levels ? { levels } : {})
      const answers = new Int32Array(count * answerLength).fill(pad)
      for (const [row, { packed }] of drawn.entries())
        answers.set(stream.uniform() < longFraction ? packed.long : packed.short, row * answerLength)
      return {
        count,
        prompts: joinRows(
          drawn.map(({ prompt }) => prompt),
          promptLength,
        ),
        answers,
      }
    },
    rightOutputs(prompt) {
      const { short, longs } = solutionOf(prompt)
      return { short, ...(longs[0] ? { long: longs[0] } : {}) }
    },
    isRight(prompt, output, kind) {
      const { answer, short, longs } = solutionOf(prompt)
      if (kind === 'chain') return [short, ...longs].some((right) => areEqual(output, right))
      return answer.length > 0 && areEqual(answerAfterMark(output, mark, end) ?? [], answer)
    },
    isLong: (output) => startsWithSteps(output, mark, end),
    finalAnswer: (output) =>
      (answerAfterMark(output, mark, end) ?? [])
        .map((token) => vocabulary[token] ?? '')
        .join('')
        .trim(),
    enumerate(limit, choice = {}) {
      const { ofSplit, weights } = groupsOf(choice)
      const prompts = differentPrompts(
        ofSplit.flatMap(({ members }, index) => ((weights[index] ?? 0) > 0 ? members : [])),
      )
      return prompts.length > limit ? undefined : joinRows(prompts, promptLength)
    },
  }
}

/** Different tokens of all rows, sorted by code unit. */
function vocabularyOf(rows: readonly DatasetRow[], kind: TokenKind): string[] {
  const found = new Set<string>()
  for (const { prompt, chain = '', answer } of rows)
    for (const text of [prompt, chain, answer]) for (const token of tokensOf(text, kind)) found.add(token)
  return [...found].sort()
}

/** Whether a prompt's hash (FNV-1a with a final mix, as a share of 2^32) lies below the fraction. */
function isHeldOut(prompt: string, fraction: number): boolean {
  let hash = 0x811c9dc5
  for (let index = 0; index < prompt.length; index++)
    hash = Math.imul(hash ^ prompt.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32 < fraction
}

/** Rows of one split and level. */
interface Group extends Cell {
  readonly members: readonly Problem[]
}

/** Groups that have rows: training before held-out, then by level. */
function groupRows(problems: readonly Problem[]): Group[] {
  const levels = [...new Set(problems.map(({ level }) => level))].sort((a, b) => a - b)
  return (['train', 'heldout'] as const)
    .flatMap((split) => levels.map((level) => ({ split, level })))
    .map((cell) => ({
      ...cell,
      members: problems.filter(({ split, level }) => split === cell.split && level === cell.level),
    }))
    .filter(({ members }) => members.length > 0)
}

function solutionsOf(problems: readonly Problem[]): Map<string, Solution> {
  const solutions = new Map<string, { short: readonly number[]; longs: Map<string, readonly number[]> }>()
  for (const { prompt, short, long } of problems) {
    const key = prompt.join()
    const { longs } = solutions.get(key) ?? { longs: new Map<string, readonly number[]>() }
    if (long) longs.set(long.join(), long)
    solutions.set(key, { short, longs })
  }
  return new Map(
    [...solutions].map(([key, { short, longs }]) => [
      key,
      { answer: short.slice(1, -1), short, longs: [...longs.values()] },
    ]),
  )
}

const longest = (rows: readonly { readonly length: number }[]): number =>
  rows.reduce((most, { length }) => Math.max(most, length), 0)

function differentPrompts(problems: readonly Problem[]): Int32Array[] {
  return [...new Map(problems.map(({ prompt }) => [prompt.join(), prompt])).values()]
}

function joinRows(rows: readonly Int32Array[], length: number): Int32Array {
  const joined = new Int32Array(rows.length * length)
  for (const [index, row] of rows.entries()) joined.set(row, index * length)
  return joined
}
