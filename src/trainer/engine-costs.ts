// Which engine a run should take by what was measured of its programs, the sentence that says why, and whether measuring
// would pay. Pure.
import { stageEvaluations } from '../shared/config/describe'
import { stageSteps, type RunConfig } from '../shared/config/schema'
import { measuredEngines, type EngineCost, type Measurement } from '../shared/run/measurement'
import type { MetricsRow } from '../shared/run/rows'
import { stageAt } from './schedule'

/** What a run costs on each measured engine, cheapest first: a short run may not earn back the compiling. */
export function engineCosts({ engines }: Measurement, config: RunConfig): EngineCost[] {
  const costs = measuredEngines.flatMap((engine): EngineCost[] => {
    const times = engines[engine]
    if (times?.length !== config.stages.length) return []
    let steps = 0
    let stepping = 0
    let others = 0
    for (const [stage, { preparation, stepSeconds, evaluateSeconds }] of times.entries()) {
      const count = stageSteps(stageAt(config, stage))
      steps += count
      stepping += count * stepSeconds
      others += stageEvaluations(stageAt(config, stage), config.evaluate) * evaluateSeconds
      others += preparation.recordSeconds + preparation.loadSeconds + preparation.compileSeconds
    }
    return [{ engine, stepSeconds: steps === 0 ? 0 : stepping / steps, runSeconds: stepping + others }]
  })
  return costs.sort((a, b) => a.runSeconds - b.runSeconds)
}

/** Why the cheapest engine, with the figures; undefined where the measurement has none. */
export function choiceReason(measurement: Measurement, config: RunConfig): string | undefined {
  const costs = engineCosts(measurement, config)
  if (costs.length === 0) return undefined
  const when = `measured on this machine on ${measurement.measured.slice(0, 10)}`
  const steps = costs.map(({ engine, stepSeconds }) => `${engine} ${milliseconds(stepSeconds)}`).join(', ')
  const run = costs.map(({ runSeconds }) => seconds(runSeconds)).join(' against ')
  const failures = Object.entries(measurement.problems).map(([engine, problem]) => `${engine}: ${problem}`)
  return [`${when}: ${steps} a step, the whole run with evaluations and compiling ${run}`, ...failures].join(
    '; ',
  )
}

/** Seconds a stage of a measurement may take beside its fewest rounds: more rounds, recording, and compiling for XLA. */
const STAGE_SECONDS = 20
/** Rounds that a measurement makes at least, with the one that warms up, on each engine. */
const FEWEST_ROUNDS = 4

/** Seconds that measuring a run will take, going by the rows the run has written. */
export function measuringSeconds(config: RunConfig, rows: readonly MetricsRow[]): number {
  return config.stages.reduce((sum, _, stage) => {
    const own = rows.filter((row) => row.stage === stage)
    const round = longest(own, 'perf/step_seconds') + longest(own, 'perf/evaluate_seconds')
    return sum + STAGE_SECONDS + measuredEngines.length * FEWEST_ROUNDS * round
  }, 0)
}

function longest(rows: readonly MetricsRow[], name: string): number {
  return rows.reduce((most, { values }) => Math.max(most, values[name] ?? 0), 0)
}

const milliseconds = (value: number): string => `${Number((value * 1000).toPrecision(3))} ms`
const seconds = (value: number): string => `${Number(value.toPrecision(3))} s`
