// Where a trainer begins in a folder, and what it cuts: evaluate stages have no step but 0.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listCheckpoints, writeCheckpoint } from '../../../src/run-folder/checkpoints'
import { writeEvaluation } from '../../../src/run-folder/evaluations'
import { readRows } from '../../../src/run-folder/jsonl'
import { evaluationRowSchema, type EvaluationRow } from '../../../src/shared/run/rows'
import { readStageWeights } from '../../../src/trainer/stage-weights'
import { findStartingPoint } from '../../../src/trainer/starting-point'
import { runConfig } from '../../helpers/run-config'
import { tempFolder } from '../../helpers/temp-folder'

const evaluate = { kind: 'evaluate', problems: 2, samples: 2 }
const config = runConfig({
  stages: [
    { kind: 'pretrain', steps: 2 },
    evaluate,
    { kind: 'pretrain', steps: 2, from: 'stage-0' },
    evaluate,
  ],
})
const positions = [
  ...[0, 1, 2].map((step) => [0, step]),
  [1, 0],
  ...[0, 1, 2].map((step) => [2, step]),
  [3, 0],
] as [number, number][]
const problem: EvaluationRow = {
  ...{ problem_id: '0', prompt: '01<sep>', answer: '1', n: 2, c: 1 },
  ...{ lengths: [1, 1], votes: { '0': 1, '1': 1 }, greedy: true },
}
const weightsOf = (value: number) => ({ a: { shape: [1], values: Float32Array.of(value) } })

/** A run that has come to its `rows`-th row: rows, evaluations and the checkpoints of stage ends. */
function folderAt(rows: number): string {
  const folder = tempFolder()
  const lines = positions.slice(0, rows).map(([stage, step]) => {
    if (stage % 2 === 1) writeEvaluation(folder, stage, step, [problem])
    return `${JSON.stringify({ stage, step, time: 1, sequences: 0, tokens: 0, values: {} })}\n`
  })
  writeFileSync(join(folder, 'metrics.jsonl'), lines.join(''))
  return folder
}
async function save(folder: string, stage: number, step: number): Promise<void> {
  const state = {
    version: 1,
    stage,
    step,
    sequences: 0,
    tokens: 0,
    time: 1,
    engine: 'js',
    threads: 1,
  } as const
  const arrays = weightsOf(10 * stage + step)
  await writeCheckpoint(folder, { state, model: arrays, optimizer: arrays })
}
const find = async (folder: string) => {
  const { stage, step, arrays } = await findStartingPoint(folder, config, () => undefined)
  return { stage, step, from: arrays?.model['a']?.values[0] }
}
const evaluations = (folder: string) => readdirSync(join(folder, 'evaluations'))

test('after an evaluate stage the next one begins, with the weights that it measured', async () => {
  const folder = folderAt(4)
  await save(folder, 0, 2)
  await save(folder, 1, 0)
  expect(await find(folder)).toEqual({ stage: 2, step: undefined, from: 10 })
  expect(evaluations(folder)).toEqual(['1-0.jsonl'])
})

test('a whole run has nothing left to do', async () => {
  const folder = folderAt(8)
  for (const [stage, step] of [
    [0, 2],
    [1, 0],
    [2, 2],
    [3, 0],
  ] as const)
    await save(folder, stage, step)
  expect(await find(folder)).toMatchObject({ stage: 4 })
})

test('the checkpoint of an evaluate stage whose row is lost is not gone on from', async () => {
  const folder = folderAt(3)
  await save(folder, 0, 2)
  await save(folder, 1, 0)
  writeEvaluation(folder, 1, 0, [problem])
  expect(await find(folder)).toEqual({ stage: 1, step: undefined, from: 2 })
  expect((await listCheckpoints(folder)).map(({ name }) => name)).toEqual(['0-2'])
  expect(evaluations(folder)).toEqual([])
})

test('evaluations after the starting point and half-written ones are cut, and a stranger’s file stays', async () => {
  const folder = folderAt(8)
  await save(folder, 0, 2)
  await save(folder, 1, 0)
  writeFileSync(join(folder, 'evaluations', '.3-0.jsonl.tmp'), '{"problem')
  writeFileSync(join(folder, 'evaluations', 'notes.txt'), 'mine')
  await find(folder)
  expect(evaluations(folder).sort()).toEqual(['1-0.jsonl', 'notes.txt'])
  const { rows, problems } = await readRows(join(folder, 'evaluations', '1-0.jsonl'), evaluationRowSchema)
  expect({ rows, problems }).toEqual({ rows: [problem], problems: [] })
})

test('the weights that a stage names are read from the run folder itself', async () => {
  const folder = folderAt(4)
  await save(folder, 0, 2)
  const named = await readStageWeights(folder, config, 2)
  expect([...named]).toEqual([['stage-0', weightsOf(2)]])
  const borrowing = { ...config, stages: config.stages.map((stage) => ({ ...stage, from: 'run-7/1-5' })) }
  const place = join(folder, 'weights', 'run-7-1-5.safetensors')
  await expect(readStageWeights(folder, borrowing, 0)).rejects.toMatchObject({
    code: 'not-found',
    message: `${place} (config.json field stages.0.from: checkpoint 1-5 of run run-7): no such file`,
  })
  mkdirSync(join(folder, 'weights'))
  writeFileSync(place, 'no weights')
  await expect(readStageWeights(folder, borrowing, 0)).rejects.toThrow(`${place}: damaged safetensors file`)
})
