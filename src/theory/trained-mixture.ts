// Which mixture of long and short answers a stage leaves a model calibrated to: that of the data at the end of next-token
// prediction. Stages of RL, and of fine-tuning on samples, leave it to what was sampled: not known here.
import type { RunConfig, StageConfig, TaskConfig } from '../shared/config/schema'

/** What a model is calibrated to. */
export interface TrainedMixture {
  /** Share of long answers. */
  longFraction: number
  /** Whether the loss is the plain next-token loss, so that its plateau is known too. */
  isPlainLoss: boolean
}

/**
 * The mixture that the weights at the end of a stage are calibrated to; of an evaluate stage, of the weights it looks at.
 * Undefined where they come from elsewhere, or from samples.
 */
export function endOfTraining(
  { task, stages }: Pick<RunConfig, 'task' | 'stages'>,
  stage: number,
): TrainedMixture | undefined {
  const settings = stages[stage]
  if (settings === undefined || !('longFraction' in task)) return undefined
  if (settings.kind === 'evaluate') return startOfStage({ task, stages }, stage)
  if (settings.kind === 'pretrain') return { longFraction: lastShare(settings, task), isPlainLoss: true }
  if (settings.kind !== 'sft' || settings.sampler !== 'data') return undefined
  const share = lastShare(settings, task)
  if (settings.aggregation !== 'sequence-mean') return { longFraction: share, isPlainLoss: true }
  const lengths = answerTokens(task)
  if (lengths === undefined) return undefined
  // 1/T weighs a sequence by its length: the model is calibrated to the mixture so weighted.
  const [long, short] = [share / lengths.long, (1 - share) / lengths.short]
  return { longFraction: long / (long + short), isPlainLoss: false }
}

/** The mixture that the weights a stage begins with are calibrated to, in the same way. */
export function startOfStage(
  { task, stages }: Pick<RunConfig, 'task' | 'stages'>,
  stage: number,
): TrainedMixture | undefined {
  const settings = stages[stage]
  const source = settings === undefined ? undefined : sourceOf(settings, stage)
  return source === undefined ? undefined : endOfTraining({ task, stages }, source)
}

/**
 * Whether a stage begins with weights that next-token prediction has trained, here or in another run (which is taken for
 * granted): what is predicted from a measured long fraction holds for those, and not for freshly initialised ones.
 */
export function startsTrained({ stages, init }: Pick<RunConfig, 'stages' | 'init'>, stage: number): boolean {
  const settings = stages[stage]
  if (settings === undefined || settings.from === 'fresh') return false
  const source = sourceOf(settings, stage)
  // Without an earlier stage the weights are those of another run, or there are none.
  if (source === undefined) return settings.from !== 'previous' || init !== undefined
  const { kind } = stages[source] ?? {}
  return kind === 'pretrain' || kind === 'sft' || startsTrained({ stages, init }, source)
}

/** The earlier stage whose weights a stage begins with; undefined for fresh weights and those of other runs. */
function sourceOf({ from }: StageConfig, stage: number): number | undefined {
  if (from === 'previous') return stage > 0 ? stage - 1 : undefined
  const named = /^stage-(\d+)$/.exec(from)
  // Only an earlier stage can be meant; the parser refuses others.
  return named && Number(named[1]) < stage ? Number(named[1]) : undefined
}

/** The long fraction at the end of a stage's schedule. */
function lastShare(
  { mixture }: Extract<StageConfig, { mixture: unknown }>,
  task: Extract<TaskConfig, { longFraction: number }>,
): number {
  // Points may stand in any order; of two at one place the later one counts.
  const points = mixture.filter((point) => point.longFraction !== undefined).sort((a, b) => a.at - b.at)
  return points.at(-1)?.longFraction ?? task.longFraction
}

/** Tokens of long and short answers, end token included, where all of a kind are equally long. */
function answerTokens(task: TaskConfig): { long: number; short: number } | undefined {
  if (task.kind === 'parity') return { long: task.bits + 1, short: 2 }
  if (task.kind === 'hidden-method') return { long: task.keyLength + 2, short: 2 }
  return undefined
}
