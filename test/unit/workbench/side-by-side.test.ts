// The study that samples two checkpoints on the same prompts.
import { expect, test } from 'vitest'
import { sideBySideStudy, type Side } from '../../../src/workbench/side-by-side'
import { runConfig } from '../../helpers/run-config'

const choices = { problems: 8, samples: 4, temperature: 0.7 }

function side(part: {
  id?: string
  study?: string
  point?: Side['record']['point']
  checkpoint?: string
}): Side {
  const { id = 'run-a', study = 'parity', point = {}, checkpoint = '0-100' } = part
  return { record: { id, study, point }, config: runConfig(), checkpoint }
}

test('an arm a checkpoint: one evaluate stage that starts from it, with the task and seed of the left side', () => {
  const sides = [side({}), side({ checkpoint: '1-40' })] as const
  const { runs, study } = sideBySideStudy(sides, choices)
  expect(study.name).toBe('Side by side: parity')
  expect(runs.map(({ point }) => point)).toEqual([{ arm: 'Checkpoint 0-100' }, { arm: 'Checkpoint 1-40' }])
  expect(runs.map(({ config }) => config.stages)).toEqual(
    ['run-a/0-100', 'run-a/1-40'].map((from) => [
      expect.objectContaining({ kind: 'evaluate', from, ...choices }) as unknown,
    ]),
  )
  const [left] = sides
  for (const { config } of runs)
    expect([config.task, config.seed, config.model]).toEqual([
      left.config.task,
      left.config.seed,
      left.config.model,
    ])
})

test.each([
  [{ point: { seed: 0 } }, { id: 'b', point: { seed: 1 } }, ['seed=0 0-100', 'seed=1 0-100']],
  [{ study: 'one' }, { id: 'b', study: 'two' }, ['one 0-100', 'two 0-100']],
  [{ id: 'a' }, { id: 'b' }, ['a 0-100', 'b 0-100']],
  [{ id: 'a'.repeat(70) }, { id: 'b'.repeat(70), checkpoint: '0-5' }, ['Left 0-100', 'Right 0-5']],
])('sides are named by what tells them apart: %o, %o', (left, right, names) => {
  const { runs } = sideBySideStudy([side(left), side(right)], choices)
  expect(runs.map(({ point }) => point['arm'])).toEqual(names)
})

test('one checkpoint twice is refused', () => {
  expect(() => sideBySideStudy([side({}), side({})], choices)).toThrow('Both sides are checkpoint 0-100')
})
