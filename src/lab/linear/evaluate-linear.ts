// Evaluation of a linear model by its own sampling, with the metrics, rows and streams of the other models.
import type { EvaluateStage, RunConfig } from '../../shared/config/schema'
import type { RewardKind } from '../../shared/tasks/task'
import { powersOfTwo } from '../../statistics/pass-at-k'
import { evaluationValues, keptCompletions, problemIds, problemResult } from '../evaluation-values'
import type { EvaluationResult } from '../experiment'
import { tally, type Tally } from '../problems'
import { averagesOf, streamOf, type LinearRun, type StageStep } from './linear-run'
import { drawAnswer } from './linear-sampler'

/** The run's own evaluation, on fresh inputs of every step. */
export function evaluateLinear(
  run: LinearRun,
  options: RunConfig['evaluate'],
  at: StageStep,
): EvaluationResult {
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
export function evaluateProblems(run: LinearRun, settings: EvaluateStage, stage: number): EvaluationResult {
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

function evaluated(run: LinearRun, asked: Asked): EvaluationResult {
  const { task, sequence, clock, sampleLimit } = run
  const { prompts, samples, temperature, reward, at, ks } = asked
  const begin = clock()
  const noise = streamOf(run, 'evaluate-rollout', at)
  const options = { task, heads: averagesOf(run), sequence, temperature }
  const keep = Math.floor(sampleLimit / 2)
  const tallies = Array.from({ length: prompts.length / task.promptLength }, (_, row): Tally => {
    const prompt = prompts.subarray(row * task.promptLength, (row + 1) * task.promptLength)
    const answers = Array.from({ length: samples + 1 }, (_, index) =>
      drawAnswer(options, prompt, row, index === 0 ? undefined : noise),
    )
    return tally(task, reward, answers, row < keep, undefined)
  })
  const idOf = problemIds(asked.idPrefix)
  const named = tallies.map((one) => ({ one, id: idOf(undefined) }))
  return {
    values: evaluationValues(task, tallies, [], ks),
    completions: named.flatMap(({ one, id }) => keptCompletions(task, one, id)),
    ...(asked.hasRows ? { problems: named.map(({ one, id }) => problemResult(task, one, id)) } : {}),
    seconds: clock() - begin,
  }
}
