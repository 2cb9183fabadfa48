// Leading stages computed once and forked: the fork equals its donor, and a run that computed everything itself.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listCheckpoints } from '../../src/run-folder/checkpoints'
import { readRecord } from '../../src/run-folder/run-folder'
import { parseSampleLines } from '../../src/shared/run/sample-lines'
import type { RunSummary } from '../../src/shared/workbench-api'
import type { Workbench } from '../../src/workbench/workbench'
import { tempFolder } from '../helpers/temp-folder'
import { metricsOf, reproducible } from '../helpers/trainer'
import { opened, queue, toyStudy, waitForRun } from '../helpers/workbench'

const pretrain = { kind: 'pretrain', steps: 9, batch: 4 }
const arm = (algorithm: string) => ({ kind: 'rl', algorithm, prompts: 2, group: 2, steps: 3 })

async function trained(workbench: Workbench, text: string): Promise<RunSummary[]> {
  const queued = await queue(workbench, text)
  return Promise.all(queued.map(({ record }) => waitForRun(workbench, record.id, 'finished')))
}

test("arms of a sweep fork from the first: rows equal the donor's, and those of a run without sharing", async () => {
  const workbench = await opened(tempFolder())
  const stages = [pretrain, arm('grpo')]
  const sweep = { 'stages.1.algorithm': ['grpo', 'reinforce'] }
  const [donor, fork] = await trained(workbench, toyStudy({ stages, sweep }))
  if (donor === undefined || fork === undefined) throw new Error('two runs were queued')
  expect(donor.record.forkedFrom).toBeUndefined()
  expect(fork.record.forkedFrom).toEqual({ run: donor.record.id, checkpoint: '0-9' })

  const ofPretraining = async (folder: string) => (await metricsOf(folder)).filter(({ stage }) => stage === 0)
  expect(await ofPretraining(fork.folder)).toEqual(await ofPretraining(donor.folder))
  expect(await ofPretraining(fork.folder)).toHaveLength(10)
  expect((await metricsOf(fork.folder)).filter(({ stage }) => stage === 1).map(({ step }) => step)).toEqual([
    0, 1, 2, 3,
  ])

  // The donor's workspace is another one, so nothing can be shared.
  const alone = await opened(tempFolder())
  const [whole] = await trained(alone, toyStudy({ stages: [pretrain, arm('reinforce')] }))
  if (whole === undefined) throw new Error('one run was queued')
  expect(whole.record.forkedFrom).toBeUndefined()
  // Periodic checkpoints before the fork are the donor's own.
  for (const { name, folder } of await listCheckpoints(whole.folder)) {
    if (/^0-/.test(name) && name !== '0-9') rmSync(folder, { recursive: true })
  }
  expect(await reproducible(fork.folder)).toEqual(await reproducible(whole.folder))
})

test('a later study of the same name shares what an earlier one computed; another name, seed or task does not', async () => {
  const workbench = await opened(tempFolder())
  const [donor] = await trained(workbench, toyStudy({ stages: [pretrain] }))
  const stages = [pretrain, arm('grpo')]
  const [later] = await trained(workbench, toyStudy({ stages }))
  expect(later?.record.forkedFrom).toEqual({ run: donor?.record.id, checkpoint: '0-9' })
  for (const changes of [{ name: 'other' }, { seed: 5 }, { task: { kind: 'parity', bits: 5 } }]) {
    const [own] = await trained(workbench, toyStudy({ stages, ...changes }))
    expect(own?.record.forkedFrom).toBeUndefined()
  }
})

test("a donor without the checkpoint of the stage's end is no donor", async () => {
  const workbench = await opened(tempFolder())
  const [donor] = await trained(workbench, toyStudy({ stages: [pretrain] }))
  rmSync(join(donor?.folder ?? '', 'checkpoints', '0-9'), { recursive: true })
  const [run] = await trained(workbench, toyStudy({ stages: [pretrain, arm('grpo')] }))
  expect((await readRecord(run?.folder ?? '')).forkedFrom).toBeUndefined()
  expect(run?.progress).toMatchObject({ stage: 1, step: 3 })
})

test('the samples of a fork are found through its own index', async () => {
  const workbench = await opened(tempFolder())
  const sweep = { 'stages.1.algorithm': ['grpo', 'reinforce'] }
  const [donor, fork] = await trained(workbench, toyStudy({ stages: [pretrain, arm('grpo')], sweep }))
  const samples = async (run: RunSummary | undefined, stage: number, step: number) =>
    parseSampleLines(await workbench.readSamples({ runId: run?.record.id ?? '', stage, step }), {
      stage,
      step,
    })
  expect(await samples(fork, 0, 8)).toEqual(await samples(donor, 0, 8))
  expect((await samples(fork, 1, 2)).length).toBeGreaterThan(0)
  expect(
    readFileSync(join(fork?.folder ?? '', 'samples.jsonl'), 'utf8')
      .split('\n')
      .at(-1),
  ).toBe('')
  expect(readdirSync(join(fork?.folder ?? '', 'checkpoints')).sort()).toEqual(['0-9', '1-3'])
})

test('stages that start from another run, from an earlier stage or only measure are shared like others', async () => {
  const workbench = await opened(tempFolder())
  const [teacher] = await trained(workbench, toyStudy({ name: 'teacher', stages: [pretrain] }))
  const leading = [
    { ...pretrain, steps: 3 },
    { kind: 'sft', sampler: `${teacher?.record.id}/0-9`, prompts: 4, group: 2, steps: 2 },
    { kind: 'evaluate', problems: 4, samples: 4, from: 'stage-0' },
  ]
  const last = (algorithm: string) => ({ ...arm(algorithm), from: 'stage-1' })
  const sweep = { 'stages.3.algorithm': ['grpo', 'reinforce'] }
  const [donor, fork] = await trained(workbench, toyStudy({ stages: [...leading, last('grpo')], sweep }))
  expect(fork?.record.forkedFrom).toEqual({ run: donor?.record.id, checkpoint: '2-0' })
  const [alone] = await trained(
    workbench,
    toyStudy({ name: 'alone', stages: [...leading, last('reinforce')] }),
  )
  expect(alone?.record.forkedFrom).toBeUndefined()
  expect(await reproducible(fork?.folder ?? '')).toEqual(await reproducible(alone?.folder ?? ''))
  expect(readdirSync(join(fork?.folder ?? '', 'evaluations'))).toEqual(['2-0.jsonl'])

  // Another teacher is another stage.
  const [other] = await trained(
    workbench,
    toyStudy({
      stages: [leading[0], { ...leading[1], sampler: `${donor?.record.id}/0-3` }, leading[2], last('grpo')],
    }),
  )
  expect(other?.record.forkedFrom).toEqual({ run: donor?.record.id, checkpoint: '0-3' })
})
