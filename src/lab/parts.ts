// Work that is done in parts, so that whoever does it can listen to others between two of them. No clock of its own.

/** Yields, between two parts, the share of the work that is done, in (0, 1); returns the result. */
export type Parts<Result> = Generator<number, Result>

/** Does the whole work at once. */
export function wholeOf<Result>(parts: Parts<Result>): Result {
  for (;;) {
    const next = parts.next()
    if (next.done === true) return next.value
  }
}

/** The same work, whose result says how many seconds its parts took: what is done between them does not count. */
export function* timedParts<Result extends object>(
  parts: Parts<Result>,
  clock: () => number,
): Parts<Result & { seconds: number }> {
  for (let seconds = 0; ;) {
    const begin = clock()
    const next = parts.next()
    seconds += clock() - begin
    if (next.done === true) return { ...next.value, seconds }
    yield next.value
  }
}
