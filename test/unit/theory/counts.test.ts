// Sizes of models, sequences and stages, as the window shows them before a run: what the lab builds and what tasks draw.
import { describe, expect, test } from 'vitest'
import { countParameters, parameterSpecs } from '../../../src/lab/model/parameters'
import { stageSchema } from '../../../src/shared/config/schema'
import { taskSchema } from '../../../src/shared/config/schema/tasks'
import { parameterCount, sequenceShape, stageTokens } from '../../../src/theory/counts'
import { examplesOf, taskOf } from '../../helpers/task'

const shapeOf = (fields: object) => {
  const shape = sequenceShape(taskSchema.parse(fields))
  if (!shape) throw new Error('a shape')
  return shape
}

describe('parameters', () => {
  test.each([
    [2, 64, { kind: 'parity', bits: 20 }],
    [4, 128, { kind: 'parity', bits: 50 }],
    [1, 12, { kind: 'hidden-method' }],
    [3, 96, { kind: 'compose' }],
  ])('of %d layers of width %d for %o are those the lab builds', (layers, width, fields) => {
    const model = { kind: 'transformer', layers, width, heads: 4 } as const
    const { vocabulary, promptLength, answerLength } = taskOf(fields)
    const sizes = { vocabulary: vocabulary.length, context: promptLength + answerLength }
    expect(parameterCount(model, shapeOf(fields))).toBe(countParameters(parameterSpecs(model, sizes)))
  })

  test('the size in the papers: 103,424', () => {
    const model = { kind: 'transformer', layers: 2, width: 64, heads: 4 } as const
    expect(parameterCount(model, shapeOf({ kind: 'parity', bits: 20 }))).toBe(103_424)
  })

  test('a data set has no shape without its rows', () => {
    const task = taskSchema.parse({ kind: 'dataset', file: 'a.jsonl' })
    expect(sequenceShape(task)).toBeUndefined()
    expect(sequenceShape(task, { rows: [{ prompt: 'ab', answer: 'c', split: 'train' }] })).toEqual({
      vocabulary: 7,
      prompt: 3,
      answer: 3,
    })
  })
})

describe('tokens of a stage', () => {
  test('of parity', () => {
    const fields = { kind: 'parity', bits: 20, longFraction: 0.2 }
    const task = taskSchema.parse(fields)
    const tokens = (stage: object) => stageTokens(task, stageSchema.parse(stage), shapeOf(fields))
    // 21 of the prompt, 4.8 + 1 of the answer; 80 sequences.
    expect(tokens({ kind: 'pretrain', steps: 10, batch: 8 }).lowest).toBeCloseTo(80 * 26.8, 9)
    expect(tokens({ kind: 'rl', algorithm: 'grpo' })).toEqual({
      lowest: 10_240 * 23,
      highest: 10_240 * 42,
    })
    expect(tokens({ kind: 'pretrain', steps: 10, batch: 8, mixture: [{ at: 0, longFraction: 1 }] })).toEqual({
      lowest: 80 * 23,
      highest: 80 * 42,
    })
    expect(tokens({ kind: 'evaluate' })).toEqual({ lowest: 0, highest: 0 })
  })

  test.each([
    { kind: 'parity', bits: 11, longFraction: 0.3, partialFraction: 0.5, leap: 3 },
    { kind: 'compose', levels: [1, 2, 1], longFraction: 0.4 },
    { kind: 'hidden-method', longFraction: 0.5 },
  ])('are those that %o draws, on average', (fields) => {
    const task = taskOf(fields)
    const count = 20_000
    const examples = examplesOf(task, 3, count)
    const drawn = examples.reduce((sum, { output }) => sum + output.length, 0) / count
    const stage = stageSchema.parse({ kind: 'pretrain', steps: 1, batch: 1 })
    const { lowest, highest } = stageTokens(taskSchema.parse(fields), stage, shapeOf(fields))
    expect(lowest).toBe(highest)
    // Six standard errors at most: lengths lie between 2 and the longest.
    const error = (task.answerLength / 2) * Math.sqrt(1 / count)
    expect(Math.abs(drawn + task.promptLength - lowest)).toBeLessThan(6 * error)
  })
})
