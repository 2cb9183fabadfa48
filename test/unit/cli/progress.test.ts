// What a person sees of a training on stderr.
import { expect, test } from 'vitest'
import { shortDuration, shortNumber, textTable } from '../../../src/cli/output'
import { pointParts } from '../../../src/cli/point'
import { Progress } from '../../../src/cli/progress'
import { annotationsSchema } from '../../../src/shared/run/record'
import type { RunSummary } from '../../../src/shared/workbench-api'
import { runConfig } from '../../helpers/run-config'

const config = runConfig({
  stages: [
    { kind: 'pretrain', steps: 100, batch: 4 },
    { kind: 'rl', algorithm: 'grpo', prompts: 4, group: 4, steps: 40 },
  ],
})

function summary(stage: number, step: number, time: number, last: Record<string, number> = {}): RunSummary {
  return {
    record: {
      version: 1,
      id: 'study-1',
      study: 'study',
      point: { 'task.longFraction': 0.2, seed: 1 },
      state: 'running',
      created: '',
      engineRequest: 'auto',
    },
    folder: '/run',
    annotations: annotationsSchema.parse({}),
    last,
    best: {},
    progress: { stage, step, time, sequences: 0, tokens: 0 },
  }
}

function stream(isTTY: boolean) {
  const written: string[] = []
  return { isTTY, columns: 200, written, write: (text: string) => written.push(text) }
}

test('without a terminal there is a line a stage, not a line an update', () => {
  const out = stream(false)
  const progress = new Progress(out, 3)
  progress.begin(summary(0, 0, 0), 1, config)
  progress.update(summary(0, 10, 1, { 'train/loss_per_sequence': 1.2345, 'eval/greedy_accuracy': 0.5 }))
  progress.update(summary(0, 30, 2))
  progress.update(summary(1, 0, 9))
  progress.update(summary(1, 1, 9.5))
  const end = summary(1, 40, 20)
  progress.end({ ...end, record: { ...end.record, state: 'failed', exitReason: 'It broke.' } })
  const title = 'study, run 2 of 3, longFraction 0.2, seed 1'
  expect(out.written).toEqual([
    `${title}: study-1\n`,
    `${title}: stage 1/2 pretrain, step 10/100, loss 1.23, greedy 0.5\n`,
    `${title}: stage 2/2 grpo, step 0/40\n`,
    `${title}: failed after 20 s: It broke.\n`,
  ])
})

test('on a terminal one line is written over, with steps a second and the time left', () => {
  const out = stream(true)
  const progress = new Progress(out, 1)
  progress.begin(summary(0, 0, 0), 0, config)
  progress.update(summary(0, 10, 1))
  progress.update(summary(0, 30, 2))
  progress.update(summary(1, 10, 9))
  progress.update(summary(1, 20, 14))
  progress.say('a word')
  const title = 'study, longFraction 0.2, seed 1'
  expect(out.written).toEqual([
    `${title}: study-1\n`,
    `\r\u001B[2K${title}: stage 1/2 pretrain, step 10/100`,
    `\r\u001B[2K${title}: stage 1/2 pretrain, step 30/100, 20 steps/s, 4 s left in this stage`,
    `\r\u001B[2K${title}: stage 2/2 grpo, step 10/40`,
    `\r\u001B[2K${title}: stage 2/2 grpo, step 20/40, 2 steps/s, 10 s left`,
    '\na word\n',
  ])
})

test('numbers, durations and tables are short', () => {
  expect([0.123456, 1234567, 1e-9, NaN].map(shortNumber)).toEqual(['0.1235', '1234567', '1e-9', 'NaN'])
  expect([0.4, 59.6, 61, 3725].map(shortDuration)).toEqual(['0 s', '1 min 0 s', '1 min 1 s', '1 h 2 min'])
  expect(
    textTable([
      ['a', 'bb'],
      ['ccc', ''],
    ]),
  ).toBe('a    bb\nccc')
})

test('a point is told by the last part of each path', () => {
  expect(pointParts({ 'stages.1.algorithm': 'grpo', 'task.longFraction': 0.2, seed: 1 })).toEqual([
    'algorithm grpo',
    'longFraction 0.2',
    'seed 1',
  ])
})
