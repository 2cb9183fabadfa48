// Opened workspaces and the built command line for tests: real folders, real trainers, closed and killed with the test.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { hasLiveTrainer, readRecord } from '../../src/run-folder/run-folder'
import type { RunState } from '../../src/shared/run/record'
import type { RunSummary } from '../../src/shared/workbench-api'
import { openWorkbench, type OpenOptions, type Workbench } from '../../src/workbench/workbench'
import { waitFor } from './trainer'

/** A study that trains in about a second: `changes` replaces top-level fields. JSON is YAML too. */
export function toyStudy(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    name: 'toy',
    task: { kind: 'parity', bits: 4, longFraction: 0.5 },
    model: { kind: 'transformer', layers: 1, width: 16, heads: 2 },
    stages: [{ kind: 'pretrain', steps: 12, batch: 4 }],
    evaluate: { every: 4, samples: 64 },
    checkpoint: { every: 4 },
    log: { samples: 4 },
    ...changes,
  })
}

/** A study of some seconds, so that something can happen to it on its way even on a fast machine. */
export const slowStudy = (changes: Record<string, unknown> = {}): string =>
  toyStudy({
    stages: [{ kind: 'pretrain', steps: SLOW_STEPS, batch: 4 }],
    evaluate: { every: 200, samples: 64 },
    checkpoint: { every: 200 },
    ...changes,
  })
export const SLOW_STEPS = 1200

/** A study that would train for minutes, to be stopped, killed or left. */
export const longStudy = (changes: Record<string, unknown> = {}): string =>
  slowStudy({ name: 'long', stages: [{ kind: 'pretrain', steps: 200_000, batch: 4 }], ...changes })

/** Opens a workspace; closed when the test has finished, its trainers killed. */
export async function opened(
  folder: string,
  options: Partial<Omit<OpenOptions, 'folder'>> = {},
): Promise<Workbench> {
  const workbench = await openWorkbench({ folder, trainer: trainerCommand(), ...options })
  onTestFinished(async () => {
    await workbench.close()
    for (const { folder } of await workbench.listRuns()) await killTrainer(folder)
  })
  return workbench
}

/** How tests start the built trainer: one thread, so that they leave room for each other. */
export function trainerCommand(): OpenOptions['trainer'] {
  const script = built('trainer.js', 'AFTERWORD_TRAINER')
  return { execPath: process.execPath, script, environment: { AFTERWORD_THREADS: '1' } }
}

/** The engine of toy studies: what a compiled one saves a step it would spend on compiling. */
export const toyEngine = 'eager'

/** Queues a study and gives its runs. */
export function queue(workbench: Workbench, text: string): Promise<RunSummary[]> {
  return workbench.queueStudy({ text, fileName: 'toy.yaml', engine: toyEngine })
}

/** The run as the workbench sees it. */
export async function runOf(workbench: Workbench, id: string): Promise<RunSummary> {
  const run = (await workbench.listRuns()).find(({ record }) => record.id === id)
  if (run === undefined) throw new Error(`no run ${id}`)
  return run
}

/** Waits until the workbench shows a run in a state. */
export async function waitForRun(workbench: Workbench, id: string, state: RunState): Promise<RunSummary> {
  await waitFor(`run ${id} to be ${state}`, async () => {
    const { record } = await runOf(workbench, id)
    if (record.state === 'failed' && state !== 'failed') throw new Error(`run ${id}: ${record.exitReason}`)
    return record.state === state
  })
  return runOf(workbench, id)
}

/** Lets queued runs wait, or go. */
export async function setQueueRunning(workbench: Workbench, queueRunning: boolean): Promise<void> {
  await workbench.writeSettings({ settings: { ...(await workbench.readSettings()), queueRunning } })
}

/** What a command line left behind. */
export interface CommandResult {
  /** Exit code, or the signal that ended it. */
  code: number | NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** A started command line. */
export interface Command {
  pid: number
  kill(signal: NodeJS.Signals): void
  /** What it has written to stderr so far. */
  stderr(): string
  ended: Promise<CommandResult>
}

/** Starts the built command line on a workspace. */
export function startAfterword(workspace: string, ...args: string[]): Command {
  const [program, ...fixed] = builtCommand()
  const child = spawn(program, [...fixed, ...args], {
    env: { ...process.env, AFTERWORD_WORKSPACE: workspace, AFTERWORD_THREADS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<CommandResult>((done) => {
    child.once('close', (code, signal) => done({ code: signal ?? code, stdout, stderr }))
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return {
    pid: child.pid ?? 0,
    kill: (signal) => void child.kill(signal),
    stderr: () => stderr,
    ended,
  }
}

/** Changes this process's environment, and so its children's, until the test has finished; undefined unsets. */
export function withEnvironment(changes: Readonly<Record<string, string | undefined>>): void {
  const before = { ...process.env }
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  onTestFinished(() => {
    for (const name of Object.keys(changes)) delete process.env[name]
    Object.assign(process.env, before)
  })
}

/** The program and script of the built command line. */
export function builtCommand(): readonly [program: string, script: string] {
  return [process.execPath, built('cli.js', 'AFTERWORD_CLI')]
}

/** Runs the built command line to its end. */
export function afterword(workspace: string, ...args: string[]): Promise<CommandResult> {
  return startAfterword(workspace, ...args).ended
}

/** Ends the trainer of a run folder, where its run.json (gone or damaged by the test, perhaps) names a living one. */
async function killTrainer(folder: string): Promise<void> {
  const record = await readRecord(folder).catch(() => undefined)
  if (record?.pid !== undefined && hasLiveTrainer(record)) process.kill(record.pid, 'SIGKILL')
}

/** A built program of out/main; a variable names another one. */
function built(name: string, variable: string): string {
  const path = process.env[variable] ?? resolve('out/main', name)
  if (!existsSync(path)) throw new Error(`${path} is not there: npm test builds it, or npm run build`)
  return path
}
