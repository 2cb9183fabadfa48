// The transformer's parameters: names, shapes, initial values, and their packing into one flat vector. One vector makes an
// optimizer step a dozen kernels instead of a dozen a parameter; names come back only for checkpoints.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { RandomStream } from '../../engine/random'
import { assert } from '../../shared/assert'
import type { TransformerConfig } from '../../shared/config/schema'
import { AfterwordError } from '../../shared/errors'

/** Sizes that the task gives the model. */
export interface ModelSizes {
  readonly vocabulary: number
  /** Numbers the head gives at a position; one a token of the vocabulary where not given. */
  readonly outputs?: number
  /** Number of learned positions. */
  readonly context: number
}

/** One parameter; matrices (rank 2) are what weight decay acts on. */
export interface ParameterSpec {
  readonly name: string
  readonly shape: readonly number[]
  /** Initial values: a constant, or N(0, std^2). */
  readonly initial: { readonly constant: number } | { readonly std: number }
}

/** Standard deviation of initial weights (GPT-2, Radford et al. 2019). */
const initialStd = 0.02

/** All parameters in the order of the flat vector. */
export function parameterSpecs(model: TransformerConfig, sizes: ModelSizes): ParameterSpec[] {
  const { layers, width } = model
  const specs: ParameterSpec[] = []
  const matrix = (name: string, rows: number, columns: number, std = initialStd) =>
    specs.push({ name, shape: [rows, columns], initial: { std } })
  const vector = (name: string, length: number, constant: number) =>
    specs.push({ name, shape: [length], initial: { constant } })
  const norm = (name: string) => {
    vector(`${name}.scale`, width, 1)
    vector(`${name}.shift`, width, 0)
  }
  const linear = (name: string, rows: number, columns: number, std = initialStd) => {
    matrix(`${name}.weight`, rows, columns, std)
    vector(`${name}.bias`, columns, 0)
  }
  // GPT-2: what is added to the residual stream starts smaller, by the root of the number of additions.
  const residualStd = initialStd / Math.sqrt(2 * layers)
  matrix('token_embedding', sizes.vocabulary, width)
  matrix('position_embedding', sizes.context, width)
  for (let layer = 0; layer < layers; layer++) {
    norm(`block.${layer}.attention_norm`)
    linear(`block.${layer}.attention_in`, width, 3 * width)
    linear(`block.${layer}.attention_out`, width, width, residualStd)
    norm(`block.${layer}.mlp_norm`)
    linear(`block.${layer}.mlp_in`, width, 4 * width)
    linear(`block.${layer}.mlp_out`, 4 * width, width, residualStd)
  }
  norm('final_norm')
  matrix('head', width, sizes.outputs ?? sizes.vocabulary)
  return specs
}

const sizeOf = (spec: ParameterSpec): number => spec.shape.reduce((product, length) => product * length, 1)

/** Number of trained scalars. */
export function countParameters(specs: readonly ParameterSpec[]): number {
  return specs.reduce((sum, spec) => sum + sizeOf(spec), 0)
}

/** A fresh flat vector. */
export function initialParameters(specs: readonly ParameterSpec[], stream: RandomStream): Float32Array {
  return concatenate(
    specs.map(({ initial, ...spec }) => {
      const size = sizeOf({ initial, ...spec })
      if ('constant' in initial) return new Float32Array(size).fill(initial.constant)
      return stream.normals(size).map((value) => value * initial.std)
    }),
  )
}

/** 1 where weight decay acts (matrices), 0 elsewhere, in the order of the flat vector; made of a few numbers. */
export function decayMask(specs: readonly ParameterSpec[]): Tensor {
  return tf.concat(specs.map((spec) => tf.fill([sizeOf(spec)], spec.shape.length === 2 ? 1 : 0)))
}

/** Tensors of the parameters by name, from the flat vector; differentiable. */
export function unpackTensors(specs: readonly ParameterSpec[], flat: Tensor): (name: string) => Tensor {
  const parts = tf.split(flat, specs.map(sizeOf))
  const byName = new Map(
    specs.map((spec, index) => [spec.name, tf.reshape(parts[index] as Tensor, [...spec.shape])]),
  )
  return (name) => {
    const tensor = byName.get(name)
    assert(tensor, `parameter ${name} exists`)
    return tensor
  }
}

/** Named arrays on the host, from the flat vector. */
export function unpackArrays(
  specs: readonly ParameterSpec[],
  flat: Float32Array,
  prefix = '',
): Record<string, { shape: number[]; values: Float32Array }> {
  let offset = 0
  return Object.fromEntries(
    specs.map((spec) => {
      const values = flat.slice(offset, (offset += sizeOf(spec)))
      return [prefix + spec.name, { shape: [...spec.shape], values }]
    }),
  )
}

/** The flat vector from named arrays; throws when one is missing or has another shape. */
export function packArrays(
  specs: readonly ParameterSpec[],
  arrays: Readonly<Record<string, { shape: readonly number[]; values: Float32Array }>>,
  prefix = '',
): Float32Array {
  return concatenate(
    specs.map((spec) => {
      const array = arrays[prefix + spec.name]
      const expected = `[${spec.shape.join(', ')}]`
      if (!array) throw new AfterwordError('invalid-input', `weights lack ${prefix}${spec.name} ${expected}`)
      const found = `[${array.shape.join(', ')}]`
      if (found !== expected || array.values.length !== sizeOf(spec)) {
        throw new AfterwordError(
          'invalid-input',
          `weights ${prefix}${spec.name} are ${found}; the config's model has ${expected}`,
        )
      }
      return array.values
    }),
  )
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const flat = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    flat.set(part, offset)
    offset += part.length
  }
  return flat
}
