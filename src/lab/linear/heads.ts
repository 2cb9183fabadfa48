// The heads of the linear autoregressive model (arXiv 2510.11495, section 4) in plain numbers: their shapes, the features each
// sees, and how they answer. Bits are +1 and -1 here; a task's tokens 0 and 1 stand for them.
import { featureCount, logisticLoss, writeFeatures } from '../../theory/linear-features'
import type { ParameterSpec } from '../model/parameters'

/** Weights of the heads: head 1, head 2a with its bias last (stop or go on), then heads 2 … d. */
export type Heads = readonly Float64Array[]

const FIRST = 0
const STOP = 1

/** Number of weights of each head on d bits, in the order of `Heads`. */
export function headSizes(bits: number): number[] {
  return [
    featureCount(bits, 1),
    featureCount(bits, 2) + 1,
    ...Array.from({ length: bits - 1 }, (_, index) => featureCount(bits, index + 2)),
  ]
}

/** The heads as a checkpoint names them. */
export function headSpecs(bits: number): ParameterSpec[] {
  return headSizes(bits).map((size, head) => ({
    name: `head.${head === FIRST ? '1' : head === STOP ? '2a' : head}`,
    shape: [size],
    initial: { constant: 0 },
  }))
}

/** One decision of an answer: which head, and what was decided (+1 or -1; of head 2a +1 is to go on). */
export type Decide = (head: number, logit: number) => 1 | -1

/** A sequence x_1 … x_d, y_1 … and the features the heads see of it. One object serves all sequences of a length. */
export class LinearSequence {
  /** x_1 … x_d, then the answer so far. */
  private readonly entries: Float64Array
  private readonly features: Float64Array[]

  constructor(private readonly bits: number) {
    this.entries = new Float64Array(2 * bits)
    // The last feature of head 2a is the constant of its bias; nothing writes over it.
    this.features = headSizes(bits).map((size) => new Float64Array(size).fill(1))
  }

  /** Takes in the tokens (0 or 1) of a prompt. */
  setPrompt(tokens: Int32Array): void {
    for (let bit = 0; bit < this.bits; bit++) this.entries[bit] = signOf(tokens[bit] as number)
  }

  /** What a head sees; overwritten by its next call. */
  featuresOf(head: number): Float64Array {
    const features = this.features[head] as Float64Array
    writeFeatures(this.entries, this.bits, head === FIRST ? 1 : head === STOP ? 2 : head, features)
    return features
  }

  /**
   * Writes an answer decision by decision, and gives its tokens without the end token: one, or d where head 2a goes on. Each
   * logit is of +1.
   */
  answer(heads: Heads, decide: Decide): number[] {
    const { bits, entries } = this
    const ask = (head: number) => decide(head, dot(heads[head] as Float64Array, this.featuresOf(head)))
    entries[bits] = ask(FIRST)
    const tokens = [tokenOf(entries[bits])]
    if (ask(STOP) < 0) return tokens
    for (let head = 2; head <= bits; head++) {
      const next = ask(head)
      entries[bits + head - 1] = next
      tokens.push(tokenOf(next))
    }
    return tokens
  }

  /** Walks a given answer (tokens, from `offset`, `length` of them without the end token): each head with its label. */
  walk(
    tokens: ArrayLike<number>,
    offset: number,
    length: number,
    visit: (head: number, label: 1 | -1) => void,
  ): void {
    const { bits, entries } = this
    for (let index = 0; index < length; index++)
      entries[bits + index] = signOf(tokens[offset + index] as number)
    visit(FIRST, entries[bits] as 1 | -1)
    visit(STOP, length > 1 ? 1 : -1)
    for (let head = 2; head <= length; head++) visit(head, entries[bits + head - 1] as 1 | -1)
  }

  /** Negative log-likelihood of a given answer, in nats. */
  loss(heads: Heads, tokens: ArrayLike<number>, offset: number, length: number): number {
    let sum = 0
    this.walk(tokens, offset, length, (head, label) => {
      sum += logisticLoss(label * dot(heads[head] as Float64Array, this.featuresOf(head)))
    })
    return sum
  }
}

/** The more probable side of every decision. */
export const decideGreedily: Decide = (_, logit) => (logit >= 0 ? 1 : -1)

const signOf = (token: number): 1 | -1 => (token === 0 ? 1 : -1)
const tokenOf = (sign: number | undefined): number => (sign === 1 ? 0 : 1)

/** Inner product. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number)
  return sum
}
