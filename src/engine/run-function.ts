// Runs one function of a program under the rules that hold on every engine: pure, synchronous, no random numbers of its own.
// Whatever it throws comes out as an error that says which line of which function.
import * as tf from '@tensorflow/tfjs-core'
import { checkNewState, checkOutputs, describeSpec, sizeOf } from './check-arrays'
import { assert, EngineError, isOutOfMemory } from './errors'
import { userPosition } from './source-position'
import type {
  ArraySpec,
  ControlOps,
  FunctionDefinition,
  FunctionResult,
  NamedTensors,
  ProgramDefinition,
} from './types'

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
  const declared = definition.functions[name]
  assert(declared, `function ${name} is declared`)
  const restore = forbid()
  try {
    const result: unknown = declared.run(state, inputs, ops)
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
    throw located(error, name, declared)
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

/** The error with function and line in its message. Errors of other classes are somebody's own and stay as they are. */
function located(error: unknown, name: string, declared: FunctionDefinition): unknown {
  // Where memory ran out there is none for reading a stack through a source map.
  const canRead = error instanceof Error && !isOutOfMemory(error)
  const position = canRead ? userPosition(error.stack) : undefined
  const place = position === undefined ? `function "${name}"` : `function "${name}", at ${position}`
  return functionError(error, place, declared)
}

/** An error of running a function as an EngineError whose message begins with `place`; own classes of others stay as they are. */
export function functionError(error: unknown, place: string, declared: FunctionDefinition): unknown {
  if (!(error instanceof Error)) return error
  if (isOutOfMemory(error)) {
    const cause = error.message.split('Message: ').at(-1)?.split('\n')[0] ?? ''
    return new EngineError(
      'out-of-memory',
      `${place}: ran out of memory (${cause}); ${memoryAdvice(declared)}`,
      {
        cause: error,
      },
    )
  }
  if (error.name !== 'Error' && !(error instanceof EngineError)) return error
  const code = error instanceof EngineError ? error.code : 'misuse'
  return new EngineError(code, `${place}: ${error.message}`, { cause: error })
}

/** What a person can do about memory: the function's largest input, halved. */
function memoryAdvice({ inputs }: FunctionDefinition): string {
  const size = ({ shape }: ArraySpec): number => sizeOf(shape)
  const [largest] = Object.entries(inputs).sort(([, a], [, b]) => size(b) - size(a))
  if (largest === undefined) return 'make its state smaller'
  const [name, spec] = largest
  const rows = spec.shape[0] ?? 1
  const advice = rows > 1 ? `try ${Math.floor(rows / 2)} in place of ${rows}` : 'make it smaller'
  return `its largest input is ${name} ${describeSpec(spec)}: ${advice}`
}
