// What an evaluation says of its problems: eval/… values of all of them and of each split and level, and the rows and
// completions that are written down. Pure.
import { cellMetric } from '../shared/run/metrics'
import type { Cell, Task } from '../shared/tasks/task'
import { textOf, withoutPadding } from '../shared/tasks/task'
import { majorityAtK } from '../statistics/majority'
import { passAtK } from '../statistics/pass-at-k'
import { mean, median } from '../statistics/summary'
import { describeCompletion } from './completions'
import type { Completion, ProblemResult } from './experiment'
import type { Tally } from './problems'

/** An accuracy of long or short answers over fewer of them says too little to be logged. */
const fewestAnswers = 50

/** eval/… values: of all problems, pass@k and maj@k at each of `ks`, and the same by split and level of those that have one. */
export function evaluationValues(
  task: Task,
  all: readonly Tally[],
  byCell: readonly Tally[],
  ks: readonly number[],
): Record<string, number> {
  const cells = task.cells.flatMap((cell) => {
    const own = byCell.filter((one) => one.cell?.split === cell.split && one.cell.level === cell.level)
    return own.length === 0 ? [] : [{ cell, own }]
  })
  return {
    ...summarise(all),
    ...coverage(task, all, ks),
    ...Object.assign(
      {},
      ...cells.map(({ cell, own }) => rename({ ...summarise(own), ...coverage(task, own, ks) }, cell)),
    ),
  } as Record<string, number>
}

const rename = (values: Record<string, number>, { split, level }: Cell): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [cellMetric(name, split, level), value]))

/** What is counted of a problem. */
export type Counts = Pick<
  Tally,
  'n' | 'c' | 'lengths' | 'long' | 'longRight' | 'short' | 'shortRight' | 'greedy'
>

/** Accuracies and lengths of greedy and sampled answers to the same prompts. */
export function summarise(problems: readonly Counts[]): Record<string, number> {
  const sum = (of: (one: Counts) => number) => problems.reduce((total, one) => total + of(one), 0)
  const samples = sum(({ n }) => n)
  const [long, short] = [sum((one) => one.long), sum((one) => one.short)]
  return {
    'eval/greedy_accuracy': sum(({ greedy }) => (greedy.isRight ? 1 : 0)) / problems.length,
    'eval/median_length': median(problems.map(({ greedy }) => greedy.length)),
    'eval/accuracy': sum(({ c }) => c) / samples,
    'eval/mean_length': sum(({ lengths }) => lengths.reduce((total, length) => total + length, 0)) / samples,
    'eval/long_fraction': long / samples,
    ...(long < fewestAnswers ? {} : { 'eval/long_accuracy': sum((one) => one.longRight) / long }),
    ...(short < fewestAnswers ? {} : { 'eval/short_accuracy': sum((one) => one.shortRight) / short }),
  }
}

/** pass@k and maj@k: means over problems of what k of a problem's samples are worth. */
function coverage(task: Task, problems: readonly Tally[], ks: readonly number[]): Record<string, number> {
  const votes = problems.map((one) => votesOf(task, one))
  // Many problems have equal votes.
  const known = new Map<string, number | undefined>()
  const majority = (k: number, [right, wrong]: readonly [number, readonly number[]]) => {
    const key = `${k} ${right} ${wrong.join(' ')}`
    if (!known.has(key)) known.set(key, majorityAtK(right, wrong, k))
    return known.get(key)
  }
  return Object.fromEntries(
    ks.flatMap((k) => {
      const majorities = votes.map((one) => majority(k, one))
      const counted = majorities.filter((value) => value !== undefined)
      return [
        [`eval/pass@${k}`, mean(problems.map(({ n, c }) => passAtK(n, c, k)))] as const,
        // Where so many answers compete that an exact count takes too long, there is none.
        ...(counted.length < majorities.length ? [] : [[`eval/maj@${k}`, mean(counted)] as const]),
      ]
    }),
  )
}

/** Votes for the right final answer, and for each wrong one, most first; no answer is a wrong one. */
function votesOf(task: Task, one: Tally): readonly [right: number, wrong: readonly number[]] {
  const { [rightAnswer(task, one.prompt)]: right = 0, ...wrong } = one.votes
  return [right, Object.values(wrong).sort((a, b) => b - a)]
}

const rightAnswer = (task: Task, prompt: Int32Array): string =>
  task.finalAnswer(task.rightOutputs(prompt).short)

/** Gives out ids: numbers from 0, for each split and level apart. */
export function problemIds(prefix: string): (cell: Cell | undefined) => string {
  const counts = new Map<string, number>()
  return (cell) => {
    const set = cell === undefined ? '' : `${cell.split}-${cell.level}-`
    const number = counts.get(set) ?? 0
    counts.set(set, number + 1)
    return `${prefix}${set}${number}`
  }
}

/** The completions of a problem that were kept, as they are written down. */
export function keptCompletions(task: Task, { kept }: Tally, promptId: string): Completion[] {
  return kept.map(({ sampled, isRight, isGreedy }) =>
    describeCompletion(task, sampled, { promptId, reward: isRight ? 1 : 0, greedy: isGreedy }),
  )
}

/** A row of evaluations/<stage>-<step>.jsonl. */
export function problemResult(task: Task, tally: Tally, problemId: string): ProblemResult {
  const { cell, prompt, n, c, lengths, votes, greedy } = tally
  return {
    problemId,
    ...cell,
    n,
    c,
    lengths: [...lengths],
    prompt: textOf(task, withoutPadding(task, prompt)),
    answer: rightAnswer(task, prompt),
    votes: { ...votes },
    greedy: greedy.isRight,
  }
}
