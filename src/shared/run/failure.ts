// failure.json: the batch a run was working on when a loss, gradient or weight stopped being finite. A public format
// (docs/run-folder.md). It says what there was, not why.
import { z } from 'zod'
import { loggedNumberSchema } from './rows'

/** One sequence of the batch: ids of its tokens and what the step knew about each token of the answer. */
const failedRowSchema = z.object({
  /** Index in the batch. */
  row: z.int(),
  /** Whether a number of this row alone (a weight, an advantage, a log-probability) is not finite. */
  isFinite: z.boolean(),
  /** Prompt and answer as text. */
  text: z.string(),
  /** What the model read: prompt and answer without its last token. */
  sequence: z.array(z.int()),
  answer: z.array(z.int()),
  /** Names of the step's other inputs and outputs of this row (weights, logprobs, in RL advantages) -> one number a token. */
  perToken: z.record(z.string(), z.array(loggedNumberSchema)),
})
export type FailedRow = z.input<typeof failedRowSchema>

/** failure.json. */
export const failureSchema = z.object({
  version: z.literal(1),
  stage: z.int(),
  step: z.int(),
  /** What is not finite, e.g. "train/loss is NaN". */
  problem: z.string(),
  /** The step's metrics. */
  values: z.record(z.string(), loggedNumberSchema),
  /** The sequences of the update; absent where it had none. */
  batch: z
    .object({
      rows: z.int(),
      /** Rows with a number that is not finite; where all or none have one, the cause is in the weights and not in a sequence. */
      notFinite: z.array(z.int()),
      /** The first of those, then the first of the others. */
      shown: z.array(failedRowSchema),
    })
    .optional(),
  /** The checkpoint to go on from; absent where there is none. */
  lastCheckpoint: z.string().optional(),
})
export type Failure = z.output<typeof failureSchema>
