// Measuring engines: for a run that has just finished and whose programs nobody has measured, where that costs little beside
// its training, and for `afterword measure`, which asks for it. Stop signals and commands end it at once.
import { join } from 'node:path'
import { openEngine } from '../engine/open-engine'
import { writeJson } from '../run-folder/json-file'
import { readTaskData } from '../run-folder/dataset'
import { readRows } from '../run-folder/jsonl'
import { readConfig } from '../run-folder/run-folder'
import type { RunConfig } from '../shared/config/schema'
import { messageOf } from '../shared/errors'
import { runFiles } from '../shared/run/folder'
import type { Measurement, MeasurementReport } from '../shared/run/measurement'
import type { DeviceRequest } from '../shared/run/record'
import { metricsRowSchema } from '../shared/run/rows'
import type { TaskData } from '../shared/tasks/task'
import { measurementKey } from './choose-engine'
import type { Commands } from './commands'
import { choiceReason, engineCosts, measuringSeconds } from './engine-costs'
import { isAborted } from './engine-watch'
import { measureEngines } from './measure-engines'
import { MeasurementCache, type MeasurementKey } from './measurement-cache'
import { versionsOf } from './provenance'
import { applyThreads, chooseThreads } from './threads'
import type { Log } from './trainer-log'

/** Largest part of a run's training time that a measurement after it may take. */
const LARGEST_SHARE = 0.05
/** How often a measurement looks for a stop command. */
const POLL_MS = 100

/** A run that is over. */
export interface FinishedRun {
  folder: string
  config: RunConfig
  /** Rows of the task's data set, where it has one. */
  data?: TaskData
  key: MeasurementKey
  /** Its training time. */
  seconds: number
  commands: Commands
  cache: MeasurementCache
  log: Log
  now: () => number
}

/**
 * Measures a finished run's programs and remembers the result, where that takes less than 5% of what the training took. A
 * failure is logged and nothing more: the run is finished whatever happens here.
 */
export async function measureFinishedRun(run: FinishedRun): Promise<void> {
  const { folder, config, data = {}, key, seconds, commands, cache, log, now } = run
  const stop = new AbortController()
  const end = () => stop.abort()
  commands.stopAsked.addEventListener('abort', end)
  const budget = LARGEST_SHARE * seconds
  const watch = setInterval(() => commands.lookForStop(), POLL_MS)
  const limit = setTimeout(end, budget * 1000)
  try {
    const { rows } = await readRows(join(folder, runFiles.metrics), metricsRowSchema)
    const cost = measuringSeconds(config, rows)
    if (cost > budget || commands.stopAsked.aborted) return
    log(`measuring which engine is the fastest for the next run like this one: about ${cost.toFixed(0)} s`)
    const open = openMeasured(key.threads)
    const measurement = await measureEngines({ config, data, key, open, signal: stop.signal, now, log })
    await cache.remember(measurement)
    log(
      `remembered in ${cache.fileOf(key)}: ${choiceReason(measurement, config) ?? 'no engine could be measured'}`,
    )
  } catch (error) {
    if (isAborted(error))
      log(commands.stopAsked.aborted ? 'measuring was stopped' : 'measuring took too long and was given up')
    else log(`measuring failed: ${messageOf(error)}`)
  } finally {
    clearInterval(watch)
    clearTimeout(limit)
    commands.stopAsked.removeEventListener('abort', end)
  }
}

/**
 * Measures the programs of the config.json in a folder, remembers the result and answers in measurement.json. Throws
 * EngineError where native TensorFlow does not load or `signal` fires.
 */
export async function measureFolder(options: {
  folder: string
  programFolder: string
  log: Log
  now: () => number
  device: DeviceRequest
  signal: AbortSignal
}): Promise<void> {
  const { folder, programFolder, log, now, device, signal } = options
  const config = await readConfig(folder)
  const data = await readTaskData(folder, config.task)
  const threads = chooseThreads(undefined)
  applyThreads(threads)
  const opened = await openEngine('graph', { threads, device })
  const versions = { ...opened.versions, ...versionsOf(programFolder) }
  const key = measurementKey(config, { ...opened, versions })
  const open = openMeasured(threads)
  const measurement = await measureEngines({ config, data, key, open, signal, now, log })
  const cache = MeasurementCache.ofUser(log)
  await cache.remember(measurement)
  await writeJson(join(folder, runFiles.measurement), reportOf(measurement, config, cache.fileOf(key)))
}

function reportOf(measurement: Measurement, config: RunConfig, file: string): MeasurementReport {
  const costs = engineCosts(measurement, config)
  return {
    measurement,
    costs,
    reason: choiceReason(measurement, config) ?? 'no engine could be measured',
    file,
  }
}

const openMeasured = (threads: number) => async (name: 'graph' | 'xla') =>
  (await openEngine(name, { threads })).engine
