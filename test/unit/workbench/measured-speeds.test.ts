// How fast stages were on this machine, by real run folders and remembered measurements.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Measurement } from '../../../src/shared/run/measurement'
import { runRecordSchema, type RunRecord } from '../../../src/shared/run/record'
import { stagePrograms } from '../../../src/shared/run/stage-program'
import { ConfigReader } from '../../../src/workbench/config-table'
import { MeasuredSpeeds } from '../../../src/workbench/measured-speeds'
import { runConfig } from '../../helpers/run-config'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'afterword-speeds-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const config = runConfig({
  stages: [
    { kind: 'pretrain', steps: 4, batch: 8 },
    { kind: 'rl', algorithm: 'grpo', steps: 2 },
  ],
})
const programs = stagePrograms(config)

/** A run that took `seconds` a step of its first stage; of its second stage too few steps are written. */
function run(id: string, seconds: number, changes: Partial<RunRecord> = {}) {
  const folder = join(root, id)
  mkdirSync(folder)
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, seed: seconds }))
  const rows = [0, 1, 2, 3, 4].map((step) => ({
    ...{ stage: 0, step, time: step, sequences: 0, tokens: 0 },
    values: {
      ...(step > 0 ? { 'perf/step_seconds': seconds + (step % 2 === 0 ? 0.5 : -0.5) } : {}),
      ...(step % 4 === 0 ? { 'perf/evaluate_seconds': 10 * seconds } : {}),
    },
  }))
  const late = { stage: 1, step: 1, time: 9, sequences: 0, tokens: 0, values: { 'perf/step_seconds': 7 } }
  writeFileSync(
    join(folder, 'metrics.jsonl'),
    [...rows, late].map((row) => `${JSON.stringify(row)}\n`).join(''),
  )
  const storedRecord = runRecordSchema.parse({
    ...{ version: 1, id, study: 'x', point: {}, state: 'finished', engineRequest: 'auto', host: 'here' },
    ...{ created: `2026-11-2${seconds}T00:00:00.000Z`, started: `2026-11-2${seconds}T00:00:00.000Z` },
    ...{ engine: 'graph', device: 'CPU (x)', threads: 2 },
    preparation: { recordSeconds: 1, loadSeconds: 2, compileSeconds: 3 },
    ...changes,
  })
  return { id, folder, storedRecord }
}
function remember(changes: Partial<Measurement> = {}) {
  const times = (stepSeconds: number) => ({
    preparation: { recordSeconds: 0.5, loadSeconds: 0.5, compileSeconds: 1 },
    stepSeconds,
    evaluateSeconds: 0.25,
  })
  const measurement: Measurement = {
    ...{ version: 1, host: 'here', device: 'CPU (x)', threads: 2, program: 'hash', study: 'x' },
    ...{ stages: programs, measured: '2026-11-01T00:00:00.000Z', problems: {} },
    engines: { graph: [times(0.04), times(0.05)], xla: [times(0.02), times(0.06)] },
    ...changes,
  }
  mkdirSync(join(root, 'cache', 'engine-measurements'), { recursive: true })
  writeFileSync(
    join(root, 'cache', 'engine-measurements', `${measurement.measured}.json`),
    JSON.stringify(measurement),
  )
}
const speeds = () => new MeasuredSpeeds(new ConfigReader(), join(root, 'cache'), 'here')

test('means over the rows of the newest run that has them; a stage of too few steps is not known', async () => {
  const runs = [run('a', 1), run('b', 3), run('c', 2)]
  expect(await speeds().find(programs, { runs, isOnGpu: false })).toEqual([
    {
      ...{ stepSeconds: 3, evaluateSeconds: 30, prepareSeconds: 3, measured: '2026-11-23T00:00:00.000Z' },
      ...{ source: { kind: 'run', runId: 'b' }, engine: 'graph', device: 'CPU (x)', threads: 2 },
    },
    null,
  ])
})

test('another machine, another kind of device and runs that never began say nothing', async () => {
  const runs = [
    run('a', 1, { host: 'there' }),
    run('b', 2, { device: 'GPU 0 (y)' }),
    run('c', 3, { started: undefined }),
  ]
  expect(await speeds().find(programs, { runs, isOnGpu: false })).toEqual([null, null])
  const [onGpu] = await speeds().find(programs, { runs, isOnGpu: true })
  expect(onGpu?.source).toEqual({ kind: 'run', runId: 'b' })
})

test('a remembered measurement counts where no run is newer, each stage on the engine that is fastest for it', async () => {
  remember()
  expect(await speeds().find(programs, { runs: [], isOnGpu: false })).toEqual([
    expect.objectContaining({ stepSeconds: 0.02, evaluateSeconds: 0.25, prepareSeconds: 2, engine: 'xla' }),
    expect.objectContaining({ stepSeconds: 0.05, engine: 'graph', source: { kind: 'measurement' } }),
  ])
  const mixed = await speeds().find(programs, { runs: [run('a', 1)], isOnGpu: false })
  expect(mixed.map((speed) => speed?.source.kind)).toEqual(['run', 'measurement'])
  remember({ measured: '2026-12-01T00:00:00.000Z' })
  const newest = await speeds().find(programs, { runs: [run('b', 2)], isOnGpu: false })
  expect(newest.map((speed) => speed?.source.kind)).toEqual(['measurement', 'measurement'])
})

test('a damaged measurement and an unknown program are not known, not an error', async () => {
  remember({ stages: ['another program'] })
  writeFileSync(join(root, 'cache', 'engine-measurements', 'torn.json'), '{"version":')
  expect(await speeds().find(programs, { runs: [], isOnGpu: false })).toEqual([null, null])
})

test('seeds, rates, lengths and choices that change numbers alone are one program; sizes are others', () => {
  const of = (changes: object, stage: object = {}) =>
    stagePrograms(runConfig({ stages: [{ kind: 'pretrain', steps: 4, batch: 8, ...stage }], ...changes }))[0]
  const same = [
    of({ seed: 4 }),
    of({ name: 'y' }),
    of({}, { steps: 9, evaluateEvery: 3 }),
    of({}, { optimizer: { learningRate: 0.5 } }),
  ]
  expect(new Set([of({}), ...same]).size).toBe(1)
  const others = [
    of({}, { batch: 16 }),
    of({ evaluate: { samples: 7 } }),
    of({ model: { kind: 'transformer', width: 32 } }),
  ]
  expect(new Set([of({}), ...others]).size).toBe(4)
})
