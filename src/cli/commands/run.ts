// `afterword run` and `afterword resume`: training from the command line. All training goes through the workbench's queue.
import { basename, dirname, resolve } from 'node:path'
import { AfterwordError } from '../../shared/errors'
import { nearestName } from '../../shared/config/words'
import {
  deviceRequestSchema,
  engineRequestSchema,
  type DeviceRequest,
  type EngineRequest,
} from '../../shared/run/record'
import type { RunSummary } from '../../shared/workbench-api'
import type { Workbench } from '../../workbench/workbench'
import type { Arguments } from '../arguments'
import { withWorkbench } from '../context'
import { readStudyFile } from '../study-file'
import { Interruption, trainRuns } from '../train-runs'

/** Trains a study: one run a point of its sweep. Returns the exit code. */
export async function runStudy(args: Arguments): Promise<number> {
  const { flags, positionals } = args
  const engine = parseEngine(flags.engine ?? 'auto')
  const device = parseDevice(flags.device ?? 'auto')
  const file = positionals[0] ?? ''
  const { study, warnings } = await readStudyFile(file, flags.set)
  if (warnings !== '') process.stderr.write(`${warnings}\n`)
  const { out } = flags
  const dataFolder = dirname(resolve(file))
  return train(args, async (workbench) => {
    try {
      return await workbench.queueRuns({
        ...{ study, engine, device, dataFolder },
        ...(out === undefined ? {} : { out }),
      })
    } catch (error) {
      throw withFile(error, basename(file))
    }
  })
}

/** What shows only when a run is made, a checkpoint that is not there, say, is told of a field: the file is put before it. */
function withFile(error: unknown, file: string): unknown {
  if (!(error instanceof AfterwordError && /^(init|stages|task)\./.test(error.message))) return error
  return new AfterwordError(error.code, `${file}: ${error.message}`, { cause: error })
}

/** Continues a run from its last checkpoint, on another engine or device where one is named. Returns the exit code. */
export async function resumeRun(args: Arguments): Promise<number> {
  const { flags, positionals } = args
  const engine = flags.engine === undefined ? undefined : parseEngine(flags.engine)
  const device = flags.device === undefined ? undefined : parseDevice(flags.device)
  return train(args, async (workbench) => {
    const { record } = await workbench.findRun(positionals[0] ?? '')
    const resumed = await workbench.resume({
      runId: record.id,
      ...(engine === undefined ? {} : { engine }),
      ...(device === undefined ? {} : { device }),
    })
    if (
      engine !== undefined &&
      engine !== 'auto' &&
      record.engine !== undefined &&
      engine !== record.engine
    ) {
      process.stderr.write(
        `${record.id} goes on on ${engine} instead of ${record.engine}: from here on its numbers may differ in the last bits\n`,
      )
    }
    return [resumed]
  })
}

async function train(
  args: Arguments,
  queue: (workbench: Workbench) => Promise<RunSummary[]>,
): Promise<number> {
  return withWorkbench(args, 'command', async (workbench) => {
    const interruption = new Interruption()
    try {
      return await trainRuns(workbench, await queue(workbench), { json: args.flags.json, interruption })
    } finally {
      interruption.dispose()
    }
  })
}

function parseEngine(name: string): EngineRequest {
  const parsed = engineRequestSchema.safeParse(name)
  if (parsed.success) return parsed.data
  const near = nearestName(name, engineRequestSchema.options)
  throw new AfterwordError(
    'invalid-input',
    `--engine ${name}: must be one of ${engineRequestSchema.options.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`,
  )
}

/** The value of --device. Throws invalid-input. */
export function parseDevice(name: string): DeviceRequest {
  const parsed = deviceRequestSchema.safeParse(name)
  if (parsed.success) return parsed.data
  throw new AfterwordError('invalid-input', `--device ${name}: must be auto, cpu, gpu or gpu:N with N from 0`)
}
