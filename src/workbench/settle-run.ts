// Writes the end of a run whose trainer could not: killed, crashed, or never started. A run that ended by itself has
// written its state already and is left alone.
import { hasLiveTrainer, readRecord, writeRecord } from '../run-folder/run-folder'
import { isActiveState, type RunRecord, type RunState } from '../shared/run/record'
import { lastLogLines } from './log-tail'
import { adviseSmallerBatch, ranOutOfMemory } from './out-of-memory'
import type { TrainerExit } from './start-trainer'

/** Lines of trainer.log that go into the exit reason. */
const LOG_LINES = 3

/**
 * Gives a run that has no trainer any more its final state: interrupted after a signal or where nobody saw it end, failed
 * after an error. `exit`: what its launcher saw. Returns the record as it stands now.
 */
export async function settleRun(folder: string, exit?: TrainerExit): Promise<RunRecord> {
  const isOpen = ({ state }: RunRecord) => (state === 'queued' ? exit !== undefined : isActiveState(state))
  let record = await readRecord(folder)
  if (!isOpen(record) || hasLiveTrainer(record)) return record
  // Its process is gone by now, so what it wrote is final: it may have written its end after the first look.
  record = await readRecord(folder)
  if (!isOpen(record)) return record
  const lines = await lastLogLines(folder, LOG_LINES)
  const { state, reason } = (await describeMemory(folder, exit)) ?? describeExit(exit)
  const settled: RunRecord = {
    ...record,
    state,
    ended: new Date().toISOString(),
    exitReason: [reason, ...lines].join('\n'),
  }
  await writeRecord(folder, settled)
  return settled
}

/** The end of a trainer that memory did not suffice for, with a batch to try. */
async function describeMemory(
  folder: string,
  exit: TrainerExit | undefined,
): Promise<{ state: RunState; reason: string } | undefined> {
  if (!exit?.signal) return undefined
  // V8 prints its stacks after its last words.
  const lines = await lastLogLines(folder, Infinity)
  if (!ranOutOfMemory(exit.signal, exit.memoryKills, lines)) return undefined
  const advice = await adviseSmallerBatch(folder)
  const reason = `The trainer was ended by ${exit.signal} because memory did not suffice${advice === undefined ? '' : `: ${advice}`}.`
  return { state: 'failed', reason }
}

function describeExit(exit: TrainerExit | undefined): { state: RunState; reason: string } {
  if (exit === undefined)
    return { state: 'interrupted', reason: 'The trainer ended unseen: its process is gone.' }
  if (exit.error)
    return { state: 'failed', reason: `The trainer could not be started: ${exit.error.message}` }
  if (exit.signal) return { state: 'interrupted', reason: `The trainer was killed by ${exit.signal}.` }
  return { state: 'failed', reason: `The trainer ended with exit code ${exit.code ?? 'unknown'}.` }
}
