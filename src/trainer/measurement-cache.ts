// Measurements that are remembered: one file each in the user's cache, so that two trainers at once lose nothing. A file
// that is damaged, or of something else, counts as not there and is replaced by the next measurement.
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readJsonIfPresent, writeJson } from '../run-folder/json-file'
import { measurementsFolder, userCache } from '../run-folder/measurements-folder'
import { AfterwordError, messageOf } from '../shared/errors'
import { measurementSchema, type Measurement } from '../shared/run/measurement'
import type { Log } from './trainer-log'

/** What a measurement holds for. */
export type MeasurementKey = Pick<Measurement, 'host' | 'device' | 'threads' | 'program'>

/** The remembered measurements of a cache folder. */
export class MeasurementCache {
  private readonly folder: string

  constructor(
    cache: string,
    private readonly log: Log,
  ) {
    this.folder = measurementsFolder(cache)
  }

  /** The user's: AFTERWORD_CACHE, else $XDG_CACHE_HOME/afterword, else ~/.cache/afterword. */
  static ofUser(log: Log, environment: NodeJS.ProcessEnv = process.env): MeasurementCache {
    return new MeasurementCache(userCache(environment), log)
  }

  /** Where the measurement of a key is or would be. */
  fileOf({ host, device, threads, program }: MeasurementKey): string {
    const name = createHash('sha256')
      .update(JSON.stringify([host, device, threads, program]))
      .digest('hex')
    return join(this.folder, `${name.slice(0, 32)}.json`)
  }

  /** The remembered measurement; undefined where there is none that can be used, which is logged where a file is damaged. */
  async find(key: MeasurementKey): Promise<Measurement | undefined> {
    try {
      const found = await readJsonIfPresent(this.fileOf(key), measurementSchema)
      const isSame =
        found?.host === key.host &&
        found.device === key.device &&
        found.threads === key.threads &&
        found.program === key.program
      return isSame ? found : undefined
    } catch (error) {
      this.log(`remembered measurement ignored: ${messageOf(error)}`)
      return undefined
    }
  }

  /** Remembers a measurement, in place of an earlier one. Throws AfterwordError('workspace') where it cannot be written. */
  async remember(measurement: Measurement): Promise<void> {
    await mkdir(this.folder, { recursive: true }).catch((cause: unknown) => {
      throw new AfterwordError('workspace', `${this.folder}: cannot be made: ${messageOf(cause)}`, { cause })
    })
    await writeJson(this.fileOf(measurement), measurement)
  }
}
