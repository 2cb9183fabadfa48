// Several answers to each of many problems: one greedy, the others sampled. It samples in chunks and keeps counts, not
// completions, so that a thousand problems with a thousand samples each fit into memory.
import type { RandomStream } from '../engine/random'
import type { FunctionDefinition, Program } from '../engine/types'
import type { Cell, RewardKind, Task } from '../shared/tasks/task'
import { answerLengthOf } from '../shared/tasks/task'
import type { LanguageModel } from './model/language-model'
import type { Parts } from './parts'
import type { Sampled } from './sampler'
import { createSampler } from './sampler'

/** What the answers to one problem came to. Lengths count answer tokens without the end token. */
export interface Tally {
  readonly prompt: Int32Array
  readonly cell?: Cell
  /** Samples, and how many of them earned the reward. */
  readonly n: number
  readonly c: number
  readonly lengths: readonly number[]
  /** Among the samples: long answers, and one or more tokens that are no long answer; how many of each are right. */
  readonly long: number
  readonly longRight: number
  readonly short: number
  readonly shortRight: number
  /** How often each final answer was given. */
  readonly votes: Readonly<Record<string, number>>
  readonly greedy: { readonly isRight: boolean; readonly length: number }
  /** The greedy answer and the first samples, where they were to be kept. */
  readonly kept: readonly Judged[]
}

/** A completion, and whether it earned the reward. */
interface Judged {
  readonly sampled: Sampled
  readonly isRight: boolean
  readonly isGreedy: boolean
}

/** What to ask. */
export interface SurveyOptions {
  /** Name of the functions in the program. */
  readonly name: string
  readonly task: Task
  readonly model: LanguageModel
  /** Problems that are mostly asked at once. */
  readonly problems: number
  /** Samples a problem. */
  readonly samples: number
  readonly temperature: number
  readonly reward: RewardKind
}

/** Problems to ask: prompts [P, promptLength]. */
export interface Question {
  readonly prompts: Int32Array
  /** Taken in the order of the prompts, so chunks change nothing. */
  readonly noise: RandomStream
  readonly keep: Keep
  readonly cell?: Cell
}

/** Which completions are kept: of so many problems, the first ones, so many each: the greedy one and the first samples. */
export interface Keep {
  readonly problems: number
  readonly each: number
}

/**
 * What to keep of `problems` problems with `samples` samples each, at most `limit` completions: the greedy answer and a sample
 * of as many problems as there is room for, and more of each where there is room for all.
 */
export function keepWithin(limit: number, problems: number, samples: number): Keep {
  const each = Math.min(samples + 1, Math.max(2, Math.floor(limit / problems)))
  return { problems: Math.floor(limit / each), each }
}

/** A way to ask problems. */
export interface Survey {
  readonly functions: Readonly<Record<string, FunctionDefinition>>
  /** Asks all problems of these questions, one after another, a chunk a part. */
  ask(program: Program, questions: readonly Question[]): Parts<Tally[]>
}

/** Completions a chunk has at most, but for a single problem's. */
const chunkCompletions = 4096
/** Completions of one prompt that are sampled side by side at most: a call takes all of a group. */
const mostSideBySide = 1024

/** Makes a survey. */
export function createSurvey(options: SurveyOptions): Survey {
  const { name, task, model, samples, temperature, reward } = options
  const { promptLength } = task
  // A problem with more answers than one group takes is asked as several prompts.
  const parts = Math.ceil((samples + 1) / mostSideBySide)
  const group = Math.ceil((samples + 1) / parts)
  const perProblem = parts * group
  const chunk = Math.min(options.problems, Math.max(1, Math.floor(chunkCompletions / perProblem)))
  const sampler = createSampler({ name, task, model, prompts: chunk * parts, group, temperature })
  const isGreedy = (index: number) => index % perProblem === 0
  return {
    functions: sampler.functions,
    *ask(program, questions) {
      const tallies: Tally[] = []
      const total = questions.reduce((sum, { prompts }) => sum + prompts.length / promptLength, 0)
      for (const { prompts, noise, keep, cell } of questions) {
        const count = prompts.length / promptLength
        for (let start = 0; start < count; start += chunk) {
          const rows = Math.min(chunk, count - start)
          const asked = repeatRows(prompts, promptLength, start, rows, parts)
          const answers = sampler.sample(program, asked, noise, isGreedy)
          for (let row = 0; row < rows; row++) {
            const own = answers.slice(row * perProblem, row * perProblem + samples + 1)
            tallies.push(tally(task, reward, own, start + row < keep.problems ? keep.each : 0, cell))
          }
          if (tallies.length < total) yield tallies.length / total
        }
      }
      return tallies
    },
  }
}

/** Rows start … start + count - 1 of `values`, each `times` times. */
function repeatRows(
  values: Int32Array,
  length: number,
  start: number,
  count: number,
  times: number,
): Int32Array {
  const repeated = new Int32Array(count * times * length)
  for (let row = 0; row < count * times; row++) {
    const from = (start + Math.floor(row / times)) * length
    repeated.set(values.subarray(from, from + length), row * length)
  }
  return repeated
}

/** Counts the answers to one problem: the greedy one, then the samples; the first `kept` of them are kept. */
export function tally(
  task: Task,
  reward: RewardKind,
  answers: readonly Sampled[],
  kept: number,
  cell: Cell | undefined,
): Tally {
  const [greedy, ...samples] = answers.map((sampled, index): Judged => {
    const { prompt, output } = sampled
    return { sampled, isRight: task.isRight(prompt, output, reward), isGreedy: index === 0 }
  }) as [Judged, ...Judged[]]
  const counts = { c: 0, long: 0, longRight: 0, short: 0, shortRight: 0 }
  const lengths: number[] = []
  const votes: Record<string, number> = {}
  for (const { sampled, isRight } of samples) {
    const right = isRight ? 1 : 0
    const length = answerLengthOf(task, sampled.output)
    const answer = task.finalAnswer(sampled.output)
    const isLong = task.isLong(sampled.output)
    lengths.push(length)
    votes[answer] = (votes[answer] ?? 0) + 1
    counts.c += right
    if (isLong) {
      counts.long++
      counts.longRight += right
    } else if (length > 0) {
      counts.short++
      counts.shortRight += right
    }
  }
  return {
    prompt: greedy.sampled.prompt,
    ...(cell === undefined ? {} : { cell }),
    n: samples.length,
    ...counts,
    lengths,
    votes,
    greedy: { isRight: greedy.isRight, length: answerLengthOf(task, greedy.sampled.output) },
    kept: [greedy, ...samples].slice(0, kept),
  }
}
