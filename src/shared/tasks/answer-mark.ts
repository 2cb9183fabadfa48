// Answers of several tokens: an answer mark stands before the final answer, and worked steps may stand before the mark.

/** Whether an output is of the long kind: something stands before the answer mark. */
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
