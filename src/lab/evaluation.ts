// Evaluation on fresh inputs: each prompt is answered greedily and by sampling, in one rollout. Inputs of the training mixture
// and, where the config asks for them, of each split and level of the task.
import { createStream, type RandomStream, type StreamKey } from '../engine/random'
import type { FunctionDefinition, Program } from '../engine/types'
import type { RunConfig } from '../shared/config/schema'
import type { Cell, Task } from '../shared/tasks/task'
import { powersOfTwo } from '../statistics/pass-at-k'
import { evaluationValues, keptCompletions, problemIds, problemResult } from './evaluation-values'
import type { Evaluated } from './experiment'
import type { LanguageModel } from './model/language-model'
import type { Parts } from './parts'
import { createSurvey, keepWithin, type Question } from './problems'

/** What an evaluation needs. */
export interface EvaluationOptions extends Omit<RunConfig['evaluate'], 'every'> {
  readonly task: Task
  readonly model: LanguageModel
  readonly seed: number
  readonly sampleLimit: number
}

/** Evaluation as a function of a stage's program. */
export interface Evaluation {
  readonly functions: Readonly<Record<string, FunctionDefinition>>
  run(program: Program, stage: number, step: number): Parts<Evaluated>
}

/** Makes the evaluation of an experiment. */
export function createEvaluation(options: EvaluationOptions): Evaluation {
  const { task, model, seed, samples, completions, cells, sampleLimit } = options
  const survey = createSurvey({
    name: 'evaluate',
    task,
    model,
    problems: samples,
    samples: completions,
    temperature: 1,
    reward: 'answer',
  })
  const ks = completions > 1 ? powersOfTwo(completions) : []
  const keep = keepWithin(sampleLimit, samples, completions)
  return {
    functions: survey.functions,
    *run(program, stage, step) {
      const key = { seed, stage, step }
      const prompts = task.drawPrompts(createStream({ ...key, purpose: 'evaluate' }), samples)
      const noise = createStream({ ...key, purpose: 'evaluate-rollout' })
      const apart = (cells === 0 ? [] : task.cells).map((cell): Question => ({
        prompts: drawCell(task, cell, cells, { ...key, purpose: 'evaluate' }),
        noise: cellStream({ ...key, purpose: 'evaluate-rollout' }, cell),
        keep: { problems: 0, each: 0 },
        cell,
      }))
      const tallies = yield* survey.ask(program, [{ prompts, noise, keep }, ...apart])
      const idOf = problemIds(`${stage}-${step}-evaluation-`)
      const all = tallies.map((tally) => ({ tally, id: idOf(tally.cell) }))
      return {
        values: evaluationValues(task, tallies.slice(0, samples), tallies.slice(samples), ks),
        completions: all.flatMap(({ tally, id }) => keptCompletions(task, tally, id)),
        ...(completions > 1 ? { problems: all.map(({ tally, id }) => problemResult(task, tally, id)) } : {}),
      }
    },
  }
}

/** The stream of a purpose for one split and level. */
export function cellStream(key: StreamKey, { split, level }: Cell): RandomStream {
  return createStream({ ...key, purpose: `${key.purpose}-${split}-${level}` })
}

/** Fresh prompts of one split and level. */
export function drawCell(task: Task, cell: Cell, count: number, key: StreamKey): Int32Array {
  const { split, level } = cell
  const levels = Array.from({ length: level }, (_, index) => (index === level - 1 ? 1 : 0))
  return task.drawPrompts(cellStream(key, cell), count, { split, levels })
}
