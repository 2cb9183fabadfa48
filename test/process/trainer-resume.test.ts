// Same seed, same numbers, to the last bit: twice, after kills at any moment, after torn files, and from shared stages.
import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { latestCheckpoint } from '../../src/run-folder/checkpoints'
import { hasLiveTrainer, readRecord, writeControl } from '../../src/run-folder/run-folder'
import type { EngineRequest } from '../../src/shared/run/record'
import { runConfig } from '../helpers/run-config'
import {
  metricsOf,
  queuedRun,
  reproducible,
  type Reproducible,
  startTrainer,
  train,
  waitForRows,
} from '../helpers/trainer'

const pretrain = {
  kind: 'pretrain',
  steps: 25,
  batch: 16,
  optimizer: { learningRate: 3e-3, decay: 'cosine' },
}
const grpo = { kind: 'rl', algorithm: 'grpo', prompts: 4, group: 4, steps: 9 }
const reinforce = { kind: 'rl', algorithm: 'reinforce', prompts: 4, group: 4, steps: 9 }
const star = { kind: 'rl', algorithm: 'star', prompts: 32, group: 1, steps: 3, batch: 16 }
/** From a stage before the last, on samples of a policy that lags behind. */
const sft = {
  kind: 'sft',
  from: 'stage-0',
  sampler: 'policy',
  refreshEvery: 3,
  prompts: 4,
  group: 4,
  steps: 9,
}
const evaluate = { kind: 'evaluate', problems: 8, samples: 4 }
const checkpoint = { every: 4, keep: 2 }
const config = runConfig({ stages: [pretrain, grpo, sft, evaluate, star], checkpoint })
const ROWS = 26 + 10 + 10 + 1 + 4

const references = new Map<EngineRequest, Reproducible>()
async function reference(engine: EngineRequest): Promise<Reproducible> {
  const known = references.get(engine)
  if (known !== undefined) return known
  const folder = await queuedRun(config, engine)
  expect(await train(folder)).toBe(0)
  const result = await reproducible(folder)
  references.set(engine, result)
  return result
}

test.each(['auto', 'js'] as const)(
  'the same config and seed give the same files on engine %s',
  async (engine) => {
    const folder = await queuedRun(config, engine)
    await train(folder)
    expect(await reproducible(folder)).toEqual(await reference(engine))
  },
)

test('another seed gives other files', async () => {
  const folder = await queuedRun({ ...config, seed: 2 }, 'js')
  await train(folder)
  expect(await reproducible(folder)).not.toEqual(await reference('js'))
})

test.each(['auto', 'js'] as const)(
  'a run killed at random moments and resumed ends as one never killed, on engine %s',
  async (engine) => {
    const folder = await queuedRun(config, engine)
    let kills = 0
    let ended: unknown
    do {
      const trainer = startTrainer(folder)
      const rows = (await metricsOf(folder)).length
      const isDone = await Promise.race([
        trainer.ended.then(() => true),
        waitForRows(folder, Math.min(ROWS, rows + 1 + Math.floor(Math.random() * 14))).then(() => false),
      ])
      if (!isDone && kills < 4) {
        await sleep(Math.random() * 40)
        trainer.kill('SIGKILL')
        kills++
      }
      ended = await trainer.ended
      if (ended === 'SIGKILL') {
        const record = await readRecord(folder)
        // Killed after its last word, a run is finished all the same.
        if (record.state !== 'finished') expect(record.state).toBe('running')
        expect(hasLiveTrainer(record)).toBe(false)
      }
    } while (ended === 'SIGKILL')
    expect(ended).toBe(0)
    expect(kills).toBeGreaterThan(0)
    expect(await reproducible(folder)).toEqual(await reference(engine))
  },
)

test('torn and later rows are cut before a run goes on', async () => {
  const folder = await queuedRun(config, 'js')
  const first = startTrainer(folder)
  await waitForRows(folder, 12)
  await writeControl(folder, 'stop')
  await first.ended
  const stopped = (await metricsOf(folder)).at(-1)
  const row = JSON.stringify({ ...stopped, step: (stopped?.step ?? 0) + 1, values: { 'train/loss': 0 } })
  appendFileSync(join(folder, 'metrics.jsonl'), `${row}\n{"stage":0,"st`)
  appendFileSync(join(folder, 'samples.jsonl'), '{"stage":0,"step":99')
  appendFileSync(join(folder, 'samples.index.jsonl'), `{"stage":0,"step":99,"offset":12,"greedy":true}\n{`)
  mkdirSync(join(folder, 'checkpoints', '.0-99.7.tmp'))
  mkdirSync(join(folder, 'checkpoints', '0-99'))
  writeFileSync(join(folder, 'checkpoints', '0-99', 'state.json'), '{}')
  expect(await train(folder)).toBe(0)
  expect(await reproducible(folder)).toEqual(await reference('js'))
})

test('a row that was torn although its checkpoint is whole is trained again, from the checkpoint before or the start', async () => {
  for (const rows of [3, 12]) {
    const folder = await queuedRun(config, 'js')
    const first = startTrainer(folder)
    await waitForRows(folder, rows)
    first.kill('SIGTERM')
    await first.ended
    const metrics = join(folder, 'metrics.jsonl')
    writeFileSync(metrics, readFileSync(metrics, 'utf8').slice(0, -5))
    expect(await train(folder)).toBe(0)
    expect(await reproducible(folder)).toEqual(await reference('js'))
    expect(readFileSync(join(folder, 'trainer.log'), 'utf8')).toMatch(
      /lacks rows .*: \d+ steps are done again/,
    )
  }
})

test('an evaluate stage whose row was torn is made again, though its checkpoint is whole', async () => {
  const short = runConfig({ stages: [{ ...pretrain, steps: 4 }, evaluate, { ...evaluate, temperature: 2 }] })
  const [whole, folder] = [await queuedRun(short, 'js'), await queuedRun(short, 'js')]
  await train(whole)
  await train(folder)
  const metrics = join(folder, 'metrics.jsonl')
  writeFileSync(metrics, readFileSync(metrics, 'utf8').slice(0, -5))
  writeFileSync(join(folder, 'evaluations', '.2-0.jsonl.tmp'), '{"problem')
  writeFileSync(join(folder, 'evaluations', '2-0.jsonl'), 'of an evaluation that the rows do not have\n')
  expect(await train(folder)).toBe(0)
  expect(await reproducible(folder)).toEqual(await reproducible(whole))
})

test('time goes on from the checkpoint, and the recorded threads and engine are used again', async () => {
  const folder = await queuedRun(runConfig({ stages: [pretrain], checkpoint }))
  const first = startTrainer(folder)
  await waitForRows(folder, 6)
  await writeControl(folder, 'stop')
  await first.ended
  const before = (await metricsOf(folder)).at(-1)
  const { engine, started } = await readRecord(folder)
  await sleep(2000)
  await train(folder, { AFTERWORD_THREADS: '2', OMP_NUM_THREADS: '2' })
  const record = await readRecord(folder)
  expect(record).toMatchObject({ state: 'finished', threads: 1, engine, started })
  const after = (await metricsOf(folder)).find(({ step }) => step === (before?.step ?? 0) + 1)
  expect(after?.time).toBeGreaterThan(before?.time ?? Infinity)
  const wall = (Date.parse(record.ended ?? '') - Date.parse(record.started ?? '')) / 1000
  expect(record.seconds).toBeLessThan(wall - 1)
  expect((await latestCheckpoint(folder))?.state.time).toBeLessThanOrEqual(record.seconds ?? 0)
})

test('a run that takes over shared stages gives what it gives alone', async () => {
  const arm = { ...config, stages: runConfig({ stages: [pretrain, reinforce] }).stages }
  const alone = await queuedRun(arm, 'js')
  await train(alone)
  const donor = await queuedRun(config, 'js')
  const trainer = startTrainer(donor)
  await waitForRows(donor, 28)
  trainer.kill('SIGKILL')
  await trainer.ended

  const fork = await queuedRun(arm, 'js')
  for (const name of ['metrics.jsonl', 'samples.jsonl', 'samples.index.jsonl']) {
    const lines = readFileSync(join(donor, name), 'utf8').split('\n')
    writeFileSync(
      join(fork, name),
      lines
        .filter((line) => line.startsWith('{"stage":0,'))
        .map((line) => `${line}\n`)
        .join(''),
    )
  }
  cpSync(join(donor, 'checkpoints', '0-25'), join(fork, 'checkpoints', '0-25'), { recursive: true })
  expect(await train(fork)).toBe(0)
  const [own, other] = [await metricsOf(fork), await metricsOf(donor)]
  expect(own.slice(0, 26)).toEqual(other.slice(0, 26))
  const { rows, samples, samplesIndex } = await reproducible(fork)
  expect(await reproducible(alone)).toMatchObject({ rows, samples, samplesIndex })
})
