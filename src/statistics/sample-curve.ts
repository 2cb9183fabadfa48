// A curve over k of one model's samples: pass@k with its interval over problems, pass^k, majority and best-of-k. Counts by
// problem in, means over problems out.
import { bootstrapMeans } from './bootstrap'
import { majorityAtK } from './majority'
import { mean } from './summary'
import { bestOfK, passAtK, passHatK, type ScoredSample } from './pass-at-k'

/** The samples of one problem. */
export interface CurveProblem {
  readonly n: number
  readonly c: number
  /** Votes for the right answer, and for each wrong one. */
  readonly votes: { readonly right: number; readonly wrong: readonly number[] }
  /** Samples with scores of a ranking model, where there are any. */
  readonly scored?: readonly ScoredSample[]
}

/** Means over problems at one number of attempts. */
export interface CurvePoint {
  readonly k: number
  readonly pass: number
  /** 95% percentile bootstrap over problems (bootstrap.ts). */
  readonly low: number
  readonly high: number
  readonly allRight: number
  /** Undefined where a problem has too many close answers to count. */
  readonly majority?: number
  /** Where every problem has scores. */
  readonly bestOf?: number
}

/** The curve at these numbers of attempts, each at most the samples of every problem; at least one problem. */
export function sampleCurve(
  problems: readonly CurveProblem[],
  ks: readonly number[],
  seed = 0,
): CurvePoint[] {
  const passes = ks.map((k) => problems.map(({ n, c }) => passAtK(n, c, k)))
  const intervals = bootstrapMeans(passes, { seed })
  const hasScores = problems.every(({ n, scored }) => scored?.length === n)
  return ks.map((k, index) => {
    const { mean: pass = NaN, low = NaN, high = NaN } = intervals[index] ?? {}
    const majority = meanMajority(problems, k)
    return {
      ...{ k, pass, low, high },
      allRight: mean(problems.map(({ n, c }) => passHatK(n, c, k))),
      ...(majority === undefined ? {} : { majority }),
      ...(hasScores ? { bestOf: mean(problems.map(({ scored = [] }) => bestOfK(scored, k))) } : {}),
    }
  })
}

function meanMajority(problems: readonly CurveProblem[], k: number): number | undefined {
  let sum = 0
  for (const { votes } of problems) {
    const value = majorityAtK(votes.right, votes.wrong, k)
    if (value === undefined) return undefined
    sum += value
  }
  return sum / problems.length
}
