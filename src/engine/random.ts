// Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
// A stream is a function of its key alone, so there is no random state to save and every engine gets the same noise.

/** What names a stream: equal keys give equal numbers, different keys independent ones. */
export interface StreamKey {
  readonly seed: number
  readonly purpose: string
  readonly stage: number
  readonly step: number
}

const multiplierA = 0xd2511f53
const multiplierB = 0xcd9e8d57
const weylA = 0x9e3779b9
const weylB = 0xbb67ae85
const rounds = 10

/** High 32 bits of the product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16)
  const carry = aLow * bHigh + (middle & 0xffff)
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0
}

/** One block of Philox4x32-10: 4 counter words and 2 key words in, 4 random words out (all unsigned 32-bit). */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter
  let [k0, k1] = key
  for (let round = 0; round < rounds; round++) {
    const highA = multiplyHigh(multiplierA, c0)
    const lowA = Math.imul(multiplierA, c0) >>> 0
    const highB = multiplyHigh(multiplierB, c2)
    const lowB = Math.imul(multiplierB, c2) >>> 0
    c0 = (highB ^ c1 ^ k0) >>> 0
    c1 = lowB
    c2 = (highA ^ c3 ^ k1) >>> 0
    c3 = lowA
    k0 = (k0 + weylA) >>> 0
    k1 = (k1 + weylB) >>> 0
  }
  return [c0, c1, c2, c3]
}

/** FNV-1a, 32 bits: a purpose's name as a key word. */
function hashName(name: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193) >>> 0
  }
  return hash
}

/** A sequence of random numbers; each call takes the next ones. */
export interface RandomStream {
  /** The next unsigned 32-bit integer. */
  integer(): number
  /** The next number of [0, 1), a multiple of 2^-24 (exact in float32). */
  uniform(): number
  /** `count` numbers of [0, 1). */
  uniforms(count: number): Float32Array
  /** `count` standard normal numbers (Box-Muller). */
  normals(count: number): Float32Array
  /** 0 … count-1 in random order (Fisher-Yates). */
  permutation(count: number): Int32Array
}

/** Opens the stream of a key: Philox key (seed, purpose), counter (block, 0, stage, step). */
export function createStream({ seed, purpose, stage, step }: StreamKey): RandomStream {
  const key = [seed >>> 0, hashName(purpose)] as const
  let words: readonly number[] = []
  let block = 0
  let next = 4
  const integer = (): number => {
    if (next === 4) {
      words = philox([block, 0, stage >>> 0, step >>> 0], key)
      block++
      next = 0
    }
    return words[next++] as number
  }
  const uniform = (): number => (integer() >>> 8) / 0x1000000
  return {
    integer,
    uniform,
    uniforms: (count) => Float32Array.from({ length: count }, uniform),
    normals(count) {
      const values = new Float32Array(count)
      for (let index = 0; index < count; index += 2) {
        // 1 - uniform lies in (0, 1], so the logarithm is finite.
        const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
        const angle = 2 * Math.PI * uniform()
        values[index] = radius * Math.cos(angle)
        if (index + 1 < count) values[index + 1] = radius * Math.sin(angle)
      }
      return values
    },
    permutation(count) {
      const order = Int32Array.from({ length: count }, (_, index) => index)
      for (let index = count - 1; index > 0; index--) {
        const other = Math.floor((integer() / 0x100000000) * (index + 1))
        const value = order[index] as number
        order[index] = order[other] as number
        order[other] = value
      }
      return order
    },
  }
}
