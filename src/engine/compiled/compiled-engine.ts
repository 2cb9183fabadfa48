// The engines graph and xla: a program's functions are recorded once and each call is one native call on a loaded
// SavedModel. State lives in the session as resource variables.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { assert } from '../../shared/assert'
import { AfterwordError } from '../../shared/errors'
import { checkCall, checkNames, checkNewState, checkValues, mapEntries } from '../check-arrays'
import type { NativeTensorFlow } from '../native'
import type { ArraySpec, ArrayValues, Engine, HostArray, Program, ProgramDefinition } from '../types'
import { createRecorder } from './recorder'
import type { Recorder } from './recorder'
import { tensorTypes } from './recording'
import { encodeSavedModel, nodeNames } from './saved-model'
import type { RecordedProgram } from './saved-model'

/** An engine whose programs run as TensorFlow graphs, compiled by XLA where `name` is xla. */
export function createCompiledEngine(name: 'graph' | 'xla', native: NativeTensorFlow): Engine {
  return {
    name,
    program: (definition) =>
      Promise.resolve().then(() => new CompiledProgram(definition, native, name === 'xla')),
    liveTensors: () => native.binding.getNumOfTensors(),
  }
}

class CompiledProgram implements Program {
  private session: number | undefined
  /** Output names of each function, in the order their values come. */
  private readonly outputNames = new Map<string, readonly string[]>()

  constructor(
    private readonly definition: ProgramDefinition,
    private readonly native: NativeTensorFlow,
    xla: boolean,
  ) {
    const recorded = recordProgram(definition, createRecorder(native, { xla }))
    for (const { function: fn, outputs } of recorded.functions) this.outputNames.set(fn.name, outputs)
    const bytes = encodeSavedModel(recorded, { xla, binding: native.binding, protocol: native.protocol })
    const folder = mkdtempSync(join(tmpdir(), 'afterword-program-'))
    try {
      writeFileSync(join(folder, 'saved_model.pb'), bytes)
      this.session = native.binding.loadSavedModel(folder, 'serve')
    } finally {
      rmSync(folder, { recursive: true })
    }
    const empty = mapEntries(definition.state, zeros)
    this.writeState(empty)
    // The first call of a function is where TensorFlow plans or compiles it: done here, so that no step pays for it.
    for (const [name, { inputs }] of Object.entries(definition.functions)) {
      this.call(name, mapEntries(inputs, zeros))
    }
    this.writeState(empty)
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
    const fetched = this.run(feeds, [
      ...outputs.map((output) => nodeNames.output(name, output)),
      nodeNames.done(name),
    ])
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

  private run(
    feeds: readonly { node: string; spec: ArraySpec; values: ArrayValues }[],
    fetches: readonly string[],
  ): HostArray[] {
    if (this.session === undefined) throw new AfterwordError('internal', 'the program was disposed of')
    if (fetches.length === 0) return []
    const { binding } = this.native
    // A binding without the mend of scripts/setup/binding-mends.mjs shares an array's memory with its tensor, and state may
    // go on living in it: each tensor gets an array of its own.
    const ids = feeds.map(({ spec, values }) =>
      binding.createTensor([...spec.shape], tensorTypes[spec.dtype], values.slice()),
    )
    try {
      const results = binding.runSavedModel(
        this.session,
        ids,
        feeds.map((feed) => feed.node).join(','),
        fetches.join(','),
      )
      return results.map(({ id, shape, dtype }) => {
        const values = binding.tensorDataSync(id)
        binding.deleteTensor(id)
        assert(!(values instanceof Uint8Array), 'outputs are float32 or int32')
        return { shape, dtype: dtype === tensorTypes.int32 ? 'int32' : 'float32', values }
      })
    } finally {
      for (const id of ids) binding.deleteTensor(id)
    }
  }
}

/** Records every function of a program over one set of state placeholders. */
function recordProgram(definition: ProgramDefinition, recorder: Recorder): RecordedProgram {
  const stand = (specs: Readonly<Record<string, ArraySpec>>): Record<string, Tensor> =>
    mapEntries(specs, (spec) => recorder.placeholder(spec.shape, spec.dtype))
  const list = (specs: Readonly<Record<string, ArraySpec>>) =>
    Object.entries(specs).map(([name, { shape, dtype }]) => ({ name, shape, dtype }))
  const functions: RecordedProgram['functions'][number][] = []
  for (const [name, declared] of Object.entries(definition.functions)) {
    tf.tidy(() => {
      const state = stand(definition.state)
      const inputs = stand(declared.inputs)
      const sources = new Map<object, { state: string } | { input: string }>()
      for (const [key, tensor] of Object.entries(state)) sources.set(tensor.dataId, { state: key })
      for (const [key, tensor] of Object.entries(inputs)) sources.set(tensor.dataId, { input: key })
      let assigned: string[] = []
      let outputs: string[] = []
      const recorded = recorder.record(name, [...Object.values(state), ...Object.values(inputs)], () => {
        const result = declared.run(state, inputs, recorder.ops)
        const next = result.state ?? {}
        checkNewState(definition, name, next)
        assigned = Object.keys(next).filter((key) => next[key] !== state[key])
        outputs = Object.keys(result.outputs)
        return [
          ...assigned.map((key) => next[key] as Tensor),
          ...outputs.map((key) => result.outputs[key] as Tensor),
        ]
      })
      functions.push({
        function: recorded.function,
        helpers: recorded.helpers,
        sources: recorded.function.arguments.map((tensor) => {
          const source = sources.get(tensor.dataId)
          assert(source, 'a captured tensor is state or input')
          return source
        }),
        inputs: list(declared.inputs),
        assigned,
        outputs,
      })
    })
  }
  return { state: list(definition.state), functions }
}

function zeros(spec: ArraySpec): ArrayValues {
  const size = spec.shape.reduce((product, dimension) => product * dimension, 1)
  return spec.dtype === 'int32' ? new Int32Array(size) : new Float32Array(size)
}
