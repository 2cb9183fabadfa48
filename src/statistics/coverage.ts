// What two models' samples say of the problems themselves: which are solved, how accuracies are spread, and how far one
// try of a trained model is from many tries of its base (Yue et al. 2025, arXiv 2504.13837). Counts in, shares out.

/** Samples of one problem, and how many of them were right. */
export interface ProblemCounts {
  readonly n: number
  readonly c: number
}

/** Shares of the problems that both, one or neither of two models solve at least once. */
export interface SolvableTable {
  /** Problems that both have samples of. */
  problems: number
  both: number
  firstOnly: number
  secondOnly: number
  neither: number
}

/** The 2x2 table of solved problems by their ids; problems that only one model has samples of are left out. */
export function solvableTable(
  first: ReadonlyMap<string, ProblemCounts>,
  second: ReadonlyMap<string, ProblemCounts>,
): SolvableTable {
  const shared = [...first].flatMap(([id, { c }]) => {
    const other = second.get(id)
    return other === undefined ? [] : [[c > 0, other.c > 0] as const]
  })
  const share = (a: boolean, b: boolean) =>
    shared.filter(([one, two]) => one === a && two === b).length / shared.length
  return {
    problems: shared.length,
    both: share(true, true),
    firstOnly: share(true, false),
    secondOnly: share(false, true),
    neither: share(false, false),
  }
}

/** Names of the bins of `accuracyHistogram`: 0, (0, .1], (.1, .2] … (.8, .9], (.9, 1), 1. */
export const accuracyBins: readonly string[] = [
  '0',
  ...Array.from({ length: 9 }, (_, i) => `(${i / 10}, ${(i + 1) / 10}]`),
  '(0.9, 1)',
  '1',
]

/** Share of the problems in each of the 12 bins of accuracy c/n. */
export function accuracyHistogram(problems: readonly ProblemCounts[]): number[] {
  const counts = accuracyBins.map(() => 0)
  for (const { n, c } of problems) {
    // Whole numbers, so that 3 of 10 is in (.2, .3].
    const bin = c === 0 ? 0 : c === n ? accuracyBins.length - 1 : Math.ceil((10 * c) / n)
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return counts.map((count) => count / problems.length)
}

/** A share such as .55 of 20 may come out a little above 11. */
const ROUNDING = 1e-9

/**
 * Cover@tau (arXiv 2510.08325): share of the problems of which at least a share tau of the samples is right. Unlike
 * pass@k it does not reward guessing.
 */
export function coverAtTau(problems: readonly ProblemCounts[], tau: number): number {
  return problems.filter(({ n, c }) => c >= tau * n - ROUNDING).length / problems.length
}
