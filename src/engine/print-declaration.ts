// A program's declaration as text: state and functions with their inputs. What the functions do is not in it.
import { describeSpec } from './check-arrays'
import type { ArraySpec, FunctionDefinition, ProgramDefinition } from './types'

/** `a: float32[2, 3], b: int32[]`. */
function printSpecs(specs: Readonly<Record<string, ArraySpec>>): string {
  return Object.entries(specs)
    .map(([name, spec]) => `${name}: ${describeSpec(spec)}`)
    .join(', ')
}

/** First line of a printed program: its state and, where it is not float32, its precision. */
export function printState({ state, precision = 'float32' }: ProgramDefinition): string {
  const list = Object.keys(state).length === 0 ? 'no state' : `state ${printSpecs(state)}`
  return precision === 'float32' ? list : `${list} (matrix products in ${precision})`
}

/** First line of a printed function: its name and inputs. */
export function printHead(name: string, { inputs }: FunctionDefinition): string {
  return `${name}(${printSpecs(inputs)})`
}

/** The declaration: a line for the state and one for each function. */
export function printDeclaration(definition: ProgramDefinition): string {
  const heads = Object.entries(definition.functions).map(([name, fn]) => printHead(name, fn))
  return [printState(definition), ...heads].join('\n')
}
