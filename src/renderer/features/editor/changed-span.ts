// What an edit of a text changed.

/** Where two texts differ: `start` to `end` of `to` stands where other characters of `from` were. */
export function changedSpan(from: string, to: string): { start: number; end: number } {
  const shorter = Math.min(from.length, to.length)
  let start = 0
  while (start < shorter && from[start] === to[start]) start++
  let same = 0
  while (same < shorter - start && from[from.length - 1 - same] === to[to.length - 1 - same]) same++
  return { start, end: to.length - same }
}
