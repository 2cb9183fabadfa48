// The engine interface: how a program of tensor functions is declared and called. It knows tensors only, no language
// models. A program says everything up front (state, functions, inputs, shapes), so that an engine may compile it; the
// js and eager engines run the same functions op by op.
import type { Tensor } from '@tensorflow/tfjs-core'

/** The engines: op by op on tfjs' CPU backend, op by op on native TensorFlow, one graph call, the graph compiled by XLA. */
export type EngineName = 'js' | 'eager' | 'graph' | 'xla'

/** An engine, or the choice of one left to this machine. */
export type EngineRequest = 'auto' | EngineName

/** Where programs run; `gpu` is the first GPU, `gpu:1` the second. */
export type DeviceRequest = 'auto' | 'cpu' | 'gpu' | `gpu:${number}`

/** Element types of state, inputs and outputs. */
export type ElementType = 'float32' | 'int32' | 'bool'

/** Shape and element type of one array. */
export interface ArraySpec {
  readonly shape: readonly number[]
  readonly dtype: ElementType
}

/** Values of an array on the host, row-major: bool as bytes 0 and 1. */
export type ArrayValues = Float32Array | Int32Array | Uint8Array

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
 * written in functional tfjs-core ops. No gradient goes through them: differentiate inside, or around them.
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
  /**
   * What `whenTrue` gives where `predicate` (a bool scalar) holds, else what `whenFalse` gives; only one of them runs. Both
   * give equally many tensors of equal shapes and types, and may use tensors from outside.
   */
  cond(predicate: Tensor, whenTrue: () => Tensor[], whenFalse: () => Tensor[]): Tensor[]
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

/** What matrix products are computed from. */
export type Precision = 'float32' | 'bfloat16'

/** A program: its state (zeros until written) and all its functions. */
export interface ProgramDefinition {
  readonly state: Readonly<Record<string, ArraySpec>>
  readonly functions: Readonly<Record<string, FunctionDefinition>>
  /**
   * `bfloat16`: matrix products round their inputs to bfloat16, forward and in gradients; `graph` rounds their results too, as
   * TensorFlow's own do. All else and all state stay float32. Default float32.
   */
  readonly precision?: Precision
}

/** Seconds spent on making a program ready, so far; zeros where functions run op by op. */
export interface Preparation {
  /** Running every function once while it is recorded. */
  readonly recordSeconds: number
  /** Encoding the graph and loading it. */
  readonly loadSeconds: number
  /** First calls of functions, where TensorFlow plans or compiles them, the run itself included. */
  readonly compileSeconds: number
}

/** A loaded program. Whoever made it disposes of it. */
export interface Program {
  readonly preparation: Preparation
  /**
   * Runs a function, keeps its new state, and gives its outputs. Throws EngineError 'misuse' when an input is missing,
   * unknown or misshapen, 'out-of-memory' where a tensor does not fit.
   */
  call(name: string, inputs: Readonly<Record<string, ArrayValues>>): Record<string, HostArray>
  /** Copies of all state arrays. */
  readState(): Record<string, HostArray>
  /** Overwrites the named state arrays; the others keep their values. */
  writeState(values: Readonly<Record<string, ArrayValues>>): void
  /** Frees the program's state. Calls after it throw. */
  dispose(): void
  /** The program as text: its declaration and, where it was recorded, one line an operation. */
  toString(): string
}

/** A way to run programs. */
export interface Engine {
  readonly name: EngineName
  /**
   * Loads a program; asynchronous because a compiling engine reads it back from a file and lets events in between two
   * functions. Rejects with EngineError 'aborted' between two functions once `signal` fires, 'misuse' where a function
   * breaks a rule.
   */
  program(definition: ProgramDefinition, options?: { readonly signal?: AbortSignal }): Promise<Program>
  /** Tensors alive in this process; flat over calls. */
  liveTensors(): number
}
