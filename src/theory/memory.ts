// How much memory an update's activations take, roughly, and a batch that should fit where one did not. Plain numbers; an
// estimate to halve by, never a promise.
import { isRejection, type RunConfig, type StageConfig } from '../shared/config/schema'
import { sequenceShape } from './counts'

/** Bytes of a float32. */
const FLOAT_BYTES = 4

/**
 * Bytes that the activations of `rows` sequences take in a forward pass whose gradient is wanted: Korthikanti et al. 2022
 * (arXiv 2205.05198), eq. 2, s b h (34 + 5 a s / h) bytes a layer at 2 bytes a number and without dropout masks about
 * s b h (16 + 2.5 a s / h) numbers. 0 where the sequences' length is not known.
 */
export function activationBytes({ model, task }: Pick<RunConfig, 'model' | 'task'>, rows: number): number {
  const shape = sequenceShape(task)
  if (model.kind !== 'transformer' || shape === undefined) return 0
  const tokens = shape.prompt + shape.answer
  const { layers, width, heads } = model
  return rows * tokens * layers * (16 * width + 2.5 * heads * tokens) * FLOAT_BYTES
}

/** The part of a run that did not fit. */
export type RunPart = 'update' | 'rollout' | 'evaluation'

/** A field of the config that decides how many sequences are in memory at once, and a value to try. */
export interface SmallerBatch {
  /** e.g. `stages[0].batch`. */
  field: string
  value: number
  suggestion: number
}

/** What is known of a batch that did not fit. */
export interface TooLarge {
  config: RunConfig
  stage: number
  part: RunPart
  /** Sequences that were in memory at once; the config's where it is not known. */
  rows?: number
  /** Bytes that the process may use in all. */
  limitBytes: number
  /** Bytes that were in use before the batch came, and at most. */
  baseBytes?: number
  usedBytes?: number
  /** Bytes of the tensor that could not be allocated. */
  tensorBytes?: number
}

/** Part of the room that what was in use when a batch failed may fill when it is smaller: it needed more than that. */
const USED_FILL = 0.5
/**
 * Part of the room that the estimate may fill. It counts what a gradient keeps; measured on one-layer models, a recorded
 * update takes twice as much memory and more than three times as much address space.
 */
const ESTIMATE_FILL = 0.2

/** A batch to try: half, and half again until both what was in use and the estimate should fit. */
export function smallerBatch(large: TooLarge): SmallerBatch {
  const { config, stage, part, limitBytes, baseBytes = 0, usedBytes = 0, tensorBytes = 0 } = large
  const { field, value, rowsEach } = batchField(config, stage, part)
  const rows = large.rows ?? value * rowsEach
  const room = Math.max(1, limitBytes - baseBytes)
  const needed = Math.max(
    (usedBytes - baseBytes + tensorBytes) / USED_FILL,
    activationBytes(config, rows) / ESTIMATE_FILL,
  )
  let fitting = rows / 2
  while (fitting > 1 && (needed * fitting) / rows > room) fitting /= 2
  return { field, value, suggestion: Math.max(1, Math.floor(Math.min(value / 2, fitting / rowsEach))) }
}

/** The field, and how many sequences one of its units brings. */
function batchField(
  config: RunConfig,
  index: number,
  part: RunPart,
): { field: string; value: number; rowsEach: number } {
  const stage = config.stages[index] as StageConfig
  const path = `stages[${index}]`
  if (stage.kind === 'evaluate') {
    return { field: `${path}.samples`, value: stage.samples, rowsEach: stage.problems }
  }
  if (part === 'evaluation') {
    const { samples, completions } = config.evaluate
    // Each input is answered greedily too.
    return { field: 'evaluate.samples', value: samples, rowsEach: 1 + completions }
  }
  if (stage.kind === 'pretrain') return { field: `${path}.batch`, value: stage.batch, rowsEach: 1 }
  if (part === 'update' && isRejection(stage)) {
    return { field: `${path}.batch`, value: stage.batch, rowsEach: 1 }
  }
  const isSplit = part === 'update' && stage.kind === 'rl' && !isRejection(stage)
  const updates = isSplit ? stage.updatesPerBatch : 1
  return { field: `${path}.prompts`, value: stage.prompts, rowsEach: stage.group / updates }
}

/** What to do about memory, in a sentence. */
export function memoryAdvice(large: TooLarge): string {
  const { field, value, suggestion } = smallerBatch(large)
  return suggestion < value
    ? `set ${field} to ${suggestion} or less (it is ${value})`
    : `${field} is ${value} already: take a smaller model`
}
