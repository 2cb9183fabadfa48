// Records a program's functions: runs each once on the recording backend and gives its nodes. Loops and branches become one
// node with functions of their own, slice writes one update in place. It encodes and runs no graph.
import { createHash } from 'node:crypto'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { sizeOf } from '../check-arrays'
import { checkBranches, checkLoopVariables, refuseGradients } from '../control-ops'
import { assert } from '../errors'
import { takingPieces } from '../fused'
import type { Piece } from '../fused'
import type { NativeTensorFlow } from '../native'
import type { ControlOps, Precision } from '../types'
import { Scope, typeNumber, typesAttribute } from './recording'
import { onRecordingBackend, recordingBackend } from './recording-backend'
import type { RecordingSession } from './recording-backend'
import type {
  RecordedAttribute,
  RecordedFunction,
  RecordedNode,
  RecordedResult,
  RecordedTensor,
  Reference,
} from './recording'

/** How functions are written down. */
export interface RecorderOptions {
  /** Whole program compiled by XLA: dynamic update slices and functional loops. */
  readonly xla: boolean
  readonly precision: Precision
}

/** What a body that is recorded gets. */
export interface RecordingTools {
  readonly ops: ControlOps
  /** Makes zeros that stand for a state array or an input. */
  readonly root: (shape: readonly number[], dtype: tf.DataType) => Tensor
  /** The stack at which a tensor of this function was made. */
  readonly madeAt: (tensor: Tensor) => string | undefined
  /** Throws unless tensors can be results of this function, and nothing went wrong on the way. */
  readonly check: (results: readonly Tensor[]) => void
}

/** A recorded function with those of its loops and branches, inner before outer. */
export interface Recording {
  readonly function: RecordedFunction
  readonly helpers: readonly RecordedFunction[]
}

/** Runs `body` once and gives what it did; the function's arguments are those roots that it uses. */
export function recordBody(
  native: NativeTensorFlow,
  name: string,
  options: RecorderOptions,
  body: (tools: RecordingTools) => readonly Tensor[],
): Recording {
  const backend = recordingBackend(native)
  return onRecordingBackend(() => {
    const roots: RecordedTensor[] = []
    // State and inputs belong to an outermost scope, so a function's arguments are what it captured: what it uses.
    const outermost = new Scope(undefined, [])
    const scope = new Scope(outermost, [])
    const session: RecordingSession = {
      functionName: name,
      scope,
      roots: new Set(),
      xla: options.xla,
      precision: options.precision,
      written: new WeakSet(),
    }
    const control = new ControlRecorder(native, session)
    backend.session = session
    try {
      const tools: RecordingTools = {
        ops: refuseGradients(control),
        root: (shape, dtype) => {
          const tensor = tf.zeros([...shape], dtype)
          outermost.bind(tensor.dataId, { kind: 'argument', key: tensor.dataId })
          session.roots.add(tensor.dataId)
          backend.own(tensor)
          roots.push(tensor)
          return tensor
        },
        madeAt: (tensor) => backend.madeAt(tensor),
        check: (tensors) => {
          if (session.failure) throw session.failure
          control.resultsOf(scope, tensors)
        },
      }
      const results = takingPieces(options.xla ? undefined : control.fuse, () => body(tools))
      const recorded = control.resultsOf(scope, results)
      const { nodes, captures } = scope.finish(recorded)
      return {
        function: { name, arguments: captures, nodes, results: recorded },
        helpers: control.helpers,
      }
    } finally {
      backend.session = undefined
    }
  })
}

/** The control ops while one function is recorded. */
class ControlRecorder implements ControlOps {
  readonly helpers: RecordedFunction[] = []
  private readonly backend
  private count = 0

  constructor(
    private readonly native: NativeTensorFlow,
    private readonly session: RecordingSession,
  ) {
    this.backend = recordingBackend(native)
  }

  whileLoop: ControlOps['whileLoop'] = (condition, body, variables, { maxIterations }) => {
    const { backend } = this
    const outer = this.session.scope
    // The bound is part of the loop: a counter beside the variables.
    const initial = [tf.scalar(0, 'int32'), ...variables]
    // Fresh identities: a body may also use a variable's initial value, as a captured outer tensor.
    const parameters = initial.map((tensor) => backend.copy(tensor)) as [Tensor, ...Tensor[]]
    for (const parameter of parameters) backend.own(parameter)
    const [turn, ...current] = parameters
    const [bodyScope, next] = this.trace(outer, parameters, () => [
      tf.add(turn, tf.scalar(1, 'int32')),
      ...body(...current),
    ])
    checkLoopVariables(variables, next.slice(1))
    const [conditionScope, goesOn] = this.trace(outer, parameters, () => [
      tf.logicalAnd(tf.less(turn, tf.scalar(maxIterations, 'int32')), condition(...current)),
    ])
    const nextResults = this.resultsOf(bodyScope, next)
    const goesOnResults = this.resultsOf(conditionScope, goesOn)
    const bodyParts = bodyScope.finish(nextResults)
    const conditionParts = conditionScope.finish(goesOnResults)
    const captures = mergeTensors([bodyParts.captures, conditionParts.captures])
    const handedOn = captures.map(({ dataId, dtype }) => ({
      reference: { kind: 'argument', key: dataId } as const,
      dtype,
    }))
    const all = [...parameters, ...captures]
    const node = this.append(outer, 'While', [...initial, ...captures], all, [
      typesAttribute('T', all),
      this.helper('cond', 'condition', parameters, captures, conditionParts.nodes, goesOnResults),
      this.helper('body', 'body', parameters, captures, bodyParts.nodes, [...nextResults, ...handedOn]),
      { kind: 'integer', name: 'parallel_iterations', value: 1 },
      // Lowering gives TensorFlow's executor in-place loops; XLA compiles the functional form only.
      { kind: 'flag', name: '_lower_using_switch_merge', value: !this.session.xla },
    ])
    return this.outputs(outer, node, next).slice(1)
  }

  cond: ControlOps['cond'] = (predicate, whenTrue, whenFalse) => {
    const outer = this.session.scope
    const [trueScope, trueTensors] = this.trace(outer, [], whenTrue)
    const [falseScope, falseTensors] = this.trace(outer, [], whenFalse)
    checkBranches(trueTensors, falseTensors)
    const trueResults = this.resultsOf(trueScope, trueTensors)
    const falseResults = this.resultsOf(falseScope, falseTensors)
    const trueParts = trueScope.finish(trueResults)
    const falseParts = falseScope.finish(falseResults)
    const captures = mergeTensors([trueParts.captures, falseParts.captures])
    const node = this.append(outer, 'If', [predicate, ...captures], trueTensors, [
      typesAttribute('Tin', captures),
      typesAttribute('Tout', trueResults),
      this.helper('then_branch', 'true', [], captures, trueParts.nodes, trueResults),
      this.helper('else_branch', 'false', [], captures, falseParts.nodes, falseResults),
      { kind: 'flag', name: '_lower_using_switch_merge', value: !this.session.xla },
    ])
    return this.outputs(outer, node, trueTensors)
  }

  updateSlice: ControlOps['updateSlice'] = (array, update, index, axis) => {
    const { scope } = this.session
    const { TF_ATTR_TYPE } = this.native.binding
    const type = (name: string, dtype: string): RecordedAttribute => ({
      kind: 'binding',
      value: { name, type: TF_ATTR_TYPE, value: typeNumber(dtype) },
    })
    const zero = tf.scalar(0, 'int32')
    // XLA clamps positions that are out of range; the other op would fail.
    const last = (array.shape[axis] as number) - (update.shape[axis] as number)
    const start = this.session.xla ? index : tf.minimum(tf.maximum(index, zero), tf.scalar(last, 'int32'))
    const starts = tf.stack(array.shape.map((_, position) => (position === axis ? start : zero)))
    const ends = () => tf.add(starts, tf.tensor1d(update.shape, 'int32'))
    const node = this.session.xla
      ? this.append(
          scope,
          'XlaDynamicUpdateSlice',
          [array, update, starts],
          [array],
          [type('T', array.dtype), type('Tindices', 'int32')],
        )
      : this.append(
          scope,
          'TensorStridedSliceUpdate',
          [array, starts, ends(), tf.onesLike(starts), update],
          [array],
          [type('T', array.dtype), type('Index', 'int32')],
        )
    return this.outputs(scope, node, [array])[0] as Tensor
  }

  /** A piece as one call of a function that XLA compiles, where it is large enough; equal pieces share their function. */
  fuse = (piece: Piece): Tensor[] => {
    const outer = this.session.scope
    const [scope, tensors] = this.trace(outer, [], piece)
    const results = this.resultsOf(scope, tensors)
    const { nodes, captures } = scope.finish(results)
    if (Math.max(...[...captures, ...tensors].map(({ shape }) => sizeOf(shape))) < fusedElements) {
      return this.inline(outer, { nodes, captures, results }, tensors)
    }
    const name = pieceName({ nodes, captures, results })
    if (!this.helpers.some((helper) => helper.name === name)) {
      const all = captures.map(typed)
      this.helpers.push({ name, arguments: all, captures: all.length, nodes, results })
    }
    const node = this.append(outer, 'PartitionedCall', captures, tensors, [
      typesAttribute('Tin', captures),
      typesAttribute('Tout', results),
      { kind: 'function', name: 'f', function: name },
      { kind: 'flag', name: '_XlaMustCompile', value: true },
    ])
    return this.outputs(outer, node, tensors)
  }

  /** The nodes of an inner scope as nodes of the outer one. */
  private inline(outer: Scope, { nodes, captures, results }: Parts, tensors: readonly Tensor[]): Tensor[] {
    const taken = new Map(captures.map((tensor) => [tensor.dataId, tensor]))
    const moved = new Map<RecordedNode, RecordedNode>()
    const move = (reference: Reference): Reference => {
      if (reference.kind === 'argument') {
        const tensor = taken.get(reference.key)
        assert(tensor, 'what a piece takes from outside is captured')
        return this.backend.referenceIn(outer, tensor)
      }
      const node = moved.get(reference.node)
      assert(node, 'a node comes after its inputs')
      return { ...reference, node }
    }
    for (const node of nodes) {
      moved.set(node, outer.append({ ...node, inputs: node.inputs.map(move) }))
    }
    return tensors.map((tensor, index) => {
      const result = this.backend.copy(tensor)
      outer.bind(result.dataId, move((results[index] as RecordedResult).reference))
      this.backend.own(result)
      return result
    })
  }

  /** Tensors as results of a scope. */
  resultsOf(scope: Scope, tensors: readonly Tensor[]): RecordedResult[] {
    return tensors.map((tensor) => ({
      reference: this.backend.referenceIn(scope, tensor),
      dtype: tensor.dtype,
    }))
  }

  /** Records `body` in a scope of its own. */
  private trace(
    outer: Scope,
    parameters: readonly RecordedTensor[],
    body: () => readonly Tensor[],
  ): [Scope, readonly Tensor[]] {
    const scope = new Scope(outer, parameters)
    this.session.scope = scope
    try {
      return [scope, body()]
    } finally {
      this.session.scope = outer
    }
  }

  /** Keeps a body as a function of its own and gives the attribute that names it. */
  private helper(
    attribute: string,
    part: string,
    parameters: readonly RecordedTensor[],
    captures: readonly RecordedTensor[],
    nodes: readonly RecordedNode[],
    results: readonly RecordedResult[],
  ): RecordedAttribute {
    const name = `${this.session.functionName}_${part}${this.count++}`
    const all = [...parameters, ...captures].map(typed)
    this.helpers.push({ name, arguments: all, captures: captures.length, nodes, results })
    return { kind: 'function', name: attribute, function: name }
  }

  private append(
    scope: Scope,
    op: string,
    inputs: readonly RecordedTensor[],
    outputs: readonly RecordedTensor[],
    attributes: readonly RecordedAttribute[],
  ): RecordedNode {
    const references: Reference[] = inputs.map((tensor) => this.backend.referenceIn(scope, tensor))
    const inputTypes = inputs.map(({ dtype }) => typeNumber(dtype))
    return scope.append({ op, attributes, inputs: references, inputTypes, outputs: outputs.map(typed) })
  }

  /** Tensors that stand for a node's first outputs, shaped like the given ones. */
  private outputs(scope: Scope, node: RecordedNode, like: readonly Tensor[]): Tensor[] {
    assert(like.length <= node.outputs.length, `${node.op} has outputs for all its results`)
    return like.map((tensor, output) => {
      const result = this.backend.copy(tensor)
      this.backend.bind(scope, result, node, output)
      return result
    })
  }
}

/** What a finished scope gives. */
interface Parts {
  readonly nodes: readonly RecordedNode[]
  readonly captures: readonly RecordedTensor[]
  readonly results: readonly RecordedResult[]
}

/** Pieces of smaller tensors only cost a compiled function's launch. */
const fusedElements = 2 ** 18

/** Equal for pieces that compute the same from inputs of the same shapes. */
function pieceName({ nodes, captures, results }: Parts): string {
  const positions = new Map<object, number>()
  captures.forEach(({ dataId }, index) => positions.set(dataId, index))
  nodes.forEach((node, index) => positions.set(node, index))
  const place = (reference: Reference) =>
    reference.kind === 'argument'
      ? [positions.get(reference.key)]
      : [positions.get(reference.node), reference.output]
  const text = JSON.stringify([
    captures.map(({ shape, dtype }) => [dtype, shape]),
    nodes.map(({ op, attributes, inputs }) => [op, attributes.map(plainAttribute), inputs.map(place)]),
    results.map(({ reference }) => place(reference)),
  ])
  const hash = createHash('sha256').update(text)
  for (const { attributes } of nodes) {
    for (const attribute of attributes) if (attribute.kind === 'constant') hash.update(attribute.bytes)
  }
  return `piece_${hash.digest('hex').slice(0, 16)}`
}

/** An attribute as JSON can hold it: a constant's length, whose bytes are hashed apart, and numbers that are not finite. */
function plainAttribute(attribute: RecordedAttribute): unknown {
  if (attribute.kind === 'constant') return { ...attribute, bytes: attribute.bytes.length }
  if (attribute.kind !== 'binding' || typeof attribute.value.value !== 'number') return attribute
  return { ...attribute, value: { ...attribute.value, value: String(attribute.value.value) } }
}

/** What is kept of a tensor: not its values. */
const typed = ({ dataId, shape, dtype }: RecordedTensor): RecordedTensor => ({ dataId, shape, dtype })

/** What sibling scopes capture together, each tensor once. */
function mergeTensors(lists: readonly (readonly RecordedTensor[])[]): RecordedTensor[] {
  return [...new Map(lists.flat().map((tensor) => [tensor.dataId, tensor])).values()]
}
