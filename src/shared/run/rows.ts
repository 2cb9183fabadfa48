// Rows of metrics.jsonl, samples.jsonl and evaluations/*.jsonl. A public format (docs/run-folder.md): one JSON object a
// line; a torn last line is not a row. Readers ignore keys they do not know.
import { z } from 'zod'

/** JSON has no NaN or infinities: they are written as these strings. */
export const loggedNumberSchema = z
  .union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])])
  .transform(Number)

const notFinite: readonly unknown[] = ['NaN', 'Infinity', '-Infinity']

/** Logged numbers by name. Checked by hand: a workspace has millions of them, and this takes half the time of a record. */
export const loggedValuesSchema = z.unknown().transform((value, context): Record<string, number> => {
  const values: Record<string, number> = {}
  const issue = (message: string, path: string[] = []) =>
    context.issues.push({ code: 'custom', input: value, message, path })
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    issue('must be a group of numbers')
    return z.NEVER
  }
  for (const [name, each] of Object.entries(value as Record<string, unknown>)) {
    if (typeof each === 'number') values[name] = each
    else if (notFinite.includes(each)) values[name] = Number(each)
    else issue('must be a number, "NaN", "Infinity" or "-Infinity"', [name])
  }
  return values
})

/** One line of metrics.jsonl. `step` counts from 1 within its stage; 0 is the evaluation before the first update. */
export const metricsRowSchema = z.object({
  stage: z.int(),
  step: z.int(),
  /** Seconds since the run began, pauses out. */
  time: z.number(),
  /** Sequences trained on or sampled for training so far, over all stages. */
  sequences: z.number(),
  /** Their tokens (prompt, answer and end token; no padding). */
  tokens: z.number(),
  values: loggedValuesSchema,
})
export type MetricsRow = z.output<typeof metricsRowSchema>

/** Numbers, one a token; `of` says which. Checked by hand: a step may have a million of them. */
const tokenNumbers = (isOne: (value: unknown) => boolean, of: string) =>
  z.unknown().transform((value, context): number[] => {
    if (Array.isArray(value) && value.every(isOne))
      return value.every((each) => typeof each === 'number') ? value : value.map(Number)
    context.issues.push({ code: 'custom', input: value, message: `must be a list of ${of}` })
    return z.NEVER
  })
const tokenIds = tokenNumbers(Number.isInteger, 'whole numbers')
const loggedNumbers = tokenNumbers(
  (value) => typeof value === 'number' || notFinite.includes(value),
  'numbers, "NaN", "Infinity" or "-Infinity"',
)

/** One line of samples.jsonl: a completion. Lengths count answer tokens without the end token. */
export const sampleRowSchema = z.object({
  stage: z.int(),
  step: z.int(),
  prompt_id: z.string(),
  prompt: z.string(),
  completion: z.string(),
  /** Token ids of the completion, end token included where it was produced. */
  tokens: tokenIds,
  /** Natural-log probability of each of `tokens` under the sampling policy. */
  logprobs: loggedNumbers,
  /** Entropy in nats of the distribution each of `tokens` was drawn from. */
  entropies: loggedNumbers.optional(),
  /** Divergence in nats of each of `tokens` from the reference of the stage's KL penalty, where it has one. */
  kls: loggedNumbers.optional(),
  reward: z.number(),
  advantage: z.number().optional(),
  length: z.int(),
  greedy: z.boolean(),
})
export type SampleRow = z.output<typeof sampleRowSchema>

/** One line of samples.index.jsonl: where in samples.jsonl the completions of a (stage, step) begin. */
export const sampleIndexRowSchema = z.object({
  stage: z.int(),
  step: z.int(),
  /** Bytes from the start of samples.jsonl; they end where the next line's begin. */
  offset: z.int().min(0),
  /** Whether greedily decoded completions are among them: those of an evaluation. */
  greedy: z.boolean(),
})
export type SampleIndexRow = z.output<typeof sampleIndexRowSchema>

/** One line of evaluations/<stage>-<step>.jsonl: a problem and what became of its samples. */
export const evaluationRowSchema = z.object({
  problem_id: z.string(),
  /** For tasks with splits and levels. */
  split: z.enum(['train', 'heldout']).optional(),
  level: z.int().optional(),
  prompt: z.string(),
  /** Samples, and how many of them earned the reward. */
  n: z.int(),
  c: z.int(),
  /** Answer tokens of each sample, end token not counted. */
  lengths: z.array(z.int()),
  /** How often the samples gave each final answer, '' for none. */
  votes: z.record(z.string(), z.int()),
  /** The right final answer. */
  answer: z.string(),
  /** Whether the greedy answer earned the reward. */
  greedy: z.boolean(),
})
export type EvaluationRow = z.output<typeof evaluationRowSchema>
