// The engines that run a program op by op on a TensorFlow.js backend: `js` and `eager` differ in the backend only.
// State stays on the backend between calls; nothing is compiled or cached.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { withPrecision } from './bfloat16'
import { checkCall, checkNames, checkValues, hostArray, mapEntries } from './check-arrays'
import { eagerControlOps } from './control-ops'
import { assert, EngineError } from './errors'
import { throwIfAborted } from './preparation'
import { printDeclaration } from './print-declaration'
import { runFunction } from './run-function'
import { useBackend } from './use-backend'
import type {
  ArraySpec,
  ArrayValues,
  Engine,
  EngineName,
  HostArray,
  Program,
  ProgramDefinition,
} from './types'

/** An engine on a registered tfjs backend ("cpu" or "tensorflow"). */
export function createEagerEngine(name: EngineName, backendName: string): Engine {
  return {
    name,
    program: (definition, options) =>
      Promise.resolve().then(() => {
        throwIfAborted(options?.signal)
        return new EagerProgram(definition, backendName)
      }),
    liveTensors: () => tf.memory().numTensors,
  }
}

class EagerProgram implements Program {
  readonly preparation = { recordSeconds: 0, loadSeconds: 0, compileSeconds: 0 }
  private state: Record<string, Tensor> | undefined

  constructor(
    private readonly definition: ProgramDefinition,
    private readonly backendName: string,
  ) {
    useBackend(this.backendName)
    this.state = mapEntries(definition.state, (spec) => tf.zeros([...spec.shape], spec.dtype))
  }

  call(name: string, inputs: Readonly<Record<string, ArrayValues>>): Record<string, HostArray> {
    const declared = checkCall(this.definition, name, Object.keys(inputs))
    const state = this.tensors()
    useBackend(this.backendName)
    const outputs: Record<string, HostArray> = {}
    const changed = tf.tidy(() => {
      const inputTensors = mapEntries(declared.inputs, (spec, input) =>
        createTensor(checkValues(`input "${input}" of ${name}`, inputs[input], spec), spec),
      )
      const ops = eagerControlOps
      const result = withPrecision(this.backendName, this.definition.precision ?? 'float32', () =>
        runFunction(this.definition, name, { state, inputs: inputTensors, ops }),
      )
      for (const [key, tensor] of Object.entries(result.outputs)) outputs[key] = readTensor(tensor)
      return { ...result.state }
    })
    for (const [key, tensor] of Object.entries(changed)) {
      if (tensor === state[key]) continue
      state[key]?.dispose()
      state[key] = tf.keep(tensor)
    }
    return outputs
  }

  readState(): Record<string, HostArray> {
    return mapEntries(this.tensors(), readTensor)
  }

  writeState(values: Readonly<Record<string, ArrayValues>>): void {
    const state = this.tensors()
    checkNames('state array', Object.keys(values), Object.keys(state))
    useBackend(this.backendName)
    for (const [name, array] of Object.entries(values)) {
      const spec = this.definition.state[name]
      assert(spec, `state "${name}" is declared`)
      const tensor = createTensor(checkValues(`state "${name}"`, array, spec), spec)
      state[name]?.dispose()
      state[name] = tensor
    }
  }

  dispose(): void {
    for (const tensor of Object.values(this.state ?? {})) tensor.dispose()
    this.state = undefined
  }

  toString(): string {
    return printDeclaration(this.definition)
  }

  private tensors(): Record<string, Tensor> {
    if (!this.state) throw new EngineError('misuse', 'the program was disposed of')
    return this.state
  }
}

/** A tensor of its own copy of the values: backends may keep the array they are given. */
function createTensor(values: ArrayValues, spec: ArraySpec): Tensor {
  return tf.tensor(values.slice(), [...spec.shape], spec.dtype)
}

function readTensor(tensor: Tensor): HostArray {
  return hostArray(tensor.dtype, tensor.shape, tensor.dataSync<'float32'>())
}
