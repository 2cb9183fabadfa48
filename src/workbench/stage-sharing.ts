// Forks a run that is about to start from another run of its study that has computed the same leading stages: their rows
// and stage-end checkpoints are copied, the trainer continues from there. Copies bytes, so rows are equal to the donor's.
import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { listCheckpoints } from '../run-folder/checkpoints'
import { cutRows } from '../run-folder/jsonl'
import { readConfig, readRecord, writeRecord } from '../run-folder/run-folder'
import { countSharedStages } from '../shared/config/leading-stages'
import { stageSteps, type RunConfig, type StageConfig } from '../shared/config/schema'
import { checkpointName, parseCheckpointName, runFiles } from '../shared/run/folder'
import type { RunTail } from './run-tail'

const placedRowSchema = z.object({ stage: z.int() })

interface Donor {
  tail: RunTail
  /** Leading stages to take over. */
  stages: number
  /** Names of its checkpoints. */
  checkpoints: ReadonlySet<string>
}

/** Takes over what another run has computed already. Does nothing for a run that has a checkpoint, or where no donor is. */
export async function shareStages(tail: RunTail, runs: readonly RunTail[]): Promise<void> {
  if ((await listCheckpoints(tail.folder)).length > 0) return
  const config = await readConfig(tail.folder)
  const donor = await findDonor(tail, config, runs)
  if (donor === undefined) return
  const { stages } = donor
  const from = donor.tail.folder
  for (const name of [runFiles.metrics, runFiles.samples, runFiles.samplesIndex]) {
    await copyLeadingRows(join(from, name), join(tail.folder, name), stages)
  }
  await copyEvaluations(from, tail.folder, stages)
  for (let stage = 0; stage < stages; stage++) {
    const name = stageEnd(config, stage)
    if (donor.checkpoints.has(name)) await copyCheckpoint(from, tail.folder, name)
  }
  const forkedFrom = { run: donor.tail.id, checkpoint: stageEnd(config, stages - 1) }
  // Read anew: copying takes a while, and a window may have changed the record meanwhile.
  await writeRecord(tail.folder, { ...(await readRecord(tail.folder)), forkedFrom })
}

/**
 * Whether one of `runs`, which are training or about to, will have leading stages to take over that it has not finished yet.
 * Never for a run that has a checkpoint of its own.
 */
export async function isComputingFor(tail: RunTail, runs: readonly RunTail[]): Promise<boolean> {
  if ((await listCheckpoints(tail.folder)).length > 0) return false
  const config = await readConfig(tail.folder)
  for (const other of runs) {
    if (other.id === tail.id || !isSameStudy(tail, other)) continue
    // Another run's damaged config is that run's problem.
    const otherConfig = await readConfig(other.folder).catch(() => undefined)
    const stages = otherConfig === undefined ? 0 : countSharedStages(config, otherConfig)
    if (stages === 0) continue
    const checkpoints = await listCheckpoints(other.folder)
    if (!checkpoints.some(({ name }) => name === stageEnd(config, stages - 1))) return true
  }
  return false
}

/** The run with most stages in common whose stage-end checkpoints are all there; the oldest of several. */
async function findDonor(
  tail: RunTail,
  config: RunConfig,
  runs: readonly RunTail[],
): Promise<Donor | undefined> {
  let best: Donor | undefined
  for (const other of runs) {
    if (other.id === tail.id || !isComparable(tail, other)) continue
    const donorConfig = await readConfig(other.folder).catch(() => undefined)
    if (donorConfig === undefined) continue
    const checkpoints = new Set((await listCheckpoints(other.folder)).map(({ name }) => name))
    let stages = countSharedStages(config, donorConfig)
    while (stages > 0 && !checkpoints.has(stageEnd(config, stages - 1))) stages--
    if (stages > (best?.stages ?? 0)) best = { tail: other, stages, checkpoints }
  }
  return best
}

/** Runs of one study, computed by the same engine on one machine. */
function isComparable(tail: RunTail, other: RunTail): boolean {
  const { engine, host } = other.storedRecord
  return isSameStudy(tail, other) && engine !== undefined && tail.storedRecord.launcher?.host === host
}

/** Runs of one study that asked for the same engine and device. */
function isSameStudy(tail: RunTail, other: RunTail): boolean {
  const own = tail.storedRecord
  const theirs = other.storedRecord
  return (
    own.study === theirs.study &&
    own.engineRequest === theirs.engineRequest &&
    (own.deviceRequest ?? 'auto') === (theirs.deviceRequest ?? 'auto')
  )
}

function stageEnd(config: RunConfig, stage: number): string {
  return checkpointName(stage, stageSteps(config.stages[stage] as StageConfig))
}

/** Copies a file of rows and keeps those of the leading stages: rows stand in the order of their stages. */
async function copyLeadingRows(from: string, to: string, stages: number): Promise<void> {
  if (!existsSync(from)) return
  await copyFile(from, to)
  await cutRows(to, placedRowSchema, (row) => row.stage < stages)
}

async function copyEvaluations(from: string, to: string, stages: number): Promise<void> {
  const source = join(from, runFiles.evaluations)
  const names = await readdir(source).catch(() => [])
  const leading = names.filter((name) => {
    const place = parseCheckpointName(name.replace(/\.jsonl$/, ''))
    return place !== undefined && place.stage < stages
  })
  if (leading.length === 0) return
  await mkdir(join(to, runFiles.evaluations), { recursive: true })
  for (const name of leading) await cp(join(source, name), join(to, runFiles.evaluations, name))
}

/** Copies a checkpoint folder under a temporary name and renames it: it is whole or not there. */
async function copyCheckpoint(from: string, to: string, name: string): Promise<void> {
  const folder = join(to, runFiles.checkpoints)
  const temporary = join(folder, `.${name}.tmp`)
  await mkdir(folder, { recursive: true })
  await rm(temporary, { recursive: true, force: true })
  await cp(join(from, runFiles.checkpoints, name), temporary, { recursive: true })
  await rename(temporary, join(folder, name))
}
