// Weights of other runs that a config names: found by the beginning of an id, checked, and named where they do not fit.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeCheckpoint } from '../../../src/run-folder/checkpoints'
import { createRun } from '../../../src/run-folder/run-folder'
import type { RunConfig } from '../../../src/shared/config/schema'
import { AfterwordError } from '../../../src/shared/errors'
import { createTask } from '../../../src/shared/tasks/create-task'
import type { DatasetRow } from '../../../src/shared/tasks/dataset-rows'
import { resolveBorrowedWeights } from '../../../src/workbench/borrowed-weights'
import { runConfig } from '../../helpers/run-config'
import { tempFolder } from '../../helpers/temp-folder'

const id = 'donor-20260101-1'
const pretrain = { kind: 'pretrain', steps: 2 }
const dataset = { kind: 'dataset', file: 'rows.jsonl' }

/** Borrows for a config from the run `donor`, which has checkpoint 0-2; rows are those of data sets here and there. */
async function borrowed(
  config: RunConfig,
  donorConfig = runConfig(),
  rows: { own?: DatasetRow[]; theirs?: DatasetRow[] } = {},
) {
  const folder = join(tempFolder(), id)
  await createRun(folder, {
    config: donorConfig,
    record: {
      ...{ version: 1, id, study: 'd', point: {}, state: 'finished' },
      ...{ created: '2026-01-01T00:00:00.000Z', engineRequest: 'js' },
    },
  })
  const state = { version: 1, stage: 0, step: 2, sequences: 0, tokens: 0, time: 0 } as const
  const array = { a: { shape: [1], values: Float32Array.of(1) } }
  await writeCheckpoint(folder, {
    state: { ...state, engine: 'js', threads: 1 },
    model: array,
    optimizer: array,
  })
  const findRun = (beginning: string) => {
    if (!id.startsWith(beginning)) throw new AfterwordError('not-found', `no run "${beginning}"`)
    return { id, folder }
  }
  const taskOf = ({ task }: RunConfig) => Promise.resolve(createTask(task, { rows: rows.theirs ?? [] }))
  const task = createTask(config.task, { rows: rows.own ?? [] })
  return { folder, ...(await resolveBorrowedWeights(config, task, { findRun, taskOf })) }
}

test('every reference to a run gets its whole id and is copied once; those within the run stay', async () => {
  const kl = { coefficient: 0.1, reference: 'donor/0-2' }
  const { config, files, folder } = await borrowed(
    runConfig({
      init: { run: 'donor-2026', checkpoint: '0-2' },
      stages: [
        { ...pretrain, from: 'donor/0-2' },
        { kind: 'sft', from: 'stage-0', sampler: 'donor/0-2' },
        { kind: 'rl', algorithm: 'grpo', kl },
        { kind: 'evaluate', from: 'fresh' },
      ],
    }),
  )
  expect(config).toMatchObject({
    init: { run: id, checkpoint: '0-2' },
    stages: [
      { from: `${id}/0-2` },
      { from: 'stage-0', sampler: `${id}/0-2` },
      { kl: { coefficient: 0.1, reference: `${id}/0-2` } },
      { from: 'fresh' },
    ],
  })
  const from = join(folder, 'checkpoints', '0-2', 'model.safetensors')
  expect(files).toEqual([
    { from, to: 'init.safetensors' },
    { from, to: `weights/${id}-0-2.safetensors` },
  ])
})

const from = (reference: string, changes: Record<string, unknown> = {}) =>
  runConfig({ stages: [pretrain, { ...pretrain, from: reference }], ...changes })

test.each<[string, RunConfig, string]>([
  ['a run', from('nobody/0-2'), 'stages.1.from: no run "nobody"'],
  ['a checkpoint', from('donor/0-9'), `stages.1.from: run ${id} has no checkpoint 0-9; it has 0-2`],
  [
    'the model',
    from('donor/0-2', { model: { kind: 'transformer', layers: 1, width: 16, heads: 4 } }),
    `stages.1.from: the weights of run ${id} do not fit: model.heads is 4 here and 2 there`,
  ],
  [
    'the kind of model',
    from('donor/0-2', { model: { kind: 'linear' } }),
    `stages.1.from: the weights of run ${id} do not fit: model.kind is linear here and transformer there`,
  ],
  [
    'the kind of task',
    from('donor/0-2', { task: { kind: 'compose' } }),
    `stages.1.from: the weights of run ${id} do not fit: task.kind is compose here and parity there`,
  ],
  [
    'the length of its sequences',
    from('donor/0-2', { task: { kind: 'parity', bits: 6, longFraction: 0.5 } }),
    `stages.1.from: the weights of run ${id} do not fit: sequences here have up to 14 tokens and the model there has positions for 10 (task.bits is 6 here and 4 there)`,
  ],
])('what is wrong is named with the field: %s', async (_name, config, message) => {
  await expect(borrowed(config)).rejects.toThrow(message)
})

test('a misfit of lengths names only what lengths depend on', async () => {
  const compose = (settings: object) => ({ task: { kind: 'compose', ...settings } })
  const own = from('donor/0-2', compose({ depth: 3, longFraction: 0.9, levels: [1] }))
  await expect(borrowed(own, runConfig(compose({ depth: 2 })))).rejects.toThrow(
    /has positions for \d+ \(task\.depth is 3 here and 2 there\)$/,
  )
})

test('functions that are held out here must be held out there too', async () => {
  const split = (trainFunctions: number, heldOutFunctions: number) => ({
    task: { kind: 'compose', trainFunctions, heldOutFunctions },
  })
  await expect(borrowed(from('donor/0-2', split(5, 5)), runConfig(split(6, 4)))).rejects.toThrow(
    /do not fit: compositions of [\w-]+(, [\w-]+)* are held out here and may have been trained on there \(task\.trainFunctions is 5 here and 6 there, task\.heldOutFunctions is 5 here and 4 there\)$/,
  )
  for (const own of [split(5, 5), split(10, 0)])
    expect((await borrowed(from('donor/0-2', own), runConfig(split(5, 5)))).files).toHaveLength(1)
})

test('another mixture of the same task fits', async () => {
  const task = { kind: 'parity', bits: 4, longFraction: 0.1, partialFraction: 0.3 }
  expect((await borrowed(from('donor/0-2', { task }))).files).toHaveLength(1)
})

test('another vocabulary is refused: its first difference is shown', async () => {
  const compose = (symbols: number) => ({ task: { kind: 'compose', symbols } })
  await expect(borrowed(from('donor/0-2', compose(5)), runConfig(compose(6)))).rejects.toThrow(
    /stages\.1\.from: the weights of run \S+ do not fit: another vocabulary: \d+ tokens here and \d+ there, token 5 is ".*" here and "f" there/,
  )
  const rows = (text: string): DatasetRow[] => [{ prompt: text, answer: text }]
  const [own, donor] = [from('donor/0-2', { task: dataset }), runConfig({ task: dataset })]
  await expect(borrowed(own, donor, { own: rows('ab'), theirs: rows('ac') })).rejects.toThrow(
    'another vocabulary: 6 tokens here and 6 there, token 1 is "b" here and "c" there',
  )
  expect((await borrowed(own, donor, { own: rows('ab'), theirs: rows('ba') })).files).toHaveLength(1)
})
