// The built trainer as a real process: what it writes, how it obeys, how it fails.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import {
  latestCheckpoint,
  listCheckpoints,
  readCheckpoint,
  writeCheckpoint,
} from '../../src/run-folder/checkpoints'
import { readJson } from '../../src/run-folder/json-file'
import { readRows } from '../../src/run-folder/jsonl'
import { readRecord, writeControl } from '../../src/run-folder/run-folder'
import { failureSchema } from '../../src/shared/run/failure'
import { checkpointName } from '../../src/shared/run/folder'
import { evaluationRowSchema, sampleIndexRowSchema, sampleRowSchema } from '../../src/shared/run/rows'
import { runConfig } from '../helpers/run-config'
import { tempFolder } from '../helpers/temp-folder'
import {
  metricsOf,
  queuedRun,
  reproducible,
  startTrainer,
  train,
  waitFor,
  waitForRows,
  waitForState,
} from '../helpers/trainer'

const optimizer = { learningRate: 3e-3 }
const pretrain = { kind: 'pretrain', steps: 25, batch: 16, optimizer }
const grpo = { kind: 'rl', algorithm: 'grpo', prompts: 4, group: 4, steps: 6 }
const star = { kind: 'rl', algorithm: 'star', prompts: 32, group: 1, steps: 2, batch: 16 }
const threeStages = runConfig({ stages: [pretrain, grpo, star] })
const endless = runConfig({ stages: [{ ...pretrain, steps: 100_000 }] })

test('a run writes each step once, evaluates where it should, and keeps the checkpoints it should', async () => {
  const folder = await queuedRun(threeStages)
  expect(await train(folder)).toBe(0)

  const rows = await metricsOf(folder)
  const counts = [25, 6, 2].map((steps) => Array.from({ length: steps + 1 }, (_, step) => step))
  expect(rows.map(({ stage, step }) => [stage, step])).toEqual(
    counts.flatMap((steps, stage) => steps.map((step) => [stage, step])),
  )
  const evaluated = rows.filter(({ values }) => 'eval/greedy_accuracy' in values)
  expect(evaluated.map(({ stage, step }) => checkpointName(stage, step))).toEqual([
    ...['0-0', '0-10', '0-20', '0-25', '1-0', '1-6'],
    ...['2-0', '2-1', '2-2'],
  ])
  for (const { step, values } of rows) {
    expect('train/loss' in values || step === 0 || 'rl/kept_fraction' in values).toBe(true)
    expect('perf/step_seconds' in values).toBe(step > 0)
  }
  expect(rows.every(({ time }, index) => index === 0 || time >= (rows[index - 1]?.time ?? 0))).toBe(true)
  const tensors = evaluated.filter(({ stage }) => stage === 0).map(({ values }) => values['system/tensors'])
  expect(new Set(tensors).size).toBe(1)
  expect((await listCheckpoints(folder)).map(({ name }) => name)).toEqual([
    '0-10',
    '0-20',
    '0-25',
    '1-6',
    '2-2',
  ])

  const record = await readRecord(folder)
  expect(record).toMatchObject({ state: 'finished', exitReason: 'All stages are done.', threads: 1 })
  for (const field of [
    'pid',
    'processStart',
    'host',
    'engine',
    'engineReason',
    'device',
    'versions',
  ] as const) {
    expect(record[field], field).toBeDefined()
  }
  expect(record.dataHash).toMatch(/^[0-9a-f]{64}$/)
  expect(record.parameters).toBeGreaterThan(1000)
  expect(record.seconds).toBeGreaterThanOrEqual(rows.at(-1)?.time ?? Infinity)
})

test('the samples of a step are found through the index, whole prompt groups of them', async () => {
  const folder = await queuedRun(threeStages, 'js')
  await train(folder)
  const index = (await readRows(join(folder, 'samples.index.jsonl'), sampleIndexRowSchema)).rows
  expect(index.map(({ stage, step }) => checkpointName(stage, step))).toEqual([
    ...['0-0', '0-10', '0-20', '0-25'],
    ...['1-0', '1-1', '1-2', '1-3', '1-4', '1-5', '1-6'],
    ...['2-0', '2-1', '2-2'],
  ])
  const path = join(folder, 'samples.jsonl')
  for (const [position, { stage, step, offset, greedy }] of index.entries()) {
    const { rows, problems } = await readRows(path, sampleRowSchema, offset, index[position + 1]?.offset)
    expect(problems).toEqual([])
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.every((row) => row.stage === stage && row.step === step)).toBe(true)
    expect(rows.some((row) => row.greedy)).toBe(greedy)
    for (const row of rows) expect(row.logprobs).toHaveLength(row.tokens.length)
  }
  const rollout = index.find(({ stage, step }) => stage === 1 && step === 1)
  const group = (await readRows(path, sampleRowSchema, rollout?.offset)).rows.filter(({ step }) => step === 1)
  expect(new Set(group.slice(0, 4).map((row) => row.prompt_id)).size).toBe(1)
})

test('run.json is on disk before the first row, with this process and its engine', async () => {
  const folder = await queuedRun(threeStages, 'js')
  const trainer = startTrainer(folder)
  await waitForRows(folder, 1)
  const record = await readRecord(folder)
  expect(record).toMatchObject({ state: 'running', pid: trainer.pid })
  expect(record.engine).toBeDefined()
  trainer.kill('SIGKILL')
  expect(await trainer.ended).toBe('SIGKILL')
})

test.each([
  ['SIGTERM', 'auto'],
  ['SIGINT', 'js'],
] as const)('%s ends the run after its step, with a checkpoint (engine %s)', async (signal, engine) => {
  const folder = await queuedRun(endless, engine)
  const trainer = startTrainer(folder)
  await waitForRows(folder, 5)
  trainer.kill(signal)
  expect(await trainer.ended).toBe(0)
  const last = (await metricsOf(folder)).at(-1)
  const record = await readRecord(folder)
  expect(record.state).toBe('stopped')
  expect(record.exitReason).toBe(`Stopped by ${signal} after stage 0, step ${last?.step}.`)
  expect((await latestCheckpoint(folder))?.name).toBe(`0-${last?.step}`)
})

test('a stop command ends the run with a checkpoint, and is not obeyed again by the process that goes on', async () => {
  const folder = await queuedRun(threeStages, 'js')
  const trainer = startTrainer(folder)
  await waitForRows(folder, 3)
  await writeControl(folder, 'stop')
  expect(await trainer.ended).toBe(0)
  expect((await readRecord(folder)).state).toBe('stopped')
  const last = (await metricsOf(folder)).at(-1)
  expect((await latestCheckpoint(folder))?.name).toBe(`0-${last?.step}`)
  expect(last?.step).toBeLessThan(25)

  expect(await train(folder)).toBe(0)
  expect((await readRecord(folder)).state).toBe('finished')
})

test('a pause holds the run still, does not count as time, and changes nothing of what comes out', async () => {
  const reference = await queuedRun(threeStages, 'js')
  await train(reference)
  const folder = await queuedRun(threeStages, 'js')
  const trainer = startTrainer(folder)
  await waitForRows(folder, 4)
  await writeControl(folder, 'pause')
  await waitForState(folder, 'paused')
  const held = (await metricsOf(folder)).at(-1)
  const pausedAt = Date.now()
  await sleep(3000)
  expect((await metricsOf(folder)).at(-1)).toEqual(held)
  await writeControl(folder, 'resume')
  await waitForRows(folder, (held?.step ?? 0) + 2)
  const elapsed = (Date.now() - pausedAt) / 1000
  const next = (await metricsOf(folder)).find(({ step }) => step === (held?.step ?? 0) + 1)
  expect(elapsed).toBeGreaterThan(3)
  expect((next?.time ?? Infinity) - (held?.time ?? 0)).toBeLessThan(elapsed - 2.5)
  expect(await trainer.ended).toBe(0)
  expect(await reproducible(folder)).toEqual(await reproducible(reference))
})

test('a paused run can be told to save and to stop', async () => {
  const folder = await queuedRun({ ...endless, checkpoint: { every: 5000, keep: 2, at: [] } }, 'js')
  const trainer = startTrainer(folder)
  await waitForRows(folder, 4)
  await writeControl(folder, 'pause')
  await waitForState(folder, 'paused')
  expect(await latestCheckpoint(folder)).toBeUndefined()
  await writeControl(folder, 'checkpoint')
  await waitFor('a checkpoint', async () => (await latestCheckpoint(folder)) !== undefined)
  expect((await readRecord(folder)).state).toBe('paused')
  await writeControl(folder, 'stop')
  expect(await trainer.ended).toBe(0)
  expect((await readRecord(folder)).state).toBe('stopped')
  expect(await listCheckpoints(folder)).toHaveLength(1)
})

test('a loss that is not finite fails the run, shows the batch, and the last good checkpoint stays', async () => {
  const folder = await queuedRun({ ...endless, checkpoint: { every: 5000, keep: 2, at: [] } }, 'js')
  const first = startTrainer(folder)
  await waitForRows(folder, 3)
  await writeControl(folder, 'stop')
  await first.ended
  const entry = await latestCheckpoint(folder)
  const good = await readCheckpoint(folder, entry?.name ?? '')
  // Weights as a diverging run has them just before it overflows.
  for (const { values } of Object.values(good.model))
    values.forEach((value, index) => (values[index] = value * 1e30))
  await writeCheckpoint(folder, good)

  expect(await train(folder)).toBe(1)
  const record = await readRecord(folder)
  const step = good.state.step + 1
  expect(record.exitReason).toContain(
    `the batch is in failure.json: all 16 sequences have numbers that are not finite; checkpoint ${entry?.name} is the last good one`,
  )
  const failure = await readJson(join(folder, 'failure.json'), failureSchema)
  expect(failure).toMatchObject({ stage: 0, step, lastCheckpoint: entry?.name })
  expect(failure.batch).toMatchObject({ rows: 16, notFinite: Array.from({ length: 16 }, (_, row) => row) })
  const [row] = failure.batch?.shown ?? []
  expect(row?.text).toMatch(/^[01]{4}<sep>[01]+<end>(<pad>)*$/)
  expect(row?.perToken['weights']?.every(Number.isFinite)).toBe(true)
  expect(row?.perToken['logprobs']?.some(Number.isFinite)).toBe(false)
  expect(record.state).toBe('failed')
  expect(record.exitReason).toMatch(new RegExp(`^stage 0, step ${step}: train/\\w+ is (NaN|Infinity)`))
  const last = (await metricsOf(folder)).at(-1)
  expect(last?.step).toBe(step)
  expect(last?.values['train/loss']).not.toSatisfy(Number.isFinite)
  expect((await latestCheckpoint(folder))?.name).toBe(entry?.name)
  expect(readFileSync(join(folder, 'trainer.log'), 'utf8')).toMatch(/failed: AfterwordError: .*\n\s+at /)
})

test('an update that leaves weights without a number fails the run, and no checkpoint holds them', async () => {
  // In float32 this epsilon is 0, and a parameter without a gradient becomes 0 / 0 while loss and gradient are fine.
  const optimizer = { learningRate: 1e-3, eps: 1e-300 }
  const folder = await queuedRun(runConfig({ stages: [{ ...pretrain, steps: 1, optimizer }] }), 'js')
  expect(await train(folder)).toBe(1)
  const { state, exitReason } = await readRecord(folder)
  expect(state).toBe('failed')
  expect(exitReason).toMatch(/^stage 0, step 1: the update left numbers in \S+ that are not finite/)
  expect(await listCheckpoints(folder)).toEqual([])
})

test('a finished run that is started again stays as it is', async () => {
  const folder = await queuedRun(runConfig(), 'js')
  await train(folder)
  const before = [readFileSync(join(folder, 'run.json')), readFileSync(join(folder, 'metrics.jsonl'))]
  expect(await train(folder)).toBe(0)
  expect([readFileSync(join(folder, 'run.json')), readFileSync(join(folder, 'metrics.jsonl'))]).toEqual(
    before,
  )
})

test('a second trainer in a folder leaves the first one alone', async () => {
  const folder = await queuedRun(endless, 'js')
  const first = startTrainer(folder)
  await waitForRows(folder, 2)
  expect(await train(folder)).toBe(1)
  expect(await readRecord(folder)).toMatchObject({ state: 'running', pid: first.pid })
  expect(readFileSync(join(folder, 'trainer.log'), 'utf8')).toContain(
    `process ${first.pid} is training this run already`,
  )
  first.kill('SIGTERM')
  expect(await first.ended).toBe(0)
})

test('a damaged config fails the run and names file, field and rule', async () => {
  const folder = await queuedRun(runConfig(), 'js')
  const path = join(folder, 'config.json')
  writeFileSync(path, JSON.stringify({ ...runConfig(), evaluate: { every: 0, samples: 64 } }))
  expect(await train(folder)).toBe(1)
  const { state, exitReason } = await readRecord(folder)
  expect(state).toBe('failed')
  expect(exitReason).toContain(`${path}: field evaluate.every: `)
})

test('rows that cannot be written fail the run and name the file', async () => {
  const folder = await queuedRun(runConfig(), 'js')
  mkdirSync(join(folder, 'metrics.jsonl'))
  expect(await train(folder)).toBe(1)
  const { state, exitReason } = await readRecord(folder)
  expect(state).toBe('failed')
  expect(exitReason).toContain(`${join(folder, 'metrics.jsonl')}: cannot be `)
})

test('a folder without a run is refused in the log and on stderr', async () => {
  const folder = tempFolder()
  expect(await train(folder)).toBe(1)
  expect(readFileSync(join(folder, 'trainer.log'), 'utf8')).toContain(
    `${join(folder, 'run.json')}: no such file`,
  )
})

test('a run starts from the weights it is given, and fails clearly where they are missing', async () => {
  const donor = await queuedRun(runConfig(), 'js')
  await train(donor)
  const weights = readFileSync(join(donor, 'checkpoints', '0-30', 'model.safetensors'))
  const init = { run: 'donor', checkpoint: '0-30' }
  const config = runConfig({ seed: 5, init, checkpoint: { every: 100, keep: 1, at: [0] }, stages: [grpo] })
  const folder = await queuedRun(config, 'js')
  expect(await train(folder)).toBe(1)
  const { exitReason } = await readRecord(folder)
  expect(exitReason).toContain(`${join(folder, 'init.safetensors')}: no such file`)
  expect(exitReason).toContain('checkpoint 0-30 of run donor')

  const wider = runConfig({ init, model: { kind: 'transformer', layers: 1, width: 32, heads: 2 } })
  const other = await queuedRun(wider, 'js')
  writeFileSync(join(other, 'init.safetensors'), weights)
  expect(await train(other)).toBe(1)
  expect((await readRecord(other)).exitReason).toBe(
    `${join(other, 'init.safetensors')} (config.json field init: checkpoint 0-30 of run donor): weights token_embedding are [5, 16]; the config's model has [5, 32]`,
  )

  writeFileSync(join(folder, 'init.safetensors'), weights)
  expect(await train(folder)).toBe(0)
  expect(readFileSync(join(folder, 'checkpoints', '0-0', 'model.safetensors'))).toEqual(weights)
  expect((await listCheckpoints(folder)).map(({ name }) => name)).toEqual(['0-0', '0-6'])
  rmSync(folder, { recursive: true })
})

test('a stage starts where its `from` says, also from an earlier stage of its own run', async () => {
  const stages = [
    { ...pretrain, steps: 5 },
    grpo,
    { ...pretrain, steps: 2, from: 'fresh' },
    { kind: 'sft', prompts: 8, steps: 2, from: 'stage-0' },
    { kind: 'rl', algorithm: 'rft', prompts: 8, group: 2, batch: 8, sampler: 'stage-1', from: 'stage-3' },
    { kind: 'evaluate', problems: 6, samples: 4, from: 'stage-0' },
    { ...pretrain, steps: 1 },
  ]
  const folder = await queuedRun(runConfig({ stages, checkpoint: { every: 100, keep: 1, at: [0] } }), 'js')
  expect(await train(folder)).toBe(0)
  const weights = (name: string) => readFileSync(join(folder, 'checkpoints', name, 'model.safetensors'))
  expect(weights('1-0')).toEqual(weights('0-5'))
  expect(weights('2-0')).toEqual(weights('0-0'))
  expect(weights('3-0')).toEqual(weights('0-5'))
  expect(weights('4-0')).toEqual(weights('3-2'))
  expect(weights('5-0')).toEqual(weights('0-5'))
  expect(weights('6-0')).toEqual(weights('5-0'))
  expect(weights('1-6')).not.toEqual(weights('0-5'))
})

test('an evaluate stage is one row, a line a problem and a checkpoint', async () => {
  const stages = [
    { ...pretrain, steps: 3 },
    { kind: 'evaluate', problems: 7, samples: 8 },
  ]
  const folder = await queuedRun(runConfig({ stages }), 'js')
  expect(await train(folder)).toBe(0)
  const rows = (await metricsOf(folder)).filter(({ stage }) => stage === 1)
  expect(rows.map(({ step }) => step)).toEqual([0])
  const [{ values = {} } = {}] = rows
  const problems = (await readRows(join(folder, 'evaluations', '1-0.jsonl'), evaluationRowSchema)).rows
  expect(problems.map(({ problem_id }) => problem_id)).toEqual(['0', '1', '2', '3', '4', '5', '6'])
  for (const { n, c, lengths, votes } of problems) {
    expect([n, lengths.length]).toEqual([8, 8])
    expect(Object.values(votes).reduce((sum, count) => sum + count, 0)).toBe(8)
    expect(c).toBeLessThanOrEqual(8)
  }
  expect(values['eval/pass@8']).toBeCloseTo(problems.filter(({ c }) => c > 0).length / 7, 12)
  expect(values['eval/greedy_accuracy']).toBeCloseTo(problems.filter(({ greedy }) => greedy).length / 7, 12)
  expect(values).toHaveProperty(['perf/evaluate_seconds'])
  expect((await listCheckpoints(folder)).map(({ name }) => name)).toEqual(['0-3', '1-0'])
})

test('an evaluation on its way hears of a pause and of a stop, is made anew, and gives what it gives undisturbed', async () => {
  const stages = [
    { ...pretrain, steps: 3 },
    { kind: 'evaluate', problems: 384, samples: 63 },
  ]
  const config = runConfig({ stages })
  const whole = await queuedRun(config, 'eager')
  expect(await train(whole)).toBe(0)

  const folder = await queuedRun(config, 'eager')
  const first = startTrainer(folder)
  await waitFor('the evaluation', () =>
    Promise.resolve(readFileSync(join(folder, 'trainer.log'), 'utf8').includes('stage 1 (evaluate)')),
  )
  await sleep(50)
  await writeControl(folder, 'pause')
  await waitForState(folder, 'paused')
  await writeControl(folder, 'resume')
  await waitForState(folder, 'running')
  await writeControl(folder, 'stop')
  expect(await first.ended).toBe(0)
  expect(await readRecord(folder)).toMatchObject({
    state: 'stopped',
    exitReason: 'Stopped by a command before stage 1.',
  })
  expect((await metricsOf(folder)).at(-1)).toMatchObject({ stage: 0, step: 3 })
  expect(existsSync(join(folder, 'evaluations', '1-0.jsonl'))).toBe(false)
  expect((await latestCheckpoint(folder))?.name).toBe('0-3')

  expect(await train(folder)).toBe(0)
  expect(await readRecord(folder)).toMatchObject({ state: 'finished' })
  expect(await reproducible(folder)).toEqual(await reproducible(whole))
})

test('weights that a stage borrows and that are not there are named with file, field and checkpoint', async () => {
  const config = runConfig({
    stages: [
      { ...pretrain, steps: 2 },
      { ...grpo, from: 'donor/0-30' },
    ],
  })
  const folder = await queuedRun(config, 'js')
  expect(await train(folder)).toBe(1)
  expect((await readRecord(folder)).exitReason).toBe(
    `${join(folder, 'weights', 'donor-0-30.safetensors')} (config.json field stages.1.from: checkpoint 0-30 of run donor): no such file`,
  )
})
