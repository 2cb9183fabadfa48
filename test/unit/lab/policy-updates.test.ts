// One update of every preset and of every further kind of loss, on every engine: equal outputs, gradients and new states.
import { beforeAll, describe, expect, it } from 'vitest'
import { createStream } from '../../../src/engine/random'
import type { ArraySpec, ArrayValues, Engine, FunctionDefinition } from '../../../src/engine/types'
import { createLanguageModel, joinSequences } from '../../../src/lab/model/language-model'
import { optimizerState } from '../../../src/lab/optimizer'
import { createPolicyGradient } from '../../../src/lab/recipes/policy-gradient'
import type { ExtraState, RecipeOptions } from '../../../src/lab/recipes/recipe'
import { policyGradientPresets } from '../../../src/shared/config/schema/presets'
import { isRejection } from '../../../src/shared/config/schema'
import { taskOf } from '../../helpers/task'
import { openEngines } from '../engine/engines'
import { configOf, relativeDifference } from './small'

const RELATIVE = 1e-5
const task = taskOf({ kind: 'parity', bits: 3 })
const model = createLanguageModel({ kind: 'transformer', layers: 1, width: 16, heads: 2 }, task)
const rows = 6
const stream = createStream({ seed: 1, purpose: 'test', stage: 0, step: 0 })

/** Presets, and choices that no preset makes. */
const kinds: Record<string, Record<string, unknown>> = {
  ...Object.fromEntries(Object.keys(policyGradientPresets).map((algorithm) => [algorithm, { algorithm }])),
  'log-probability': { surrogate: 'log-probability', temperature: 0.7 },
  'k2 and entropy': { kl: { coefficient: 0.1, estimator: 'k2' }, entropyBonus: 0.2, temperature: 1.3 },
  k3: { kl: { coefficient: 0.1, estimator: 'k3' } },
  exact: { kl: { coefficient: 0.1, estimator: 'exact' }, clip: 0.1 },
  'exact in the reward': { kl: { coefficient: 0.1, estimator: 'exact', in: 'reward' } },
  data: { sampler: 'data' },
}

const initial = { parameters: model.initialise(1).map((value) => 4 * value), other: model.initialise(2) }
const options: RecipeOptions = {
  task,
  model,
  seed: 0,
  stage: 0,
  clock: () => 0,
  sampleLimit: 0,
  weights: { start: initial.other, of: () => initial.other },
}

/** A name that a graph takes: letters, digits and dashes. */
const functionName = (kind: string, name: string): string =>
  `${kind.replaceAll('+', '-plus').replaceAll(' ', '-')}-${name}`

const functions: Record<string, FunctionDefinition> = {}
const extra: Record<string, ExtraState> = {}
for (const [kind, fields] of Object.entries(kinds)) {
  const [stage] = configOf({
    stages: [
      { kind: 'rl', algorithm: 'grpo', prompts: 3, group: 2, ...fields, updatesPerBatch: 1, epochs: 1 },
    ],
  }).stages
  if (stage?.kind !== 'rl' || isRejection(stage)) throw new Error('a policy gradient')
  const recipe = createPolicyGradient(stage, options)
  for (const name of ['train', 'trainCritic', 'score']) {
    const found = recipe.functions[name]
    if (found) functions[functionName(kind, name)] = found
  }
  Object.assign(extra, recipe.state)
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

const examples = task.drawExamples(stream, rows)
const values: Record<string, (spec: ArraySpec) => ArrayValues> = {
  sequences: () => joinSequences(task, examples.prompts, examples.answers, rows),
  answers: () => examples.answers,
  weights: ({ shape }) => new Float32Array(sizeOf(shape)).fill(0.1),
  // Ratios on both sides of every clipping range.
  oldLogprobs: ({ shape }) => stream.uniforms(sizeOf(shape)).map((u) => -1.6 - 2 * (u - 0.5)),
  advantages: ({ shape }) => stream.normals(sizeOf(shape)),
  oldValues: ({ shape }) => stream.normals(sizeOf(shape)),
  returns: ({ shape }) => stream.normals(sizeOf(shape)),
  adam: () => Float32Array.of(1e-3, 1e-3, 1e-8),
  klCoefficient: () => Float32Array.of(0.3),
}
const inputs = Object.fromEntries(
  Object.entries(functions).map(([name, definition]) => [
    name,
    Object.fromEntries(
      Object.entries(definition.inputs).map(([input, spec]) => [
        input,
        values[input]?.(spec) ?? new Float32Array(),
      ]),
    ),
  ]),
)

/** Outputs of every function and the moments it leaves, from the same state each. */
async function resultsOf(engine: Engine): Promise<Record<string, Record<string, ArrayLike<number>>>> {
  const state = Object.fromEntries(Object.entries(extra).map(([name, { spec }]) => [name, spec]))
  const program = await engine.program({ state: { ...optimizerState(model.size), ...state }, functions })
  const start = {
    parameters: initial.parameters,
    moment1: new Float32Array(model.size),
    moment2: new Float32Array(model.size),
    ...Object.fromEntries(Object.entries(extra).map(([name, one]) => [name, one.initial])),
  }
  const results = Object.fromEntries(
    Object.keys(functions).map((name) => {
      program.writeState(start)
      const outputs = program.call(name, inputs[name] ?? {})
      const after = program.readState()
      const kept = ['moment1', 'criticMoment1'].map((array) => [array, after[array]?.values ?? []])
      const given = Object.entries(outputs).map(([output, { values }]) => [output, values])
      return [name, Object.fromEntries([...given, ...kept]) as Record<string, ArrayLike<number>>]
    }),
  )
  program.dispose()
  return results
}

describe('every engine', () => {
  const results: { name: string; result: Awaited<ReturnType<typeof resultsOf>> }[] = []

  beforeAll(async () => {
    for (const engine of await openEngines()) {
      results.push({ name: engine.name, result: await resultsOf(engine) })
    }
  }, 200_000)

  it.each(Object.keys(functions))('gives the same of %s', (name) => {
    const expected = results[0]?.result[name] ?? {}
    // Something has a gradient, or it is a score that changes nothing.
    const moved = [expected['moment1'], expected['criticMoment1']].some((moments) =>
      Array.from(moments ?? []).some((value) => value !== 0),
    )
    expect(moved).toBe(!name.endsWith('score'))
    for (const { name: engine, result } of results) {
      for (const [output, wanted] of Object.entries(expected)) {
        const actual = result[name]?.[output] ?? []
        expect(relativeDifference(actual, wanted), `${engine}, ${output}`).toBeLessThan(RELATIVE)
      }
    }
  })
})
