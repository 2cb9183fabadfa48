// Recorded nodes and functions as the messages of TensorFlow's graphs: NodeDef, FunctionDef and their parts, with the types
// that eager execution infers and a graph must state. Field numbers are those of tensorflow/core/framework/*.proto.
import { assert, assertNever, EngineError } from '../errors'
import type { TFEOpAttr, TFJSBinding } from '../native'
import { Message } from './message'
import { opSignatures } from './op-signatures'
import { attributeName, typeNumber } from './recording'
import type { RecordedAttribute, RecordedFunction, RecordedNode, Reference } from './recording'

/** How the binding marks types of attributes. */
export type AttributeKinds = Pick<
  TFJSBinding,
  'TF_ATTR_TYPE' | 'TF_ATTR_SHAPE' | 'TF_ATTR_INT' | 'TF_ATTR_FLOAT' | 'TF_ATTR_STRING'
>

/** A node as it is written: inputs by name. */
export interface NamedNode {
  readonly name: string
  readonly op: string
  readonly inputs: readonly string[]
  readonly attributes: readonly RecordedAttribute[]
}

/** A NodeDef. */
export function nodeMessage({ name, op, inputs, attributes }: NamedNode, kinds: AttributeKinds): Message {
  const message = new Message().string(1, name).string(2, op)
  for (const input of inputs) message.string(3, input)
  for (const [key, value] of attributes.flatMap((attribute) => attributeMessages(attribute, kinds))) {
    message.message(5, new Message().string(1, key).message(2, value))
  }
  return message
}

/** A FunctionDef: arguments are called a0, a1, …, results r0, r1, … */
export function functionMessage(recorded: RecordedFunction, kinds: AttributeKinds): Message {
  const signature = new Message().string(1, recorded.name)
  const argumentNames = new Map<object, string>()
  recorded.arguments.forEach(({ dataId, dtype }, index) => {
    argumentNames.set(dataId, `a${index}`)
    signature.message(2, argumentMessage(`a${index}`, dtype))
  })
  recorded.results.forEach(({ dtype }, index) => signature.message(3, argumentMessage(`r${index}`, dtype)))
  const text = (reference: Reference): string => {
    if (reference.kind === 'node') return outputName(reference.node, reference.output)
    const name = argumentNames.get(reference.key)
    assert(name, `an argument of ${recorded.name} is known`)
    return name
  }
  const message = new Message().message(1, signature)
  for (const node of recorded.nodes) {
    const attributes = node.op === 'Const' ? node.attributes : completeAttributes(node)
    message.message(3, nodeMessage({ ...node, attributes, inputs: node.inputs.map(text) }, kinds))
  }
  recorded.results.forEach(({ reference }, index) => {
    message.message(4, new Message().string(1, `r${index}`).string(2, text(reference)))
  })
  return message
}

const argumentMessage = (name: string, dtype: string): Message =>
  new Message().string(1, name).integer(3, typeNumber(dtype))

function shapeMessage(shape: readonly number[]): Message {
  const message = new Message()
  for (const size of shape) message.message(2, new Message().integer(1, size))
  return message
}

/** Fields of AttrValue. */
const field = {
  list: 1,
  text: 2,
  integer: 3,
  float: 4,
  flag: 5,
  type: 6,
  shape: 7,
  tensor: 8,
  function: 10,
} as const
/** Fields of AttrValue.ListValue. */
const listField = { integers: 3, types: 6 } as const

/** An attribute's names and AttrValues; a constant has two. */
function attributeMessages(attribute: RecordedAttribute, kinds: AttributeKinds): [string, Message][] {
  const types = (name: string, numbers: readonly number[]): [string, Message][] => [
    [name, new Message().message(field.list, new Message().integers(listField.types, numbers))],
  ]
  switch (attribute.kind) {
    case 'binding':
      return [[attribute.value.name, bindingMessage(attribute.value, kinds)]]
    case 'constant': {
      const tensor = new Message()
        .integer(1, attribute.type)
        .message(2, shapeMessage(attribute.shape))
        .content(4, attribute.bytes)
      return [
        ['dtype', new Message().integer(field.type, attribute.type)],
        ['value', new Message().message(field.tensor, tensor)],
      ]
    }
    case 'function':
      return [
        [attribute.name, new Message().message(field.function, new Message().string(1, attribute.function))],
      ]
    case 'types':
      return types(attribute.name, attribute.types)
    case 'type':
      return [[attribute.name, new Message().integer(field.type, attribute.type)]]
    case 'integer':
      return [[attribute.name, new Message().integer(field.integer, attribute.value)]]
    case 'flag':
      return [[attribute.name, new Message().bool(field.flag, attribute.value)]]
    default:
      return assertNever(attribute)
  }
}

/** An attribute as kernels hand it to the binding. */
function bindingMessage({ name, type, value }: TFEOpAttr, kinds: AttributeKinds): Message {
  const message = new Message()
  if (Array.isArray(value)) {
    const numbers = value as number[]
    if (type === kinds.TF_ATTR_SHAPE) return message.message(field.shape, shapeMessage(numbers))
    const list = type === kinds.TF_ATTR_TYPE ? listField.types : listField.integers
    return message.message(field.list, new Message().integers(list, numbers))
  }
  if (typeof value === 'boolean') return message.bool(field.flag, value)
  if (typeof value === 'string') return message.string(field.text, value)
  if (type === kinds.TF_ATTR_TYPE) return message.integer(field.type, Number(value))
  if (type === kinds.TF_ATTR_INT) return message.integer(field.integer, Number(value))
  if (type === kinds.TF_ATTR_FLOAT) return message.float(field.float, Number(value))
  throw new Error(`internal: attribute ${name} has an unknown type ${type}`)
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
  return [
    ...node.attributes.filter((attribute) => !inferred.has(attributeName(attribute))),
    ...inferred.values(),
  ]
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
