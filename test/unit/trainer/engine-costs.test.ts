// Which engine a measurement speaks for, in which words, and when measuring pays.
import { expect, test } from 'vitest'
import type { Measurement } from '../../../src/shared/run/measurement'
import { choiceReason, engineCosts, measuringSeconds } from '../../../src/trainer/engine-costs'
import { runConfig } from '../../helpers/run-config'

const times = (compileSeconds: number, stepSeconds: number, evaluateSeconds: number) => ({
  preparation: { recordSeconds: 0.5, loadSeconds: 0.5, compileSeconds },
  stepSeconds,
  evaluateSeconds,
})
const measurement: Measurement = {
  version: 1,
  host: 'here',
  device: 'CPU',
  threads: 2,
  program: 'hash',
  study: 'parity',
  measured: '2026-11-21T12:00:00.000Z',
  engines: { graph: [times(1, 0.0183, 0.1)], xla: [times(9, 0.0101, 0.05)] },
  problems: {},
}
const ofSteps = (steps: number) =>
  runConfig({ stages: [{ kind: 'pretrain', steps, batch: 16 }], evaluate: { every: 10, samples: 64 } })

test('a long run takes the engine with the fastest steps, a short one the engine that is ready first', () => {
  expect(engineCosts(measurement, ofSteps(10_000)).map(({ engine }) => engine)).toEqual(['xla', 'graph'])
  const [best, other] = engineCosts(measurement, ofSteps(100))
  // 1 s + 1 s, 100 steps, evaluations at 0, 10, … 100.
  expect(best).toEqual({ engine: 'graph', stepSeconds: 0.0183, runSeconds: 2 + 1.83 + 1.1 })
  expect(other?.runSeconds).toBeCloseTo(10 + 1.01 + 0.55)
})

test('an evaluate stage costs its one evaluation, and has no steps to speak of', () => {
  const alone = runConfig({ stages: [{ kind: 'evaluate', problems: 4, samples: 4 }] })
  const measured = { ...measurement, engines: { graph: [times(1, 0, 0.1)] } }
  expect(engineCosts(measured, alone)).toEqual([{ engine: 'graph', stepSeconds: 0, runSeconds: 2.1 }])
})

test('the reason has the figures, and says why an engine has none', () => {
  expect(choiceReason(measurement, ofSteps(10_000))).toBe(
    'measured on this machine on 2026-11-21: xla 10.1 ms, graph 18.3 ms a step, the whole run with evaluations and compiling 161 s against 285 s',
  )
  const { graph = [] } = measurement.engines
  const failed = {
    ...measurement,
    engines: { graph },
    problems: { xla: 'no such op' },
  }
  expect(choiceReason(failed, ofSteps(100))).toBe(
    'measured on this machine on 2026-11-21: graph 18.3 ms a step, the whole run with evaluations and compiling 4.93 s; xla: no such op',
  )
  expect(choiceReason({ ...failed, engines: {} }, ofSteps(100))).toBeUndefined()
})

test('a measurement of other stages speaks for no engine', () => {
  const stages = [0, 1].map(() => ({ kind: 'pretrain', steps: 5, batch: 16 }))
  expect(engineCosts(measurement, runConfig({ stages }))).toEqual([])
})

test('what measuring would take goes by the slowest step and evaluation that were written down', () => {
  const row = (stage: number, step: number, values: Record<string, number>) =>
    ({ stage, step, time: 0, sequences: 0, tokens: 0, values }) as const
  const stages = [0, 1].map(() => ({ kind: 'pretrain', steps: 5, batch: 16 }))
  const config = runConfig({ stages })
  const idle = measuringSeconds(config, [])
  const rows = [
    row(0, 1, { 'perf/step_seconds': 2 }),
    row(0, 2, { 'perf/step_seconds': 3, 'perf/evaluate_seconds': 10 }),
    row(1, 1, { 'perf/step_seconds': 1 }),
  ]
  // Two engines, each warmed up once and timed three times.
  expect(measuringSeconds(config, rows) - idle).toBeCloseTo(2 * 4 * (3 + 10 + 1))
})
