// Writes Protocol Buffers messages (protobuf.dev/programming-guides/encoding): the few field types that TensorFlow's graphs
// use. Field numbers belong to whoever writes a message; nothing is read back.

const encoder = new TextEncoder()

/** Wire types of the encoding. */
const wire = { varint: 0, lengthDelimited: 2, fixed32: 5 } as const

/** A message while it is written; fields come out in the order they are given. */
export class Message {
  private bytes = new Uint8Array(64)
  private length = 0

  /** A whole number, also where it is 0. Negative ones take the ten bytes of a 64-bit two's complement. */
  integer(field: number, value: number): this {
    this.varint(field * 8 + wire.varint)
    this.varint(value)
    return this
  }

  bool(field: number, value: boolean): this {
    return this.integer(field, value ? 1 : 0)
  }

  float(field: number, value: number): this {
    this.varint(field * 8 + wire.fixed32)
    return this.append(new Uint8Array(Float32Array.of(value).buffer))
  }

  string(field: number, text: string): this {
    return this.content(field, encoder.encode(text))
  }

  content(field: number, bytes: Uint8Array): this {
    this.varint(field * 8 + wire.lengthDelimited)
    this.varint(bytes.length)
    return this.append(bytes)
  }

  message(field: number, { bytes, length }: Message): this {
    return this.content(field, bytes.subarray(0, length))
  }

  /** A repeated field of whole numbers, packed. */
  integers(field: number, values: readonly number[]): this {
    const packed = new Message()
    for (const value of values) packed.varint(value)
    return this.message(field, packed)
  }

  /** The encoded message. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }

  private append(bytes: Uint8Array): this {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
    return this
  }

  private varint(value: number): void {
    this.reserve(10)
    if (value < 0) {
      let rest = BigInt.asUintN(64, BigInt(value))
      for (; rest > 0x7fn; rest >>= 7n) this.bytes[this.length++] = Number(rest & 0x7fn) | 0x80
      this.bytes[this.length++] = Number(rest)
      return
    }
    let rest = value
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.bytes[this.length++] = (rest & 0x7f) | 0x80
    this.bytes[this.length++] = rest
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(2 * this.bytes.length, this.length + count))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }
}
