// A hash of a key that is easy to work out step by step and hard to see at once: a state machine over ten states in which
// every symbol permutes the states. Permutations of ten things do not commute, so no count of symbols gives the end away.

/** States of the machine. */
export const STATES = 10

/** Largest deviation of an end state's share from 1/10 that is good enough: then every method's share is within 1e-3. */
const goodDeviation = 1e-4
/** Machines tried; short keys over few symbols allow no even split, and the best of these is taken. */
const tries = 300

/** A machine for keys of one length over one alphabet. It starts in state 0. */
export interface HashMachine {
  /** next[symbol][state]. */
  readonly next: readonly (readonly number[])[]
  /** Exact share of the keys that end in each state. */
  readonly shares: readonly number[]
}

/** The machine: the same one whenever it is asked for, as even over its end states as can be found. */
export function hashMachine(keyLength: number, symbols: number): HashMachine {
  let best: HashMachine | undefined
  let lowest = Infinity
  for (let seed = 1; seed <= tries && lowest >= goodDeviation; seed++) {
    const next = permutations(seed, symbols)
    const shares = endShares(next, keyLength)
    const deviation = Math.max(...shares.map((share) => Math.abs(share - 1 / STATES)))
    if (deviation < lowest) [best, lowest] = [{ next, shares }, deviation]
  }
  return best ?? { next: [], shares: [] }
}

/** The state after each symbol of a key. */
export function statesOf({ next }: HashMachine, key: Iterable<number>): number[] {
  let state = 0
  return Array.from(key, (symbol) => (state = next[symbol]?.[state] ?? 0))
}

/** Shares of the end states over all keys, by dynamic programming over the key's symbols. */
function endShares(next: readonly (readonly number[])[], keyLength: number): number[] {
  let shares: number[] = Array.from({ length: STATES }, (_, state) => (state === 0 ? 1 : 0))
  for (let place = 0; place < keyLength; place++) {
    const after = new Array<number>(STATES).fill(0)
    for (const table of next) {
      for (const [state, share] of shares.entries()) {
        const to = table[state] as number
        after[to] = (after[to] as number) + share / next.length
      }
    }
    shares = after
  }
  return shares
}

/** Fixed permutations of the states, one a symbol (Fisher-Yates over a linear congruential generator, Numerical Recipes). */
function permutations(seed: number, symbols: number): number[][] {
  let word = seed
  const below = (count: number): number => {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0
    return Math.floor((word / 2 ** 32) * count)
  }
  return Array.from({ length: symbols }, () => {
    const order = Array.from({ length: STATES }, (_, state) => state)
    for (let index = STATES - 1; index > 0; index--) {
      const other = below(index + 1)
      const value = order[index] as number
      order[index] = order[other] as number
      order[other] = value
    }
    return order
  })
}
