// The one error type that crosses module and process borders, and the exit codes of the command line.
// Expected outcomes (an invalid form, a cancelled dialog) are return values, not errors.

/** What went wrong, by cause; texts for people are in the message, which names file, field and rule. */
export type ErrorCode =
  | 'invalid-input' // the user's config, file, flag or value is wrong: exit 2
  | 'not-found' // a run, study or checkpoint that is not there: exit 2
  | 'workspace' // the workspace cannot be read or written: exit 2
  | 'busy' // another process holds it
  | 'changed' // a file is another one than the caller read
  | 'run-failed' // a training run failed: exit 1
  | 'native-missing' // no native TensorFlow where one was asked for
  | 'internal'

/** An error with a code, safe to send between processes as `toJSON()`. */
export class AfterwordError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'AfterwordError'
    this.code = code
  }
  toJSON(): { code: ErrorCode; message: string } {
    return { code: this.code, message: this.message }
  }
}

/** Exit codes of the command line (docs/command-line.md). */
export const exitCodes = { done: 0, failed: 1, invalidInput: 2, interrupted: 130 } as const

/** The exit code that a thrown value leads to. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof AfterwordError)) return exitCodes.failed
  const wrongInput: readonly ErrorCode[] = ['invalid-input', 'not-found', 'workspace']
  return wrongInput.includes(error.code) ? exitCodes.invalidInput : exitCodes.failed
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
