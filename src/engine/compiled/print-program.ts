// A recorded program as text: one line an operation, values numbered in order of appearance, loops and branches indented.
// Small constants stand where they are used. State is written @name; a value that a line makes says its type.
import { describeSpec } from '../check-arrays'
import type { TFJSBinding } from '../native'
import { printHead, printState } from '../print-declaration'
import type { ProgramDefinition } from '../types'
import { tensorTypes } from './recording'
import type { DataKey, RecordedAttribute, RecordedFunction, RecordedNode, Reference } from './recording'
import type { RecordedProgram, RecordedProgramFunction } from './saved-model'

/** Constants of up to so many elements are written out. */
const writtenOut = 8

/** What the functions of a printed loop, branch or piece are called, by attribute. */
const bodyTitles: Readonly<Record<string, string>> = {
  cond: 'while',
  body: 'do',
  then_branch: 'then',
  else_branch: 'else',
  f: 'fused',
}

/** The program's state and every function with its operations. */
export function printProgram(
  definition: ProgramDefinition,
  program: RecordedProgram,
  { TF_ATTR_TYPE }: TFJSBinding,
): string {
  const functions = program.functions.map((fn) => printFunction(definition, fn, TF_ATTR_TYPE))
  return [printState(definition), ...functions].join('\n')
}

function printFunction(
  definition: ProgramDefinition,
  recorded: RecordedProgramFunction,
  typeAttribute: number,
): string {
  const { function: fn, helpers, sources, assigned, outputs } = recorded
  const declared = definition.functions[fn.name]
  const names = new Map<DataKey, string>()
  fn.arguments.forEach(({ dataId }, index) => {
    const source = sources[index]
    if (source) names.set(dataId, 'state' in source ? `@${source.state}` : source.input)
  })
  const printer = new Printer(new Map(helpers.map((helper) => [helper.name, helper])), typeAttribute)
  const { lines, results } = printer.body(fn, names)
  const gives = [
    ...assigned.map((name, index) => `@${name} := ${results[index]}`),
    ...outputs.map((name, index) => `return ${name} = ${results[assigned.length + index]}`),
  ]
  const head = declared ? printHead(fn.name, declared) : fn.name
  return [head, ...[...lines, ...gives].map((line) => `  ${line}`)].join('\n')
}

/** Names of the values in a body. */
interface Names {
  readonly values: Map<RecordedNode, readonly string[]>
  readonly arguments: ReadonlyMap<DataKey, string>
}

class Printer {
  private count = 0

  constructor(
    private readonly helpers: ReadonlyMap<string, RecordedFunction>,
    /** How the binding marks an attribute that is a type. */
    private readonly typeAttribute: number,
  ) {}

  /** Lines of a function's nodes, and the names of its results. */
  body(
    fn: RecordedFunction,
    argumentNames: ReadonlyMap<DataKey, string>,
  ): { lines: string[]; results: string[] } {
    const names: Names = { values: new Map(), arguments: argumentNames }
    const lines = fn.nodes.flatMap((node) => this.node(node, names))
    return { lines, results: fn.results.map(({ reference }) => nameOf(reference, names)) }
  }

  private node(node: RecordedNode, names: Names): string[] {
    const literal = literalOf(node)
    if (literal !== undefined) {
      names.values.set(node, [literal])
      return []
    }
    const bodies = node.attributes.flatMap((attribute) => {
      const body = attribute.kind === 'function' ? this.helpers.get(attribute.function) : undefined
      return attribute.kind === 'function' && body
        ? [{ title: bodyTitles[attribute.name] ?? attribute.name, body }]
        : []
    })
    // A loop also hands on what it captures, which nobody reads.
    const handedOn = node.op === 'While' ? (bodies[0]?.body.captures ?? 0) : 0
    const outputs = node.outputs.slice(0, node.outputs.length - handedOn)
    names.values.set(
      node,
      outputs.map(() => this.next()),
    )
    const left = (names.values.get(node) ?? []).map((name, index) => typed(name, outputs[index])).join(', ')
    const inputs = node.inputs.map((reference) => nameOf(reference, names))
    if (bodies.length === 0) {
      const parts = [...inputs, ...node.attributes.flatMap((attribute) => this.attribute(attribute))]
      return [`${left} = ${node.op}(${parts.join(', ')})`]
    }
    // What the bodies capture keeps its name and is not listed.
    const listed = inputs.slice(0, inputs.length - (bodies[0]?.body.captures ?? 0))
    const captured = inputs.slice(listed.length)
    return [
      `${left} = ${node.op}(${listed.join(', ')})`,
      ...bodies.flatMap(({ title, body }) => this.nested(title, body, captured)).map((line) => `  ${line}`),
    ]
  }

  /** A loop's or branch's function: new names for its parameters, the outer names for what it captures. */
  private nested(title: string, fn: RecordedFunction, captured: readonly string[]): string[] {
    const own = fn.arguments.slice(0, fn.arguments.length - captured.length)
    const parameters = own.map((tensor) => [tensor, this.next()] as const)
    const outer = fn.arguments
      .slice(own.length)
      .map((tensor, index) => [tensor, captured[index] ?? '?'] as const)
    const names = new Map([...parameters, ...outer].map(([{ dataId }, name]) => [dataId, name]))
    const { lines, results } = this.body(fn, names)
    const head = parameters.map(([tensor, name]) => typed(name, tensor)).join(', ')
    const shown = title === 'do' ? results.slice(0, own.length) : results
    return [
      own.length === 0 ? title : `${title} (${head})`,
      ...lines.map((line) => `  ${line}`),
      `  give ${shown.join(', ')}`,
    ]
  }

  /** Attributes that say what is computed: types stand in the result, and what is off or empty is left out. */
  private attribute(attribute: RecordedAttribute): string[] {
    if (attribute.kind !== 'binding') return []
    const { name, type, value } = attribute.value
    const isType = type === this.typeAttribute || name === 'N'
    if (isType || value === false || value === '' || (Array.isArray(value) && value.length === 0)) return []
    return [`${name}=${JSON.stringify(value).replaceAll(',', ', ')}`]
  }

  private next(): string {
    return `%${this.count++}`
  }
}

const typed = (name: string, type: { dtype: string; shape: readonly number[] } | undefined): string =>
  type ? `${name}: ${describeSpec(type)}` : name

function nameOf(reference: Reference, names: Names): string {
  if (reference.kind === 'argument') return names.arguments.get(reference.key) ?? '?'
  return names.values.get(reference.node)?.[reference.output] ?? '?'
}

/** A constant that is written where it is used. */
function literalOf({ op, attributes, outputs }: RecordedNode): string | undefined {
  const [content] = attributes
  if (op !== 'Const' || content?.kind !== 'constant') return undefined
  const values = constantValues(content.type, content.bytes)
  if (values === undefined) return undefined
  if (values.length > writtenOut) return `constant ${outputs[0] ? describeSpec(outputs[0]) : ''}`
  return bracketed(values, content.shape)
}

/** Values in the brackets of their shape. */
function bracketed(values: readonly string[], [length, ...inner]: readonly number[]): string {
  if (length === undefined) return values[0] ?? ''
  const size = values.length / length
  const rows = Array.from({ length }, (_, row) =>
    bracketed(values.slice(row * size, (row + 1) * size), inner),
  )
  return `[${rows.join(', ')}]`
}

function constantValues(type: number, { buffer }: Uint8Array): readonly string[] | undefined {
  switch (type) {
    case tensorTypes.float32:
      // Seven digits tell float32 numbers apart well enough to read.
      return [...new Float32Array(buffer)].map((value) => {
        const text = String(Number(value.toPrecision(7)))
        return /^-?\d+$/.test(text) ? `${text}.0` : text
      })
    case tensorTypes.int32:
      return [...new Int32Array(buffer)].map(String)
    case tensorTypes.int64:
      return [...new BigInt64Array(buffer)].map(String)
    case tensorTypes.bool:
      return [...new Uint8Array(buffer)].map((value) => String(value !== 0))
    default:
      return undefined
  }
}
