// The local executor: starts `node trainer.js <run folder>` in a session of its own, so that it outlives the window and
// does not see the terminal's Ctrl+C. Its output goes to trainer.log. What it does is read from the run folder only.
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { runFiles } from '../shared/run/folder'
import { countMemoryKills } from './out-of-memory'

/** How to start a trainer on this machine. */
export interface TrainerCommand {
  /** The program that runs JavaScript: node, or Electron with ELECTRON_RUN_AS_NODE=1 in `environment`. */
  execPath: string
  /** The built trainer, out/main/trainer.js. */
  script: string
  /** Variables beside this process's own. */
  environment?: Readonly<Record<string, string>>
}

/** How a trainer ended. `error` where it could not be started at all. */
export interface TrainerExit {
  code: number | null
  signal: NodeJS.Signals | null
  error?: Error
  /** Processes that the kernel killed for want of memory while it ran. */
  memoryKills?: number
}

/** A started trainer. */
export interface StartedTrainer {
  pid: number | undefined
  /** Resolves once the process has ended; never rejects. */
  exited: Promise<TrainerExit>
}

/** Starts the trainer of a run folder. The child does not keep this process alive. Throws where trainer.log cannot be opened. */
export function startTrainer(folder: string, command: TrainerCommand): StartedTrainer {
  const log = openSync(join(folder, runFiles.log), 'a')
  try {
    const child = spawn(command.execPath, [command.script, folder], {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, ...command.environment },
    })
    const killsBefore = countMemoryKills() ?? 0
    const exited = new Promise<TrainerExit>((resolve) => {
      child.once('error', (error) => resolve({ code: null, signal: null, error }))
      child.once('exit', (code, signal) =>
        resolve({ code, signal, memoryKills: (countMemoryKills() ?? 0) - killsBefore }),
      )
    })
    child.unref()
    return { pid: child.pid, exited }
  } finally {
    closeSync(log)
  }
}
