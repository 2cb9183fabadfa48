// A fixed list of functions that rewrite a string of symbols into one of the same length, for the task compose. Symbols are
// 0 … symbols-1; the first functions are the plain ones, the rest are plain ones followed by a shift or a rotation.

/** A function with the name that its token shows. */
export interface StringFunction {
  readonly name: string
  apply(string: readonly number[]): number[]
}

type Rule = (string: readonly number[], symbols: number) => number[]

/** A rule that moves symbols: the new symbol at a place is the old one at `from(place)`. */
const moves =
  (from: (place: number, length: number) => number): Rule =>
  (string) =>
    string.map((_, place) => string[from(place, string.length)] as number)

/** A rule that changes each symbol by itself; results are taken modulo the alphabet. */
const changes =
  (change: (symbol: number, place: number, string: readonly number[]) => number): Rule =>
  (string, symbols) =>
    string.map((symbol, place) => ((change(symbol, place, string) % symbols) + symbols) % symbols)

const half = (length: number): number => Math.floor(length / 2)
const shift = (by: number): Rule => changes((symbol) => symbol + by)
const rotate = (by: number): Rule => moves((place, length) => (place + by) % length)
const scan =
  (join: (before: number, symbol: number) => number): Rule =>
  (string, symbols) => {
    let before: number | undefined
    return string.map((symbol) => (before = before === undefined ? symbol : join(before, symbol) % symbols))
  }

const plain: readonly (readonly [name: string, rule: Rule])[] = [
  ['reverse', moves((place, length) => length - 1 - place)],
  ['shift1', shift(1)],
  ['rotate1', rotate(1)],
  ['swap-neighbours', moves((place, length) => Math.min(place ^ 1, length - 1))],
  ['mirror-letters', changes((symbol) => -1 - symbol)],
  ['swap-ends', moves((place, length) => (place === 0 || place === length - 1 ? length - 1 - place : place))],
  ['sort', (string) => [...string].sort((a, b) => a - b)],
  ['swap-halves', moves((place, length) => swappedHalf(place, length))],
  ['add-place', changes((symbol, place) => symbol + place)],
  ['mirror-first-half', moves((place, length) => Math.min(place, length - 1 - place))],
  ['shift2', shift(2)],
  ['rotate2', rotate(2)],
  ['sort-down', (string) => [...string].sort((a, b) => b - a)],
  ['even-then-odd', moves((place, length) => unriffled(place, length))],
  ['sum-so-far', scan((before, symbol) => before + symbol)],
  ['copy-first-half', moves((place, length) => place % (length - half(length)))],
  ['add-first', changes((symbol, place, string) => symbol + (place > 0 ? (string[0] as number) : 0))],
  ['riffle', moves((place, length) => riffled(place, length))],
  ['largest-so-far', scan(Math.max)],
  ['mirror-last-half', moves((place, length) => Math.max(place, length - 1 - place))],
  ['subtract-place', changes((symbol, place) => symbol - place)],
  ['differences', changes((symbol, place, string) => symbol - (string[place - 1] ?? 0))],
  ['smallest-so-far', scan(Math.min)],
  [
    'add-last',
    changes((symbol, place, string) => symbol + (place < string.length - 1 ? (string.at(-1) ?? 0) : 0)),
  ],
]

/** abcde -> decab: the first and last halves change places, a middle symbol stays. */
function swappedHalf(place: number, length: number): number {
  const size = half(length)
  if (place < size) return length - size + place
  return place < length - size ? place : place - (length - size)
}

/** abcde -> acebd. */
function unriffled(place: number, length: number): number {
  const evens = length - half(length)
  return place < evens ? 2 * place : 2 * (place - evens) + 1
}

/** abcde -> adbec: the two halves interleaved. */
function riffled(place: number, length: number): number {
  return place % 2 === 0 ? place / 2 : length - half(length) + (place - 1) / 2
}

/** Strings on which two functions are told apart: all of them up to this many, else as many fixed ones. */
const probeCount = 64

/**
 * The first `count` functions of the list that differ from each other and from doing nothing on strings of `length` symbols;
 * fewer where the list has no more of them.
 */
export function stringFunctions(length: number, symbols: number, count: number): StringFunction[] {
  const probes = probeStrings(length, symbols)
  const seen = new Set([probes.join(';')])
  const found: StringFunction[] = []
  for (const { name, rule } of candidates(length, symbols)) {
    if (found.length === count) break
    const apply = (string: readonly number[]): number[] => rule(string, symbols)
    const effect = probes.map(apply).join(';')
    if (seen.has(effect)) continue
    seen.add(effect)
    found.push({ name, apply })
  }
  return found
}

function* candidates(length: number, symbols: number): Generator<{ name: string; rule: Rule }> {
  for (const [name, rule] of plain) yield { name, rule }
  const seconds: (readonly [string, Rule])[] = []
  for (let by = 1; by < symbols; by++) seconds.push([`shift${by}`, shift(by)])
  for (let by = 1; by < length; by++) seconds.push([`rotate${by}`, rotate(by)])
  for (const [second, after] of seconds) {
    for (const [first, before] of plain) {
      yield {
        name: `${first}+${second}`,
        rule: (string, size) => after(before(string, size), size),
      }
    }
  }
}

/** Strings to compare functions on; more than the list could agree on by chance. */
function probeStrings(length: number, symbols: number): number[][] {
  const all = symbols ** length
  if (all <= probeCount) return Array.from({ length: all }, (_, index) => digits(index, length, symbols))
  // A linear congruential generator (Numerical Recipes): these strings are constants, not random draws of a run.
  let state = 1
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * symbols)
  }
  return Array.from({ length: probeCount }, () => Array.from({ length }, next))
}

function digits(index: number, length: number, symbols: number): number[] {
  return Array.from({ length }, (_, place) => Math.floor(index / symbols ** place) % symbols)
}
