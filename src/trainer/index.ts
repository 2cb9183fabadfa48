// The trainer: `node trainer.js <run folder>`, one run from config to checkpoints. Exit code 0: finished, or stopped as
// asked; 1: failed; 2: no folder given. What happened is in run.json, whatever the exit code. `--measure <folder>` measures
// engines for the folder's config.json instead, and answers in its measurement.json.
import { dirname, resolve } from 'node:path'
import { messageOf } from '../shared/errors'
import { deviceRequestSchema } from '../shared/run/record'
import { measureFolder } from './measure'
import { openLog } from './trainer-log'
import { runTrainer } from './run-trainer'

const usage =
  'usage: node trainer.js <run folder>, or node trainer.js --measure <folder with a config.json> [device]\n'

async function main(args: readonly string[]): Promise<number> {
  const isMeasuring = args[0] === '--measure'
  const argument = isMeasuring ? args[1] : args[0]
  if (argument === undefined) {
    process.stderr.write(usage)
    return 2
  }
  const folder = resolve(argument)
  const log = openLog(folder)
  // The built trainer is out/main/trainer.js.
  const programFolder = resolve(dirname(process.argv[1] ?? ''), '..', '..')
  const now = (): number => performance.now() / 1000
  const options = { folder, programFolder, log, now }
  try {
    if (!isMeasuring) return (await runTrainer(options)) === 'failed' ? 1 : 0
    const device = deviceRequestSchema.parse(args[2] ?? 'auto')
    await measureFolder({ ...options, device, signal: firstSignal() })
    return 0
  } catch (error) {
    // Whoever asked for a measurement reads the log's last line.
    if (isMeasuring) log(messageOf(error))
    else log(`cannot train: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    return 1
  }
}

/** Fires at SIGTERM and SIGINT. */
function firstSignal(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort())
  return stop.signal
}

// Native threads may keep a process alive: it ends when its work is written down.
void main(process.argv.slice(2)).then((code) => process.exit(code))
