// Batches to try where one did not fit.
import { expect, test } from 'vitest'
import { activationBytes, memoryAdvice, smallerBatch } from '../../../src/theory/memory'
import { runConfig } from '../../helpers/run-config'

const GIB = 2 ** 30
const stages = [
  { kind: 'pretrain', steps: 1, batch: 4096 },
  { kind: 'rl', algorithm: 'grpo', prompts: 64, group: 16, updatesPerBatch: 2 },
  { kind: 'rl', algorithm: 'star', prompts: 4096, batch: 128 },
]
const config = runConfig({ stages, evaluate: { samples: 2048 } })

test('each part names the field that decides how many sequences are in memory at once', () => {
  const fieldOf = (stage: number, part: 'update' | 'rollout' | 'evaluation') =>
    smallerBatch({ config, stage, part, limitBytes: 64 * GIB }).field
  expect(fieldOf(0, 'update')).toBe('stages[0].batch')
  expect(fieldOf(1, 'update')).toBe('stages[1].prompts')
  expect(fieldOf(1, 'rollout')).toBe('stages[1].prompts')
  expect(fieldOf(2, 'update')).toBe('stages[2].batch')
  expect(fieldOf(2, 'rollout')).toBe('stages[2].prompts')
  expect(fieldOf(0, 'evaluation')).toBe('evaluate.samples')
})

test('the batch is halved once where it nearly fitted, and until it should fit where it is far too large', () => {
  const near = { config, stage: 0, part: 'update', limitBytes: 64 * GIB } as const
  expect(smallerBatch(near).suggestion).toBe(2048)
  const far = { ...near, tensorBytes: 100 * 64 * GIB }
  const { suggestion } = smallerBatch(far)
  expect(Math.log2(4096 / suggestion) % 1).toBe(0)
  expect((far.tensorBytes * suggestion) / 4096).toBeLessThan(0.5 * 64 * GIB)
  expect((far.tensorBytes * 2 * suggestion) / 4096).toBeGreaterThan(0.5 * 64 * GIB)
})

test('a function that takes part of a batch at once needs a value below that part', () => {
  // 1024 answers, two to an input.
  const part = { config, stage: 0, part: 'evaluation', rows: 1024, limitBytes: 64 * GIB } as const
  expect(smallerBatch(part).suggestion).toBe(256)
})

test('what was in use before the batch is no room for it', () => {
  const small = { config, stage: 0, part: 'update', limitBytes: 2 * GIB } as const
  const room = activationBytes(config, 4096) / 0.2
  const suggestions = [0, 2 * GIB - room / 4].map(
    (baseBytes) => smallerBatch({ ...small, baseBytes }).suggestion,
  )
  expect(suggestions).toEqual([2048, 1024])
})

test('activations grow with rows and with the square of the length', () => {
  const long = runConfig({ task: { kind: 'parity', bits: 40 } })
  const short = runConfig({ task: { kind: 'parity', bits: 20 } })
  expect(activationBytes(long, 8) / activationBytes(long, 4)).toBe(2)
  expect(activationBytes(long, 8) / activationBytes(short, 8)).toBeGreaterThan(2)
})

test('the advice is a sentence, also where nothing is left to halve', () => {
  expect(memoryAdvice({ config, stage: 0, part: 'update', limitBytes: 64 * GIB })).toBe(
    'set stages[0].batch to 2048 or less (it is 4096)',
  )
  const one = runConfig({ stages: [{ kind: 'pretrain', steps: 1, batch: 1 }] })
  expect(memoryAdvice({ config: one, stage: 0, part: 'update', limitBytes: GIB })).toBe(
    'stages[0].batch is 1 already: take a smaller model',
  )
})
