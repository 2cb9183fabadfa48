// Tasks of a study, told apart by `kind`: the config fields of each. What a task draws and judges is in shared/tasks.
import { z } from 'zod'
import { count, field, share } from './field'

const longFraction = (value: number, what: string) =>
  field(share().default(value), { title: 'Long fraction', essential: true, description: what })

/** Parity with and without its chain. */
export const parityTask = z.strictObject({
  kind: z.literal('parity'),
  bits: field(count(64).default(20), {
    title: 'Bits',
    essential: true,
    description:
      'Number d of input bits whose parity is asked for. Below 20 a run may see more sequences than there are inputs.',
  }),
  longFraction: longFraction(
    0.2,
    'Share p of training sequences that show the whole chain of prefix parities; the rest show the answer only. Below 1/3 greedy decoding of a model trained on next tokens stays at chance.',
  ),
  partialFraction: field(share().default(0), {
    title: 'Partial fraction',
    description:
      'Share of training sequences that show a partial chain: every leap-th prefix parity. Together with the long fraction at most 1.',
    advanced: true,
  }),
  leap: field(z.int().min(2).max(64).default(2), {
    title: 'Leap',
    unit: 'bits',
    description: 'Bits between two parities of a partial chain.',
    advanced: true,
  }),
})

const composeTask = z.strictObject({
  kind: z.literal('compose'),
  length: field(count(32).default(5), {
    title: 'Length',
    essential: true,
    unit: 'symbols',
    description: 'Symbols of the string that the functions rewrite.',
  }),
  symbols: field(z.int().min(2).max(26).default(6), {
    title: 'Symbols',
    description: 'Size of the alphabet the strings are made of.',
  }),
  trainFunctions: field(z.int().min(1).max(64).default(6), {
    title: 'Train functions',
    essential: true,
    description: 'Functions that training shows in compositions of level 2 and above.',
  }),
  heldOutFunctions: field(z.int().min(0).max(64).default(4), {
    title: 'Held-out functions',
    essential: true,
    description: 'Functions that training shows alone only (level 1): their compositions are held out.',
  }),
  depth: field(z.int().min(1).max(8).default(4), {
    title: 'Depth',
    description: 'Highest level: functions in a row. A prompt has this many slots for function names.',
  }),
  levels: field(z.array(z.number().min(0)).min(1).max(8).default([0.5, 0.5]), {
    title: 'Levels',
    essential: true,
    description: 'Weights of levels 1, 2, … among training sequences; a level beyond the list has weight 0.',
  }),
  longFraction: longFraction(
    0.3,
    'Share of training sequences that show every intermediate string; the rest show the result only.',
  ),
  emptySteps: field(z.boolean().default(false), {
    title: 'Empty steps',
    description:
      'Whether long answers have a step for empty slots too, the string unchanged: every step is then made from the one before it in the same way, at level 1 as well.',
    advanced: true,
  }),
})

const hiddenMethodTask = z.strictObject({
  kind: z.literal('hidden-method'),
  shares: field(z.array(z.number().min(0).max(1)).min(2).max(16).default([0.7, 0.2, 0.1]), {
    title: 'Shares',
    essential: true,
    description:
      'Share w of the problems that each method solves; multiples of 0.1 with sum 1. Which problem needs which method is a hash of the prompt that one look cannot learn.',
  }),
  prior: field(z.array(z.number().min(0).max(1)).min(2).max(16).default([0.4, 0.3, 0.3]), {
    title: 'Prior',
    essential: true,
    description:
      'Share of each method among the short answers a model is trained on, whatever the prompt; sum 1.',
  }),
  keyLength: field(count(32).default(8), {
    title: 'Key length',
    unit: 'symbols',
    description: 'Symbols of the key that is hashed.',
  }),
  symbols: field(z.int().min(2).max(26).default(8), {
    title: 'Symbols',
    description: 'Size of the alphabet the keys are made of.',
    advanced: true,
  }),
  longFraction: longFraction(
    0,
    'Share of training sequences that work the hash out state by state and end in the right method: what a teacher who reads the key would write.',
  ),
})

const datasetTask = z.strictObject({
  kind: z.literal('dataset'),
  file: field(z.string().min(1), {
    title: 'File',
    essential: true,
    description:
      'JSONL file, one object a line: prompt, answer, and optionally chain, level (from 1) and split (train or heldout). A relative path starts at the folder of the study file (in the window: the workspace’s studies). The file is copied into the run.',
    example: 'problems.jsonl',
  }),
  tokens: field(z.enum(['character', 'whitespace']).default('character'), {
    title: 'Tokens',
    essential: true,
    description: 'How texts are cut: every character is a token, or every word between blanks.',
  }),
  longFraction: longFraction(1, 'Share of training sequences that show the chain, where a row has one.'),
  sha256: field(
    z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    {
      title: 'SHA-256',
      description:
        'Hash of the file: filled in when a run is made; where a study gives it, the file must have it.',
      example: '0'.repeat(64),
      advanced: true,
    },
  ),
  heldOutFraction: field(z.number().min(0).lt(1).default(0.1), {
    title: 'Held-out fraction',
    description:
      'Share of the rows without a split of their own that are kept out of training, chosen by a hash of the prompt.',
  }),
})

/** Tasks, told apart by `kind`. */
export const taskSchema = z.discriminatedUnion('kind', [
  parityTask,
  composeTask,
  hiddenMethodTask,
  datasetTask,
])
