// Engines as a run meets them, in real processes: measured and remembered, changed on resume, stopped while they compile.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRecord, writeControl } from '../../src/run-folder/run-folder'
import { measurementReportSchema } from '../../src/shared/run/measurement'
import { runConfig } from '../helpers/run-config'
import { tempFolder } from '../helpers/temp-folder'
import {
  metricsOf,
  queuedRun,
  startTrainer,
  train,
  type TrainerProcess,
  waitFor,
  waitForRows,
} from '../helpers/trainer'
import { afterword, startAfterword, toyStudy } from '../helpers/workbench'

/** What the issue of engines promises: a stop is obeyed within it whatever is being compiled. */
const STOP_SECONDS = 15

/** Losses by step. */
async function lossesOf(folder: string): Promise<(number | undefined)[]> {
  return (await metricsOf(folder)).map(({ values }) => values['train/loss'])
}

/** Waits until a trainer's log says something since a byte of it. */
async function waitForLog(folder: string, text: RegExp, since = 0): Promise<void> {
  const log = join(folder, 'trainer.log')
  await waitFor(String(text), () =>
    Promise.resolve(existsSync(log) && text.test(readFileSync(log, 'utf8').slice(since))),
  )
}

/** Seconds until a trainer that is told to stop has ended. */
async function secondsToStop(trainer: TrainerProcess, ask: () => Promise<void>): Promise<number> {
  const asked = performance.now()
  await ask()
  expect(await trainer.ended).toBe(0)
  return (performance.now() - asked) / 1000
}

test('a run goes on on other engines when asked, says so, and its losses go on as on one engine', async () => {
  const workspace = tempFolder()
  const file = join(workspace, 'study.yaml')
  writeFileSync(
    file,
    toyStudy({
      stages: [{ kind: 'pretrain', steps: 20_000, batch: 8 }],
      evaluate: { every: 1000, samples: 16 },
    }),
  )
  let folder = ''
  let id = ''
  const stopAfter = async (args: string[], rows: number) => {
    const command = startAfterword(workspace, ...args)
    await waitFor('a run folder', () => {
      id = existsSync(join(workspace, 'runs'))
        ? (readdirSync(join(workspace, 'runs')).find((name) => !name.startsWith('.')) ?? '')
        : ''
      return Promise.resolve(id !== '')
    })
    folder = join(workspace, 'runs', id)
    await waitForRows(folder, rows)
    command.kill('SIGTERM')
    const { code, stderr } = await command.ended
    expect(code).toBe(130)
    return stderr
  }
  await stopAfter(['run', file, '--engine', 'eager'], 10)
  const first = (await metricsOf(folder)).length
  expect(await stopAfter(['resume', id, '--engine', 'graph'], first + 20)).toContain(
    'goes on on graph instead of eager',
  )
  const second = (await metricsOf(folder)).length
  expect((await readRecord(folder)).engineReason).toMatch(/^resumed on graph as asked, after eager/)
  await stopAfter(['resume', id, '--engine', 'xla'], second + 20)

  const record = await readRecord(folder)
  expect(record).toMatchObject({ engine: 'xla', state: 'stopped' })
  expect(record.engineHistory?.map(({ engine, step }) => [engine, step])).toEqual([
    ['eager', 0],
    ['graph', first],
    ['xla', second],
  ])
  expect(readFileSync(join(folder, 'trainer.log'), 'utf8')).toMatch(
    /engine xla on .*the numbers may differ in the last bits/,
  )

  const reference = await queuedRun(
    runConfig({ ...(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as object) }),
    'graph',
  )
  const trainer = startTrainer(reference)
  await waitForRows(reference, second + 20)
  trainer.kill('SIGTERM')
  await trainer.ended
  const [mixed, single] = [await lossesOf(folder), await lossesOf(reference)]
  for (let step = 1; step < second + 20; step++) {
    const [a = NaN, b = NaN] = [mixed[step], single[step]]
    expect(Math.abs(a - b), `step ${step}`).toBeLessThan(1e-3 * b)
  }
})

test('engines are measured when asked, remembered, and chosen by what this run would cost', async () => {
  const [workspace, cache] = [tempFolder(), tempFolder()]
  process.env['AFTERWORD_CACHE'] = cache
  try {
    const file = join(workspace, 'study.yaml')
    const study = { stages: [{ kind: 'pretrain', steps: 12, batch: 4 }], evaluate: { every: 4, samples: 8 } }
    writeFileSync(file, toyStudy(study))
    const { code, stdout } = await afterword(workspace, 'measure', file, '--json')
    expect(code).toBe(0)
    const { measurement, costs, ...report } = measurementReportSchema.parse(JSON.parse(stdout))
    expect(costs.map(({ engine }) => engine).sort()).toEqual(['graph', 'xla'])
    for (const times of [measurement.engines.graph?.[0], measurement.engines.xla?.[0]]) {
      expect(times?.stepSeconds).toBeGreaterThan(0)
      expect(times?.evaluateSeconds).toBeGreaterThan(0)
      expect(times?.preparation.compileSeconds).toBeGreaterThan(0)
    }
    // Twelve steps never earn back what XLA compiles.
    expect(costs[0]?.engine).toBe('graph')

    const config = runConfig({ ...(JSON.parse(toyStudy(study)) as object), seed: 7 })
    const short = await queuedRun(config, 'auto')
    expect(await train(short)).toBe(0)
    const record = await readRecord(short)
    expect(record.engine).toBe('graph')
    expect(record.engineReason).toBe(report.reason)
    expect(report.reason).toMatch(/^measured on this machine on \d{4}-\d\d-\d\d: graph [\d.]+ ms, xla /)
    expect(record.preparation?.recordSeconds).toBeGreaterThan(0)
    const [begin, ...steps] = await metricsOf(short)
    expect(begin?.values['perf/compile_seconds']).toBeCloseTo(record.preparation?.compileSeconds ?? NaN, 9)
    expect(steps.some(({ values }) => 'perf/compile_seconds' in values)).toBe(false)

    // The same programs in a run so long that XLA pays, were its steps this fast.
    const fast = structuredClone(measurement)
    for (const times of fast.engines.xla ?? []) times.stepSeconds = 1e-9
    writeFileSync(report.file, JSON.stringify(fast))
    const [stage] = config.stages
    const long = await queuedRun(
      { ...config, stages: [{ ...stage, steps: 10_000_000 }] } as typeof config,
      'auto',
    )
    const trainer = startTrainer(long)
    await waitFor('an engine', async () => (await readRecord(long)).engine !== undefined)
    expect((await readRecord(long)).engine).toBe('xla')
    trainer.kill('SIGKILL')
    await trainer.ended

    writeFileSync(report.file, '{"version":1,')
    const damaged = await queuedRun(config, 'auto')
    expect(await train(damaged)).toBe(0)
    expect((await readRecord(damaged)).engineReason).toMatch(/^not measured on this machine yet/)
    expect(readFileSync(join(damaged, 'trainer.log'), 'utf8')).toContain(
      `remembered measurement ignored: ${report.file}: not valid JSON`,
    )
  } finally {
    delete process.env['AFTERWORD_CACHE']
  }
})

test('a linear model runs without native TensorFlow, and there is nothing to measure of it', async () => {
  const linear = {
    model: { kind: 'linear' },
    stages: [
      { kind: 'pretrain', steps: 2, batch: 64 },
      { kind: 'evaluate', problems: 16, samples: 2 },
    ],
  }
  const config = runConfig(linear)
  const folder = await queuedRun(config, 'auto')
  expect(await train(folder)).toBe(0)
  const record = await readRecord(folder)
  expect(record).toMatchObject({ state: 'finished', engine: 'js', threads: 1 })
  expect(record.engineReason).toBe('a linear model uses no engine, and js is ready soonest')
  expect(record.versions).not.toHaveProperty('tensorflow')
  expect(readFileSync(join(folder, 'trainer.log'), 'utf8')).not.toContain('measuring')

  const study = join(tempFolder(), 'study.yaml')
  writeFileSync(study, toyStudy(linear))
  expect(await afterword(tempFolder(), 'measure', study)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('study.yaml: model.kind is linear, which uses no engine') as string,
  })
})

test('a trainer that records or compiles obeys a stop within 15 seconds', async () => {
  const stages = [{ kind: 'rl', algorithm: 'grpo', prompts: 16, group: 8, steps: 5 }]
  const model = { kind: 'transformer', layers: 2, width: 64, heads: 4 }
  const task = { kind: 'parity', bits: 20, longFraction: 0.2 }
  const folder = await queuedRun(
    runConfig({ task, model, stages, evaluate: { every: 5, samples: 64 } }),
    'xla',
  )
  const first = startTrainer(folder)
  await waitForLog(folder, /stage 0 \(rl\)/)
  expect(await secondsToStop(first, () => Promise.resolve(first.kill('SIGTERM')))).toBeLessThan(STOP_SECONDS)
  expect(await readRecord(folder)).toMatchObject({
    state: 'stopped',
    exitReason: 'Stopped by SIGTERM before stage 0.',
  })

  const since = readFileSync(join(folder, 'trainer.log'), 'utf8').length
  const second = startTrainer(folder)
  await waitForLog(folder, /getting function rollout ready/, since)
  expect(await secondsToStop(second, () => writeControl(folder, 'stop'))).toBeLessThan(STOP_SECONDS)
  expect(await readRecord(folder)).toMatchObject({
    state: 'stopped',
    exitReason: 'Stopped by a command before stage 0.',
  })
  expect(await metricsOf(folder)).toEqual([])
})
