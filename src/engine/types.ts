// The engine interface: how a program of tensor functions is declared and called. It knows tensors only, no language
// models. A program says everything up front (state, functions, inputs, shapes), so that an engine may compile it; the
// js and eager engines run the same functions op by op.
import type { Tensor } from '@tensorflow/tfjs-core'
import type { EngineName } from '../shared/run/record'

/** Element types of state and inputs. */
type ElementType = 'float32' | 'int32'

/** Shape and element type of one array. */
export interface ArraySpec {
  readonly shape: readonly number[]
  readonly dtype: ElementType
}

/** Values of an array on the host, row-major. */
export type ArrayValues = Float32Array | Int32Array

/** An array on the host. */
export interface HostArray {
  readonly shape: readonly number[]
  readonly dtype: ElementType
  readonly values: ArrayValues
}

/** Tensors by name, inside a function. */
export type NamedTensors = Readonly<Record<string, Tensor>>

/**
 * What plain tfjs-core ops cannot say so that a recorder can turn it into one node. Everything else a function does is
 * written in functional tfjs-core ops.
 */
export interface ControlOps {
  /**
   * Repeats `body` while `condition` (a bool scalar) holds, at most `maxIterations` times. Shapes and types of the loop
   * variables stay the same from turn to turn; tensors from outside may be used in both functions and do not change.
   */
  whileLoop(
    condition: (...variables: Tensor[]) => Tensor,
    body: (...variables: Tensor[]) => Tensor[],
    variables: readonly Tensor[],
    options: { readonly maxIterations: number },
  ): Tensor[]
  /** `array` with `update` written over positions index, index+1, … of `axis`; `index` is an int32 scalar tensor. */
  updateSlice(array: Tensor, update: Tensor, index: Tensor, axis: number): Tensor
}

/** What a function gives back: new values of state arrays (the rest keep theirs) and outputs. */
export interface FunctionResult {
  readonly state?: NamedTensors
  readonly outputs: NamedTensors
}

/** A pure function of state and inputs. It reads no tensor values, draws no random numbers and has no clock. */
type ProgramFunction = (state: NamedTensors, inputs: NamedTensors, ops: ControlOps) => FunctionResult

/** A function and its inputs. */
export interface FunctionDefinition {
  readonly inputs: Readonly<Record<string, ArraySpec>>
  readonly run: ProgramFunction
}

/** A program: its state (zeros until written) and all its functions. */
export interface ProgramDefinition {
  readonly state: Readonly<Record<string, ArraySpec>>
  readonly functions: Readonly<Record<string, FunctionDefinition>>
}

/** A loaded program. Whoever made it disposes of it. */
export interface Program {
  /** Runs a function, keeps its new state, and gives its outputs. Throws when an input is missing, unknown or misshapen. */
  call(name: string, inputs: Readonly<Record<string, ArrayValues>>): Record<string, HostArray>
  /** Copies of all state arrays. */
  readState(): Record<string, HostArray>
  /** Overwrites the named state arrays; the others keep their values. */
  writeState(values: Readonly<Record<string, ArrayValues>>): void
  /** Frees the program's state. Calls after it throw. */
  dispose(): void
}

/** A way to run programs. */
export interface Engine {
  readonly name: EngineName
  /** Loads a program; asynchronous because a compiling engine reads it back from a file. */
  program(definition: ProgramDefinition): Promise<Program>
  /** Tensors alive in this process; flat over calls. */
  liveTensors(): number
}
