// Encodes recorded functions as a TensorFlow SavedModel: state as resource variables, one call node a function. Bytes only;
// loading and running are compiled-engine.ts.
import { assert, assertNever, EngineError } from '../errors'
import type { TFJSBinding } from '../native'
import type { ElementType } from '../types'
import { opSignatures } from './op-signatures'
import { tensorTypes } from './recording'
import type {
  ArgumentDef,
  AttributeList,
  AttributeValue,
  FunctionDef,
  NodeDef,
  Protocol,
  TensorShape,
} from './protocol'
import type { RecordedAttribute, RecordedFunction, RecordedNode, Reference } from './recording'

/** A declared array. */
export interface DeclaredArray {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: ElementType
}

/** A recorded function of a program, with what its arguments and results are. */
export interface RecordedProgramFunction {
  readonly function: RecordedFunction
  readonly helpers: readonly RecordedFunction[]
  /** Of each argument: the state array or the input it is. */
  readonly sources: readonly ({ readonly state: string } | { readonly input: string })[]
  readonly inputs: readonly DeclaredArray[]
  /** Results in order: state arrays to assign, then outputs. */
  readonly assigned: readonly string[]
  readonly outputs: readonly string[]
}

/** A program ready to be encoded. */
export interface RecordedProgram {
  readonly state: readonly DeclaredArray[]
  readonly functions: readonly RecordedProgramFunction[]
}

/** Names of the nodes a caller feeds and fetches. */
export const nodeNames = {
  stateInput: (state: string) => `state/${state}/value`,
  stateAssigned: (state: string) => `state/${state}/assigned`,
  stateRead: (state: string) => `state/${state}/read`,
  input: (fn: string, input: string) => `${fn}/in/${input}`,
  output: (fn: string, output: string) => `${fn}/out/${output}`,
  done: (fn: string) => `${fn}/done`,
} as const

/** Encodes a program; with `xla` every function is compiled whole on its first call. */
export function encodeSavedModel(
  program: RecordedProgram,
  options: { readonly xla: boolean; readonly binding: TFJSBinding; readonly protocol: Protocol },
): Uint8Array {
  const { protocol, binding } = options
  const graph = new protocol.GraphDef()
  const library = new protocol.FunctionDefLibrary()

  const attribute = (value: RecordedAttribute): [string, AttributeValue][] =>
    attributeValues(value, protocol, binding)

  const nodeDef = (
    node: { name: string; op: string; attributes: readonly RecordedAttribute[] },
    inputs: readonly string[],
  ): NodeDef => {
    const message = new protocol.NodeDef()
    message.setName(node.name)
    message.setOp(node.op)
    message.setInputList([...inputs])
    for (const [name, value] of node.attributes.flatMap(attribute)) message.getAttrMap().set(name, value)
    return message
  }

  const functionDef = (recorded: RecordedFunction): FunctionDef => {
    const message = new protocol.FunctionDef()
    const signature = new protocol.OpDef()
    signature.setName(recorded.name)
    const argumentNames = new Map<object, string>()
    recorded.arguments.forEach((tensor, index) => {
      argumentNames.set(tensor.dataId, `a${index}`)
      signature.addInputArg(argumentMessage(protocol, `a${index}`, tensor.dtype))
    })
    recorded.results.forEach((result, index) => {
      signature.addOutputArg(argumentMessage(protocol, `r${index}`, result.dtype))
    })
    message.setSignature(signature)
    const text = (reference: Reference): string => {
      if (reference.kind === 'node') return outputName(reference.node, reference.output)
      const name = argumentNames.get(reference.key)
      assert(name, `an argument of ${recorded.name} is known`)
      return name
    }
    for (const node of recorded.nodes) {
      const attributes = node.op === 'Const' ? node.attributes : completeAttributes(node)
      message.addNodeDef(nodeDef({ ...node, attributes }, node.inputs.map(text)))
    }
    recorded.results.forEach((result, index) => message.getRetMap().set(`r${index}`, text(result.reference)))
    return message
  }

  const add = (
    name: string,
    op: string,
    inputs: readonly string[],
    attributes: readonly RecordedAttribute[],
  ): void => {
    graph.addNode(nodeDef({ name, op, attributes }, inputs))
  }
  const typed = (name: string, dtype: string): RecordedAttribute => ({
    kind: 'binding',
    value: { name, type: binding.TF_ATTR_TYPE, value: typeOf(dtype) },
  })
  const shaped = (shape: readonly number[]): RecordedAttribute => ({
    kind: 'binding',
    value: { name: 'shape', type: binding.TF_ATTR_SHAPE, value: [...shape] },
  })
  const named = (name: string, value: string): RecordedAttribute => ({
    kind: 'binding',
    value: { name, type: binding.TF_ATTR_STRING, value },
  })

  for (const { name, shape, dtype } of program.state) {
    const handle = `state/${name}/handle`
    add(
      handle,
      'VarHandleOp',
      [],
      [typed('dtype', dtype), shaped(shape), named('shared_name', name), named('container', '')],
    )
    add(nodeNames.stateInput(name), 'Placeholder', [], [typed('dtype', dtype), shaped(shape)])
    add(
      `state/${name}/assign`,
      'AssignVariableOp',
      [handle, nodeNames.stateInput(name)],
      [typed('dtype', dtype)],
    )
    add(nodeNames.stateAssigned(name), 'Const', [`^state/${name}/assign`], [doneConstant])
    add(nodeNames.stateRead(name), 'ReadVariableOp', [handle], [typed('dtype', dtype)])
  }
  for (const { function: recorded, helpers, sources, inputs, assigned, outputs } of program.functions) {
    const fn = recorded.name
    for (const helper of helpers) library.addFunction(functionDef(helper))
    library.addFunction(functionDef(recorded))
    for (const { name, shape, dtype } of inputs) {
      add(nodeNames.input(fn, name), 'Placeholder', [], [typed('dtype', dtype), shaped(shape)])
    }
    const callInputs = sources.map((source, index) => {
      if ('input' in source) return nodeNames.input(fn, source.input)
      const read = `${fn}/read/${source.state}`
      add(
        read,
        'ReadVariableOp',
        [`state/${source.state}/handle`],
        [typed('dtype', recorded.arguments[index]?.dtype ?? 'float32')],
      )
      return read
    })
    add(`${fn}/call`, 'PartitionedCall', callInputs, [
      { kind: 'types', name: 'Tin', types: recorded.arguments.map((tensor) => typeOf(tensor.dtype)) },
      { kind: 'types', name: 'Tout', types: recorded.results.map((result) => typeOf(result.dtype)) },
      { kind: 'function', name: 'f', function: fn },
      ...(options.xla ? [{ kind: 'flag', name: '_XlaMustCompile', value: true } as const] : []),
    ])
    const dtypeOf = (result: number): string => recorded.results[result]?.dtype ?? 'float32'
    const writes = assigned.map((name, index) => {
      const write = `${fn}/write/${name}`
      add(
        write,
        'AssignVariableOp',
        [`state/${name}/handle`, `${fn}/call:${index}`],
        [typed('dtype', dtypeOf(index))],
      )
      return `^${write}`
    })
    outputs.forEach((name, index) => {
      const result = assigned.length + index
      add(
        nodeNames.output(fn, name),
        'Identity',
        [`${fn}/call:${result}`, ...writes],
        [typed('T', dtypeOf(result))],
      )
    })
    add(nodeNames.done(fn), 'Const', [...writes], [doneConstant])
  }

  graph.setLibrary(library)
  const versions = new protocol.VersionDef()
  versions.setProducer(graphProducer)
  graph.setVersions(versions)
  const meta = new protocol.MetaGraphDef()
  const info = new protocol.MetaGraphDef.MetaInfoDef()
  info.addTags('serve')
  meta.setMetaInfoDef(info)
  meta.setGraphDef(graph)
  const model = new protocol.SavedModel()
  model.setSavedModelSchemaVersion(1)
  model.addMetaGraphs(meta)
  return model.serializeBinary()
}

/** An attribute's name and message; a constant has two. */
function attributeValues(
  value: RecordedAttribute,
  protocol: Protocol,
  binding: TFJSBinding,
): [string, AttributeValue][] {
  const make = (name: string, set: (message: AttributeValue) => void): [string, AttributeValue][] => {
    const message = new protocol.AttrValue()
    set(message)
    return [[name, message]]
  }
  const list = (set: (message: AttributeList) => void): AttributeList => {
    const message = new protocol.AttrValue.ListValue()
    set(message)
    return message
  }
  const types = (name: string, numbers: readonly number[]) =>
    make(name, (message) => message.setList(list((items) => items.setTypeList([...numbers]))))
  switch (value.kind) {
    case 'binding': {
      const { name, type, value: content } = value.value
      if (Array.isArray(content)) {
        const numbers = content as number[]
        if (type === binding.TF_ATTR_TYPE) return types(name, numbers)
        if (type === binding.TF_ATTR_SHAPE) {
          return make(name, (message) => message.setShape(shapeMessage(protocol, numbers)))
        }
        return make(name, (message) => message.setList(list((items) => items.setIList(numbers))))
      }
      return make(name, (message) => {
        if (typeof content === 'boolean') message.setB(content)
        else if (typeof content === 'string') message.setS(new TextEncoder().encode(content))
        else if (type === binding.TF_ATTR_TYPE) message.setType(Number(content))
        else if (type === binding.TF_ATTR_INT) message.setI(Number(content))
        else if (type === binding.TF_ATTR_FLOAT) message.setF(Number(content))
        else throw new Error(`internal: attribute ${name} has an unknown type ${type}`)
      })
    }
    case 'constant': {
      const tensor = new protocol.Tensor()
      tensor.setDtype(value.type)
      tensor.setTensorShape(shapeMessage(protocol, value.shape))
      tensor.setTensorContent(value.bytes)
      return [
        ...make('dtype', (message) => message.setType(value.type)),
        ...make('value', (message) => message.setTensor(tensor)),
      ]
    }
    case 'function':
      return make(value.name, (message) => {
        const name = new protocol.NameAttrList()
        name.setName(value.function)
        message.setFunc(name)
      })
    case 'types':
      return types(value.name, value.types)
    case 'type':
      return make(value.name, (message) => message.setType(value.type))
    case 'integer':
      return make(value.name, (message) => message.setI(value.value))
    case 'flag':
      return make(value.name, (message) => message.setB(value.value))
    default:
      return assertNever(value)
  }
}

/** A graph version TensorFlow 2 writes: newer than every op's deprecation that matters here. */
const graphProducer = 2000

const doneConstant: RecordedAttribute = {
  kind: 'constant',
  type: tensorTypes.int32,
  shape: [],
  bytes: new Uint8Array(4),
}

function typeOf(dtype: string): number {
  const number = (tensorTypes as Record<string, number>)[dtype]
  assert(number !== undefined, `${dtype} has a type number`)
  return number
}

function shapeMessage(protocol: Protocol, shape: readonly number[]): TensorShape {
  const message = new protocol.TensorShape()
  for (const size of shape) {
    const dimension = new protocol.TensorShape.Dim()
    dimension.setSize(size)
    message.addDim(dimension)
  }
  return message
}

function argumentMessage(protocol: Protocol, name: string, dtype: string): ArgumentDef {
  const message = new protocol.OpDef.ArgDef()
  message.setName(name)
  message.setType(typeOf(dtype))
  return message
}

/** Output names and input type attributes of an operation. */
function signatureOf(op: string): { outputs: string[]; inputs: string[] } {
  const signature = opSignatures[op]
  if (signature === undefined) {
    throw new EngineError(
      'misuse',
      `operation ${op} is not in op-signatures.ts: add it to scripts/op-signatures.mjs`,
    )
  }
  const [outputs = '', inputs = ''] = signature.split(' < ')
  return { outputs: outputs.split(' '), inputs: inputs === '' ? [] : inputs.split(' ') }
}

/**
 * A node's attributes with the types and lengths of its inputs. Eager execution takes the inputs' own types whatever a kernel
 * says (tfjs-node's Mean of int32 casts to float32 and still says int32), so a graph must state those.
 */
function completeAttributes(node: RecordedNode): RecordedAttribute[] {
  const inferred = new Map<string, RecordedAttribute>()
  const { inputs } = signatureOf(node.op)
  let position = 0
  for (const [index, argument] of inputs.entries()) {
    const [type = '-', length] = argument.split('*') as [string, string?]
    const count = length === undefined ? 1 : node.inputs.length - position - (inputs.length - 1 - index)
    const inputType = node.inputTypes[position]
    // A list of mixed types (length '') is stated by whoever records the node.
    if (type !== '-' && length !== '' && inputType !== undefined && !inferred.has(type)) {
      inferred.set(type, { kind: 'type', name: type, type: inputType })
    }
    if (length) inferred.set(length, { kind: 'integer', name: length, value: count })
    position += count
  }
  const nameOf = (attribute: RecordedAttribute): string =>
    attribute.kind === 'binding' ? attribute.value.name : 'name' in attribute ? attribute.name : ''
  return [...node.attributes.filter((attribute) => !inferred.has(nameOf(attribute))), ...inferred.values()]
}

/** `node:output argument:index`, as function definitions name a value. */
function outputName(node: RecordedNode, output: number): string {
  const list = signatureOf(node.op).outputs
  const only = list[0] ?? ''
  if (list.length === 1 && only.endsWith('*')) return `${node.name}:${only.slice(0, -1)}:${output}`
  const name = list[output]
  assert(name !== undefined && !name.endsWith('*'), `output ${output} of ${node.op} has a name`)
  return `${node.name}:${name}:0`
}
