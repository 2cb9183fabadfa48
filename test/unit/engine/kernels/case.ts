// What a line of the kernel table says: inputs, the public tfjs op that reaches the kernel, and how to compare.
import type { Tensor } from '@tensorflow/tfjs-core'
import type { ElementType } from '../../../../src/engine/types'

/** An input: numbers over a range, or given values; `dtype` where the op takes one only, else all three are tried. */
export interface CaseInput {
  readonly shape: readonly number[]
  readonly range: readonly [number, number]
  readonly values?: readonly number[]
  readonly dtype?: ElementType
}

/** One use of a kernel. */
export interface KernelCase {
  /** What is special about it; unique within a kernel. */
  readonly name: string
  readonly inputs: readonly CaseInput[]
  /** Plain tfjs ops, as lab code would write them. */
  readonly run: (...inputs: Tensor[]) => Tensor | Tensor[]
  /** Relative and absolute, where float32 sums in another order differ by more than the default. */
  readonly tolerance?: number
  /** Why the gradient is left out although tfjs defines one for the kernel. */
  readonly noGradient?: string
}

/** Kernel name -> its cases. */
export type KernelTable = Readonly<Record<string, readonly KernelCase[]>>

/** An input of every element type, with numbers spread over a range. */
export function any(shape: readonly number[], low = -2, high = 2): CaseInput {
  return { shape, range: [low, high] }
}

/** A float32 input with numbers spread over a range. */
export function float(shape: readonly number[], low = -2, high = 2): CaseInput {
  return { shape, range: [low, high], dtype: 'float32' }
}

/** An int32 input with these values. */
export function integers(shape: readonly number[], values: readonly number[]): CaseInput {
  return { shape, range: [0, 0], values, dtype: 'int32' }
}

/** A bool input, true and false in turn, with a few repeats. */
export function bools(shape: readonly number[]): CaseInput {
  return { shape, range: [0, 1], dtype: 'bool' }
}

/** An input of every element type with these values; as bool, what is not zero is true. */
export function values(shape: readonly number[], numbers: readonly number[]): CaseInput {
  return { shape, range: [0, 0], values: numbers }
}

/** A case with a default name. */
export function of(
  inputs: readonly CaseInput[],
  run: KernelCase['run'],
  rest: Partial<KernelCase> = {},
): KernelCase {
  return { name: 'plain', inputs, run, ...rest }
}
