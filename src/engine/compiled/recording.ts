// What recording a function gives: nodes with TensorFlow's op names, wired by references, in scopes that nest as loop
// bodies do. Plain data; nothing here runs or encodes a graph.
import { assert, EngineError } from '../errors'
import type { TFEOpAttr } from '../native'
import type { ElementType } from '../types'

/** TensorFlow's type numbers of the types that a recording knows. */
export const tensorTypes = {
  float32: 1,
  int32: 3,
  complex64: 8,
  int64: 9,
  bool: 10,
  bfloat16: 14,
} as const

/** TensorFlow's number of a dtype. Throws EngineError 'misuse' for one that no recording holds. */
export function typeNumber(dtype: string): number {
  const number = (tensorTypes as Record<string, number>)[dtype]
  if (number !== undefined) return number
  throw new EngineError(
    'misuse',
    `a ${dtype} tensor cannot be part of a program: use float32, int32, bool or complex64`,
  )
}

/** The element type of one of TensorFlow's type numbers, as programs know it. */
export function elementTypeOf(type: number): ElementType {
  const found = (['float32', 'int32', 'bool'] as const).find((name) => tensorTypes[name] === type)
  assert(found, `type number ${type} is an element type`)
  return found
}

/** Identity of a tensor's data: tfjs' dataId object. */
export type DataKey = object

/** Shape and type of a value. */
interface RecordedType {
  readonly shape: readonly number[]
  readonly dtype: string
}

/** A tensor of a recording, with enough to declare it. */
export interface RecordedTensor extends RecordedType {
  readonly dataId: DataKey
}

/** Where a value comes from: an argument of the scope, or output `output` of a node in it. */
export type Reference =
  | { readonly kind: 'argument'; readonly key: DataKey }
  | { readonly kind: 'node'; readonly node: RecordedNode; readonly output: number }

/** One operation. */
export interface RecordedNode {
  readonly name: string
  readonly op: string
  readonly attributes: readonly RecordedAttribute[]
  readonly inputs: readonly Reference[]
  /** TensorFlow's type numbers of the inputs. */
  readonly inputTypes: readonly number[]
  readonly outputs: readonly RecordedType[]
}

/** An attribute: the binding's own form, a constant's value, or the functions of a loop. */
export type RecordedAttribute =
  | { readonly kind: 'binding'; readonly value: TFEOpAttr }
  | {
      readonly kind: 'constant'
      readonly type: number
      readonly shape: readonly number[]
      readonly bytes: Uint8Array
    }
  | { readonly kind: 'function'; readonly name: string; readonly function: string }
  | { readonly kind: 'types'; readonly name: string; readonly types: readonly number[] }
  | { readonly kind: 'type'; readonly name: string; readonly type: number }
  | { readonly kind: 'integer'; readonly name: string; readonly value: number }
  | { readonly kind: 'flag'; readonly name: string; readonly value: boolean }

/** What an attribute is called; a constant has two names of its own. */
export const attributeName = (attribute: RecordedAttribute): string =>
  attribute.kind === 'binding' ? attribute.value.name : 'name' in attribute ? attribute.name : ''

/** The attribute that lists the types of some values. */
export function typesAttribute(
  name: string,
  values: readonly { readonly dtype: string }[],
): RecordedAttribute {
  return { kind: 'types', name, types: values.map(({ dtype }) => typeNumber(dtype)) }
}

/** A value that a scope gives. */
export interface RecordedResult {
  readonly reference: Reference
  readonly dtype: string
}

/** The body of a function while it is recorded: its arguments, captures of outer values and nodes. */
export class Scope {
  /** Tensors of outer scopes this one uses, in order of first use. */
  private readonly captured: RecordedTensor[] = []
  private readonly nodes: RecordedNode[] = []
  private readonly sources = new Map<DataKey, Reference>()

  constructor(
    readonly parent: Scope | undefined,
    readonly parameters: readonly RecordedTensor[],
  ) {
    for (const parameter of parameters) {
      this.sources.set(parameter.dataId, { kind: 'argument', key: parameter.dataId })
    }
  }

  /** Whether this scope or an outer one made the tensor. */
  knows(key: DataKey): boolean {
    return this.sources.has(key) || (this.parent?.knows(key) ?? false)
  }

  /** The reference of a known tensor, captured from an outer scope where needed; undefined for a stranger. */
  reference(tensor: RecordedTensor): Reference | undefined {
    const own = this.sources.get(tensor.dataId)
    if (own) return own
    if (!this.parent?.knows(tensor.dataId)) return undefined
    const captured: Reference = { kind: 'argument', key: tensor.dataId }
    this.captured.push(tensor)
    this.sources.set(tensor.dataId, captured)
    return captured
  }

  /** Says where a tensor's value comes from. */
  bind(key: DataKey, reference: Reference): void {
    this.sources.set(key, reference)
  }

  /** Appends an operation. */
  append(node: Omit<RecordedNode, 'name'>): RecordedNode {
    const named = { ...node, name: `n${this.nodes.length}` }
    this.nodes.push(named)
    return named
  }

  /** What the results need: nodes and captured tensors, both in order. All operations are pure: the others change nothing. */
  finish(results: readonly RecordedResult[]): { nodes: RecordedNode[]; captures: RecordedTensor[] } {
    const nodes = new Set<RecordedNode>()
    const keys = new Set<DataKey>()
    const use = (reference: Reference): unknown =>
      reference.kind === 'node' ? nodes.add(reference.node) : keys.add(reference.key)
    for (const { reference } of results) use(reference)
    for (const node of [...this.nodes].reverse()) if (nodes.has(node)) node.inputs.forEach(use)
    return {
      nodes: this.nodes.filter((node) => nodes.has(node)),
      captures: this.captured.filter(({ dataId }) => keys.has(dataId)),
    }
  }
}

/** A finished function: arguments in order, nodes, results. */
export interface RecordedFunction {
  readonly name: string
  readonly arguments: readonly RecordedTensor[]
  /** How many of the arguments, the last ones, a loop or branch takes from outside. */
  readonly captures?: number
  readonly nodes: readonly RecordedNode[]
  readonly results: readonly RecordedResult[]
}
