// Lines of a trainer's log by kind, and places of a text in it.
import { expect, test } from 'vitest'
import { filterLog, findAll, logKinds } from '../../../src/renderer/features/run/log-lines'

const log = [
  'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
  'I0000 00:00:1795301251.875579   31452 port.cc:153] oneDNN custom operations are on.',
  '2026-11-21T22:47:31.979Z engine graph on CPU, threads 1: measured',
  '2026-11-21T22:47:32.100Z stage 0 (pretrain): 60 steps, from step 0',
  '2026-11-21T22:47:33.000Z stage 0 step 10: eval/greedy_accuracy 0.5',
  'W0000 00:00:1795301252.1   31452 cpu.cc:1] slow',
  '2026-11-21T22:47:34.000Z failed: Error: train/loss is NaN',
  '    at step (trainer.js:1:2)',
  '2026-11-21T22:47:34.100Z stopped',
]

test('lines are told apart; a stack belongs to its failure', () => {
  expect(logKinds(log)).toEqual([
    'library',
    'library',
    'event',
    'event',
    'evaluation',
    'problem',
    'problem',
    'problem',
    'event',
  ])
})

test('a filter lets its lines through, in order', () => {
  expect(filterLog(log, 'all')).toBe(log)
  expect(filterLog(log, 'problems')).toEqual(log.slice(5, 8))
  expect(filterLog(log, 'evaluations')).toEqual([log[4]])
  expect(filterLog(log, 'events')).toEqual(log.slice(2))
})

test('every place of a text is found, whatever its case, without overlap', () => {
  expect(findAll('aAa Stage stage', 'stage', 10)).toEqual([4, 10])
  expect(findAll('aaaa', 'aa', 10)).toEqual([0, 2])
  expect(findAll('aaaa', 'a', 3)).toEqual([0, 1, 2])
  expect(findAll('aaaa', '', 3)).toEqual([])
})
