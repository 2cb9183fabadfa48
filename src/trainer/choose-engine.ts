// Which engine a trainer runs on: the one that was asked for, the one a run began with, or for `auto` the one that was
// measured to be the fastest. It measures nothing itself.
import { hostname } from 'node:os'
import { EngineError } from '../engine/errors'
import { openEngine, type OpenedEngine } from '../engine/open-engine'
import type { RunConfig } from '../shared/config/schema'
import type { DeviceRequest, EngineName, EngineRequest } from '../shared/run/record'
import { choiceReason, engineCosts } from './engine-costs'
import { switchReason } from './engine-history'
import type { MeasurementCache, MeasurementKey } from './measurement-cache'
import { programSignature } from './program-signature'

/** What the choice goes by. */
export interface EngineChoiceOptions {
  config: RunConfig
  request: EngineRequest
  /** Engine and reason of the run so far, where it has begun. */
  before: { engine: EngineName; reason: string } | undefined
  threads: number
  device: DeviceRequest
  /** Versions of this program, beside the libraries'. */
  versions: Readonly<Record<string, string>>
  cache: MeasurementCache
}

/** An opened engine; its `reason` is the choice's, its versions are those of this program too. */
export interface EngineChoice extends OpenedEngine {
  /** Set where a measurement might choose another engine and there is none. */
  unmeasured?: MeasurementKey
}

const NOT_MEASURED =
  'not measured on this machine yet (afterword measure does it): graph makes one native call a step and is ready soonest'

/** Opens the engine of a run. Throws EngineError where it cannot be opened. */
export async function chooseEngine(options: EngineChoiceOptions): Promise<EngineChoice> {
  const { request, before } = options
  const name = request === 'auto' ? before?.engine : request
  if (name === undefined)
    return options.config.model.kind === 'linear' ? openForLinear(options) : chooseByMeasurement(options)
  const opened = await open(options, name)
  if (before === undefined) return opened
  return { ...opened, reason: name === before.engine ? before.reason : switchReason(before.engine, name) }
}

/** A linear model is plain numbers (src/lab/linear): no engine is faster than another, and none need be waited for. */
async function openForLinear(options: EngineChoiceOptions): Promise<EngineChoice> {
  if (options.device.startsWith('gpu'))
    throw new EngineError(
      'no-device',
      `device "${options.device}": a linear model is computed on the CPU; ask for cpu or auto`,
    )
  return { ...(await open(options, 'js')), reason: 'a linear model uses no engine, and js is ready soonest' }
}

async function chooseByMeasurement(options: EngineChoiceOptions): Promise<EngineChoice> {
  const opened = await open(options, 'auto')
  if (opened.name === 'js') return opened
  const { config, cache } = options
  const key = measurementKey(config, opened)
  const measurement = await cache.find(key)
  if (measurement === undefined) return { ...opened, reason: NOT_MEASURED, unmeasured: key }
  const [best] = engineCosts(measurement, config)
  const reason = choiceReason(measurement, config) ?? opened.reason
  if (best === undefined || best.engine === opened.name) return { ...opened, reason }
  return { ...(await open(options, best.engine)), reason }
}

/** What a measurement of a config's programs on an opened engine holds for. */
export function measurementKey(config: RunConfig, opened: OpenedEngine): MeasurementKey {
  const { threads, versions } = opened
  // GPUs of one kind are as fast as each other.
  const device = opened.device.replace(/^GPU \d+ /, 'GPU ')
  return { host: hostname(), device, threads, program: programSignature(config, versions) }
}

async function open(
  { threads, device, versions }: Pick<EngineChoiceOptions, 'threads' | 'device' | 'versions'>,
  request: EngineRequest,
): Promise<OpenedEngine> {
  const opened = await openEngine(request, { threads, device })
  return { ...opened, versions: { ...opened.versions, ...versions } }
}
