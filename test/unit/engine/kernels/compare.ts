// Compares an engine's answer with the reference.
import type { HostArray } from '../../../../src/engine/types'
import type { Answer } from './run-cases'

/** Float32 functions differ by a few units in the last place between libraries. */
const defaultTolerance = 1e-5

/** How an answer differs from the reference, in words; undefined where it does not. */
export function difference(
  answer: Answer,
  reference: Answer,
  options: { readonly tolerance?: number | undefined; readonly anyDtype?: boolean } = {},
): string | undefined {
  const { tolerance = defaultTolerance, anyDtype = false } = options
  if (reference instanceof Error) return `no reference: ${reference.message}`
  if (answer instanceof Error) return `fails: ${answer.message}`
  const names = Object.keys(reference)
  if (Object.keys(answer).join() !== names.join())
    return `gives ${Object.keys(answer).join()} for ${names.join()}`
  for (const name of names) {
    const found = compareArrays(answer[name], reference[name], tolerance, anyDtype)
    if (found) return `${name} ${found}`
  }
  return undefined
}

function compareArrays(
  actual: HostArray | undefined,
  expected: HostArray | undefined,
  tolerance: number,
  anyDtype: boolean,
): string | undefined {
  if (!actual || !expected) return 'is missing'
  const kind = ({ dtype, shape }: HostArray) => `${anyDtype ? '' : dtype}[${shape.join()}]`
  if (kind(actual) !== kind(expected)) return `is ${kind(actual)} instead of ${kind(expected)}`
  const position = expected.values.findIndex(
    (x, index) => !isClose(actual.values[index] ?? NaN, x, tolerance),
  )
  if (position === -1) return undefined
  return `is ${actual.values[position]} instead of ${expected.values[position]} at ${position}`
}

function isClose(actual: number, expected: number, tolerance: number): boolean {
  if (Object.is(actual, expected) || actual === expected) return true
  return Math.abs(actual - expected) <= tolerance * (1 + Math.abs(expected))
}
