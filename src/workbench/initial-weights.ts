// `init: { run, checkpoint }`: finds the checkpoint whose weights a run starts from and checks that they fit, before any
// run folder is written. It copies nothing itself.
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { listCheckpoints } from '../run-folder/checkpoints'
import { readConfig } from '../run-folder/run-folder'
import type { RunConfig } from '../shared/config/schema'
import { AfterwordError, messageOf } from '../shared/errors'
import { checkpointFiles, runFiles } from '../shared/run/folder'

/** A run found by id or the beginning of it. */
interface FoundRun {
  id: string
  folder: string
}

/** Weights to start from: the file to copy, and the config with the donor's whole id. */
export interface InitialWeights {
  config: RunConfig
  /** Path of a model.safetensors; undefined without `init`. */
  file?: string
}

/** Looks up a config's `init`. Throws naming the field, the run and the checkpoints that exist. */
export async function resolveInitialWeights(
  config: RunConfig,
  findRun: (id: string) => FoundRun,
): Promise<InitialWeights> {
  const { init } = config
  if (init === undefined) return { config }
  const donor = findDonor(init.run, findRun)
  const names = (await listCheckpoints(donor.folder)).map(({ name }) => name)
  if (!names.includes(init.checkpoint)) {
    const existing = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`
    throw new AfterwordError(
      'not-found',
      `init.checkpoint: run ${donor.id} has no checkpoint ${init.checkpoint}; ${existing}`,
    )
  }
  checkFit(config, await readConfig(donor.folder), donor.id)
  return {
    config: { ...config, init: { run: donor.id, checkpoint: init.checkpoint } },
    file: join(donor.folder, runFiles.checkpoints, init.checkpoint, checkpointFiles.model),
  }
}

function findDonor(id: string, findRun: (id: string) => FoundRun): FoundRun {
  try {
    return findRun(id)
  } catch (cause) {
    throw new AfterwordError('not-found', `init.run: ${messageOf(cause)}`, { cause })
  }
}

/** Weights fit where the model has the same shape and the task the same vocabulary and length. */
function checkFit(config: RunConfig, donor: RunConfig, donorId: string): void {
  const own = fittingFields(config)
  const theirs = fittingFields(donor)
  for (const [path, value] of Object.entries(own)) {
    if (isDeepStrictEqual(value, theirs[path])) continue
    throw new AfterwordError(
      'invalid-input',
      `init.run: the weights of run ${donorId} do not fit: ${path} is ${String(value)} here and ${String(theirs[path])} there`,
    )
  }
}

/** Fields that decide the shapes, the heads and the vocabulary of a model, by path. */
function fittingFields({ model, task }: RunConfig): Record<string, unknown> {
  const { regularization: _r, ...shape } = { regularization: 0, ...model }
  return { ...below('model', shape), ...below('task', { ...task, ...mixtureFields }) }
}

/** Fields of a task that mix its data and change no shape. */
const mixtureFields = { longFraction: 0, partialFraction: 0, levels: 0, shares: 0, prior: 0, heldOutFraction: 0 }

function below(path: string, value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [`${path}.${key}`, field]))
}
