// Turns the kernel table into programs and runs them: each case once an element type, with its gradient where tfjs defines
// one, many cases to a function so that XLA compiles few.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type {
  ArrayValues,
  ElementType,
  Engine,
  FunctionDefinition,
  HostArray,
} from '../../../../src/engine/types'
import type { CaseInput, KernelCase, KernelTable } from './case'

/** A case with the element type of its free inputs. */
export interface Variant {
  readonly id: string
  readonly kernel: string
  readonly dtype: ElementType
  readonly source: KernelCase
  readonly differentiates: boolean
}

/** Values of a variant's outputs and gradients, or why there are none. */
export type Answer = Readonly<Record<string, HostArray>> | Error

const elementTypes = ['float32', 'int32', 'bool'] as const

/**
 * The variants of a table: for every case each element type with which tfjs' op calls the kernel on its CPU backend. Also the
 * kernels that each case is listed under and does not reach.
 */
export function variantsOf(table: KernelTable): { variants: Variant[]; unreached: string[] } {
  const variants: Variant[] = []
  const unreached: string[] = []
  for (const [kernel, cases] of Object.entries(table)) {
    for (const source of cases) {
      const isFree = source.inputs.some((input) => input.dtype === undefined)
      let reached = false
      for (const dtype of isFree ? elementTypes : (['float32'] as const)) {
        const calls = callsOf(kernel, source, dtype)
        if (!calls) continue
        reached ||= calls.reached
        // An op that casts first shows its kernel the same element type again.
        if (isFree && dtype !== 'float32' && !calls.dtypes.has(dtype)) continue
        if (!calls.reached) continue
        variants.push({
          id: `${kernel}, ${source.name}, ${dtype}`,
          kernel,
          dtype,
          source,
          differentiates:
            dtype === 'float32' &&
            calls.givesFloats &&
            source.noGradient === undefined &&
            tf.getGradient(kernel) !== undefined &&
            source.inputs.some((input) => typeOf(input, dtype) === 'float32'),
        })
      }
      if (!reached) unreached.push(`${kernel}, ${source.name}`)
    }
  }
  return { variants, unreached }
}

/** Whether a case calls its kernel, and with which element types; undefined where tfjs' op refuses the inputs. */
function callsOf(
  kernel: string,
  source: KernelCase,
  dtype: ElementType,
): { reached: boolean; dtypes: ReadonlySet<string | undefined>; givesFloats: boolean } | undefined {
  const engine = tf.engine()
  const runKernel = engine.runKernel.bind(engine)
  const dtypes = new Set<string | undefined>()
  let reached = false
  engine.runKernel = (name, inputs, attributes) => {
    if (name === kernel) {
      reached = true
      for (const input of Object.values(inputs).flat()) dtypes.add((input as Tensor | undefined)?.dtype)
    }
    return runKernel(name, inputs, attributes)
  }
  const before = tf.getBackend()
  void tf.setBackend('cpu')
  try {
    const givesFloats = tf.tidy(() =>
      [source.run(...source.inputs.map((input) => tensorOf(input, dtype)))]
        .flat()
        .some((tensor) => tensor.dtype === 'float32'),
    )
    return { reached, dtypes, givesFloats }
  } catch {
    return undefined
  } finally {
    engine.runKernel = runKernel
    void tf.setBackend(before)
  }
}

const typeOf = (input: CaseInput, dtype: ElementType): ElementType => input.dtype ?? dtype

function tensorOf(input: CaseInput, dtype: ElementType): Tensor {
  return tf.tensor(valuesOf(input, dtype), [...input.shape], typeOf(input, dtype))
}

/** The golden ratio's multiples spread evenly and do not repeat. */
const goldenRatio = (Math.sqrt(5) - 1) / 2

/** An input's values: spread over its range; int32 takes them times 2, bool what lies above the middle. */
function valuesOf(input: CaseInput, dtype: ElementType): ArrayValues {
  const [low, high] = input.range
  const size = input.shape.reduce((product, length) => product * length, 1)
  const numbers =
    input.values ??
    Array.from({ length: size }, (_, index) => low + (high - low) * (((index + 1) * goldenRatio) % 1))
  const type = typeOf(input, dtype)
  if (type === 'float32') return Float32Array.from(numbers)
  if (type === 'int32') return Int32Array.from(numbers, (x) => Math.round(input.values ? x : 2 * x))
  return Uint8Array.from(numbers, (x) => ((input.values ? x !== 0 : x > (low + high) / 2) ? 1 : 0))
}

/** What a variant gives: its outputs, then its gradients by the float32 inputs. */
function evaluate(variant: Variant, inputs: Tensor[]): Record<string, Tensor> {
  const { source } = variant
  const outputs = [source.run(...inputs)].flat()
  const results: Record<string, Tensor> = {}
  outputs.forEach((tensor, index) => (results[`output${index}`] = tensor))
  if (variant.differentiates) {
    const isVaried = inputs.map((tensor) => tensor.dtype === 'float32')
    const varied = inputs.filter((_, index) => isVaried[index])
    const total = (...parameters: Tensor[]): Tensor => {
      const rest = [...parameters]
      const all = inputs.map((tensor, index) => (isVaried[index] ? (rest.shift() as Tensor) : tensor))
      const weighted = [source.run(...all)].flat().filter((tensor) => tensor.dtype === 'float32')
      return tf.addN(weighted.map((tensor, index) => tf.sum(tf.mul(tensor, slopes(tensor.shape, index)))))
    }
    tf.grads(total)(varied).forEach((tensor, index) => (results[`gradient${index}`] = tensor))
  }
  return results
}

/** A fixed dy, different at every element. */
function slopes(shape: readonly number[], output: number): Tensor {
  const input = { shape, range: [0.5 - output, 1.5] } as const
  return tf.tensor(valuesOf(input, 'float32'), [...shape])
}

/** Variants in one function: enough to make compiling cheap, few enough to find a culprit. */
const chunkSize = 64

/** Runs variants on an engine. Where a function of many fails, each of its variants is run alone. */
export async function answersOf(
  engine: Engine,
  variants: readonly Variant[],
): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>()
  for (let from = 0; from < variants.length; from += chunkSize) {
    const chunk = variants.slice(from, from + chunkSize)
    const together = await run(engine, chunk)
    if (together instanceof Error) {
      for (const variant of chunk) {
        const alone = await run(engine, [variant])
        answers.set(variant.id, alone instanceof Error ? alone : (alone[0] ?? {}))
      }
    } else {
      chunk.forEach((variant, index) => answers.set(variant.id, together[index] ?? {}))
    }
  }
  return answers
}

/** Runs variants as one function; an error where it cannot be made or called. */
async function run(
  engine: Engine,
  variants: readonly Variant[],
): Promise<Record<string, HostArray>[] | Error> {
  const inputs = variants.flatMap(({ source, dtype }, index) =>
    source.inputs.map(
      (input, position) => [`v${index}_${position}`, { input, dtype, type: typeOf(input, dtype) }] as const,
    ),
  )
  const kernels: FunctionDefinition = {
    inputs: Object.fromEntries(
      inputs.map(([name, { input, type }]) => [name, { shape: input.shape, dtype: type }]),
    ),
    run: (_, tensors) => {
      const outputs: Record<string, Tensor> = {}
      variants.forEach((variant, index) => {
        const mine = variant.source.inputs.map((__, position) => tensors[`v${index}_${position}`] as Tensor)
        for (const [key, tensor] of Object.entries(evaluate(variant, mine))) {
          outputs[`v${index}_${key}`] = tensor
        }
      })
      return { outputs }
    },
  }
  try {
    const program = await engine.program({ state: {}, functions: { kernels } })
    try {
      const outputs = program.call(
        'kernels',
        Object.fromEntries(inputs.map(([name, { input, dtype }]) => [name, valuesOf(input, dtype)])),
      )
      return variants.map((_, index) => {
        const prefix = `v${index}_`
        const mine = Object.entries(outputs).filter(([name]) => name.startsWith(prefix))
        return Object.fromEntries(mine.map(([name, array]) => [name.slice(prefix.length), array]))
      })
    } finally {
      program.dispose()
    }
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
