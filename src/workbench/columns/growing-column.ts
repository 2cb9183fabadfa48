// A list of numbers that grows at its end, held as a Float64Array.

/** Numbers in the order they were added. */
export class GrowingColumn {
  private buffer: Float64Array
  private used: number

  /** Starts with a copy of `values`. */
  constructor(values: Float64Array = new Float64Array(0)) {
    this.buffer = Float64Array.from(values)
    this.used = values.length
  }

  get length(): number {
    return this.used
  }

  push(value: number): void {
    if (this.used === this.buffer.length) {
      const larger = new Float64Array(Math.max(256, this.used * 2))
      larger.set(this.buffer)
      this.buffer = larger
    }
    this.buffer[this.used++] = value
  }

  /** What was added so far; a view that later additions leave as it is. */
  view(): Float64Array {
    return this.buffer.subarray(0, this.used)
  }
}
