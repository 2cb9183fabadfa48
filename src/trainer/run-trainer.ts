// The whole life of a trainer process in one run folder: claim it, open engine and experiment, train, write down how it
// ended. run.json is the truth at every moment; whatever is thrown ends up there as one sentence.
import { createExperiment } from '../lab/experiment'
import { readTaskData } from '../run-folder/dataset'
import { readConfig } from '../run-folder/run-folder'
import type { RunConfig } from '../shared/config/schema'
import { AfterwordError, messageOf } from '../shared/errors'
import type { RunRecord } from '../shared/run/record'
import type { TaskData } from '../shared/tasks/task'
import { chooseEngine, type EngineChoice } from './choose-engine'
import { Commands } from './commands'
import { continueHistory } from './engine-history'
import { EngineWatch, preparationSeconds } from './engine-watch'
import { removeFailure } from './failure'
import { measureFinishedRun } from './measure'
import { MeasurementCache } from './measurement-cache'
import { dataHash, gitCommit, versionsOf } from './provenance'
import { Recorder } from './recorder'
import { RunClock } from './run-clock'
import { RunState, type EndState } from './run-state'
import { findStartingPoint, type StartingPoint } from './starting-point'
import { applyThreads, chooseThreads } from './threads'
import type { Log } from './trainer-log'
import { Training, type TrainingEnd } from './training'

/** Why a run without an earlier record of its own is on its engine. */
const CONTINUED = 'the checkpoint this run goes on from was made on it'

/** Where and in which program. */
export interface TrainerOptions {
  folder: string
  /** The folder of Afterword's package.json. */
  programFolder: string
  log: Log
  /** Seconds since this process began. */
  now: () => number
}

/** Runs a folder's run to its end. Throws where run.json cannot be read or written, or another process trains the run. */
export async function runTrainer(options: TrainerOptions): Promise<EndState> {
  const { folder, log, now } = options
  const state = await RunState.open(folder)
  const commands = new Commands(folder, log, state.record.obeyed, Date.now() - now() * 1000)
  let clock = new RunClock(0, now)
  const fail = async (error: unknown): Promise<EndState> => {
    log(`failed: ${stackOf(error)}`)
    // What goes wrong after the end, in a measurement, does not undo it.
    if (state.record.state === 'finished') return 'finished'
    await state.end('failed', messageOf(error), clock.seconds())
    return 'failed'
  }
  try {
    return await Promise.race([life(), uncaughtError()])
  } catch (error) {
    // Another process's run: its record is not this one's to write.
    if (error instanceof AfterwordError && error.code === 'busy') throw error
    return fail(error)
  }

  async function life(): Promise<EndState> {
    const config = await readConfig(folder)
    const data = await readTaskData(folder, config.task)
    const start = await findStartingPoint(folder, config, log)
    if (start.stage >= config.stages.length && state.record.state === 'finished') {
      log('this run is finished: nothing to do')
      return 'finished'
    }
    clock = new RunClock(start.time, now)
    // After the cut, so that a reader who sees the new process reads the rows it will add to.
    await state.claim()
    await removeFailure(folder)
    const cache = MeasurementCache.ofUser(log)
    const { unmeasured, ...end } = await train({
      ...options,
      config,
      data,
      start,
      state,
      commands,
      clock,
      cache,
    })
    const seconds = clock.seconds()
    await state.end(end.state, end.reason, seconds)
    log(end.reason)
    if (end.state === 'finished' && unmeasured !== undefined) {
      await measureFinishedRun({ ...options, config, data, commands, cache, seconds, key: unmeasured })
    }
    return end.state
  }
}

interface TrainOptions extends TrainerOptions {
  config: RunConfig
  data: TaskData
  start: StartingPoint
  state: RunState
  commands: Commands
  clock: RunClock
  cache: MeasurementCache
}

async function train(options: TrainOptions): Promise<TrainingEnd & Pick<EngineChoice, 'unmeasured'>> {
  const { folder, programFolder, log, now, config, data, start, state, commands, cache } = options
  const { record } = state
  const recorded = start.checkpoint ?? record
  // One thread was the js engine's choice, not this machine's: another engine does not go on with it.
  const isOtherEngine = recorded.engine === 'js' && record.engineRequest !== 'js'
  const threads = chooseThreads(isOtherEngine ? undefined : recorded.threads)
  applyThreads(threads)
  const commit = gitCommit(programFolder)
  const engine = start.checkpoint?.engine ?? record.engine
  const opened = await chooseEngine({
    config,
    request: record.engineRequest,
    before: engine && { engine, reason: record.engineReason ?? CONTINUED },
    threads,
    device: record.deviceRequest ?? 'auto',
    versions: versionsOf(programFolder),
    cache,
  })
  const announce = (name: string) => log(`getting function ${name} ready`)
  const watch = new EngineWatch(opened.engine, commands.stopAsked, announce, now)
  // Getting programs ready is no part of a step or an evaluation.
  const working = (): number => now() - preparationSeconds(watch.preparation)
  const experiment = createExperiment({ engine: watch, config, data, clock: working })
  warnOfOtherVersions(record, opened.versions, log)
  const found = await commit
  const { name, reason, device, deviceNote, unmeasured } = opened
  const first = { stage: start.stage, step: start.step === undefined ? 0 : start.step + 1 }
  const on = { engine: name, threads: opened.threads, device }
  await state.update({
    ...on,
    engineReason: reason,
    deviceNote,
    engineHistory: continueHistory(record, first, on, start.checkpoint),
    versions: opened.versions,
    ...(found === undefined ? {} : { gitCommit: found }),
    dataHash: dataHash(config.task),
    parameters: experiment.parameters,
  })
  log(`engine ${name} on ${device}, threads ${opened.threads}: ${reason}`)
  if (deviceNote !== undefined) log(deviceNote)
  const recorder = new Recorder(folder)
  try {
    const parts = { experiment, watch, recorder, engine: name, threads: opened.threads, now: working }
    const end = await new Training({ ...options, ...parts }).run(start)
    return { ...end, ...(unmeasured === undefined ? {} : { unmeasured }) }
  } finally {
    recorder.close()
    experiment.dispose()
  }
}

/** Bit-exactness is promised for equal versions only. */
function warnOfOtherVersions(
  { versions: recorded = {} }: RunRecord,
  versions: Record<string, string>,
  log: Log,
): void {
  for (const [name, version] of Object.entries(versions)) {
    const earlier = recorded[name]
    if (earlier === undefined || earlier === version) continue
    log(
      `this run began with ${name} ${earlier} and goes on with ${version}: its numbers may differ in the last bits`,
    )
  }
}

/** The stack of an error and of what caused it. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}

/** Rejects with whatever nobody else catches. */
function uncaughtError(): Promise<never> {
  return new Promise((_resolve, reject) => {
    process.on('uncaughtException', reject)
    process.on('unhandledRejection', reject)
  })
}
