// The engines graph and xla: a program's functions are recorded once and each call is one native call on a loaded
// SavedModel. State lives in the session as resource variables.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkCall, checkNames, checkValues, mapEntries, zeroValues } from '../check-arrays'
import { assert, EngineError } from '../errors'
import type { NativeTensorFlow } from '../native'
import { PreparationClock } from '../preparation'
import { functionError } from '../run-function'
import type { ArraySpec, ArrayValues, Engine, HostArray, Program, ProgramDefinition } from '../types'
import { printProgram } from './print-program'
import { recordProgram } from './record-program'
import { elementTypeOf, tensorTypes } from './recording'
import { encodeSavedModel, nodeNames } from './saved-model'
import type { RecordedProgram } from './saved-model'

/** An engine whose programs run as TensorFlow graphs, compiled by XLA where `name` is xla. */
export function createCompiledEngine(name: 'graph' | 'xla', native: NativeTensorFlow): Engine {
  const xla = name === 'xla'
  return {
    name,
    async program(definition, options) {
      const clock = new PreparationClock()
      const recorded = await recordProgram(definition, { native, xla, clock, signal: options?.signal })
      return clock.time('loadSeconds', () => {
        const bytes = encodeSavedModel(recorded, { xla, binding: native.binding })
        return new CompiledProgram(definition, recorded, native, loadBytes(native, bytes), clock)
      })
    },
    liveTensors: () => native.binding.getNumOfTensors(),
  }
}

/** Loads a SavedModel through the only way the binding has: a folder, gone when this returns. */
function loadBytes({ binding }: NativeTensorFlow, bytes: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), `afterword-program-${process.pid}-`))
  try {
    writeFileSync(join(folder, 'saved_model.pb'), bytes)
    return binding.loadSavedModel(folder, 'serve')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

class CompiledProgram implements Program {
  /** Output names of each function, in the order their values come. */
  private readonly outputNames = new Map<string, readonly string[]>()
  /** Functions that were called: TensorFlow plans or compiles a function on its first call. */
  private readonly called = new Set<string>()

  constructor(
    private readonly definition: ProgramDefinition,
    private readonly recorded: RecordedProgram,
    private readonly native: NativeTensorFlow,
    private session: number | undefined,
    readonly preparation: PreparationClock,
  ) {
    for (const { function: fn, outputs } of recorded.functions) this.outputNames.set(fn.name, outputs)
    this.writeState(mapEntries(definition.state, zeroValues))
  }

  call(name: string, inputs: Readonly<Record<string, ArrayValues>>): Record<string, HostArray> {
    const declared = checkCall(this.definition, name, Object.keys(inputs))
    const feeds = Object.entries(declared.inputs).map(([input, spec]) => ({
      node: nodeNames.input(name, input),
      spec,
      values: checkValues(`input "${input}" of ${name}`, inputs[input], spec),
    }))
    const outputs = this.outputNames.get(name)
    assert(outputs, `function ${name} is recorded`)
    const fetches = [...outputs.map((output) => nodeNames.output(name, output)), nodeNames.done(name)]
    const run = () => this.run(feeds, fetches)
    let fetched: HostArray[]
    try {
      fetched = this.called.has(name) ? run() : this.preparation.time('compileSeconds', run)
    } catch (error) {
      throw functionError(error, `function "${name}"`, declared)
    }
    this.called.add(name)
    return Object.fromEntries(outputs.map((output, index) => [output, fetched[index] as HostArray]))
  }

  readState(): Record<string, HostArray> {
    const names = Object.keys(this.definition.state)
    const values = this.run([], names.map(nodeNames.stateRead))
    return Object.fromEntries(names.map((name, index) => [name, values[index] as HostArray]))
  }

  writeState(values: Readonly<Record<string, ArrayValues>>): void {
    checkNames('state array', Object.keys(values), Object.keys(this.definition.state))
    const feeds = Object.entries(values).map(([name, array]) => {
      const spec = this.definition.state[name]
      assert(spec, `state "${name}" is declared`)
      return { node: nodeNames.stateInput(name), spec, values: checkValues(`state "${name}"`, array, spec) }
    })
    this.run(feeds, Object.keys(values).map(nodeNames.stateAssigned))
  }

  dispose(): void {
    if (this.session !== undefined) this.native.binding.deleteSavedModel(this.session)
    this.session = undefined
  }

  toString(): string {
    return printProgram(this.definition, this.recorded, this.native.binding)
  }

  private run(
    feeds: readonly { node: string; spec: ArraySpec; values: ArrayValues }[],
    fetches: readonly string[],
  ): HostArray[] {
    if (this.session === undefined) throw new EngineError('misuse', 'the program was disposed of')
    if (fetches.length === 0) return []
    const { binding } = this.native
    // A binding without the mend of scripts/setup/binding-mends.mjs shares an array's memory with its tensor, and state may
    // go on living in it: each tensor gets an array of its own.
    const ids: number[] = []
    try {
      for (const { spec, values } of feeds) {
        // Left on the host: a session is fed from there, and copies to its device once.
        ids.push(binding.createTensor([...spec.shape], tensorTypes[spec.dtype], values.slice(), true))
      }
      const results = binding.runSavedModel(
        this.session,
        ids,
        feeds.map((feed) => feed.node).join(','),
        fetches.join(','),
      )
      ids.push(...results.map(({ id }) => id))
      return results.map(({ id, shape, dtype }) => ({
        shape,
        dtype: elementTypeOf(dtype),
        values: binding.tensorDataSync(id),
      }))
    } finally {
      for (const id of ids) binding.deleteTensor(id)
    }
  }
}
