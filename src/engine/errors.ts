// The engine's one error type and its guards for invariants. It knows nobody above: callers turn an EngineError into theirs
// where a person sees it.

/** What went wrong, by cause. */
export type EngineErrorCode =
  | 'misuse' // a declaration, a function or a call breaks a rule of the engine
  | 'native-missing' // native TensorFlow does not load
  | 'no-device' // the device asked for is not there
  | 'out-of-memory' // a tensor could not be allocated
  | 'aborted' // the caller's signal fired while a program was being made

/** An error with a code; its message says what to do instead. */
export class EngineError extends Error {
  readonly code: EngineErrorCode
  constructor(code: EngineErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'EngineError'
    this.code = code
  }
}

/** What TensorFlow, XLA, tfjs and V8 say when there is no room. */
const noRoom =
  /\bOOM\b|out of memory|resource[_ ]?exhausted|allocation failed|bad_alloc|invalid (typed )?array (buffer )?length/i

/** Whether an error, the engine's or any other, says that memory did not suffice. */
export function isOutOfMemory(error: unknown): boolean {
  if (error instanceof EngineError && error.code === 'out-of-memory') return true
  return error instanceof Error && noRoom.test(error.message)
}

/** Throws `internal: message` when an invariant of the engine does not hold. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`internal: ${message}`)
}

/** Closes a switch over a union: a new member that is not handled fails to compile. */
export function assertNever(value: never): never {
  throw new Error(`internal: unexpected value ${JSON.stringify(value)}`)
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
