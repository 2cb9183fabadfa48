// Runs for tests of filters: a summary with its config, written as short as it goes.
import type { FilterRun } from '../../../../src/shared/run-filter/run-values'
import { configValues, filterRun } from '../../../../src/shared/run-filter/run-values'
import { runRecordSchema, type Annotations, type RunRecord } from '../../../../src/shared/run/record'
import { runConfig } from '../../../helpers/run-config'

/** What a test says of a run. */
export interface Described {
  record?: Partial<RunRecord>
  annotations?: Partial<Annotations>
  last?: Record<string, number>
  best?: Record<string, number>
  config?: Record<string, unknown>
  valueAt?: FilterRun['valueAt']
}

/** A finished run of a study "toy", changed as described. */
export function described({ record, annotations, last, best, config, valueAt }: Described = {}): FilterRun {
  const summary = {
    record: runRecordSchema.parse({
      version: 1,
      id: '20261121-100000-toy-abcd',
      study: 'toy',
      point: {},
      state: 'finished',
      created: '2026-11-21T10:00:00.000Z',
      engineRequest: 'auto',
      ...record,
    }),
    folder: 'somewhere',
    annotations: { tags: [], notes: '', star: false, archived: false, trashed: false, ...annotations },
    last: last ?? {},
    best: best ?? {},
  }
  const { seed, ...rest } = runConfig(config)
  return filterRun(summary, { values: configValues(rest), seed }, valueAt)
}
