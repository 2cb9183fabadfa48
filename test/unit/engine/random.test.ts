// The counter-based generator: published vectors, keying and the distributions made from it.
import { describe, expect, it } from 'vitest'
import { createStream, philox } from '../../../src/engine/random'

const words = (hex: string) => hex.split(' ').map((word) => parseInt(word, 16))
const philoxHex = (counter: string, key: string) =>
  philox(words(counter) as [number, number, number, number], words(key) as [number, number])
    .map((word) => word.toString(16).padStart(8, '0'))
    .join(' ')

describe('philox', () => {
  // Random123's kat_vectors, philox4x32 with 10 rounds.
  it.each([
    ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ])('gives the published words for counter %s and key %s', (counter, key, expected) => {
    expect(philoxHex(counter, key)).toBe(expected)
  })
})

describe('a stream', () => {
  const key = { seed: 7, purpose: 'rollout', stage: 1, step: 42 }

  it('is a function of its key', () => {
    const first = createStream(key).uniforms(9)
    expect(createStream(key).uniforms(9)).toEqual(first)
    const others = [{ seed: 8 }, { purpose: 'prompts' }, { stage: 2 }, { step: 43 }]
    for (const other of others) expect(createStream({ ...key, ...other }).uniforms(9)).not.toEqual(first)
  })

  it('goes on where the last call stopped', () => {
    const whole = createStream(key).uniforms(7)
    const parts = createStream(key)
    expect([...parts.uniforms(3), parts.uniform(), ...parts.uniforms(3)]).toEqual([...whole])
  })

  it('is uniform on [0, 1) and exact in float32', () => {
    const stream = createStream(key)
    const values = Array.from({ length: 100_000 }, () => stream.uniform())
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
    expect(values.reduce((most, value) => Math.max(most, value), 0)).toBeLessThan(1)
    expect(values.every((value) => Math.fround(value) === value)).toBe(true)
    const bins = new Array<number>(10).fill(0)
    for (const value of values) bins[Math.floor(value * 10)] = (bins[Math.floor(value * 10)] ?? 0) + 1
    const chiSquare = bins.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
    expect(chiSquare).toBeLessThan(27.9) // 9 degrees of freedom, p = .001
  })

  it('makes normal numbers with mean 0, variance 1 and kurtosis 3', () => {
    const values = [...createStream(key).normals(100_001)]
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length
    expect(moment(1)).toBeCloseTo(0, 1)
    expect(moment(2)).toBeCloseTo(1, 1)
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.15)
  })

  it('makes permutations that hold every index once', () => {
    const order = createStream(key).permutation(1000)
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, index) => index))
    expect([...order]).not.toEqual([...order].sort((a, b) => a - b))
  })
})
