// Measures what a run's stages cost on the engines `auto` chooses from: scratch experiments with fresh weights, stepped and
// evaluated in turn, so that other work on the machine slows them alike. It never touches a run's own state.
import { letEventsIn } from '../engine/preparation'
import type { Engine, Preparation } from '../engine/types'
import { createExperiment, type Experiment } from '../lab/experiment'
import type { Parts } from '../lab/parts'
import { stageSteps, type RunConfig } from '../shared/config/schema'
import { messageOf } from '../shared/errors'
import { measuredEngines, type MeasuredEngine, type Measurement } from '../shared/run/measurement'
import { stagePrograms } from '../shared/run/stage-program'
import type { TaskData } from '../shared/tasks/task'
import { median } from '../statistics/summary'
import { EngineWatch, isAborted, preparationSeconds } from './engine-watch'
import type { MeasurementKey } from './measurement-cache'
import { stageAt } from './schedule'
import type { Log } from './trainer-log'

/** What a measurement needs. */
export interface MeasureOptions {
  config: RunConfig
  /** Rows of the task's data set, where it has one. */
  data?: TaskData
  key: MeasurementKey
  /** Opens an engine in this process. */
  open: (name: MeasuredEngine) => Promise<Engine>
  /** Gives the measurement up, between two calls of a function. */
  signal: AbortSignal
  /** Seconds, from any start. */
  now: () => number
  log: Log
}

/** Timed rounds: fewest, most, and for how long a stage gets more than the fewest. */
const rounds = { fewest: 3, most: 20, seconds: 5 } as const

/** A stage on one engine. */
interface Contender {
  name: MeasuredEngine
  experiment: Experiment
  preparation: Preparation
  steps: number[]
  evaluations: number[]
}

/** Measures all stages on all engines. An engine that fails has its reason in `problems`. Throws EngineError 'aborted'. */
export async function measureEngines(options: MeasureOptions): Promise<Measurement> {
  const { config, key, log } = options
  const engines: Record<MeasuredEngine, Measurement['engines'][MeasuredEngine]> = { graph: [], xla: [] }
  const problems: Measurement['problems'] = {}
  for (const stage of config.stages.keys()) {
    const names = measuredEngines.filter((name) => problems[name] === undefined)
    const contenders: Contender[] = []
    try {
      for (const name of names) {
        try {
          contenders.push(await begin(options, name, stage))
        } catch (error) {
          if (isAborted(error)) throw error
          problems[name] = messageOf(error)
          log(`${name} cannot run stage ${stage}: ${messageOf(error)}`)
        }
      }
      await compete(options, contenders, stage, problems)
      for (const { name, preparation, steps, evaluations } of contenders) {
        if (problems[name] !== undefined) continue
        const times = { preparation, stepSeconds: stepTime(steps), evaluateSeconds: median(evaluations) }
        engines[name]?.push(times)
        log(`measured stage ${stage} on ${name}: ${describe(times)}`)
      }
    } finally {
      for (const { experiment } of contenders) experiment.dispose()
    }
  }
  const measured = measuredEngines.filter((name) => problems[name] === undefined)
  return {
    version: 1,
    ...key,
    stages: stagePrograms(config),
    study: config.name,
    measured: new Date().toISOString(),
    engines: Object.fromEntries(measured.map((name) => [name, engines[name]])),
    problems,
  }
}

/** An evaluate stage has no steps. */
const stepTime = (steps: readonly number[]): number => (steps.length === 0 ? 0 : median(steps))

async function begin(
  { config, data = {}, open, signal, now, log }: MeasureOptions,
  name: MeasuredEngine,
  stage: number,
): Promise<Contender> {
  log(`measuring stage ${stage} on ${name}`)
  const engine = new EngineWatch(await open(name), signal)
  const experiment = createExperiment({ engine, config, data, clock: now })
  try {
    await experiment.beginStage(stage)
  } catch (error) {
    experiment.dispose()
    throw error
  }
  return { name, experiment, preparation: engine.preparation, steps: [], evaluations: [] }
}

/** Steps and evaluates in turn; the first of each is for warming up. */
async function compete(
  { config, signal, now }: MeasureOptions,
  contenders: readonly Contender[],
  stage: number,
  problems: Measurement['problems'],
): Promise<void> {
  // A stage without steps is measured by its evaluation alone.
  const steps = stageSteps(stageAt(config, stage))
  const start = now()
  const time = async (times: number[] | undefined, work: () => unknown) => {
    await letEventsIn(signal)
    const before = now()
    work()
    times?.push(now() - before)
  }
  // Seconds that an evaluation would take, by its first part: an evaluate stage may take minutes.
  const timeFirstPart = async (begin: () => Parts<unknown>): Promise<number> => {
    await letEventsIn(signal)
    const parts = begin()
    const before = now()
    const first = parts.next()
    const seconds = now() - before
    parts.return(undefined)
    return first.done === true ? seconds : seconds / first.value
  }
  for (let round = 0; round <= rounds.most; round++) {
    const isEnough = round > rounds.fewest && now() - start > rounds.seconds
    if (isEnough) break
    for (const { name, experiment, steps: times, evaluations } of contenders) {
      if (problems[name] !== undefined) continue
      const isTimed = round > 0
      try {
        if (steps > 0)
          await time(isTimed ? times : undefined, () => experiment.step(stage, 1 + (round % steps)))
        // An evaluation is many rollouts: a few of them say as much as many steps.
        if (round <= rounds.fewest) {
          const whole = await timeFirstPart(() => experiment.evaluateInParts(stage, round))
          if (isTimed) evaluations.push(whole)
        }
      } catch (error) {
        if (isAborted(error)) throw error
        problems[name] = messageOf(error)
      }
    }
  }
}

function describe(times: { preparation: Preparation; stepSeconds: number; evaluateSeconds: number }): string {
  const { preparation, stepSeconds, evaluateSeconds } = times
  const [step, evaluation] = [stepSeconds, evaluateSeconds].map((value) => (value * 1000).toFixed(1))
  return `${step} ms a step, ${evaluation} ms an evaluation, ready in ${preparationSeconds(preparation).toFixed(1)} s`
}
