// Trains queued runs, as many side by side as devices have slots, and says how it goes on stderr. Ctrl+C stops the
// runs in training with a checkpoint and takes the rest out of the queue; a second one kills the trainers. A failed run does
// not stop the others.
import { setTimeout as sleep } from 'node:timers/promises'
import { hasLiveTrainer } from '../run-folder/run-folder'
import { exitCodes, messageOf } from '../shared/errors'
import { isActiveState } from '../shared/run/record'
import type { RunSummary } from '../shared/workbench-api'
import type { Workbench } from '../workbench/workbench'
import { jsonValues, printJson } from './output'
import { Progress } from './progress'

/** How often a stop is tried again while the trainer is still starting. */
const STOP_RETRY_MS = 100

/** Trains runs that are in state queued, `sideBySide` of them at a time or as many as there are slots. Returns the exit code. */
export async function trainRuns(
  workbench: Workbench,
  runs: readonly RunSummary[],
  options: { json: boolean; interruption: Interruption; sideBySide?: number },
): Promise<number> {
  const { interruption } = options
  const [first] = runs
  const slots = first === undefined ? 0 : await workbench.slotsFor(first.record.id)
  const width = Math.min(runs.length, options.sideBySide ?? slots)
  // Several runs cannot share a line that is written over.
  const stream = slots > 1 ? { write: (text: string) => process.stderr.write(text) } : process.stderr
  const ended: RunSummary[] = []
  const waiting = [...runs.entries()]
  const trainWaiting = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, run] = next
      const { id } = run.record
      if (!interruption.isAsked)
        await trainOne(workbench, run, index, new Progress(stream, runs.length), interruption)
      // A window may have taken it out of the queue already.
      else if ((await workbench.findRun(id)).record.state === 'queued') await workbench.unqueue({ runId: id })
      ended[index] = await workbench.findRun(id)
    }
  }
  await Promise.all(Array.from({ length: width }, trainWaiting))
  if (options.json) printJson({ runs: ended.map(runDocument) })
  if (interruption.isAsked) return exitCodes.interrupted
  return ended.every(({ record }) => record.state === 'finished') ? exitCodes.done : exitCodes.failed
}

async function trainOne(
  workbench: Workbench,
  run: RunSummary,
  index: number,
  progress: Progress,
  interruption: Interruption,
): Promise<void> {
  const { id } = run.record
  progress.begin(run, index, await workbench.readConfig({ runId: id }))
  const stopHearing = workbench.on('runs', (changed) => {
    const summary = changed.find(({ record }) => record.id === id)
    if (summary !== undefined) progress.update(summary)
  })
  const stopListening = interruption.onAsked((count) => {
    progress.say(count === 1 ? 'stopping with a checkpoint (Ctrl+C again: kill)' : 'killing the trainer')
    void (count === 1 ? stopRun(workbench, id) : killRun(workbench, id, 'SIGKILL')).catch((error: unknown) =>
      progress.say(messageOf(error)),
    )
  })
  try {
    progress.end(await workbench.runToEnd(id))
  } finally {
    stopHearing()
    stopListening()
  }
}

/** Asks for a stop as soon as there is a trainer that hears it. */
async function stopRun(workbench: Workbench, id: string): Promise<void> {
  for (;;) {
    const { state } = (await workbench.findRun(id)).record
    if (isActiveState(state)) return workbench.control({ runId: id, command: 'stop' })
    // A trainer whose run is finished may still measure engines.
    if (state === 'finished') return killRun(workbench, id, 'SIGTERM')
    if (state !== 'queued') return
    await sleep(STOP_RETRY_MS)
  }
}

async function killRun(workbench: Workbench, id: string, signal: NodeJS.Signals): Promise<void> {
  const { record } = await workbench.findRun(id)
  if (record.pid !== undefined && hasLiveTrainer(record)) process.kill(record.pid, signal)
}

/** A terminal's Ctrl+C may arrive twice, from the terminal and handed on by npx: one request all the same. */
const SAME_REQUEST_MS = 500

/** What other programs read of a run that was trained. */
function runDocument({ record, folder, last }: RunSummary): unknown {
  return { id: record.id, folder, state: record.state, last: jsonValues(last) }
}

/** Ctrl+C and SIGTERM while runs are trained. */
export class Interruption {
  private count = 0
  private readonly listeners = new Set<(count: number) => void>()
  private heardAt = -Infinity
  private readonly hear = () => {
    const now = performance.now()
    if (now - this.heardAt < SAME_REQUEST_MS) return
    this.heardAt = now
    this.count++
    this.listeners.forEach((listener) => listener(this.count))
  }

  constructor() {
    process.on('SIGINT', this.hear)
    process.on('SIGTERM', this.hear)
  }

  get isAsked(): boolean {
    return this.count > 0
  }

  /** Hears of every request until the returned function is called. */
  onAsked(listener: (count: number) => void): () => void {
    this.listeners.add(listener)
    if (this.isAsked) listener(this.count)
    return () => this.listeners.delete(listener)
  }

  /** Gives the signals their usual effect again. */
  dispose(): void {
    process.off('SIGINT', this.hear)
    process.off('SIGTERM', this.hear)
  }
}
