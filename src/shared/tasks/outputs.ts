// Where the final answer stands in an output. An answer of one token stands before the end token; one of several stands behind
// an answer mark. What stands before the answer, or its mark, are worked steps.

/** Whether an output whose answer is one token is of the long kind: more stands before the end token. */
export function hasSteps(output: readonly number[], end: number): boolean {
  return output.filter((token) => token !== end).length > 1
}

/** The token before the end token; undefined where the output has no end or nothing before it. */
export function lastBefore(output: readonly number[], end: number): number | undefined {
  return output.at(-1) === end ? output.at(-2) : undefined
}

/** Whether an output with an answer mark is of the long kind: something stands before the mark. */
export function startsWithSteps(output: readonly number[], mark: number, end: number): boolean {
  return output.length > 0 && output[0] !== mark && output[0] !== end
}

/** Tokens between the last answer mark and the end token; undefined where either is missing. */
export function answerAfterMark(output: readonly number[], mark: number, end: number): number[] | undefined {
  const at = output.lastIndexOf(mark)
  return at === -1 || output.at(-1) !== end ? undefined : output.slice(at + 1, -1)
}

/** Whether two rows of tokens are the same. */
export function areEqual(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((token, index) => token === right[index])
}
