// The text of a data set file: JSONL, one problem a line. It becomes checked rows or an error that names file, line and
// field. How texts become tokens and problems is dataset.ts.
import { z } from 'zod'
import { AfterwordError } from '../errors'

/** Most levels a data set may have: weights of levels are lists of at most as many. */
const MOST_LEVELS = 8
/** Longest sequence of prompt, chain and answer that a model is built for, in tokens. */
const MOST_TOKENS = 4096
/** Problems of a file that one message lists. */
const LISTED_PROBLEMS = 5

const text = (what: string) => z.string().refine((value) => value.trim() !== '', `${what} must not be empty`)
const rowSchema = z.strictObject({
  prompt: text('a prompt'),
  chain: z.string().optional(),
  answer: text('an answer'),
  level: z.int().min(1).max(MOST_LEVELS).optional(),
  split: z.enum(['train', 'heldout']).optional(),
})

/** One row of a data set file. */
export interface DatasetRow {
  readonly prompt: string
  /** Worked steps between prompt and answer. */
  readonly chain?: string | undefined
  readonly answer: string
  /** Difficulty, from 1; 1 where it is not given. */
  readonly level?: number | undefined
  readonly split?: 'train' | 'heldout' | undefined
}

/** How texts are cut into tokens. */
export type TokenKind = 'character' | 'whitespace'

/** The tokens of a text: its characters (code points), or its words between blanks. */
export function tokensOf(text: string, kind: TokenKind): string[] {
  return kind === 'character' ? Array.from(text) : text.split(/\s+/).filter((word) => word !== '')
}

/** Equal for texts of the same tokens. */
export function tokenKey(text: string, kind: TokenKind): string {
  return tokensOf(text, kind).join(kind === 'character' ? '' : ' ')
}

/**
 * The rows of a data set file; `place` (its path) opens the messages. Throws AfterwordError('invalid-input') with file and line:
 * no JSON, missing, unknown or wrong fields, no rows, sequences of more than 4096 tokens, or one prompt with two different
 * answers, levels or splits. Empty lines are passed over.
 */
export function parseDatasetRows(content: string, place: string, kind: TokenKind): DatasetRow[] {
  const rows: DatasetRow[] = []
  const problems: string[] = []
  const firstOf = new Map<string, { row: DatasetRow; line: number }>()
  // Some editors put a byte order mark before the first line.
  for (const [index, line] of content
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue
    const row = parseRow(line)
    const at = `${place}, line ${index + 1}`
    if (typeof row === 'string') {
      problems.push(`${at}: ${row}`)
      continue
    }
    const key = tokenKey(row.prompt, kind)
    const first = firstOf.get(key)
    const problem = lengthProblem(row, kind) ?? (first && contradiction(first, row, kind))
    if (problem !== undefined) problems.push(`${at}: ${problem}`)
    if (first === undefined) firstOf.set(key, { row, line: index + 1 })
    rows.push(row)
  }
  if (problems.length > LISTED_PROBLEMS) {
    const more = `${place}: ${problems.length - LISTED_PROBLEMS} more lines are wrong`
    problems.splice(LISTED_PROBLEMS, problems.length, more)
  }
  if (rows.length === 0 && problems.length === 0)
    problems.push(`${place}: has no rows; a data set is JSONL, one object a line with prompt and answer`)
  if (problems.length > 0) throw new AfterwordError('invalid-input', problems.join('\n'))
  return rows
}

/** A row, or what is wrong with it. */
function parseRow(line: string): DatasetRow | string {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return 'not valid JSON; a data set is JSONL, one object a line'
  }
  const parsed = rowSchema.safeParse(value)
  if (parsed.success) return parsed.data
  return parsed.error.issues.map(describeIssue).join('; ')
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const field = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys')
    return `unknown field ${issue.keys.join(', ')} (fields are ${Object.keys(rowSchema.shape).join(', ')})`
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return `field ${field} is missing`
  return field === '' ? issue.message : `field ${field}: ${issue.message}`
}

/** Tokens of prompt, chain and answer with the marks between and after them. */
function lengthProblem({ prompt, chain = '', answer }: DatasetRow, kind: TokenKind): string | undefined {
  const marks = 3
  const length = [prompt, chain, answer].reduce((sum, part) => sum + tokensOf(part, kind).length, marks)
  if (length <= MOST_TOKENS) return undefined
  return `prompt, chain and answer are ${length} tokens (task.tokens is ${kind}), more than ${MOST_TOKENS}`
}

/** One prompt has one right answer; its chains may differ. */
function contradiction(
  first: { row: DatasetRow; line: number },
  row: DatasetRow,
  kind: TokenKind,
): string | undefined {
  const facts = ({ answer, level = 1, split }: DatasetRow) => ({
    answer: tokenKey(answer, kind),
    level,
    split,
  })
  const [own, theirs] = [facts(row), facts(first.row)]
  const field = (['answer', 'level', 'split'] as const).find((name) => own[name] !== theirs[name])
  return field && `field ${field} is not that of line ${first.line}, which has the same prompt`
}
