// Evaluation on fresh inputs: each prompt is answered greedily and by sampling once at temperature 1, in one rollout.
import { createStream } from '../engine/random'
import type { FunctionDefinition, Program } from '../engine/types'
import { describeCompletion } from './completions'
import type { EvaluationResult } from './experiment'
import type { LanguageModel } from './model/language-model'
import type { Sampled } from './sampler'
import { createSampler } from './sampler'
import type { Task } from '../shared/tasks/task'
import { answerLengthOf } from '../shared/tasks/task'
import { mean } from './weights'

/** What an evaluation needs. */
export interface EvaluationOptions {
  readonly task: Task
  readonly model: LanguageModel
  readonly seed: number
  /** Fresh inputs an evaluation. */
  readonly samples: number
  readonly clock: () => number
  readonly sampleLimit: number
}

/** Evaluation as a function of a stage's program. */
export interface Evaluation {
  readonly functions: Readonly<Record<string, FunctionDefinition>>
  run(program: Program, stage: number, step: number): EvaluationResult
}

/** Makes the evaluation of an experiment. */
export function createEvaluation(options: EvaluationOptions): Evaluation {
  const { task, model, seed, samples, clock, sampleLimit } = options
  const sampler = createSampler({ name: 'evaluate', task, model, prompts: samples, group: 2, temperature: 1 })
  return {
    functions: sampler.functions,
    run(program, stage, step) {
      const begin = clock()
      const key = { seed, stage, step }
      const prompts = task.drawPrompts(createStream({ ...key, purpose: 'evaluate' }), samples)
      const noise = createStream({ ...key, purpose: 'evaluate-rollout' })
      const answers = sampler.sample(program, prompts, noise, isGreedy).map((one) => judge(task, one))
      const pairs = 2 * Math.min(samples, Math.floor(sampleLimit / 2))
      return {
        values: summarise(
          answers.filter((_, index) => isGreedy(index)),
          answers.filter((_, index) => !isGreedy(index)),
        ),
        completions: answers.slice(0, pairs).map(({ sampled, isRight }, index) =>
          describeCompletion(task, sampled, {
            promptId: `${stage}-${step}-evaluation-${sampled.promptIndex}`,
            reward: isRight ? 1 : 0,
            greedy: isGreedy(index),
          }),
        ),
        seconds: clock() - begin,
      }
    },
  }
}

/** The first completion of each prompt is the greedy one. */
const isGreedy = (index: number): boolean => index % 2 === 0

/** An answer and what counts of it. */
interface Judged {
  readonly sampled: Sampled
  /** Whether the last token before the end token is right. */
  readonly isRight: boolean
  /** Answer tokens, end token not counted. */
  readonly length: number
}

const judge = (task: Task, sampled: Sampled): Judged => ({
  sampled,
  isRight: task.isRight(sampled.prompt, sampled.output, 'answer'),
  length: answerLengthOf(task, sampled.output),
})

/** An accuracy over fewer answers says too little to be logged. */
const fewestAnswers = 50

/** eval/… values of greedy and sampled answers to the same prompts. */
export function summarise(
  greedy: readonly Pick<Judged, 'isRight' | 'length'>[],
  sampled: readonly Pick<Judged, 'isRight' | 'length'>[],
): Record<string, number> {
  const accuracy = (answers: readonly Pick<Judged, 'isRight'>[]) =>
    answers.filter(({ isRight }) => isRight).length / answers.length
  const long = sampled.filter(({ length }) => length > 1)
  const short = sampled.filter(({ length }) => length === 1)
  return {
    'eval/greedy_accuracy': accuracy(greedy),
    'eval/median_length': median(greedy.map(({ length }) => length)),
    'eval/accuracy': accuracy(sampled),
    'eval/mean_length': mean(sampled.map(({ length }) => length)),
    'eval/long_fraction': long.length / sampled.length,
    ...(long.length < fewestAnswers ? {} : { 'eval/long_accuracy': accuracy(long) }),
    ...(short.length < fewestAnswers ? {} : { 'eval/short_accuracy': accuracy(short) }),
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}
