// Runs one function of a program under the rules that hold on every engine: pure, synchronous, no random numbers of its own.
// Whatever it throws comes out as an error that says which line of which function.
import * as tf from '@tensorflow/tfjs-core'
import { checkNewState, checkOutputs } from './check-arrays'
import { EngineError, messageOf } from './errors'
import { userPosition } from './source-position'
import type { ControlOps, FunctionResult, NamedTensors, ProgramDefinition } from './types'

/** How an engine runs a function. */
export interface RunFunctionOptions {
  readonly state: NamedTensors
  readonly inputs: NamedTensors
  readonly ops: ControlOps
  /** The stack at which a tensor was made, where the engine knows it. */
  readonly madeAt?: (tensor: tf.Tensor) => string | undefined
  /** Looks at the result too; what it throws is the function's error. */
  readonly check?: (result: CheckedResult) => void
}

/** What a function gave, checked: all new state and outputs fit. */
export type CheckedResult = Required<FunctionResult>

/** Frames a stack needs to reach from a kernel through tfjs to its caller. */
const deepStack = 60

/** Runs function `name` of `definition`. Throws EngineError, and errors of the function's own classes as they are. */
export function runFunction(
  definition: ProgramDefinition,
  name: string,
  { state, inputs, ops, madeAt, check }: RunFunctionOptions,
): CheckedResult {
  const restore = forbid()
  try {
    const result: unknown = definition.functions[name]?.run(state, inputs, ops)
    if (result instanceof Promise) {
      // Its own failure, if it has one, is not the news.
      result.catch(() => undefined)
      throw new EngineError('misuse', 'the function is async: return tensors, not a promise of them')
    }
    const { state: next = {}, outputs } = result as FunctionResult
    checkNewState(definition, name, next, madeAt)
    checkOutputs(name, outputs, madeAt)
    check?.({ state: next, outputs })
    return { state: next, outputs }
  } catch (error) {
    throw located(error, name)
  } finally {
    restore()
  }
}

/* eslint-disable no-restricted-properties, @typescript-eslint/unbound-method -- put aside and put back, never called */
/** Takes away what no function may use; the result gives it back. */
function forbid(): () => void {
  const { random } = Math
  const { assign } = tf.Variable.prototype
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = deepStack
  Math.random = () => {
    throw new EngineError(
      'misuse',
      'random numbers are drawn inside the function, and would be fixed for every call: hand noise in as an input, drawn with engine/random.ts',
    )
  }
  tf.Variable.prototype.assign = () => {
    throw new EngineError(
      'misuse',
      'tf.Variable.assign is called: functions are pure, so declare the variable as state and return its new value',
    )
  }
  return () => {
    Math.random = random
    tf.Variable.prototype.assign = assign
    Error.stackTraceLimit = stackTraceLimit
  }
}

/* eslint-enable no-restricted-properties, @typescript-eslint/unbound-method */

/** Signs by which TensorFlow, tfjs and V8 say that memory ran out. */
const memoryErrors =
  /\bOOM\b|out of memory|resource_?exhausted|allocation failed|bad_alloc|array (buffer )?length/i

/** Whether a native error says that a tensor could not be allocated. */
export function isOutOfMemory(error: unknown): boolean {
  return memoryErrors.test(messageOf(error))
}

/** The error with function and line in its message. Errors of other classes are somebody's own and stay as they are. */
function located(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || (error.name !== 'Error' && !(error instanceof EngineError))) return error
  const position = userPosition(error.stack)
  const place = position === undefined ? '' : `, at ${position}`
  const ranOut = !(error instanceof EngineError) && isOutOfMemory(error)
  const code = error instanceof EngineError ? error.code : ranOut ? 'out-of-memory' : 'misuse'
  return new EngineError(code, `function "${name}"${place}: ${error.message}`, { cause: error })
}
