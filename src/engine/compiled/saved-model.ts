// Encodes recorded functions as a TensorFlow SavedModel: state as resource variables, one call node a function. Bytes only;
// loading and running are compiled-engine.ts.
import type { ElementType } from '../types'
import { functionMessage, nodeMessage } from './graph-messages'
import type { AttributeKinds } from './graph-messages'
import { Message } from './message'
import { tensorTypes, typeNumber, typesAttribute } from './recording'
import type { RecordedAttribute, RecordedFunction } from './recording'

/** A declared array. */
interface DeclaredArray {
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
  options: { readonly xla: boolean; readonly binding: AttributeKinds },
): Uint8Array {
  const { binding } = options
  const graph = new Message()
  const library = new Message()
  const add = (
    name: string,
    op: string,
    inputs: readonly string[],
    attributes: readonly RecordedAttribute[],
  ): void => {
    graph.message(graphField.node, nodeMessage({ name, op, inputs, attributes }, binding))
  }
  const typed = (name: string, dtype: string): RecordedAttribute => ({
    kind: 'binding',
    value: { name, type: binding.TF_ATTR_TYPE, value: typeNumber(dtype) },
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
  const known = new Set<string>()
  for (const { function: recorded, helpers, sources, inputs, assigned, outputs } of program.functions) {
    const fn = recorded.name
    for (const part of [...helpers, recorded]) {
      // Functions may share a piece.
      if (known.has(part.name)) continue
      known.add(part.name)
      library.message(1, functionMessage(part, binding))
    }
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
      typesAttribute('Tin', recorded.arguments),
      typesAttribute('Tout', recorded.results),
      { kind: 'function', name: 'f', function: fn },
      ...(options.xla ? [{ kind: 'flag', name: '_XlaMustCompile', value: true } as const] : []),
    ])
    const dtypeOf = (result: number): string => recorded.results[result]?.dtype ?? 'float32'
    // The call may be inlined, and a write then waits only for what its own value needs: all reads come first.
    const reads = callInputs.filter((_, index) => 'state' in (sources[index] ?? {})).map((read) => `^${read}`)
    const writes = assigned.map((name, index) => {
      const write = `${fn}/write/${name}`
      add(
        write,
        'AssignVariableOp',
        [`state/${name}/handle`, `${fn}/call:${index}`, ...reads],
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

  graph.message(graphField.library, library)
  graph.message(graphField.versions, new Message().integer(1, graphProducer))
  const information = new Message().string(4, 'serve')
  const metaGraph = new Message().message(1, information).message(2, graph)
  return new Message().integer(1, 1).message(2, metaGraph).finish()
}

/** Fields of GraphDef. */
const graphField = { node: 1, library: 2, versions: 4 } as const

/** A graph version TensorFlow 2 writes: newer than every op's deprecation that matters here. */
const graphProducer = 2000

const doneConstant: RecordedAttribute = {
  kind: 'constant',
  type: tensorTypes.int32,
  shape: [],
  bytes: new Uint8Array(4),
}
