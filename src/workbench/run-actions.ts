// What a person does to one run: command its trainer, put it back in the queue, take it out. Each checks the state as it is
// in the folder at that moment; an action that makes no sense in it is refused with the state named.
import { isAlive } from '../run-folder/process-identity'
import { writeControl, writeRecord } from '../run-folder/run-folder'
import { AfterwordError } from '../shared/errors'
import type {
  Control,
  DeviceRequest,
  EngineRequest,
  Priority,
  ProcessIdentity,
  RunRecord,
} from '../shared/run/record'
import type { RunTail } from './run-tail'

/** Writes control.json of a running or paused run. Throws invalid-input where there is no trainer to hear it. */
export async function commandTrainer(tail: RunTail, command: Control['command']): Promise<void> {
  await tail.refresh()
  if (!tail.isActive) {
    const { state } = tail.summary().record
    throw new AfterwordError('invalid-input', `run ${tail.id} is ${state}: there is no trainer to ${command}`)
  }
  await writeControl(tail.folder, command)
}

/**
 * Puts a stopped, interrupted or failed run back in state queued, or one that is still queued and whose launcher died before
 * it started it. `on`: engine and device it is to go on on, where others than before. Throws invalid-input or busy in any other state.
 */
export async function requeue(
  tail: RunTail,
  launcher: ProcessIdentity,
  on: { engine?: EngineRequest | undefined; device?: DeviceRequest | undefined },
): Promise<void> {
  await tail.refresh()
  const { state } = tail.summary().record
  if (
    state !== 'stopped' &&
    state !== 'interrupted' &&
    state !== 'failed' &&
    !isAbandoned(tail.storedRecord)
  ) {
    throw new AfterwordError(
      state === 'finished' ? 'invalid-input' : 'busy',
      `run ${tail.id} is ${state}: only a stopped, interrupted or failed run can be resumed`,
    )
  }
  const record: RunRecord = {
    ...tail.storedRecord,
    state: 'queued',
    launcher,
    ...(on.engine === undefined ? {} : { engineRequest: on.engine }),
    ...(on.device === undefined ? {} : { deviceRequest: on.device }),
  }
  delete record.ended
  delete record.exitReason
  await writeRecord(tail.folder, record)
}

/** Whether a run waits in the queue and the process that was to start it is gone. */
function isAbandoned({ state, launcher }: RunRecord): boolean {
  return state === 'queued' && (launcher === undefined || !isAlive(launcher))
}

/** Gives a queued run a priority. Throws invalid-input in any other state. */
export async function prioritise(tail: RunTail, priority: Priority, isStarting: boolean): Promise<void> {
  await tail.refresh()
  checkQueued(tail, isStarting)
  if (priorityOf(tail) === priority) return
  await writeRecord(tail.folder, { ...tail.storedRecord, priority })
  await tail.refresh()
}

/** The priority of a run. */
export const priorityOf = ({ storedRecord }: RunTail): Priority => storedRecord.priority ?? 'normal'

function checkQueued({ id, storedRecord }: RunTail, isStarting: boolean): void {
  if (storedRecord.state !== 'queued' || isStarting)
    throw new AfterwordError('invalid-input', `run ${id} is not in the queue`)
}

/** Takes a queued run out of the queue: state stopped, so that it can be resumed. Throws invalid-input in any other state. */
export async function takeOutOfQueue(tail: RunTail, isStarting: boolean): Promise<void> {
  await tail.refresh()
  checkQueued(tail, isStarting)
  await writeRecord(tail.folder, {
    ...tail.storedRecord,
    state: 'stopped',
    ended: new Date().toISOString(),
    exitReason: 'Taken out of the queue.',
  })
}
