// The trainer: `node trainer.js <run folder>`, one run from config to checkpoints. Exit code 0: finished, or stopped as
// asked; 1: failed; 2: no folder given. What happened is in run.json, whatever the exit code.
import { dirname, resolve } from 'node:path'
import { openLog } from './trainer-log'
import { runTrainer } from './run-trainer'

async function main(argument: string | undefined): Promise<number> {
  if (argument === undefined) {
    process.stderr.write('usage: node trainer.js <run folder>\n')
    return 2
  }
  const folder = resolve(argument)
  const log = openLog(folder)
  // The built trainer is out/main/trainer.js.
  const programFolder = resolve(dirname(process.argv[1] ?? ''), '..', '..')
  const now = (): number => performance.now() / 1000
  try {
    return (await runTrainer({ folder, programFolder, log, now })) === 'failed' ? 1 : 0
  } catch (error) {
    log(`cannot train: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    return 1
  }
}

// Native threads may keep a process alive: it ends when its work is written down.
void main(process.argv[2]).then((code) => process.exit(code))
