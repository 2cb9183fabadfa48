// Small configs and models for the lab's tests.
import { z } from 'zod'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { openEngine } from '../../../src/engine/open-engine'
import type { Engine } from '../../../src/engine/types'
import golden from '../../golden/golden.json'
import { parameterSpecs, packArrays } from '../../../src/lab/model/parameters'
import type { RunConfig } from '../../../src/shared/config/schema'
import { runConfigSchema } from '../../../src/shared/config/schema'

/** A complete config from a few fields. */
export function configOf(fields: Record<string, unknown>): RunConfig {
  return runConfigSchema.parse({
    name: 'test',
    task: { kind: 'parity', bits: 6, longFraction: 0.2 },
    model: { kind: 'transformer', layers: 1, width: 16, heads: 2 },
    stages: [{ kind: 'pretrain', steps: 10, batch: 8 }],
    evaluate: { samples: 32 },
    ...fields,
  })
}

/** The model of the golden file. */
export const goldenModel = { kind: 'transformer', ...golden.model } as const

/** Its parameters: specs and flat vector. */
export const goldenSpecs = parameterSpecs(goldenModel, {
  vocabulary: 5,
  context: golden.promptLength + golden.answerLength,
})
const named = z.record(z.string(), z.array(z.number())).parse(golden.parameters)
export const goldenParameters = packArrays(
  goldenSpecs,
  Object.fromEntries(
    goldenSpecs.map(({ name, shape }) => [name, { shape, values: Float32Array.from(named[name] ?? []) }]),
  ),
)

/** Largest absolute difference of two arrays of one length. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`lengths ${a.length} and ${b.length}`)
  let most = 0
  for (let index = 0; index < a.length; index++) {
    const difference = Math.abs((a[index] as number) - (b[index] as number))
    if (!(difference <= most)) most = difference
  }
  return most
}

/** Values of the tensor that `make` gives; everything else is freed. */
export function valuesOf(make: () => Tensor): Float32Array {
  return tf.tidy(() => make().dataSync<'float32'>().slice())
}

/** The engine that starts a program fastest: eager where native TensorFlow loads, else js. */
export async function openQuick(): Promise<Engine> {
  const best = await openEngine('auto', { threads: 1 })
  return best.name === 'js' ? best.engine : (await openEngine('eager', {})).engine
}

/** Norm of the difference over the norm of the expected array. */
export function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0
  let norm = 0
  for (let index = 0; index < expected.length; index++) {
    difference += ((actual[index] ?? NaN) - (expected[index] ?? NaN)) ** 2
    norm += (expected[index] ?? NaN) ** 2
  }
  return norm === 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm)
}
