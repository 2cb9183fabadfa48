// The batch a run failed on: which rows, and what is shown of them.
import { expect, test } from 'vitest'
import type { FunctionCall } from '../../../src/trainer/engine-watch'
import { createTask } from '../../../src/shared/tasks/create-task'
import { readFailure } from '../../../src/run-folder/run-folder'
import { removeFailure, writeFailure } from '../../../src/trainer/failure'
import { runConfig } from '../../helpers/run-config'
import { tempFolder } from '../../helpers/temp-folder'

const task = createTask(runConfig({ task: { kind: 'parity', bits: 2 } }).task)
const ROWS = 12
const { promptLength, answerLength } = task
const LENGTH = promptLength + answerLength - 1

/** An update of twelve sequences; rows 5 and 9 have a log-probability without a number. */
function updateWith(logprobs: Float32Array): FunctionCall {
  const spec = (width: number, dtype: 'int32' | 'float32') => ({ shape: [ROWS, width], dtype })
  return {
    name: 'train',
    definition: {
      inputs: {
        sequences: spec(LENGTH, 'int32'),
        answers: spec(answerLength, 'int32'),
        weights: spec(answerLength, 'float32'),
        adam: { shape: [ROWS], dtype: 'float32' },
      },
      run: () => ({ outputs: {} }),
    },
    inputs: {
      sequences: new Int32Array(ROWS * LENGTH).map((_, index) => Math.floor(index / LENGTH) % 2),
      answers: new Int32Array(ROWS * answerLength).fill(task.endToken),
      weights: new Float32Array(ROWS * answerLength).fill(0.25),
      adam: new Float32Array(ROWS),
    },
    outputs: {
      loss: { shape: [], dtype: 'float32', values: Float32Array.of(NaN) },
      logprobs: { shape: [ROWS * answerLength], dtype: 'float32', values: logprobs },
    },
  }
}
const failureOf = (logprobs: Float32Array) => ({
  ...{ stage: 0, step: 7, problem: 'train/loss is NaN', values: { 'train/loss': NaN } },
  ...{ task, call: updateWith(logprobs), lastCheckpoint: '0-5' },
})

test('rows with numbers that are not finite come first, as text, tokens and numbers', async () => {
  const folder = tempFolder()
  const logprobs = new Float32Array(ROWS * answerLength).fill(-1)
  logprobs[5 * answerLength + 1] = NaN
  logprobs[9 * answerLength] = -Infinity
  expect(await writeFailure(folder, failureOf(logprobs))).toBe(
    '2 of 12 sequences have numbers that are not finite (rows 5, 9)',
  )
  const failure = await readFailure(folder)
  expect(failure).toMatchObject({ stage: 0, step: 7, problem: 'train/loss is NaN', lastCheckpoint: '0-5' })
  expect(failure?.values['train/loss']).toBeNaN()
  expect(failure?.batch?.notFinite).toEqual([5, 9])
  expect(failure?.batch?.shown.map(({ row }) => row)).toEqual([5, 9, 0, 1, 2, 3, 4, 6])
  expect(failure?.batch?.shown[0]).toEqual({
    row: 5,
    isFinite: false,
    text: '111<end><end><end>',
    sequence: Array.from({ length: LENGTH }, () => 1),
    answer: Array.from({ length: answerLength }, () => task.endToken),
    perToken: { weights: [0.25, 0.25, 0.25], logprobs: [-1, NaN, -1] },
  })
})

test('a batch whose rows are all finite, or all not, says so: the cause is in the weights', async () => {
  const folder = tempFolder()
  const finite = new Float32Array(ROWS * answerLength)
  expect(await writeFailure(folder, failureOf(finite))).toBe('its 12 sequences have finite numbers each')
  expect(await writeFailure(folder, failureOf(finite.fill(NaN)))).toBe(
    'all 12 sequences have numbers that are not finite',
  )
})

test('a run that goes on has no failure, and one that had none is left alone', async () => {
  const folder = tempFolder()
  await writeFailure(folder, failureOf(new Float32Array(ROWS * answerLength)))
  await removeFailure(folder)
  expect(await readFailure(folder)).toBeUndefined()
  await removeFailure(folder)
})
