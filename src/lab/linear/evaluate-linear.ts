// Evaluation of a linear model by its own sampling, with the metrics, rows and streams of the other models.
import type { EvaluateStage, RunConfig } from '../../shared/config/schema'
import type { RewardKind } from '../../shared/tasks/task'
import { powersOfTwo } from '../../statistics/pass-at-k'
import { evaluationValues, keptCompletions, problemIds, problemResult } from '../evaluation-values'
import type { Evaluated } from '../experiment'
import type { Parts } from '../parts'
import { keepWithin, tally, type Tally } from '../problems'
import { averagesOf, streamOf, type LinearRun, type StageStep } from './linear-run'
import { drawAnswer } from './linear-sampler'

/** Completions of a part. */
const PART_COMPLETIONS = 4096

/** The run's own evaluation, on fresh inputs of every step. */
export function evaluateLinear(
  run: LinearRun,
  options: RunConfig['evaluate'],
  at: StageStep,
): Parts<Evaluated> {
  const { samples: problems, completions: samples } = options
  const prompts = run.task.drawPrompts(streamOf(run, 'evaluate', at), problems)
  return evaluated(run, {
    prompts,
    samples,
    temperature: 1,
    reward: 'answer',
    at,
    ks: samples > 1 ? powersOfTwo(samples) : [],
    idPrefix: `${at.stage}-${at.step}-evaluation-`,
    hasRows: samples > 1,
  })
}

/** The evaluation of an evaluate stage: its problems depend on the seed alone. */
export function evaluateProblems(run: LinearRun, settings: EvaluateStage, stage: number): Parts<Evaluated> {
  const { samples, k } = settings
  const prompts = run.task.drawPrompts(streamOf(run, 'problems', { stage: 0, step: 0 }), settings.problems)
  const ks = k.length === 0 ? powersOfTwo(samples) : [...new Set(k)].sort((a, b) => a - b)
  return evaluated(run, { ...settings, prompts, at: { stage, step: 0 }, ks, idPrefix: '', hasRows: true })
}

interface Asked {
  readonly prompts: Int32Array
  /** Samples a problem, beside the greedy answer. */
  readonly samples: number
  readonly temperature: number
  readonly reward: RewardKind
  readonly at: StageStep
  readonly ks: readonly number[]
  readonly idPrefix: string
  readonly hasRows: boolean
}

function* evaluated(run: LinearRun, asked: Asked): Parts<Evaluated> {
  const { task, sequence, sampleLimit } = run
  const { prompts, samples, temperature, reward, at, ks } = asked
  const noise = streamOf(run, 'evaluate-rollout', at)
  const options = { task, heads: averagesOf(run), sequence, temperature }
  const count = prompts.length / task.promptLength
  const keep = keepWithin(sampleLimit, count, samples)
  const problemsAPart = Math.ceil(PART_COMPLETIONS / (samples + 1))
  const tallies: Tally[] = []
  for (let row = 0; row < count; row++) {
    if (row > 0 && row % problemsAPart === 0) yield row / count
    const prompt = prompts.subarray(row * task.promptLength, (row + 1) * task.promptLength)
    const answers = Array.from({ length: samples + 1 }, (_, index) =>
      drawAnswer(options, prompt, row, index === 0 ? undefined : noise),
    )
    tallies.push(tally(task, reward, answers, row < keep.problems ? keep.each : 0, undefined))
  }
  const idOf = problemIds(asked.idPrefix)
  const named = tallies.map((one) => ({ one, id: idOf(undefined) }))
  return {
    values: evaluationValues(task, tallies, [], ks),
    completions: named.flatMap(({ one, id }) => keptCompletions(task, one, id)),
    ...(asked.hasRows ? { problems: named.map(({ one, id }) => problemResult(task, one, id)) } : {}),
  }
}
