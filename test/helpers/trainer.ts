// Runs the built trainer as a real child process in a run folder, and reads what it wrote.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { listCheckpoints } from '../../src/run-folder/checkpoints'
import { readRows } from '../../src/run-folder/jsonl'
import { createRun, readRecord } from '../../src/run-folder/run-folder'
import type { RunConfig } from '../../src/shared/config/schema'
import { checkpointFiles, runFiles } from '../../src/shared/run/folder'
import type { EngineRequest, RunState } from '../../src/shared/run/record'
import { metricsRowSchema, type MetricsRow } from '../../src/shared/run/rows'
import { tempFolder } from './temp-folder'

const POLL_MS = 5
const WAIT_MS = 60_000

/** A started trainer. Killed with the test, should it still run then. */
export interface TrainerProcess {
  pid: number
  kill(signal: NodeJS.Signals): void
  /** Exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>
}

/** A queued run in a folder of its own. */
export async function queuedRun(config: RunConfig, engineRequest: EngineRequest = 'auto'): Promise<string> {
  const folder = join(tempFolder(), 'run')
  await createRun(folder, {
    config,
    record: {
      version: 1,
      id: 'run',
      study: config.name,
      point: {},
      state: 'queued',
      created: new Date().toISOString(),
      engineRequest,
    },
  })
  return folder
}

/** Starts the trainer as a launcher does: output to trainer.log. One thread, so that tests leave room for each other. */
export function startTrainer(folder: string, environment: Record<string, string> = {}): TrainerProcess {
  const log = openSync(join(folder, runFiles.log), 'a')
  const child = spawn(process.execPath, [builtTrainer(), folder], {
    stdio: ['ignore', log, log],
    env: { ...process.env, AFTERWORD_THREADS: '1', ...environment },
  })
  closeSync(log)
  const ended = new Promise<number | NodeJS.Signals | null>((done) => {
    child.once('exit', (code, signal) => done(signal ?? code))
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { pid: child.pid ?? 0, kill: (signal) => void child.kill(signal), ended }
}

/** Runs the trainer to its end; gives what it ended with. */
export function train(
  folder: string,
  environment?: Record<string, string>,
): Promise<number | NodeJS.Signals | null> {
  return startTrainer(folder, environment).ended
}

/** All metrics rows of a run folder. */
export async function metricsOf(folder: string): Promise<MetricsRow[]> {
  return (await readRows(join(folder, runFiles.metrics), metricsRowSchema)).rows
}

/** Waits until a run has a number of metrics rows. */
export function waitForRows(folder: string, count: number): Promise<void> {
  return waitFor(`${count} rows`, async () => (await metricsOf(folder)).length >= count)
}

/** Waits until run.json says a state. */
export function waitForState(folder: string, state: RunState): Promise<void> {
  return waitFor(`state ${state}`, async () => (await readRecord(folder)).state === state)
}

/** Waits until a condition holds; says what it waited for where it does not come true in a minute. */
export async function waitFor(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + WAIT_MS; !(await holds()); await sleep(POLL_MS)) {
    if (Date.now() > end) throw new Error(`waited ${WAIT_MS} ms for ${what}`)
  }
}

/** What is equal in equal runs. */
export interface Reproducible {
  rows: Omit<MetricsRow, 'time'>[]
  /** Hash of the file. */
  samples: string
  samplesIndex: string
  /** File of problems -> hash. */
  evaluations: Record<string, string>
  /** Checkpoint and file -> hash. */
  arrays: Record<string, string>
}

/** What two runs of the same config and seed have in common to the last bit: rows less time and measurements, samples, saved arrays. */
export async function reproducible(folder: string): Promise<Reproducible> {
  const rows = (await metricsOf(folder)).map(({ stage, step, sequences, tokens, values }) => ({
    stage,
    step,
    sequences,
    tokens,
    values: Object.fromEntries(Object.entries(values).filter(([name]) => !/^(perf|system)\//.test(name))),
  }))
  const arrays = (await listCheckpoints(folder)).flatMap(({ name, folder: checkpoint }) =>
    [checkpointFiles.model, checkpointFiles.optimizer].map((file) => [
      `${name}/${file}`,
      hashOf(join(checkpoint, file)),
    ]),
  )
  const problems = join(folder, runFiles.evaluations)
  const names = existsSync(problems) ? readdirSync(problems) : []
  return {
    rows,
    evaluations: Object.fromEntries(names.map((name) => [name, hashOf(join(problems, name))])),
    samples: hashOf(join(folder, runFiles.samples)),
    samplesIndex: readFileSync(join(folder, runFiles.samplesIndex), 'utf8'),
    arrays: Object.fromEntries(arrays) as Record<string, string>,
  }
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

/** The built trainer; AFTERWORD_TRAINER names another one. */
function builtTrainer(): string {
  const path = process.env['AFTERWORD_TRAINER'] ?? resolve('out/main/trainer.js')
  if (!existsSync(path)) throw new Error(`${path} is not there: npm test builds it, or npm run build`)
  return path
}
