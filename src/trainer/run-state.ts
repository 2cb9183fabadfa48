// run.json as its trainer keeps it: every change is on disk when the call returns. The trainer is the file's only writer
// while it lives.
import { hasLiveTrainer, readRecord, writeRecord } from '../run-folder/run-folder'
import { identityOf } from '../run-folder/process-identity'
import { assert } from '../shared/assert'
import { AfterwordError } from '../shared/errors'
import type { RunRecord } from '../shared/run/record'

/** States a trainer ends a run in. */
export type EndState = 'finished' | 'failed' | 'stopped'

/** A run's record in the hands of its trainer. */
export class RunState {
  private constructor(
    private readonly folder: string,
    private current: RunRecord,
  ) {}

  /** Reads run.json. Throws AfterwordError('busy') where another living process trains the run. */
  static async open(folder: string): Promise<RunState> {
    return new RunState(folder, await readFree(folder))
  }

  get record(): Readonly<RunRecord> {
    return this.current
  }

  /** Writes the run down as this process's. Throws AfterwordError('busy') where another one was quicker. */
  async claim(): Promise<void> {
    this.current = await readFree(this.folder)
    const identity = identityOf(process.pid)
    assert(identity, 'a process can read its own start time')
    const claimed: RunRecord = {
      ...this.current,
      state: 'running',
      started: this.current.started ?? new Date().toISOString(),
      pid: identity.pid,
      processStart: identity.start,
      host: identity.host,
    }
    delete claimed.ended
    delete claimed.exitReason
    this.current = claimed
    await writeRecord(this.folder, this.current)
  }

  async update(changes: Partial<RunRecord>): Promise<void> {
    this.current = { ...this.current, ...changes }
    await writeRecord(this.folder, this.current)
  }

  /** Writes how the run ended. */
  async end(state: EndState, exitReason: string, seconds: number): Promise<void> {
    await this.update({ state, exitReason, seconds, ended: new Date().toISOString() })
  }
}

/** run.json of a run that no living process trains. */
async function readFree(folder: string): Promise<RunRecord> {
  const record = await readRecord(folder)
  const isActive = record.state === 'running' || record.state === 'paused'
  if (isActive && hasLiveTrainer(record)) {
    throw new AfterwordError('busy', `${folder}: process ${record.pid} is training this run already`)
  }
  return record
}
