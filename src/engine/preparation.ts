// Making a program ready: how long each part took, and giving up between two parts. The only clock in the engine: no number a
// program computes depends on it.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { EngineError } from './errors'
import type { Preparation } from './types'

/** Seconds by part, added up as parts are timed. */
export class PreparationClock implements Preparation {
  recordSeconds = 0
  loadSeconds = 0
  compileSeconds = 0

  /** Runs `work` and adds its time to `part`, also where it throws. */
  time<Result>(part: keyof Preparation, work: () => Result): Result {
    const start = process.hrtime.bigint()
    try {
      return work()
    } finally {
      this[part] += Number(process.hrtime.bigint() - start) / 1e9
    }
  }
}

/** Throws EngineError 'aborted' once the signal fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new EngineError('aborted', 'making the program was aborted')
}

/** Lets timers, signals and messages in, then throws where the signal fired meanwhile. */
export async function letEventsIn(signal: AbortSignal | undefined): Promise<void> {
  await nextTurn()
  throwIfAborted(signal)
}
