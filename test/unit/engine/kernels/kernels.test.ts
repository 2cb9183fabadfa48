// Every kernel that tfjs-node registers, on every engine, against tfjs' own CPU backend: values and gradients, float32, int32
// and bool.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { EngineError } from '../../../../src/engine/errors'
import { openEngines } from '../engines'
import { difference } from './compare'
import { elementwise } from './elementwise'
import { products } from './products'
import { reductions } from './reductions'
import { answersOf, variantsOf } from './run-cases'
import type { Answer, Variant } from './run-cases'
import { shapes } from './shapes'
import { different, refused, unsupportedKernels } from './unsupported'
import type { Exception } from './unsupported'

const [js, ...engines] = await openEngines({ withXla: true })
if (!js) throw new Error('the js engine opens everywhere')
const table = { ...elementwise, ...reductions, ...shapes, ...products }
const { variants, unreached } = variantsOf(table)
const reference = await answersOf(js, variants)

/** How TensorFlow says that an operation has no kernel for an element type. */
const untakenType = /is not in the list of allowed values|Could not find device for node/
const eager = engines.find((engine) => engine.name === 'eager')
const eagerAnswers = eager ? await answersOf(eager, variants) : new Map<string, Answer>()
/** Variants of an element type that the operation does not take. */
const untaken = new Set(
  [...eagerAnswers].flatMap(([id, answer]) =>
    answer instanceof Error && untakenType.test(answer.message) ? [id] : [],
  ),
)

const concerns = (exception: Exception, engine: string, variant: Variant): boolean =>
  exception.kernel === variant.kernel &&
  exception.engines.some((name) => name === engine) &&
  (exception.dtypes?.includes(variant.dtype) ?? true) &&
  (exception.cases?.includes(variant.source.name) ?? true)

describe('the kernel table', () => {
  it.skipIf(engines.length === 0)(
    'covers what tfjs-node registers, with the list of unsupported kernels',
    () => {
      const registered = tf.getKernelsForBackend('tensorflow').map(({ kernelName }) => kernelName)
      // A kernel may be supported in part.
      const listed = [...new Set([...Object.keys(table), ...Object.keys(unsupportedKernels)])]
      expect(listed.sort()).toEqual(registered.sort())
    },
  )

  it('reaches the kernel each case is listed under, and runs on the reference', () => {
    expect(unreached).toEqual([])
    const failing = [...reference].filter(([, answer]) => answer instanceof Error)
    expect(failing).toEqual([])
  })

  it('has a gradient of every kernel for which tfjs defines one, but of those that give integers or take them', () => {
    const differentiated = new Set(variants.filter((v) => v.differentiates).map(({ kernel }) => kernel))
    const missing = Object.keys(table).filter(
      (kernel) => tf.getGradient(kernel) && !differentiated.has(kernel),
    )
    expect(missing).toMatchInlineSnapshot(`
      [
        "ComplexAbs",
        "FloorDiv",
        "GreaterEqual",
        "IsFinite",
        "IsInf",
        "IsNan",
        "ArgMax",
        "ArgMin",
        "OneHot",
      ]
    `)
  })

  it.skipIf(!eager)('tries every element type, and knows which ones TensorFlow takes', () => {
    const kernels = (dtype: string) =>
      new Set(variants.filter((v) => v.dtype === dtype && !untaken.has(v.id)).map((v) => v.kernel)).size
    const counts = Object.fromEntries(['float32', 'int32', 'bool'].map((dtype) => [dtype, kernels(dtype)]))
    expect({ ...counts, gradients: variants.filter((v) => v.differentiates).length }).toMatchInlineSnapshot(`
      {
        "bool": 29,
        "float32": 150,
        "gradients": 165,
        "int32": 67,
      }
    `)
  })
})

describe.each(engines.map((engine) => [engine.name, engine] as const))('%s', (name, engine) => {
  it('gives the values and gradients of the CPU backend for every kernel', { timeout: 240_000 }, async () => {
    const isTried = (variant: Variant) =>
      !untaken.has(variant.id) && !refused.some((one) => concerns(one, name, variant))
    const tried = variants.filter(isTried)
    const answers = engine === eager ? eagerAnswers : await answersOf(engine, tried)
    const found: string[] = []
    for (const variant of tried) {
      const answer = answers.get(variant.id)
      const expected = reference.get(variant.id)
      if (!answer || !expected) throw new Error(`${variant.id} has no answer`)
      const { tolerance } = variant.source
      const text = difference(answer, expected, { tolerance })
      const listed = different.find((one) => concerns(one, name, variant))
      if (!listed) {
        if (text) found.push(`${variant.id}: ${text}`)
      } else if (!text) {
        found.push(`${variant.id}: is listed as different, and is not`)
      } else if (listed.by === 'dtype' && difference(answer, expected, { tolerance, anyDtype: true })) {
        found.push(`${variant.id}: differs by more than its element type`)
      }
    }
    expect(found).toEqual([])
  })

  it('refuses what is listed as refused', async () => {
    const accepted: string[] = []
    for (const variant of variants.filter((one) => refused.some((entry) => concerns(entry, name, one)))) {
      const answers = await answersOf(engine, [variant])
      if (!(answers.get(variant.id) instanceof Error)) accepted.push(variant.id)
    }
    expect(accepted).toEqual([])
  })
})

const compiled = engines.filter((engine) => engine !== eager)
describe.each(compiled.map((engine) => [engine.name, engine] as const))('%s', (_, engine) => {
  it('refuses kernels that no program can hold, and says why', async () => {
    const refusals: Record<string, string> = {}
    for (const [kernel, { use, why }] of Object.entries(unsupportedKernels)) {
      const variant = { id: kernel, kernel, dtype: 'float32', source: use, differentiates: false } as const
      const answer = (await answersOf(engine, [variant])).get(kernel)
      if (!(answer instanceof EngineError) || !answer.message.includes(why))
        refusals[kernel] = answer instanceof Error ? answer.message : 'not refused'
    }
    expect(refusals).toEqual({})
  })
})
