// The formats of one JSON object a line that samples come in, each recognised by its fields: limit-of-RLVR's evaluations,
// RLVR-Decomposed's and verl's generations, and the files of our own run folders (docs/command-line.md, passk).
import { z } from 'zod'
import { parseValue } from '../../run-folder/json-file'
import { AfterwordError } from '../../shared/errors'
import { countVotes, type Contribution } from './outcomes'

/** A format of rows. */
export interface RowFormat {
  /** For messages. */
  name: string
  /** Fields that tell it from the others. */
  fields: readonly string[]
  /** What a row says; `place` names file and line for errors. Throws AfterwordError('invalid-input'). */
  read(row: unknown, place: string): Contribution[]
}

const rightRule = 'must be true or false, or 1 or 0 (-1 for wrong)'
/** Whether a sample was right, however a file says it. */
const rightSchema = z
  .union([z.boolean(), z.literal([0, 1, -1])], { error: rightRule })
  .transform((value) => value === true || value === 1)
const idSchema = z.union([z.string(), z.number()], { error: 'must be a text or a number' }).transform(String)
const count = z.int().min(0)
/** What a sample answered, in whatever form; null where nothing could be read off it. */
const answerSchema = z
  .json()
  .transform((value) => (typeof value === 'string' ? value : JSON.stringify(value)))

const limitOfRlvr = z.object({
  idx: idSchema,
  score: z.array(rightSchema).min(1),
  pred: z.array(answerSchema).optional(),
  pred_score: z.array(z.number()).optional(),
})
const rlvrDecomposed = z.object({
  question_id: idSchema,
  label: rightSchema,
  pred_answer: answerSchema.optional(),
})
const verl = z.object({
  input: z.string(),
  output: z.string(),
  score: z.json(),
  acc: rightSchema.optional(),
  step: z.number().optional(),
})
const evaluation = z.object({
  problem_id: z.string(),
  split: z.string().optional(),
  level: z.number().optional(),
  n: count.min(1),
  c: count,
  votes: z.record(z.string(), count).optional(),
  answer: z.string().optional(),
})
const completion = z.object({
  stage: z.int(),
  step: z.int(),
  prompt_id: z.string(),
  reward: rightSchema,
  greedy: z.boolean(),
})

/** All formats; the first whose fields a row has is its own. */
export const rowFormats: readonly RowFormat[] = [
  { name: 'evaluation of a run', fields: ['problem_id', 'n', 'c'], read: readEvaluation },
  { name: 'samples of a run', fields: ['prompt_id', 'reward', 'greedy'], read: readCompletion },
  { name: 'limit-of-RLVR', fields: ['idx', 'score'], read: readLimitOfRlvr },
  { name: 'RLVR-Decomposed', fields: ['question_id', 'label'], read: readRlvrDecomposed },
  { name: 'verl rollouts', fields: ['input', 'output', 'score'], read: readVerl },
]

function readLimitOfRlvr(row: unknown, place: string): Contribution[] {
  const { idx, score, pred, pred_score } = parseValue(row, limitOfRlvr, place)
  for (const [field, list] of Object.entries({ pred, pred_score })) {
    if (list !== undefined && list.length !== score.length)
      throw wrong(place, `field ${field}: has ${list.length} entries, but score has ${score.length}`)
  }
  const votes = pred && countVotes(score.map((isRight, index) => ({ isRight, answer: pred[index] ?? '' })))
  const scored = pred_score?.map((value, index) => ({ score: value, isRight: score[index] === true }))
  const counts = { part: '', problem: idx, n: score.length, c: score.filter(Boolean).length }
  return [{ ...counts, ...(votes ? { votes } : {}), ...(scored ? { scored } : {}) }]
}

function readRlvrDecomposed(row: unknown, place: string): Contribution[] {
  const { question_id, label, pred_answer } = parseValue(row, rlvrDecomposed, place)
  return [sample('', question_id, label, pred_answer)]
}

/** A reward may be shaped (a penalty for length, a bonus for format); verl then writes the verdict into `acc`. */
function readVerl(row: unknown, place: string): Contribution[] {
  const { input, score, acc, step } = parseValue(row, verl, place)
  const isRight = acc ?? parseValue({ score }, z.object({ score: rightSchema }), place).score
  return [sample(step === undefined ? '' : `step ${step}`, input, isRight)]
}

function readEvaluation(row: unknown, place: string): Contribution[] {
  const { problem_id, split, level, n, c, votes, answer } = parseValue(row, evaluation, place)
  if (c > n) throw wrong(place, `field c: ${c} right samples of n = ${n}`)
  const total = Object.values(votes ?? {}).reduce((sum, value) => sum + value, 0)
  if (votes !== undefined && total !== n)
    throw wrong(place, `field votes: they sum to ${total}, but n is ${n}`)
  const part = [split, level === undefined ? undefined : `level ${level}`].filter(Boolean).join(' ')
  const contribution = { part, problem: problem_id, n, c }
  if (votes === undefined || answer === undefined) return [contribution]
  const { [answer]: right = 0, ...others } = votes
  return [{ ...contribution, votes: { right, wrong: new Map(Object.entries(others)) } }]
}

function readCompletion(row: unknown, place: string): Contribution[] {
  const { stage, step, prompt_id, reward, greedy } = parseValue(row, completion, place)
  return greedy ? [] : [sample(`${stage}-${step}`, prompt_id, reward)]
}

/** One sample of a problem. */
export function sample(part: string, problem: string, isRight: boolean, answer?: string): Contribution {
  const votes = answer === undefined ? {} : { votes: countVotes([{ answer, isRight }]) }
  return { part, problem, n: 1, c: isRight ? 1 : 0, ...votes }
}

function wrong(place: string, problem: string): AfterwordError {
  return new AfterwordError('invalid-input', `${place}: ${problem}`)
}
