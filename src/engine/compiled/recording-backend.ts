// The tfjs backend that records: every kernel of tfjs-node registered once more, on a backend that runs each op (so shapes come
// from TensorFlow itself) and appends it to the scope being recorded. It refuses what a recording cannot hold.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { sizeOf } from '../check-arrays'
import { assert, EngineError } from '../errors'
import type { NativeTensorFlow, TFEOpAttr } from '../native'
import type { Precision } from '../types'
import { useBackend } from '../use-backend'
import { appendBfloat16Product, isFloatProduct } from './bfloat16-product'
import { opSignatures } from './op-signatures'
import { recordingKernel, standIn } from './recording-kernels'
import { tensorTypes, typeNumber } from './recording'
import type { DataKey, RecordedNode, RecordedTensor, Reference, Scope } from './recording'

const backendName = 'afterword-recorder'

/** Elements of a tensor from outside a function that become part of the program; larger ones are to be declared. */
const capturedElements = 65_536

/** One function while it is recorded. The innermost scope changes as loops and branches begin and end. */
export interface RecordingSession {
  readonly functionName: string
  /** The innermost scope: the function's own or a loop's or branch's. */
  scope: Scope
  /** State and inputs. */
  readonly roots: Set<DataKey>
  /** Whether XLA compiles what is recorded. */
  readonly xla: boolean
  readonly precision: Precision
  /** Data of tensors made from plain values since the recording began; other strangers come from outside the function. */
  readonly written: WeakSet<DataKey>
  /** What went wrong where nothing could be thrown. */
  failure?: EngineError
}

/** What the recording backend adds to tfjs-node's. */
export interface RecordingBackend {
  session: RecordingSession | undefined
  /** The reference of a tensor in a scope; one made from plain values becomes a constant of it. */
  referenceIn(scope: Scope, tensor: RecordedTensor): Reference
  /** The same values under a new identity, unrecorded. */
  copy(tensor: RecordedTensor): Tensor
  /** Says that a tensor is output `output` of a node. */
  bind(scope: Scope, tensor: Tensor, node: RecordedNode, output: number): void
  /** Says that a tensor is a value of the recording, such as a loop variable. */
  own(tensor: RecordedTensor): void
  /** The stack at which a tensor was recorded. */
  madeAt(tensor: RecordedTensor): string | undefined
}

/** A value of tfjs-node's own 64-bit scalar, which is no tensor. */
interface Int64Scalar {
  readonly valueArray: Int32Array
}

/** The one recording backend of this process: tfjs keeps backends by name for its lifetime. */
export function recordingBackend(native: NativeTensorFlow): RecordingBackend {
  const existing: unknown = tf.findBackend(backendName)
  if (existing) return existing as RecordingBackend
  const { binding } = native
  /** Whose recording made a tensor, and where. */
  const origins = new WeakMap<DataKey, { session: RecordingSession; place: { stack?: string } }>()

  class Recording extends native.NodeBackend implements RecordingBackend {
    session: RecordingSession | undefined

    override executeSingleOutput(op: string, attributes: TFEOpAttr[], inputs: tf.TensorInfo[]): Tensor {
      this.check(op, inputs)
      const executed = this.session ? standIn(op, inputs) : op
      const output = super.executeSingleOutput(executed, attributes, inputs)
      this.append(op, attributes, inputs, [output])
      return output
    }

    override executeMultipleOutputs(
      op: string,
      attributes: TFEOpAttr[],
      inputs: tf.TensorInfo[],
      count: number,
    ): Tensor[] {
      this.check(op, inputs)
      const outputs = super.executeMultipleOutputs(op, attributes, inputs, count)
      this.append(op, attributes, inputs, outputs)
      return outputs
    }

    override readSync(dataId: object): tf.backend_util.BackendValues {
      if (this.session) throw refusedRead()
      return super.readSync(dataId)
    }

    override read(dataId: object): Promise<tf.backend_util.BackendValues> {
      if (!this.session) return super.read(dataId)
      // A rejected promise would be found too late, and by nobody: the failure is thrown when the function returns.
      this.session.failure ??= refusedRead()
      return new Promise(() => undefined)
    }

    override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
      if (this.session) typeNumber(dtype)
      const dataId = super.write(values, shape, dtype)
      this.session?.written.add(dataId)
      return dataId
    }

    override disposeData(dataId: object, force?: boolean): boolean {
      if (this.session?.roots.has(dataId) && this.refCount(dataId) <= 1) {
        throw new EngineError(
          'misuse',
          'state or an input is disposed of: functions are pure, and the engine frees tensors itself',
        )
      }
      return super.disposeData(dataId, force)
    }

    copy(tensor: RecordedTensor): Tensor {
      return super.executeSingleOutput(
        'Identity',
        [{ name: 'T', type: binding.TF_ATTR_TYPE, value: typeNumber(tensor.dtype) }],
        [tensor as tf.TensorInfo],
      )
    }

    referenceIn(scope: Scope, tensor: RecordedTensor): Reference {
      return scope.reference(tensor) ?? this.constant(scope, tensor)
    }

    bind(scope: Scope, tensor: Tensor, node: RecordedNode, output: number): void {
      scope.bind(tensor.dataId, { kind: 'node', node, output })
      this.own(tensor)
    }

    own({ dataId }: RecordedTensor): void {
      const { session } = this
      assert(session, 'a function is recorded')
      const place = {}
      // Formatted only where an error names it.
      Error.captureStackTrace(place)
      origins.set(dataId, { session, place })
    }

    madeAt({ dataId }: RecordedTensor): string | undefined {
      return origins.get(dataId)?.place.stack
    }

    private check(op: string, inputs: readonly tf.TensorInfo[]): void {
      if (!this.session) return
      for (const tensor of inputs) {
        if (!('valueArray' in tensor) && !this.session.scope.knows(tensor.dataId)) this.checkStranger(tensor)
      }
      if (op in opSignatures) return
      throw new EngineError(
        'misuse',
        `operation ${op} cannot be part of a program: compute it outside the function, or with other operations`,
      )
    }

    private append(
      op: string,
      attributes: readonly TFEOpAttr[],
      inputs: readonly tf.TensorInfo[],
      outputs: readonly Tensor[],
    ): void {
      if (!this.session) return
      const { scope } = this.session
      const references = inputs.map((tensor) =>
        'valueArray' in tensor
          ? int64Constant(scope, tensor as unknown as Int64Scalar)
          : this.referenceIn(scope, tensor),
      )
      const appended = {
        op,
        attributes: attributes.map((value) => ({ kind: 'binding', value }) as const),
        inputs: references,
        inputTypes: inputs.map((tensor) =>
          'valueArray' in tensor ? tensorTypes.int64 : typeNumber(tensor.dtype),
        ),
        outputs: outputs.map(({ shape, dtype }) => ({ shape, dtype })),
      }
      const { precision, xla } = this.session
      const node =
        precision === 'bfloat16' && isFloatProduct(appended)
          ? appendBfloat16Product(scope, appended, { shapes: inputs.map(({ shape }) => shape), xla })
          : scope.append(appended)
      outputs.forEach((tensor, output) => this.bind(scope, tensor, node, output))
    }

    /** A tensor no scope knows was made from plain values: a constant. */
    private constant(scope: Scope, tensor: RecordedTensor): Reference {
      this.checkStranger(tensor)
      // A copy brings data of another backend here.
      const { dataId } = this.session?.written.has(tensor.dataId) ? tensor : this.copy(tensor)
      const node = constantNode(scope, tensor, super.readSync(dataId) as NumericValues)
      const reference: Reference = { kind: 'node', node, output: 0 }
      scope.bind(tensor.dataId, reference)
      return reference
    }

    private checkStranger(tensor: RecordedTensor): void {
      const { session } = this
      assert(session, 'a function is recorded')
      const maker = origins.get(tensor.dataId)?.session
      if (maker === session) {
        throw new EngineError(
          'misuse',
          'a tensor made inside a loop or a branch is used outside it: hand it out as a loop variable or a result of the branch',
        )
      }
      if (maker !== undefined) {
        throw new EngineError(
          'misuse',
          `a tensor of function "${maker.functionName}" is used here: hand values from function to function as outputs and inputs, or as state`,
        )
      }
      if (session.written.has(tensor.dataId)) return
      if (!tf.engine().state.tensorInfo.has(tensor.dataId)) {
        throw new EngineError('misuse', 'a tensor is used that was disposed of')
      }
      const variables = Object.values(tf.engine().registeredVariables)
      if (variables.some((variable) => variable.dataId === tensor.dataId)) {
        throw new EngineError(
          'misuse',
          'a tf.Variable is used: declare it as state, which every call reads anew',
        )
      }
      const size = sizeOf(tensor.shape)
      if (size <= capturedElements) return
      throw new EngineError(
        'misuse',
        `a tensor of ${size} elements from outside the function would become part of the program: declare it as state or as an input (up to ${capturedElements} elements are taken in)`,
      )
    }
  }
  tf.registerBackend(backendName, () => new Recording(binding, '@tensorflow/tfjs-node-gpu'))
  for (const kernel of tf.getKernelsForBackend('tensorflow')) {
    tf.registerKernel({ ...recordingKernel(kernel), backendName })
  }
  return tf.findBackend(backendName) as unknown as RecordingBackend
}

/** Runs `work` with the recording backend as tfjs' current one, and frees the tensors it leaves. */
export function onRecordingBackend<Result>(work: () => Result): Result {
  const before = tf.getBackend()
  useBackend(backendName)
  tf.engine().startScope()
  try {
    return work()
  } finally {
    tf.engine().endScope()
    useBackend(before)
  }
}

function refusedRead(): EngineError {
  return new EngineError(
    'misuse',
    "a tensor's values are read while the function is recorded, and would be fixed for every call: compute with the tensor, or hand the value in as an input",
  )
}

type NumericValues = Float32Array | Int32Array | Uint8Array

/** Fewer elements stay a plain constant even when they are all equal. */
const fillFrom = 16

/** A constant; a long one of equal elements is written as one value and a shape. */
function constantNode(scope: Scope, tensor: RecordedTensor, values: NumericValues): RecordedNode {
  const type = typeNumber(tensor.dtype)
  const { shape, dtype } = tensor
  const isEven = values.length >= fillFrom && dtype !== 'complex64' && values.every((v) => v === values[0])
  const plain = (
    content: ArrayLike<number>,
    of: number,
    dims: readonly number[],
    name: string,
  ): RecordedNode =>
    scope.append({
      op: 'Const',
      attributes: [{ kind: 'constant', type: of, shape: dims, bytes: bytesOf(of, content) }],
      inputs: [],
      inputTypes: [],
      outputs: [{ shape: dims, dtype: name }],
    })
  if (!isEven) return plain(values, type, shape, dtype)
  const operands = [
    plain(shape, tensorTypes.int32, [shape.length], 'int32'),
    plain(values.slice(0, 1), type, [], dtype),
  ]
  return scope.append({
    op: 'Fill',
    attributes: [],
    inputs: operands.map((node) => ({ kind: 'node', node, output: 0 })),
    inputTypes: [tensorTypes.int32, type],
    outputs: [{ shape, dtype }],
  })
}

function bytesOf(type: number, values: ArrayLike<number>): Uint8Array {
  if (type === tensorTypes.int32) return new Uint8Array(Int32Array.from(values).buffer)
  if (type === tensorTypes.bool) return Uint8Array.from(values)
  // Complex values are pairs of floats.
  return new Uint8Array(Float32Array.from(values).buffer)
}

function int64Constant(scope: Scope, scalar: Int64Scalar): Reference {
  const bytes = new Uint8Array(scalar.valueArray.slice().buffer)
  const node = scope.append({
    op: 'Const',
    attributes: [{ kind: 'constant', type: tensorTypes.int64, shape: [], bytes }],
    inputs: [],
    inputTypes: [],
    outputs: [{ shape: [], dtype: 'int64' }],
  })
  return { kind: 'node', node, output: 0 }
}
