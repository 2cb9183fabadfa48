// Checks what goes into a program against its declaration. Messages name the array and what was expected.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { assert, EngineError } from './errors'
import type {
  ArraySpec,
  ArrayValues,
  FunctionDefinition,
  HostArray,
  NamedTensors,
  ProgramDefinition,
} from './types'

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

/** `float32[2, 3]`. */
export const describeSpec = (spec: { readonly dtype: string; readonly shape: readonly number[] }): string =>
  `${spec.dtype}[${spec.shape.join(', ')}]`

const arrayTypes = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const

const typeNameOf = (values: unknown): string =>
  Object.entries(arrayTypes).find(([, type]) => values instanceof type)?.[0] ?? typeof values

/** Zeros that fit `spec`. */
export function zeroValues(spec: ArraySpec): ArrayValues {
  return new arrayTypes[spec.dtype](sizeOf(spec.shape))
}

/** Values read from a backend as the array type of `dtype`. Always a copy. */
export function hostArray(dtype: string, shape: readonly number[], values: ArrayLike<number>): HostArray {
  assert(dtype === 'float32' || dtype === 'int32' || dtype === 'bool', `${dtype} values go to the host`)
  return { shape: [...shape], dtype, values: new arrayTypes[dtype](values) }
}

/** Throws unless `values` fits `spec`; `name` is how the message calls it, e.g. "input tokens of train". */
export function checkValues(name: string, values: ArrayValues | undefined, spec: ArraySpec): ArrayValues {
  const expected = `expected ${describeSpec(spec)}`
  if (values === undefined) throw new EngineError('misuse', `${name} is missing: ${expected}`)
  const type = typeNameOf(values)
  if (type !== spec.dtype) throw new EngineError('misuse', `${name} is ${type}: ${expected}`)
  const size = sizeOf(spec.shape)
  if (values.length !== size) {
    throw new EngineError('misuse', `${name} has ${values.length} elements: ${expected} (${size} elements)`)
  }
  return values
}

/** Throws when `names` has a name that `known` has not. */
export function checkNames(what: string, names: readonly string[], known: readonly string[]): void {
  const stranger = names.find((name) => !known.includes(name))
  if (stranger === undefined) return
  throw new EngineError('misuse', `unknown ${what} "${stranger}": declared are ${known.join(', ') || 'none'}`)
}

/** The stack at which a tensor was made, where it is known. */
type MadeAt = ((tensor: Tensor) => string | undefined) | undefined

/** An error whose stack is the place where `tensor` was made: what is wrong with a result went wrong there. */
function errorAt(tensor: unknown, message: string, madeAt: MadeAt): EngineError {
  const error = new EngineError('misuse', message)
  const stack = tensor instanceof tf.Tensor ? madeAt?.(tensor as Tensor) : undefined
  if (stack !== undefined) error.stack = stack
  return error
}

const describeTensor = (value: unknown): string =>
  value instanceof tf.Tensor ? describeSpec(value as Tensor) : typeof value

/** Throws unless a function's new state tensor fits its declaration. */
function checkTensor(name: string, tensor: Tensor, spec: ArraySpec, madeAt: MadeAt): void {
  const text = describeTensor(tensor)
  const expected = describeSpec(spec)
  if (text !== expected) throw errorAt(tensor, `${name} is ${text}: expected ${expected}`, madeAt)
}

/** The declared function that a call names, once the call's inputs are all declared too. */
export function checkCall(
  definition: ProgramDefinition,
  name: string,
  inputs: readonly string[],
): FunctionDefinition {
  const declared = definition.functions[name]
  if (!declared) {
    throw new EngineError(
      'misuse',
      `unknown function "${name}": declared are ${Object.keys(definition.functions).join(', ')}`,
    )
  }
  checkNames(`input of ${name}`, inputs, Object.keys(declared.inputs))
  return declared
}

/** Throws unless every new state tensor of a function is declared and fits its declaration. */
export function checkNewState(
  definition: ProgramDefinition,
  name: string,
  state: NamedTensors,
  madeAt?: MadeAt,
): void {
  checkNames(`new state of ${name}`, Object.keys(state), Object.keys(definition.state))
  for (const [key, tensor] of Object.entries(state)) {
    const spec = definition.state[key]
    assert(spec, `state "${key}" is declared`)
    checkTensor(`new state "${key}" of ${name}`, tensor, spec, madeAt)
  }
}

/** Throws unless every output of a function is a tensor that can be handed to the host. */
export function checkOutputs(name: string, outputs: NamedTensors, madeAt?: MadeAt): void {
  for (const [key, value] of Object.entries(outputs) as [string, unknown][]) {
    if (value instanceof tf.Tensor && value.dtype in arrayTypes) continue
    const message = `output "${key}" of ${name} is ${describeTensor(value)}: expected a float32, int32 or bool tensor`
    throw errorAt(value, message, madeAt)
  }
}

/** A record with every value mapped. */
export function mapEntries<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A, key: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]))
}
