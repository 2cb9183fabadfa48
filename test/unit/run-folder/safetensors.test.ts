// Named arrays to bytes and back, bit for bit; damaged bytes are refused.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeSafetensors, encodeSafetensors, type TensorData } from '../../../src/run-folder/safetensors'

const shape = fc.array(fc.nat(4), { maxLength: 3 })
const tensor: fc.Arbitrary<TensorData> = fc.tuple(shape, fc.boolean()).chain(([sizes, isFloat]) => {
  const length = sizes.reduce((product, size) => product * size, 1)
  const bits = fc
    .array(fc.integer(), { minLength: length, maxLength: length })
    .map((list) => Int32Array.from(list))
  // Any 32 bits are a float, NaNs and denormals included.
  return bits.map((values) => ({ shape: sizes, values: isFloat ? new Float32Array(values.buffer) : values }))
})
const arrays = fc.dictionary(
  fc.string({ unit: 'grapheme' }).filter((name) => name !== '__metadata__'),
  tensor,
)

test('arrays come back with their names, shapes, types and bits', () => {
  fc.assert(
    fc.property(arrays, (written) => {
      expect(bitsOf(decodeSafetensors(encodeSafetensors(written), 'file'))).toEqual(bitsOf(written))
    }),
    { numRuns: 200 },
  )
})

test('a file cut at any byte is refused with its name and a reason', () => {
  fc.assert(
    fc.property(arrays, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (written, share) => {
      const bytes = encodeSafetensors(written)
      const cut = bytes.subarray(0, Math.floor(share * bytes.length))
      expect(() => decodeSafetensors(cut, 'model.safetensors')).toThrow(
        /^model\.safetensors: damaged safetensors file: /,
      )
    }),
    { numRuns: 200 },
  )
})

test('whatever bytes are given, the answer is arrays or a refusal that names the file', () => {
  fc.assert(
    fc.property(arrays, fc.nat(), fc.nat(255), (written, position, byte) => {
      const bytes = encodeSafetensors(written)
      bytes[position % bytes.length] = byte
      try {
        decodeSafetensors(bytes, 'f')
      } catch (error) {
        expect(String(error)).toContain('f: damaged safetensors file: ')
      }
    }),
    { numRuns: 300 },
  )
})

test.each([
  [
    'overlapping tensors',
    { a: entry([1], 0, 4), b: entry([1], 0, 4) },
    'tensor "b" starts at byte 0 of the data, not at 4',
  ],
  ['a hole', { a: entry([1], 4, 8) }, 'tensor "a" starts at byte 4 of the data, not at 0'],
  [
    'an unknown type',
    { a: { ...entry([1], 0, 4), dtype: 'BF16' } },
    'tensor "a": dtype "BF16" is not F32 or I32',
  ],
  ['a shape that does not fit', { a: entry([3], 0, 8) }, 'tensor "a": 8 bytes do not fill [3]'],
  ['bytes nobody owns', { a: entry([1], 0, 4) }, 'tensors take 4 bytes, the file holds 8'],
])('%s: refused', (_name, header, message) => {
  const json = new TextEncoder().encode(JSON.stringify(header))
  const bytes = new Uint8Array(8 + json.length + 8)
  bytes[0] = json.length
  bytes.set(json, 8)
  expect(() => decodeSafetensors(bytes, 'f')).toThrow(message)
})

function entry(sizes: number[], begin: number, end: number): Record<string, unknown> {
  return { dtype: 'F32', shape: sizes, data_offsets: [begin, end] }
}

function bitsOf(named: Record<string, TensorData>): unknown {
  return Object.entries(named)
    .map(([name, { shape: sizes, values }]) => ({
      name,
      sizes,
      type: values.constructor.name,
      bits: [...new Int32Array(values.buffer, values.byteOffset, values.length)],
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
