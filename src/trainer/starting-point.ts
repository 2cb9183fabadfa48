// Where a trainer begins: at the latest whole checkpoint of its folder (a resumed run, or one whose leading stages were
// copied from another), else at the very start. The rows after that point are cut, so that each (stage, step) stands once.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { NamedArrays } from '../lab/experiment'
import {
  listCheckpoints,
  readCheckpoint,
  readTensors,
  removeUnfinishedCheckpoints,
  type CheckpointEntry,
} from '../run-folder/checkpoints'
import { isMissing } from '../run-folder/json-file'
import { readRows } from '../run-folder/jsonl'
import { stageSteps, type RunConfig } from '../shared/config/schema'
import { AfterwordError } from '../shared/errors'
import { checkpointFiles, runFiles } from '../shared/run/folder'
import type { CheckpointState } from '../shared/run/record'
import { metricsRowSchema } from '../shared/run/rows'
import { cutRecords } from './recorder'
import { comparePositions, stageAt, type Position } from './schedule'
import { floatArrays } from './stage-weights'
import type { Log } from './trainer-log'

/** The metric whose first value in a stage the closed forms of STaR start from. */
export const LONG_FRACTION = 'eval/long_fraction'

/** Where training begins and with what. */
export interface StartingPoint {
  stage: number
  /** Last step of the stage that is done and written down; undefined: the stage has not begun. */
  step?: number
  /** Totals over the run so far. */
  sequences: number
  tokens: number
  /** The run's seconds so far. */
  time: number
  /** State to put in place of the freshly initialised one, and the files it is from, in words. */
  arrays?: { model: NamedArrays; optimizer?: NamedArrays; from: string }
  /** `eval/long_fraction` at the stage's step 0, where that is done. */
  startLongFraction?: number
  /** The checkpoint it begins from: its engine and thread count are to be used again. */
  checkpoint?: CheckpointState
}

/**
 * Finds the starting point of a run folder and cuts the rows after it. Throws AfterwordError where the checkpoint does not
 * belong to the config, or where initial weights are asked for and missing or damaged.
 */
export async function findStartingPoint(folder: string, config: RunConfig, log: Log): Promise<StartingPoint> {
  await removeUnfinishedCheckpoints(folder)
  const entry = await chooseCheckpoint(folder, config, log)
  const start =
    entry === undefined ? await firstStart(folder, config) : await continuation(folder, config, entry.name)
  await cutRecords(folder, entry?.state)
  return start
}

/**
 * The latest checkpoint, as a rule. Where metrics.jsonl has lost the end of what that one stands for (a torn last line), an
 * earlier one or the very start, if that is no further back than checkpoints are apart: the steps are done again, so that
 * no row is missing. Checkpoints after the chosen one are removed.
 */
async function chooseCheckpoint(
  folder: string,
  config: RunConfig,
  log: Log,
): Promise<CheckpointEntry | undefined> {
  const entries = await listCheckpoints(folder)
  const latest = entries.at(-1)
  if (latest === undefined) return undefined
  const { rows } = await readRows(join(folder, runFiles.metrics), metricsRowSchema)
  const end = rows.at(-1)
  const covered = entries.filter(({ state }) => end !== undefined && comparePositions(state, end) <= 0)
  if (covered.length === entries.length) return latest
  const chosen = covered.at(-1)
  const again = stepsUpTo(config, latest.state) - Math.max(0, stepsUpTo(config, chosen?.state))
  if (again > config.checkpoint.every) {
    log(`${runFiles.metrics} lacks rows before checkpoint ${latest.name}: the run goes on without them`)
    return latest
  }
  log(`${runFiles.metrics} lacks rows before checkpoint ${latest.name}: ${again} steps are done again`)
  for (const later of entries.slice(covered.length)) await rm(later.folder, { recursive: true, force: true })
  return chosen
}

/** Steps of a run up to a position, over all stages; -1 where there is none. */
function stepsUpTo({ stages }: RunConfig, position: Position | undefined): number {
  if (position === undefined) return -1
  return stages.slice(0, position.stage).reduce((sum, stage) => sum + stageSteps(stage), position.step)
}

async function firstStart(folder: string, config: RunConfig): Promise<StartingPoint> {
  const start = { stage: 0, sequences: 0, tokens: 0, time: 0 }
  const path = join(folder, runFiles.init)
  try {
    const { run, checkpoint } = config.init ?? {}
    const from =
      run === undefined ? path : `${path} (config.json field init: checkpoint ${checkpoint} of run ${run})`
    return { ...start, arrays: { model: floatArrays(await readTensors(path), path), from } }
  } catch (error) {
    if (!(error instanceof AfterwordError && isMissing(error.cause))) throw error
    if (config.init === undefined) return start
    const { run, checkpoint } = config.init
    throw new AfterwordError(
      'not-found',
      `${path}: no such file, but config.json field init asks to start from checkpoint ${checkpoint} of run ${run}`,
      { cause: error },
    )
  }
}

async function continuation(folder: string, config: RunConfig, name: string): Promise<StartingPoint> {
  const path = join(folder, runFiles.checkpoints, name)
  const { state, model, optimizer } = await readCheckpoint(folder, name)
  const { stage, step, sequences, tokens, time } = state
  if (stage >= config.stages.length || step > stageSteps(stageAt(config, stage))) {
    throw new AfterwordError(
      'invalid-input',
      `${path}: config.json field stages has no stage ${stage} with a step ${step}`,
    )
  }
  const totals = { sequences, tokens, time, checkpoint: state }
  const from = join(path, checkpointFiles.model)
  const weights = floatArrays(model, from)
  // The next stage starts with fresh optimizer moments.
  if (step === stageSteps(stageAt(config, stage)))
    return { ...totals, stage: stage + 1, arrays: { model: weights, from } }
  const moments = floatArrays(optimizer, join(path, checkpointFiles.optimizer))
  const { rows } = await readRows(join(folder, runFiles.metrics), metricsRowSchema)
  const startLongFraction = rows.find((row) => row.stage === stage && row.step === 0)?.values[LONG_FRACTION]
  return {
    ...totals,
    stage,
    step,
    arrays: { model: weights, optimizer: moments, from },
    ...(startLongFraction === undefined ? {} : { startLongFraction }),
  }
}
