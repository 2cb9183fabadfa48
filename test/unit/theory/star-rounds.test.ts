// Theorem 2 of arXiv 2510.11495 at every round, from the share of long answers measured just before it.
import { expect, test } from 'vitest'
import type { MetricsRow } from '../../../src/shared/run/rows'
import { withStarRounds } from '../../../src/theory/star-rounds'
import { runConfig } from '../../helpers/run-config'

const pretrain = { kind: 'pretrain', steps: 10 }
const star = { kind: 'rl', algorithm: 'star', steps: 3 }
const row = (stage: number, step: number, longFraction?: number): MetricsRow => ({
  ...{ stage, step, time: 0, sequences: 0, tokens: 0 },
  values: { 'train/loss': 1, ...(longFraction === undefined ? {} : { 'eval/long_fraction': longFraction }) },
})
const rounds = [row(1, 0, 0.2), row(1, 1, 0.4), row(1, 2, 0.5), row(1, 3, 0.7)]
const predicted = (rows: readonly MetricsRow[]) =>
  rows.map(({ values }) => [values['theory/star/long_fraction'], values['theory/star/kept_fraction']])

test('round n is 2q/(1+q) and keeps (1+q)/2, q being measured before it, not predicted', () => {
  const rows = withStarRounds(runConfig({ stages: [pretrain, star] }), [row(0, 10, 0.9), ...rounds])
  expect(predicted(rows)).toEqual([
    [undefined, undefined],
    [undefined, undefined],
    [expect.closeTo(1 / 3, 12), expect.closeTo(0.6, 12)],
    [expect.closeTo(4 / 7, 12), expect.closeTo(0.7, 12)],
    [expect.closeTo(2 / 3, 12), expect.closeTo(0.75, 12)],
  ])
  expect(rows[2]).toEqual({ ...rounds[1], values: rows[2]?.values })
  expect(rows[2]?.values).toMatchObject({ 'train/loss': 1, 'eval/long_fraction': 0.4 })
})

test('a round after one without a measurement has no prediction', () => {
  const rows = [row(1, 0, 0.2), row(1, 1), row(1, 2, 0.5), row(1, 3, 0.6)]
  const found = predicted(withStarRounds(runConfig({ stages: [pretrain, star] }), rows))
  expect(found.map(([share]) => share !== undefined)).toEqual([false, true, false, true])
})

test('other stages, other tasks, and rows of no stage stay as they are', () => {
  const grpo = runConfig({ stages: [pretrain, { kind: 'rl', algorithm: 'grpo', steps: 3 }] })
  const hidden = runConfig({ task: { kind: 'hidden-method' }, stages: [pretrain, star] })
  for (const config of [grpo, hidden]) expect(withStarRounds(config, rounds)).toEqual(rounds)
  const beyond = [row(7, 0, 0.2), row(7, 1, 0.4)]
  expect(withStarRounds(runConfig({ stages: [star] }), beyond)).toEqual(beyond)
})

test('rounds that the theorem does not speak of stay as they are', () => {
  const others = [
    { ...star, temperature: 1.5 },
    { ...star, refreshEvery: 2 },
    { ...star, sampler: 'stage-0' },
    { ...star, group: 4, distinct: true },
    { ...star, from: 'fresh' },
  ]
  for (const other of others)
    expect(withStarRounds(runConfig({ stages: [pretrain, other] }), rounds)).toEqual(rounds)
  const task = { kind: 'parity', longFraction: 0.2, partialFraction: 0.2 }
  expect(withStarRounds(runConfig({ task, stages: [pretrain, star] }), rounds)).toEqual(rounds)
})
