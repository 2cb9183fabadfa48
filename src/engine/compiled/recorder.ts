// Records functions written in tfjs ops: a tfjs backend of our own on which every kernel of tfjs-node is registered again.
// Each op runs once (so shapes come from TensorFlow itself) and is appended to the scope being recorded. It encodes and
// runs no graph.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { checkBranches, checkLoopVariables, refuseGradients } from '../control-ops'
import { assert, EngineError } from '../errors'
import type { NativeTensorFlow, TFEOpAttr } from '../native'
import type { ControlOps, ElementType } from '../types'
import { Scope, tensorTypes } from './recording'
import { recordingKernel } from './recording-kernels'
import type { RecordedAttribute, RecordedFunction, RecordedTensor, Reference } from './recording'

const backendName = 'afterword-recorder'

/** Records functions over one set of known tensors (state and inputs). */
export interface Recorder {
  readonly ops: ControlOps
  /** Runs `body` once and gives what it did; the function's arguments are those of `roots` that it uses. */
  record(
    name: string,
    roots: readonly RecordedTensor[],
    body: () => readonly Tensor[],
  ): { function: RecordedFunction; helpers: readonly RecordedFunction[] }
  /** Makes zeros on the recording backend, to stand for state and inputs. */
  placeholder(shape: readonly number[], dtype: ElementType): Tensor
  /** Runs `work` with the recording backend as tfjs' current one, and frees the tensors it leaves. */
  scope<Result>(work: () => Result): Result
}

/** How loops and slice writes are written down. */
export interface RecorderOptions {
  /** Whole program compiled by XLA: dynamic update slices and functional loops. */
  readonly xla: boolean
}

/** A value of tfjs-node's own 64-bit scalar, which is no tensor. */
interface Int64Scalar {
  readonly valueArray: Int32Array
}

/** Makes a recorder on the loaded library. Backend and kernels are registered on first use. */
export function createRecorder(native: NativeTensorFlow, options: RecorderOptions): Recorder {
  const backend = recordingBackend(native)
  let helpers: RecordedFunction[] = []
  let loops = 0
  let functionName = ''

  const trace = (scope: Scope, body: () => readonly Tensor[]): readonly Tensor[] => {
    const outer = backend.session
    backend.session = { scope, functionName }
    try {
      return body()
    } finally {
      backend.session = outer
    }
  }

  const whileLoop: ControlOps['whileLoop'] = (condition, body, variables, { maxIterations }) => {
    const outer = backend.session?.scope
    assert(outer, 'a loop is recorded inside a function')
    // The bound is part of the loop: a counter beside the variables.
    const counter = tf.scalar(0, 'int32')
    const initial = [counter, ...variables]
    // Fresh identities: a body may also use a variable's initial value, as a captured outer tensor.
    const [turn, ...current] = initial.map((tensor) => backend.copy(tensor)) as [Tensor, ...Tensor[]]
    const bodyScope = new Scope(outer, [turn, ...current])
    const conditionScope = new Scope(outer, [turn, ...current])
    const next = trace(bodyScope, () => [tf.add(turn, tf.scalar(1, 'int32')), ...body(...current)])
    const goesOn = trace(conditionScope, () => [
      tf.logicalAnd(tf.less(turn, tf.scalar(maxIterations, 'int32')), condition(...current)),
    ])
    checkLoopVariables(variables, next.slice(1))
    const nextReferences = next.map((tensor) => backend.referenceIn(bodyScope, tensor))
    const goesOnReferences = goesOn.map((tensor) => backend.referenceIn(conditionScope, tensor))
    const captures = mergeCaptures([bodyScope, conditionScope])
    const parameters = [...[turn, ...current].map(describe), ...captures]
    const id = `${functionName}_loop${loops++}`
    helpers.push({
      name: `${id}_body`,
      arguments: parameters,
      nodes: bodyScope.nodes,
      results: [
        ...next.map((tensor, index) => ({
          reference: nextReferences[index] as Reference,
          dtype: tensor.dtype,
        })),
        ...captures.map((tensor) => ({
          reference: { kind: 'argument', key: tensor.dataId } as const,
          dtype: tensor.dtype,
        })),
      ],
    })
    helpers.push({
      name: `${id}_condition`,
      arguments: parameters,
      nodes: conditionScope.nodes,
      results: goesOn.map((tensor, index) => ({
        reference: goesOnReferences[index] as Reference,
        dtype: tensor.dtype,
      })),
    })
    const node = outer.append(
      'While',
      [
        { kind: 'types', name: 'T', types: parameters.map((tensor) => typeNumber(tensor.dtype)) },
        { kind: 'function', name: 'cond', function: `${id}_condition` },
        { kind: 'function', name: 'body', function: `${id}_body` },
        { kind: 'integer', name: 'parallel_iterations', value: 1 },
        // Lowering gives TensorFlow's executor in-place loops; XLA compiles the functional form only.
        { kind: 'flag', name: '_lower_using_switch_merge', value: !options.xla },
      ],
      [...initial, ...captures].map((tensor) => backend.referenceIn(outer, tensor)),
      parameters.map((tensor) => typeNumber(tensor.dtype)),
    )
    return next.slice(1).map((tensor, index) => {
      const result = backend.copy(tensor)
      outer.bind(result.dataId, { kind: 'node', node, output: index + 1 })
      return result
    })
  }

  const cond: ControlOps['cond'] = (predicate, whenTrue, whenFalse) => {
    const outer = backend.session?.scope
    assert(outer, 'a branch is recorded inside a function')
    const scopes = [new Scope(outer, []), new Scope(outer, [])] as const
    const results = [trace(scopes[0], whenTrue), trace(scopes[1], whenFalse)] as const
    checkBranches(...results)
    const references = scopes.map((scope, branch) =>
      (results[branch] ?? []).map((tensor) => ({
        reference: backend.referenceIn(scope, tensor),
        dtype: tensor.dtype,
      })),
    )
    const captures = mergeCaptures(scopes)
    const id = `${functionName}_cond${loops++}`
    const names = [`${id}_true`, `${id}_false`] as const
    scopes.forEach((scope, branch) => {
      helpers.push({
        name: names[branch] as string,
        arguments: captures,
        nodes: scope.nodes,
        results: references[branch] ?? [],
      })
    })
    const types = (tensors: readonly { readonly dtype: string }[]) =>
      tensors.map((tensor) => typeNumber(tensor.dtype))
    const node = outer.append(
      'If',
      [
        { kind: 'types', name: 'Tin', types: types(captures) },
        { kind: 'types', name: 'Tout', types: types(results[0]) },
        { kind: 'function', name: 'then_branch', function: names[0] },
        { kind: 'function', name: 'else_branch', function: names[1] },
        { kind: 'flag', name: '_lower_using_switch_merge', value: !options.xla },
      ],
      [predicate, ...captures].map((tensor) => backend.referenceIn(outer, tensor)),
      types([predicate, ...captures]),
    )
    return results[0].map((tensor, output) => {
      const result = backend.copy(tensor)
      outer.bind(result.dataId, { kind: 'node', node, output })
      return result
    })
  }

  const updateSlice: ControlOps['updateSlice'] = (array, update, index, axis) => {
    const scope = backend.session?.scope
    assert(scope, 'a slice is written inside a function')
    const zero = tf.scalar(0, 'int32')
    // XLA clamps positions that are out of range; the other op would fail.
    const last = (array.shape[axis] as number) - (update.shape[axis] as number)
    const start = options.xla ? index : tf.minimum(tf.maximum(index, zero), tf.scalar(last, 'int32'))
    const starts = tf.stack(array.shape.map((_, position) => (position === axis ? start : zero)))
    const type = {
      kind: 'binding',
      value: { name: 'T', type: native.binding.TF_ATTR_TYPE, value: typeNumber(array.dtype) },
    } as const
    const result = backend.copy(array)
    if (options.xla) {
      const node = scope.append(
        'XlaDynamicUpdateSlice',
        [
          type,
          {
            kind: 'binding',
            value: { name: 'Tindices', type: native.binding.TF_ATTR_TYPE, value: tensorTypes.int32 },
          },
        ],
        [array, update, starts].map((tensor) => backend.referenceIn(scope, tensor)),
        [array, update, starts].map((tensor) => typeNumber(tensor.dtype)),
      )
      scope.bind(result.dataId, { kind: 'node', node, output: 0 })
      return result
    }
    const ends = tf.add(starts, tf.tensor1d(update.shape, 'int32'))
    const strides = tf.onesLike(starts)
    const node = scope.append(
      'TensorStridedSliceUpdate',
      [
        type,
        {
          kind: 'binding',
          value: { name: 'Index', type: native.binding.TF_ATTR_TYPE, value: tensorTypes.int32 },
        },
      ],
      [array, starts, ends, strides, update].map((tensor) => backend.referenceIn(scope, tensor)),
      [array, starts, ends, strides, update].map((tensor) => typeNumber(tensor.dtype)),
    )
    scope.bind(result.dataId, { kind: 'node', node, output: 0 })
    return result
  }

  return {
    ops: refuseGradients({ whileLoop, cond, updateSlice }),
    placeholder: (shape, dtype) => tf.zeros([...shape], dtype),
    scope(work) {
      const before = tf.getBackend()
      useBackend(backendName)
      tf.engine().startScope()
      try {
        return work()
      } finally {
        tf.engine().endScope()
        useBackend(before)
      }
    },
    record(name, roots, body) {
      helpers = []
      loops = 0
      functionName = name
      // State and inputs belong to an outermost scope, so a function's arguments are what it captured: what it uses.
      const root = new Scope(undefined, roots)
      const scope = new Scope(root, [])
      const results = trace(scope, body)
      const references = results.map((tensor) => backend.referenceIn(scope, tensor))
      return {
        function: {
          name,
          arguments: scope.captures,
          nodes: scope.nodes,
          results: results.map((tensor, index) => ({
            reference: references[index] as Reference,
            dtype: tensor.dtype,
          })),
        },
        helpers,
      }
    },
  }
}

/** What sibling scopes capture together, each tensor once. */
function mergeCaptures(scopes: readonly Scope[]): RecordedTensor[] {
  const byData = new Map(scopes.flatMap((scope) => scope.captures).map((tensor) => [tensor.dataId, tensor]))
  return [...byData.values()]
}

function useBackend(name: string): void {
  // Registered and synchronous: current when this returns.
  void tf.setBackend(name)
  assert(tf.getBackend() === name, `tfjs backend "${name}" is registered`)
}

function describe(tensor: Tensor): RecordedTensor {
  return { dataId: tensor.dataId, shape: tensor.shape, dtype: tensor.dtype }
}

function typeNumber(dtype: string): number {
  const number = (tensorTypes as Record<string, number>)[dtype]
  if (number === undefined) throw new EngineError('misuse', `a ${dtype} tensor cannot be recorded`)
  return number
}

/** What the recording backend adds to tfjs-node's. */
interface RecordingBackend {
  session: { scope: Scope; functionName: string } | undefined
  referenceIn(scope: Scope, tensor: RecordedTensor): Reference
  /** The same values under a new identity, unrecorded. */
  copy(tensor: Tensor): Tensor
}

/** The one recording backend of this process: tfjs keeps backends by name for its lifetime. */
function recordingBackend(native: NativeTensorFlow): RecordingBackend {
  const existing: unknown = tf.findBackend(backendName)
  if (existing) return existing as RecordingBackend
  const { binding } = native
  class Recording extends native.NodeBackend implements RecordingBackend {
    session: { scope: Scope; functionName: string } | undefined

    override executeSingleOutput(op: string, attributes: TFEOpAttr[], inputs: tf.TensorInfo[]): Tensor {
      const output = super.executeSingleOutput(op, attributes, inputs)
      this.append(op, attributes, inputs, [output])
      return output
    }

    override executeMultipleOutputs(
      op: string,
      attributes: TFEOpAttr[],
      inputs: tf.TensorInfo[],
      count: number,
    ): Tensor[] {
      const outputs = super.executeMultipleOutputs(op, attributes, inputs, count)
      this.append(op, attributes, inputs, outputs)
      return outputs
    }

    override readSync(dataId: object): tf.backend_util.BackendValues {
      if (this.session) {
        throw new EngineError(
          'misuse',
          `function "${this.session.functionName}" reads a tensor's values while it is recorded: the value would be fixed for every call. Compute with the tensor, or hand the value in as an input.`,
        )
      }
      return super.readSync(dataId)
    }

    copy(tensor: Tensor): Tensor {
      return super.executeSingleOutput(
        'Identity',
        [{ name: 'T', type: binding.TF_ATTR_TYPE, value: typeNumber(tensor.dtype) }],
        [tensor],
      )
    }

    referenceIn(scope: Scope, tensor: RecordedTensor): Reference {
      return scope.reference(tensor) ?? this.constant(scope, tensor)
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
          ? int64Constant(scope, tensor as unknown as Int64Scalar, binding.TF_INT64)
          : this.referenceIn(scope, tensor),
      )
      const node = scope.append(
        op,
        attributes.map((value) => ({ kind: 'binding', value })),
        references,
        inputs.map((tensor) => ('valueArray' in tensor ? binding.TF_INT64 : typeNumber(tensor.dtype))),
      )
      outputs.forEach((tensor, output) => scope.bind(tensor.dataId, { kind: 'node', node, output }))
    }

    /** A tensor no scope knows was made from plain values while recording: a constant. */
    private constant(scope: Scope, tensor: RecordedTensor): Reference {
      const values = super.readSync(tensor.dataId) as Float32Array | Int32Array | Uint8Array
      const type = typeNumber(tensor.dtype)
      const typed =
        type === tensorTypes.int32
          ? Int32Array.from(values)
          : type === tensorTypes.bool
            ? Uint8Array.from(values)
            : // Complex values are pairs of floats.
              Float32Array.from(values)
      const attribute: RecordedAttribute = {
        kind: 'constant',
        type,
        shape: tensor.shape,
        bytes: new Uint8Array(typed.buffer),
      }
      const reference: Reference = {
        kind: 'node',
        node: scope.append('Const', [attribute], [], []),
        output: 0,
      }
      scope.bind(tensor.dataId, reference)
      return reference
    }
  }
  tf.registerBackend(backendName, () => new Recording(binding, '@tensorflow/tfjs-node-gpu'))
  for (const kernel of tf.getKernelsForBackend('tensorflow')) {
    tf.registerKernel({ ...recordingKernel(kernel), backendName })
  }
  return tf.findBackend(backendName) as unknown as RecordingBackend
}

function int64Constant(scope: Scope, scalar: Int64Scalar, type: number): Reference {
  const bytes = new Uint8Array(scalar.valueArray.slice().buffer)
  return {
    kind: 'node',
    node: scope.append('Const', [{ kind: 'constant', type, shape: [], bytes }], [], []),
    output: 0,
  }
}
