// The reference policy of a KL penalty: a frozen copy of weights in the program's state, and the penalty's coefficient, which
// is state too where it is adapted. What the divergence is, is in kl.ts.
import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import type { FunctionDefinition, Program } from '../engine/types'
import type { PolicyGradientStage } from '../shared/config/schema'
import { adaptKl } from './kl'
import type { ExtraState, RecipeOptions } from './recipes/recipe'
import { scalarOf } from './recipes/recipe'

/** A stage's reference. */
export interface Reference {
  readonly state: Readonly<Record<string, ExtraState>>
  readonly functions: Readonly<Record<string, FunctionDefinition>>
  /** Coefficient of this step; 0: there is no reference. */
  coefficient(program: Program): number
  /** Adapts the coefficient to sequences whose divergence was `observed` nats each. */
  adapt(program: Program, observed: number, sequences: number): void
}

const number = { shape: [1], dtype: 'float32' } as const

/** Makes the reference of a stage's `kl`. */
export function createReference(
  { kl }: Pick<PolicyGradientStage, 'kl'>,
  { model, weights }: Pick<RecipeOptions, 'model' | 'weights'>,
): Reference {
  const { coefficient, target } = kl
  if (coefficient === 0) return { state: {}, functions: {}, coefficient: () => 0, adapt: () => undefined }
  const initial = kl.reference === 'start' ? weights.start : weights.of(kl.reference)
  const reference: ExtraState = { spec: { shape: [model.size], dtype: 'float32' }, initial }
  if (target === null) {
    return { state: { reference }, functions: {}, coefficient: () => coefficient, adapt: () => undefined }
  }
  const read = (program: Program) => scalarOf(program.call('klCoefficient', {}), 'coefficient')
  return {
    state: { reference, klCoefficient: { spec: number, initial: Float32Array.of(coefficient) } },
    functions: {
      klCoefficient: {
        inputs: {},
        run: (state) => ({ outputs: { coefficient: tf.clone(state['klCoefficient'] as Tensor) } }),
      },
      setKlCoefficient: {
        inputs: { coefficient: number },
        run: (_, inputs) => ({ state: { klCoefficient: inputs['coefficient'] as Tensor }, outputs: {} }),
      },
    },
    coefficient: read,
    adapt(program, observed, sequences) {
      const next = adaptKl(read(program), observed, target, sequences, kl.horizon)
      program.call('setKlCoefficient', { coefficient: Float32Array.of(next) })
    },
  }
}
