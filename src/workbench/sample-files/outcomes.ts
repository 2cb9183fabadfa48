// What is known of the samples in a file: by problem how many there are, how many were right, and, where the file says so, what
// they answered and how they were scored. Readers add row by row; nothing here knows a format.
import type { ScoredSample } from '../../statistics/pass-at-k'

/** One row's share of a problem's samples. */
export interface Contribution {
  /** Part of the file it belongs to, e.g. a training step; '' where the file is one set. */
  part: string
  problem: string
  /** Samples, and how many of them were right. */
  n: number
  c: number
  /** Votes for the right answer and for each wrong one by its text; left out where answers are not known. */
  votes?: { right: number; wrong: ReadonlyMap<string, number> }
  /** Samples with scores of a ranking model. */
  scored?: readonly ScoredSample[]
}

/** The samples of one problem. */
interface ProblemSamples {
  n: number
  c: number
  votes: { right: number; wrong: Map<string, number> }
  scored: ScoredSample[]
}

/** The samples of a part of a file. */
export interface SampleSet {
  part: string
  /** By id, in the order of the file. */
  problems: Map<string, ProblemSamples>
  /** Whether every sample came with its answer; else all wrong ones count as one answer. */
  hasAnswers: boolean
  /** Whether every sample came with a score. */
  hasScores: boolean
}

/** Gathers rows into sets, one a part of the file. */
export class SampleSets {
  private readonly sets = new Map<string, SampleSet>()

  add({ part, problem, n, c, votes, scored }: Contribution): void {
    const set = this.sets.get(part) ?? {
      part,
      problems: new Map<string, ProblemSamples>(),
      hasAnswers: true,
      hasScores: true,
    }
    this.sets.set(part, set)
    const samples = set.problems.get(problem) ?? {
      n: 0,
      c: 0,
      votes: { right: 0, wrong: new Map<string, number>() },
      scored: [],
    }
    set.problems.set(problem, samples)
    samples.n += n
    samples.c += c
    samples.votes.right += votes?.right ?? c
    for (const [answer, count] of votes?.wrong ?? [['', n - c]])
      samples.votes.wrong.set(answer, (samples.votes.wrong.get(answer) ?? 0) + count)
    for (const one of scored ?? []) samples.scored.push(one)
    if (votes === undefined) set.hasAnswers = false
    if (scored === undefined) set.hasScores = false
  }

  /** The sets, in the order of the file. A file of a single part has no need of its name. */
  all(): SampleSet[] {
    const sets = [...this.sets.values()]
    return sets.length === 1 ? sets.map((set) => ({ ...set, part: '' })) : sets
  }
}

/** Votes of samples with their answers; samples that were right gave the right answer, however they spelled it. */
export function countVotes(
  samples: readonly { answer: string; isRight: boolean }[],
): NonNullable<Contribution['votes']> {
  const wrong = new Map<string, number>()
  let right = 0
  for (const { answer, isRight } of samples) {
    if (isRight) right++
    else wrong.set(answer, (wrong.get(answer) ?? 0) + 1)
  }
  return { right, wrong }
}
