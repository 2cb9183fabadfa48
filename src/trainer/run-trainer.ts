// The whole life of a trainer process in one run folder: claim it, open engine and experiment, train, write down how it
// ended. run.json is the truth at every moment; whatever is thrown ends up there as one sentence.
import { openEngine } from '../engine/open-engine'
import { createExperiment } from '../lab/experiment'
import { readConfig } from '../run-folder/run-folder'
import type { RunConfig } from '../shared/config/schema'
import { AfterwordError, messageOf } from '../shared/errors'
import type { RunRecord } from '../shared/run/record'
import { Commands } from './commands'
import { dataHash, gitCommit, programVersion } from './provenance'
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
    log(`failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
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
    const start = await findStartingPoint(folder, config, log)
    if (start.stage >= config.stages.length && state.record.state === 'finished') {
      log('this run is finished: nothing to do')
      return 'finished'
    }
    clock = new RunClock(start.time, now)
    // After the cut, so that a reader who sees the new process reads the rows it will add to.
    await state.claim()
    const end = await train({ ...options, config, start, state, commands, clock })
    await state.end(end.state, end.reason, clock.seconds())
    log(end.reason)
    return end.state
  }
}

interface TrainOptions extends TrainerOptions {
  config: RunConfig
  start: StartingPoint
  state: RunState
  commands: Commands
  clock: RunClock
}

async function train(options: TrainOptions): Promise<TrainingEnd> {
  const { folder, programFolder, config, start, state, log, now } = options
  const { record } = state
  const threads = chooseThreads(start.checkpoint?.threads ?? record.threads)
  applyThreads(threads)
  const commit = gitCommit(programFolder)
  const before = start.checkpoint?.engine ?? record.engine
  const opened = await openEngine(before ?? record.engineRequest, { threads })
  const experiment = createExperiment({ engine: opened.engine, config, clock: now })
  const versions = { ...opened.versions, ...versionOf(programFolder) }
  warnOfOtherVersions(record, versions, log)
  const found = await commit
  await state.update({
    engine: opened.name,
    engineReason: before === undefined ? opened.reason : (record.engineReason ?? CONTINUED),
    device: opened.device,
    threads: opened.threads,
    versions,
    ...(found === undefined ? {} : { gitCommit: found }),
    dataHash: dataHash(config.task),
    parameters: experiment.parameters,
  })
  log(`engine ${opened.name} on ${opened.device}, threads ${opened.threads}: ${opened.reason}`)
  const recorder = new Recorder(folder)
  try {
    const training = new Training({
      ...options,
      experiment,
      recorder,
      engine: opened.name,
      threads: opened.threads,
    })
    return await training.run(start)
  } finally {
    recorder.close()
    experiment.dispose()
  }
}

function versionOf(programFolder: string): Record<string, string> {
  const version = programVersion(programFolder)
  return version === undefined ? {} : { afterword: version }
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

/** Rejects with whatever nobody else catches. */
function uncaughtError(): Promise<never> {
  return new Promise((_resolve, reject) => {
    process.on('uncaughtException', reject)
    process.on('unhandledRejection', reject)
  })
}
