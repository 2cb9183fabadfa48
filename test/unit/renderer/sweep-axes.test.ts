// Which fields a sweep may vary, and what a new axis of random draws begins with.
import { expect, test } from 'vitest'
import { missingKinds } from '../../../src/renderer/features/editor/missing-groups'
import { axisFields, firstDraws } from '../../../src/renderer/features/editor/sweep-axes'

const study = {
  name: 'x',
  task: { kind: 'parity' },
  stages: [{ kind: 'pretrain' }, { kind: 'rl', algorithm: 'grpo' }],
}
const draws = (path: string, value: unknown) => {
  const axis = axisFields(study).find((each) => each.path === path)
  if (!axis) throw new Error(`no axis ${path}`)
  return firstDraws(axis, value)
}

test('axes are fields of runs, of parts too that are not written', () => {
  const paths = axisFields(study).map(({ path }) => path)
  expect(paths).toEqual(
    expect.arrayContaining(['task.bits', 'model.layers', 'stages.1.kl.coefficient', 'seed']),
  )
  expect(paths.filter((path) => /^(name|about|quick|random|sweep|arms|origin)/.test(path))).toEqual([])
})

test('draws begin with choices, whole numbers up to twice the value, shares, and decades around other numbers', () => {
  expect(draws('stages.0.optimizer.decay', 'constant')).toEqual(['constant', 'linear', 'cosine'])
  expect(draws('task.bits', 20)).toEqual({ min: 1, max: 40, integer: true })
  expect(draws('task.bits', 50)).toEqual({ min: 1, max: 64, integer: true })
  expect(draws('task.longFraction', 0.2)).toEqual({ min: 0, max: 1 })
  expect(draws('stages.0.optimizer.learningRate', 1e-3)).toEqual({ min: 1e-4, max: 1e-2, scale: 'log' })
})

test('the kind of a group that is not written is written before a field of it', () => {
  expect(missingKinds(study, ['model', 'layers'])).toEqual([[['model', 'kind'], 'transformer']])
  expect(missingKinds(study, ['task', 'bits'])).toEqual([])
  expect(missingKinds(study, ['stages', '1', 'kl', 'coefficient'])).toEqual([])
})
