// The weights that a stage's config names (from, sampler, kl.reference), read from the run folder: the end of an earlier stage
// is a checkpoint of the run itself, those of other runs were copied in when the run was queued.
import { join } from 'node:path'
import type { NamedArrays } from '../lab/experiment'
import { readTensors } from '../run-folder/checkpoints'
import { isMissing } from '../run-folder/json-file'
import type { TensorData } from '../run-folder/safetensors'
import { stageSteps, type RunConfig } from '../shared/config/schema'
import { weightsFields, type WeightsReference } from '../shared/config/weights'
import { AfterwordError } from '../shared/errors'
import { borrowedWeights, checkpointFiles, checkpointName, runFiles } from '../shared/run/folder'
import { stageAt } from './schedule'

/**
 * The weights of every reference of a stage, by the reference as written. Throws AfterwordError naming file, field and
 * checkpoint where one is missing or damaged.
 */
export async function readStageWeights(
  folder: string,
  config: RunConfig,
  stage: number,
): Promise<Map<string, NamedArrays>> {
  const found = new Map<string, NamedArrays>()
  for (const { path, text, reference } of weightsFields(stageAt(config, stage))) {
    if (found.has(text)) continue
    const file = join(folder, fileOf(config, reference))
    const place = `${file} (config.json field stages.${stage}.${path}: ${wordsOf(reference)})`
    found.set(text, floatArrays(await readPlaced(file, place), place))
  }
  return found
}

function fileOf(config: RunConfig, reference: WeightsReference): string {
  if (reference.kind === 'run') return borrowedWeights(reference.run, reference.checkpoint)
  const name = checkpointName(reference.stage, stageSteps(stageAt(config, reference.stage)))
  return join(runFiles.checkpoints, name, checkpointFiles.model)
}

function wordsOf(reference: WeightsReference): string {
  return reference.kind === 'run'
    ? `checkpoint ${reference.checkpoint} of run ${reference.run}`
    : `the end of stage ${reference.stage}`
}

async function readPlaced(file: string, place: string): Promise<Record<string, TensorData>> {
  try {
    return await readTensors(file)
  } catch (error) {
    if (!(error instanceof AfterwordError && isMissing(error.cause))) throw error
    throw new AfterwordError('not-found', `${place}: no such file`, { cause: error })
  }
}

/** Tensors as float arrays. Throws naming the place where one is not float32. */
export function floatArrays(tensors: Record<string, TensorData>, place: string): NamedArrays {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, values }]) => {
      if (!(values instanceof Float32Array))
        throw new AfterwordError('invalid-input', `${place}: tensor "${name}" is not float32`)
      return [name, { shape, values }]
    }),
  )
}
