// Records every function of a program, one after the other, and says what each one's arguments and results are.
import type { Tensor } from '@tensorflow/tfjs-core'
import { mapEntries } from '../check-arrays'
import { assert } from '../errors'
import type { NativeTensorFlow } from '../native'
import { letEventsIn } from '../preparation'
import type { PreparationClock } from '../preparation'
import { runFunction } from '../run-function'
import type { ArraySpec, ProgramDefinition } from '../types'
import { recordBody } from './recorder'
import type { RecorderOptions } from './recorder'
import type { RecordedProgram, RecordedProgramFunction } from './saved-model'

/** What recording needs beside the program. */
export interface RecordProgramOptions {
  readonly native: NativeTensorFlow
  readonly xla: boolean
  readonly clock: PreparationClock
  readonly signal: AbortSignal | undefined
}

/** Records all functions; other events come in between two. Rejects with EngineError 'aborted' or 'misuse'. */
export async function recordProgram(
  definition: ProgramDefinition,
  { native, xla, clock, signal }: RecordProgramOptions,
): Promise<RecordedProgram> {
  const options = { xla, precision: definition.precision ?? 'float32' } as const
  const functions: RecordedProgramFunction[] = []
  for (const name of Object.keys(definition.functions)) {
    await letEventsIn(signal)
    functions.push(clock.time('recordSeconds', () => recordFunction(definition, name, native, options)))
  }
  await letEventsIn(signal)
  return { state: list(definition.state), functions }
}

function recordFunction(
  definition: ProgramDefinition,
  name: string,
  native: NativeTensorFlow,
  options: RecorderOptions,
): RecordedProgramFunction {
  const declared = definition.functions[name]
  assert(declared, `function ${name} is declared`)
  const sources = new Map<object, { state: string } | { input: string }>()
  let assigned: string[] = []
  let outputs: string[] = []
  const recorded = recordBody(native, name, options, ({ ops, root, madeAt, check }) => {
    const stand = (
      specs: Readonly<Record<string, ArraySpec>>,
      source: (key: string) => { state: string } | { input: string },
    ): Record<string, Tensor> =>
      mapEntries(specs, ({ shape, dtype }, key) => {
        const tensor = root(shape, dtype)
        sources.set(tensor.dataId, source(key))
        return tensor
      })
    const state = stand(definition.state, (key) => ({ state: key }))
    const inputs = stand(declared.inputs, (key) => ({ input: key }))
    const result = runFunction(definition, name, {
      state,
      inputs,
      ops,
      madeAt,
      check: (given) => check([...Object.values(given.state), ...Object.values(given.outputs)]),
    })
    assigned = Object.keys(result.state).filter((key) => result.state[key] !== state[key])
    outputs = Object.keys(result.outputs)
    return [
      ...assigned.map((key) => result.state[key] as Tensor),
      ...outputs.map((key) => result.outputs[key] as Tensor),
    ]
  })
  return {
    ...recorded,
    sources: recorded.function.arguments.map((tensor) => {
      const source = sources.get(tensor.dataId)
      assert(source, 'a captured tensor is state or input')
      return source
    }),
    inputs: list(declared.inputs),
    assigned,
    outputs,
  }
}

const list = (specs: Readonly<Record<string, ArraySpec>>) =>
  Object.entries(specs).map(([name, { shape, dtype }]) => ({ name, shape, dtype }))
