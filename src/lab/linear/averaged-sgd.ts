// SGD on one head's regularised logistic loss (arXiv 2510.11495, algorithm 1): step size 1/(lambda t) from w_1 = 0; what it
// gives is the average of all iterates. Numbers are doubles within a step and are rounded to float32 at its end.
import { sigmoid } from '../../theory/linear-features'
import { dot } from './heads'

/** Counts above this have no exact float32. */
const COUNT_LIMIT = 2 ** 24

/** A head in training. */
export class AveragedSgd {
  /** The iterate w_t. */
  private readonly iterate: Float64Array
  /** The average of w_1 … w_t: the head that the model answers with. */
  readonly average: Float64Array
  /** Updates t so far. */
  private count = 0

  constructor(
    size: number,
    private readonly lambda: number,
  ) {
    this.iterate = new Float64Array(size)
    this.average = new Float64Array(size)
  }

  /** Starts the counter again: the next update forgets the iterate (its step size is 1/lambda) and the average. */
  restart(): void {
    this.count = 0
    this.iterate.fill(0)
  }

  /** Step size of the last update; that of the first before any. */
  get rate(): number {
    return 1 / (this.lambda * Math.max(1, this.count))
  }

  /** One update on an example with label +1 or -1. */
  update(features: Float64Array, label: number): void {
    const { iterate, average, lambda } = this
    const t = ++this.count
    const margin = label * dot(iterate, features)
    const shrink = 1 - 1 / t
    const move = (label * sigmoid(-margin)) / (lambda * t)
    for (let index = 0; index < iterate.length; index++) {
      const weight = iterate[index] as number
      const mean = average[index] as number
      average[index] = mean + (weight - mean) / t
      iterate[index] = shrink * weight + move * (features[index] as number)
    }
  }

  /** Rounds what a checkpoint holds to float32, so that a resumed run goes on from the same numbers. */
  round(): void {
    for (const values of [this.iterate, this.average]) values.set(Float32Array.from(values))
  }

  /** Iterate and count as float32 (after `round`): the count as multiples of 2^24 and the rest. */
  save(): { iterate: Float32Array; count: [number, number] } {
    return {
      iterate: Float32Array.from(this.iterate),
      count: [Math.floor(this.count / COUNT_LIMIT), this.count % COUNT_LIMIT],
    }
  }

  /** Takes in what `save` gave. */
  restore(iterate: Float32Array, [high, low]: readonly [number, number]): void {
    this.iterate.set(iterate)
    this.count = high * COUNT_LIMIT + low
  }
}
