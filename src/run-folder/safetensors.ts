// The safetensors file format (8-byte little-endian header length, JSON header, data) for named float32 and int32 arrays.
// Pure bytes in and out. A damaged file is refused as a whole, with the tensor and the rule it breaks.
import { AfterwordError, messageOf } from '../shared/errors'

/** An array with its shape; row-major. */
export interface TensorData {
  shape: number[]
  values: Float32Array | Int32Array
}

const PREFIX_BYTES = 8
/** The format's own limit on the header. */
const MAX_HEADER_BYTES = 100_000_000
const METADATA = '__metadata__'
const ITEM_BYTES = 4

/** Encodes named arrays, in the order given. Throws where a shape does not fit its values or a name is reserved. */
export function encodeSafetensors(arrays: Readonly<Record<string, TensorData>>): Uint8Array {
  let offset = 0
  const entries = Object.entries(arrays).map(([name, { shape, values }]) => {
    if (name === METADATA) throw new AfterwordError('internal', `tensor name ${METADATA} is reserved`)
    if (sizeOf(shape) !== values.length)
      throw new AfterwordError(
        'internal',
        `tensor "${name}": ${values.length} values do not fill [${shape.join(', ')}]`,
      )
    const begin = offset
    offset += values.byteLength
    const dtype = values instanceof Float32Array ? 'F32' : 'I32'
    return [name, { dtype, shape, data_offsets: [begin, offset] }] as const
  })
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)))
  const headerBytes = Math.ceil(json.length / PREFIX_BYTES) * PREFIX_BYTES
  const file = new Uint8Array(PREFIX_BYTES + headerBytes + offset)
  file.fill(0x20, PREFIX_BYTES, PREFIX_BYTES + headerBytes)
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true)
  file.set(json, PREFIX_BYTES)
  let position = PREFIX_BYTES + headerBytes
  for (const { values } of Object.values(arrays)) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position)
    position += values.byteLength
  }
  return file
}

/** Decodes a file's bytes. `place` (its path) opens the message of the AfterwordError('invalid-input') a damaged one gets. */
export function decodeSafetensors(bytes: Uint8Array, place: string): Record<string, TensorData> {
  const { header, dataStart } = decodeHeader(bytes, bytes.length, place)
  return Object.fromEntries(
    header.map(({ name, dtype, shape, begin, end }) => {
      // Copied (a Buffer's own slice would not), because a typed array must start at a multiple of four bytes.
      const data = new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end)).buffer
      return [name, { shape, values: dtype === 'F32' ? new Float32Array(data) : new Int32Array(data) }]
    }),
  )
}

/**
 * Checks the first bytes of a file (prefix and header) against its size without its data. Throws as decodeSafetensors.
 */
export function checkSafetensorsHeader(start: Uint8Array, fileBytes: number, place: string): void {
  decodeHeader(start, fileBytes, place)
}

/** Bytes of prefix and header, from the first 8 bytes of a file; NaN where there are fewer. */
export function safetensorsHeaderBytes(start: Uint8Array): number {
  if (start.length < PREFIX_BYTES) return Number.NaN
  return PREFIX_BYTES + Number(new DataView(start.buffer, start.byteOffset).getBigUint64(0, true))
}

interface Entry {
  name: string
  dtype: 'F32' | 'I32'
  shape: number[]
  begin: number
  end: number
}

function decodeHeader(
  bytes: Uint8Array,
  fileBytes: number,
  place: string,
): { header: Entry[]; dataStart: number } {
  const refuse = (rule: string, cause?: unknown): never => {
    throw new AfterwordError('invalid-input', `${place}: damaged safetensors file: ${rule}`, { cause })
  }
  const dataStart = safetensorsHeaderBytes(bytes)
  if (Number.isNaN(dataStart)) return refuse(`${fileBytes} bytes, shorter than the 8-byte header length`)
  if (dataStart > fileBytes || dataStart - PREFIX_BYTES > MAX_HEADER_BYTES)
    return refuse(`a header of ${dataStart - PREFIX_BYTES} bytes does not fit in ${fileBytes} bytes`)
  let json: unknown
  try {
    json = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(PREFIX_BYTES, dataStart)),
    )
  } catch (cause) {
    return refuse(`the header is not JSON: ${messageOf(cause)}`, cause)
  }
  if (!isObject(json)) return refuse('the header is not a JSON object')
  const header = Object.entries(json)
    .filter(([name]) => name !== METADATA)
    .map(([name, entry]) => readEntry(name, entry, refuse))
    .sort((a, b) => a.begin - b.begin || a.end - b.end)
  let covered = 0
  for (const { name, begin, end } of header) {
    if (begin !== covered)
      return refuse(`tensor "${name}" starts at byte ${begin} of the data, not at ${covered}`)
    covered = end
  }
  if (dataStart + covered !== fileBytes)
    return refuse(`tensors take ${covered} bytes, the file holds ${fileBytes - dataStart}`)
  return { header, dataStart }
}

function readEntry(name: string, entry: unknown, refuse: (rule: string) => never): Entry {
  if (!isObject(entry)) return refuse(`tensor "${name}": not an object`)
  const { dtype, shape, data_offsets: offsets } = entry
  if (dtype !== 'F32' && dtype !== 'I32')
    return refuse(`tensor "${name}": dtype ${JSON.stringify(dtype)} is not F32 or I32`)
  if (!isSizes(shape)) return refuse(`tensor "${name}": shape is not a list of sizes`)
  if (!isSizes(offsets) || offsets.length !== 2)
    return refuse(`tensor "${name}": data_offsets is not a pair of offsets`)
  const [begin = 0, end = 0] = offsets
  if (end - begin !== sizeOf(shape) * ITEM_BYTES)
    return refuse(`tensor "${name}": ${end - begin} bytes do not fill [${shape.join(', ')}]`)
  return { name, dtype, shape, begin, end }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && Number(size) >= 0)
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}
