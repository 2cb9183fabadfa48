// Numbers of the card "What this will run".
import { expect, test } from 'vitest'
import { previewOf } from '../../../src/renderer/features/editor/run-preview'
import {
  planSteps,
  planAmounts,
  type Plan,
  type Speeds,
} from '../../../src/renderer/features/editor/run-plan'
import { parseStudyText, type ParsedStudy } from '../../../src/shared/config/parse'
import type { StageSpeed } from '../../../src/shared/workbench-api'

function planOf(study: ParsedStudy): Plan {
  const steps = planSteps(study)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

function preview(sweep: string) {
  const parsed = parseStudyText(`name: x
task: { kind: parity, bits: 20, longFraction: 0.2 }
stages:
  - { kind: pretrain, steps: 100, batch: 10 }
  - { kind: rl, algorithm: grpo, prompts: 4, group: 8, steps: 5 }
${sweep}`)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return previewOf(planOf(parsed.value))
}

test('a single run: its steps and sequences, and what theory expects of greedy decoding', () => {
  const { facts, predictions } = preview('')
  expect(Object.fromEntries(facts.map((fact) => [fact.term, fact.low]))).toMatchObject({
    Runs: 1,
    'Steps a run': 105,
    Sequences: 1160,
  })
  expect(predictions).toHaveLength(1)
  expect(predictions[0]?.verdict).toContain('0.2 is below 1/3')
  expect(predictions[0]?.values).toContainEqual(
    expect.objectContaining({ term: 'Loss plateau', text: '1.055 nats' }),
  )
})

test('a sweep over mixtures has a prediction for each, and says which', () => {
  const { facts, predictions, morePredictions } = preview(
    'sweep: { task.longFraction: [0.1, 0.2, 0.3, 0.4, 0.5] }',
  )
  expect(facts[0]).toMatchObject({ term: 'Runs', low: 5 })
  expect(predictions.map((each) => each.name)).toEqual(['20 bits, p 0.1', '20 bits, p 0.2', '20 bits, p 0.3'])
  expect(morePredictions).toBe(2)
})

test('seeds that share their pretraining are counted once', () => {
  const { facts } = preview('sweep: { stages.1.algorithm: [grpo, reinforce] }')
  expect(facts.find((fact) => fact.term === 'Sequences in all')).toMatchObject({ low: 1000 + 2 * 160 })
})

const speed: StageSpeed = {
  stepSeconds: 0.1,
  evaluateSeconds: 2,
  prepareSeconds: 5,
  source: { kind: 'run', runId: 'a' },
  measured: '2026-11-21T12:00:00.000Z',
  engine: 'graph',
  device: 'CPU (x)',
  threads: 2,
}

function studyOf(sweep: string): Plan {
  const parsed = parseStudyText(`name: x
task: { kind: parity, bits: 20, longFraction: 0.2 }
stages:
  - { kind: pretrain, steps: 100, batch: 10 }
  - { kind: rl, algorithm: grpo, prompts: 4, group: 8, steps: 5 }
evaluate: { every: 50 }
${sweep}`)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return planOf(parsed.value)
}

test('time is steps, evaluations and preparation of every stage; what runs share is computed and counted once', () => {
  const plan = studyOf('sweep: { stages.1.algorithm: [grpo, reinforce], seed: [0, 1] }')
  // GRPO and REINFORCE are one program: they differ in numbers only.
  expect(plan.programs).toHaveLength(2)
  const speeds: Speeds = new Map(plan.programs.map((program) => [program, speed]))
  // Pretraining: 100 steps, evaluations at 0, 50 and 100. GRPO: 5 steps, evaluations at 0 and 5.
  const [first, second] = [100 * 0.1 + 3 * 2 + 5, 5 * 0.1 + 2 * 2 + 5]
  expect(planAmounts(plan, speeds, 1).runs.map(({ seconds }) => seconds)).toEqual(
    plan.runs.map(() => first + second),
  )
  const all = planAmounts(plan, speeds, 1).study
  expect(all.seconds).toBeCloseTo(2 * first + 4 * second, 9)
  expect(all).toMatchObject({ saved: 2, unknownRuns: 0, sequences: 2 * 1000 + 4 * 160 })
  expect(planAmounts(plan, speeds, 2).study.wallSeconds).toBeCloseTo((2 * first + 4 * second) / 2, 9)
  // No run is split: the longest one bounds it from below.
  expect(planAmounts(plan, speeds, 100).study.wallSeconds).toBeCloseTo(first + second, 9)
})

test('what was not measured is not known, and the rest is told apart', () => {
  const plan = studyOf('sweep: { model: [{ kind: transformer }, { kind: transformer, width: 32 }] }')
  expect(previewOf(plan).times).toMatchObject({ isAsked: false, all: undefined, run: undefined })
  const [one, two] = plan.programs
  const half = previewOf(
    plan,
    new Map([
      [one ?? '', speed],
      [two ?? '', speed],
    ]),
  )
  expect(half.times).toMatchObject({ isAsked: true, all: undefined, unknownRuns: 1, known: 30.5 })
  expect(half.times.source).toBe('By the steps of a run of this workspace, on CPU (x), graph, 2 threads.')
  const none = previewOf(plan, new Map(plan.programs.map((program) => [program, null])))
  expect(none.times).toMatchObject({ isAsked: true, unknownRuns: 2, known: 0, source: '' })
})

test('floating-point operations are 6 a parameter and token, 2 more for one that is sampled', () => {
  const [run] = studyOf('').runs
  const [pretrain, rl] = run?.stages ?? []
  const parameters = run?.parameters ?? 0
  expect(pretrain?.flops).toEqual({
    low: 6 * parameters * (pretrain?.tokens?.low ?? 0),
    high: 6 * parameters * (pretrain?.tokens?.high ?? 0),
  })
  expect(rl?.flops?.high).toBe(8 * parameters * (rl?.tokens?.high ?? 0))
})
